import { limits } from '../base/limits.ts';
import { yieldToEventLoop } from '../base/yield-to-event-loop.ts';
import { invalidSyntax, ScimError } from '../scim/errors.ts';
import type { JsonValue } from '../scim/json.ts';
import type { RequestNotes } from '../scim/request-notes.ts';
import type { IncomingRequest } from './handler.ts';
import { requireJsonBounds } from './json-bounds.ts';
import { isReadable } from './negotiate.ts';

/** The largest body that is accepted, and the error for a larger one. */
export interface BodyBound {
  readonly bytesMax: number;
  /** Makes the error `payloadTooLarge`. */
  tooLarge(): ScimError;
}

const resourceBound: BodyBound = {
  bytesMax: limits.requestBodyBytesMax,
  tooLarge: () =>
    new ScimError('payloadTooLarge', {
      detail: `The request body must not exceed ${limits.requestBodyBytesMax} bytes: send fewer values in one request`,
    }),
};

/**
 * Reads a JSON body. `bound` limits its size; `limits.ts` limits its depth, its
 * values and the members of its objects. `notes` get the numbers that are not kept as they were written.
 *
 * Throws ScimError `unsupportedMediaType`, `payloadTooLarge` or `invalidSyntax`.
 */
export async function readBody(
  request: IncomingRequest,
  notes: Pick<RequestNotes, 'rewrittenNumbers'>,
  bound = resourceBound,
): Promise<JsonValue> {
  if (!isReadable(request.headers.get('content-type'))) throw new ScimError('unsupportedMediaType');
  const text = await readText(request, bound);
  if (text.trim() === '') throw invalidSyntax('The request body is empty: send JSON');
  const isLong = text.length > limits.jsonPieceCharactersMax;
  if (isLong) await yieldToEventLoop();
  notes.rewrittenNumbers = requireJsonBounds(text);
  if (isLong) await yieldToEventLoop();
  const body = parseJson(text);
  if (isLong) await yieldToEventLoop();
  return body;
}

/**
 * Reads a body as UTF-8 within a bound; throws ScimError `unsupportedMediaType`, `payloadTooLarge` or `invalidSyntax`.
 *
 * The declared length may be wrong or absent, so the bytes are counted as they arrive. The rest of a body
 * that is too large is read and dropped: a server that stops reading closes the connection before the client
 * has its answer.
 */
export async function readText(request: IncomingRequest, { bytesMax, tooLarge }: BodyBound): Promise<string> {
  requireIdentity(request.headers.get('content-encoding'));
  if (Number(request.headers.get('content-length')) > bytesMax) throw tooLarge();
  if (!request.body) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of arriving(request.body)) {
    bytes += chunk.byteLength;
    if (bytes <= bytesMax) chunks.push(chunk);
  }
  if (bytes > bytesMax) throw tooLarge();
  return decode(Buffer.concat(chunks));
}

/** Throws ScimError `unsupportedMediaType` for a compressed body (RFC 9110 8.4 and 15.5.16). */
function requireIdentity(contentEncoding: string | null): void {
  const codings = (contentEncoding ?? '').split(',').map((coding) => coding.trim().toLowerCase());
  const unknown = codings.find((coding) => coding !== '' && coding !== 'identity');
  if (unknown === undefined) return;
  throw new ScimError('unsupportedMediaType', {
    detail:
      `The Content-Encoding "${unknown.slice(0, 40)}" is not accepted: send the body as it is, without compression ` +
      'and without the header Content-Encoding',
    headers: { 'Accept-Encoding': 'identity' },
  });
}

/** Yields a body as it arrives. Throws ScimError `invalidSyntax` if the client or a proxy breaks it off. */
async function* arriving(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    const detail = 'The request body broke off before its end: send the request again';
    throw new ScimError('invalidSyntax', { detail, cause });
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ScimError('invalidSyntax', { detail: 'The request body is not valid UTF-8', cause });
  }
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new ScimError('invalidSyntax', { detail: 'The request body is not valid JSON', cause });
  }
}

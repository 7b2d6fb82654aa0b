import type { HttpRequest } from '@azure/functions';
import { limits } from '../limits.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonValue } from '../scim/json.ts';

const mediaTypes = ['application/scim+json', 'application/json'];

/**
 * Reads a JSON body within the bounds of limits.ts.
 *
 * Throws ScimError `unsupportedMediaType`, `payloadTooLarge` or `invalidSyntax`.
 */
export async function readBody(request: HttpRequest): Promise<JsonValue> {
  requireMediaType(request.headers.get('content-type'));
  const text = await readText(request);
  const body = parseJson(text);
  requireDepth(body, limits.jsonDepthMax);
  return body;
}

function requireMediaType(contentType: string | null): void {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType && !mediaTypes.includes(mediaType)) throw new ScimError('unsupportedMediaType');
}

/** A declared length may lie or be absent, so what arrives is counted. */
async function readText(request: HttpRequest): Promise<string> {
  if (Number(request.headers.get('content-length')) > limits.requestBodyBytesMax) throw tooLarge();
  if (!request.body) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > limits.requestBodyBytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): ScimError {
  return new ScimError('payloadTooLarge', {
    detail: `The request body must not exceed ${limits.requestBodyBytesMax} bytes`,
  });
}

function parseJson(text: string): JsonValue {
  if (text.trim() === '') throw new ScimError('invalidSyntax', { detail: 'The request has no body' });
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new ScimError('invalidSyntax', { detail: 'The request body is not valid JSON', cause });
  }
}

function requireDepth(value: JsonValue, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth === 0) {
    throw new ScimError('invalidSyntax', {
      detail: `The request body is nested deeper than ${limits.jsonDepthMax} levels`,
    });
  }
  for (const inner of Object.values(value)) requireDepth(inner, depth - 1);
}

import { limits } from '../base/limits.ts';
import { Slices } from '../base/yield-to-event-loop.ts';
import { ScimError } from '../scim/errors.ts';
import { isJsonArray, type JsonObject, type JsonValue } from '../scim/json.ts';
import { errorBody } from '../scim/message/error.ts';
import { StoreError } from '../store/document-store.ts';
import type { Answer } from './handler.ts';
import { type MediaType, mediaTypes } from './negotiate.ts';
import type { ScimResponse } from './operation.ts';

/** Converts a response for the Functions host. A response to HEAD has no body (RFC 9110 9.3.2). */
export function toHttpResponse(
  response: ScimResponse,
  { method, mediaType = mediaTypes[0] }: { method: string; mediaType?: MediaType },
): Answer {
  const headers = { ...response.headers };
  const { page } = response;
  if (page !== undefined) return { status: response.status, headers, body: page };
  if (!response.body) return { status: response.status, headers };
  headers['Content-Type'] ??= mediaType;
  if (method === 'HEAD') return { status: response.status, headers };
  const body = toJsonBody(response.body);
  // A body of known length goes out in one piece with the head.
  if (typeof body === 'string') headers['Content-Length'] = String(Buffer.byteLength(body));
  return { status: response.status, headers, body };
}

/** The response to a failure (RFC 7644 3.12). */
export function errorResponse(error: ScimError): ScimResponse {
  return { status: error.status, headers: error.headers, body: errorBody(error) };
}

/**
 * Converts any failure to an error of the catalogue. An unknown failure is a defect: the error is `internal`,
 * and only the log has its cause. Its detail names the request, because Entra ID shows administrators the
 * body but no headers.
 */
export function toScimError(thrown: unknown, requestId?: string): ScimError {
  const error = thrown instanceof ScimError ? thrown : catalogued(thrown);
  if (error.code !== 'internal' || requestId === undefined) return error;
  const { message, cause, headers } = error;
  return new ScimError('internal', { detail: `${message} (request ${requestId})`, cause, headers });
}

const busyDetail =
  'Too many requests change this resource at the same time: send this one again after Retry-After seconds, and ' +
  'send fewer at once';

function catalogued(thrown: unknown): ScimError {
  if (!(thrown instanceof StoreError)) return new ScimError('internal', { cause: thrown });
  const headers = { 'Retry-After': String(Math.max(1, Math.ceil(thrown.retryAfterSeconds ?? 1))) };
  switch (thrown.kind) {
    case 'throttled':
      return new ScimError('tooManyRequests', { cause: thrown, headers });
    case 'unavailable':
      return new ScimError('unavailable', { cause: thrown, headers });
    case 'busy':
      return new ScimError('unavailable', { detail: busyDetail, cause: thrown, headers });
    case 'tooLarge':
      return new ScimError('payloadTooLarge', {
        detail: 'The change is larger than the database can write at once: send fewer or shorter values',
        cause: thrown,
      });
    case 'conflict':
    case 'stale':
      return new ScimError('conflict', { cause: thrown });
  }
}

/**
 * Writes a JSON object as a text. An object with a long list becomes a stream of UTF-8 pieces, each written in one
 * slice, between which other requests can run.
 */
export function toJsonBody(body: JsonObject): string | ReadableStream<Uint8Array> {
  return Object.values(body).some(isLong) ? streamOf(pieces(body)) : JSON.stringify(body);
}

function isLong(value: JsonValue): value is readonly JsonValue[] {
  return isJsonArray(value) && value.length > limits.elementsPerPieceMax;
}

function* pieces(body: JsonObject): Generator<string> {
  let lead = '{';
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    yield `${lead}${JSON.stringify(name)}:`;
    lead = ',';
    if (isLong(value)) yield* piecesOfList(value);
    else yield JSON.stringify(value);
  }
  yield '}';
}

function* piecesOfList(list: readonly JsonValue[]): Generator<string> {
  for (let start = 0; start < list.length; start += limits.elementsPerPieceMax) {
    const piece = JSON.stringify(list.slice(start, start + limits.elementsPerPieceMax));
    yield `${start === 0 ? '[' : ','}${piece.slice(1, -1)}`;
  }
  yield ']';
}

function streamOf(texts: Iterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const slices = new Slices();
  return new ReadableStream({
    async pull(controller) {
      await slices.next();
      const { done, value } = texts.next();
      if (done) return controller.close();
      controller.enqueue(encoder.encode(value));
    },
  });
}

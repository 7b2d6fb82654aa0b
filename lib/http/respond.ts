import type { HttpResponseInit } from '@azure/functions';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { StoreError } from '../store/document-store.ts';
import { toJsonBody } from './json-body.ts';
import { type MediaType, mediaTypes } from './negotiate.ts';
import type { ScimResponse } from './operation.ts';

const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** Turns a SCIM response into the host's; an answer to HEAD has all but the body (RFC 9110 9.3.2). */
export function toHttpResponse(
  response: ScimResponse,
  { method, mediaType = mediaTypes[0] }: { method: string; mediaType?: MediaType | undefined },
): HttpResponseInit {
  const headers = { ...response.headers };
  if (!response.body) return { status: response.status, headers };
  headers['Content-Type'] ??= mediaType;
  if (method === 'HEAD') return { status: response.status, headers };
  const body = toJsonBody(response.body);
  // A body of known length goes out in one piece with the head.
  if (typeof body === 'string') headers['Content-Length'] = String(Buffer.byteLength(body));
  return { status: response.status, headers, body };
}

/**
 * The response to a failure (RFC 7644 3.12). Where only the log tells what went wrong, the detail names the request,
 * since Entra ID shows administrators the body of an error and none of its headers.
 */
export function errorResponse(error: ScimError, requestId?: string): ScimResponse {
  const { status, scimType, message, headers } = error;
  const isForLog = error.code === 'internal' && requestId !== undefined;
  const body: JsonObject = {
    schemas: [errorUrn],
    status: String(status),
    ...(scimType !== undefined && { scimType }),
    detail: isForLog ? `${message} (request ${requestId})` : message,
  };
  return { status, headers, body };
}

/** Gives every failure a place in the catalogue; what is unknown is a defect, whose cause only the log sees. */
export function toScimError(thrown: unknown): ScimError {
  if (thrown instanceof ScimError) return thrown;
  if (!(thrown instanceof StoreError)) return new ScimError('internal', { cause: thrown });
  switch (thrown.kind) {
    case 'throttled':
      return new ScimError('tooManyRequests', {
        cause: thrown,
        headers: retryAfter(thrown.retryAfterSeconds),
      });
    case 'unavailable':
      return new ScimError('unavailable', { cause: thrown, headers: retryAfter(thrown.retryAfterSeconds) });
    case 'conflict':
    case 'stale':
      return new ScimError('conflict', { cause: thrown });
  }
}

function retryAfter(seconds = 1): Record<string, string> {
  return { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) };
}

import { notFound, ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Handler } from './handler.ts';
import type { ScimResponse } from './operation.ts';
import { errorResponse, toHttpResponse } from './respond.ts';

/** A document that is the same for every client, by the path below its address; `undefined` if there is none. */
type FindDocument = (path: string) => JsonObject | undefined;

/** Makes a handler that answers anyone with a document of metadata (RFC 8414 3.2, RFC 9728 3.2). */
export function metadataHandler(address: string, find: FindDocument): Handler {
  return async ({ url, method }) => {
    const { pathname } = new URL(url);
    return toHttpResponse(answer(method, find(pathname.slice(address.length))), { method });
  };
}

function answer(method: string, body: JsonObject | undefined): ScimResponse {
  if (method !== 'GET' && method !== 'HEAD') {
    const headers = { Allow: 'GET, HEAD' };
    return errorResponse(
      new ScimError('methodNotAllowed', { detail: 'Read the metadata with GET', headers }),
    );
  }
  if (body) return { status: 200, headers: kept, body };
  return errorResponse(
    notFound('No endpoint has metadata at this address: take the address from the header WWW-Authenticate'),
  );
}

const kept = { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=3600' };

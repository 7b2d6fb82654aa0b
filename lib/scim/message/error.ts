import type { ScimError } from '../errors.ts';
import { type JsonObject, jsonObject } from '../json.ts';

/** The URN of an error (RFC 7644 3.12). */
export const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** Writes the body of an error response (RFC 7644 3.12). */
export function errorBody({ status, scimType, message }: ScimError): JsonObject {
  return jsonObject({ schemas: [errorUrn], status: String(status), scimType, detail: message });
}

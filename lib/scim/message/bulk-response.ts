import type { ScimError } from '../errors.ts';
import type { JsonObject } from '../json.ts';

const bulkResponseUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** The result of one operation of a bulk request. */
export interface BulkResult {
  readonly status: number;
  /** The id of the resource. Absent if a creation failed. */
  readonly id?: string;
  readonly version?: string;
  readonly error?: ScimError;
}

/** Wraps the results of operations in a BulkResponse (RFC 7644 3.7). */
export function bulkResponse(operations: readonly JsonObject[]): JsonObject {
  return { schemas: [bulkResponseUrn], Operations: operations };
}

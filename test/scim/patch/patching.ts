import { ScimError } from '../../../lib/scim/errors.ts';
import type { JsonObject, JsonValue } from '../../../lib/scim/json.ts';
import { type PatchOperation, parsePatchOp, patchOpUrn } from '../../../lib/scim/message/patch-op.ts';
import { applyPatch } from '../../../lib/scim/patch/apply.ts';
import type { ResourceType } from '../../../lib/scim/schema/attribute.ts';
import { userType } from '../../../lib/scim/schema/resource-types.ts';

export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The operations as they come out of a request. */
export function operationsOf(operations: readonly JsonValue[]): readonly PatchOperation[] {
  return parsePatchOp({ schemas: [patchOpUrn], Operations: operations });
}

/** The resource after a request with these operations. */
export function patch(
  resource: JsonObject,
  operations: readonly JsonValue[],
  type: ResourceType = userType,
): JsonObject {
  return applyPatch(resource, operationsOf(operations), type);
}

/** The ScimError that something throws; fails when it throws nothing or anything else. */
export function scimErrorOf(run: () => unknown): ScimError {
  try {
    run();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown');
}

import type { JsonObject } from '../../../lib/scim/json.ts';
import { userType } from '../../../lib/scim/schema/resource-types.ts';
import { userSchema } from '../../../lib/scim/schema/user.ts';
import { validateResource } from '../../../lib/scim/validate.ts';

/** The body of a create request for a user with these attributes. */
export function userBody(attributes: JsonObject): JsonObject {
  return { schemas: [userSchema.id], userName: 'bjensen', ...attributes };
}

/** What a create request for a user with these attributes yields beside userName. */
export function createdUser(attributes: JsonObject): JsonObject {
  const { userName: _, ...rest } = validateResource(userBody(attributes), userType, { context: 'create' });
  return rest;
}

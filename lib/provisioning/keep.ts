import { canonicalise } from '../scim/canonicalise.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Context } from './context.ts';
import { checkRules } from './rules/rules.ts';

/**
 * A valid resource as it is kept: as it was sent, or in canonical forms where the client does not mind.
 *
 * Throws ScimError where the tenant's policy asks for more.
 */
export function asKept(
  context: Context,
  type: ResourceType,
  { resource, isNew = false }: { resource: JsonObject; isNew?: boolean },
): JsonObject {
  checkRules(context, type, { resource, isNew });
  return context.traits.keepsAsSent ? resource : canonicalise(resource, type);
}

import { canonicalise } from '../scim/canonicalise.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { userType } from '../scim/schema/resource-types.ts';
import type { Context } from './context.ts';
import { knownRole } from './rules/known-role.ts';
import { requiredAttributes } from './rules/required-attributes.ts';
import type { Rule } from './rules/rule.ts';
import { workAddress } from './rules/work-address.ts';

/** The rules that users must keep, in the order of the checks; a rule reads the policy and knows no product. */
const rules: readonly Rule[] = [requiredAttributes, workAddress, knownRole];

/**
 * Gives a valid resource as it is stored: as it was sent, or in canonical forms where the client does not mind.
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

/**
 * Checks a resource that is about to be written against the tenant's policy; throws ScimError.
 *
 * A change that leaves a user inactive is never refused: a person who has left must not stay for want of an attribute.
 */
function checkRules(
  context: Context,
  type: ResourceType,
  { resource, isNew }: { resource: JsonObject; isNew: boolean },
): void {
  if (type.name !== userType.name || (!isNew && resource.active === false)) return;
  for (const rule of rules) {
    try {
      rule.check(resource, context);
    } catch (refusal) {
      context.notes.met([rule.id]);
      throw refusal;
    }
  }
}

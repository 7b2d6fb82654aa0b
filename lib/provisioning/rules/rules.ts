import type { JsonObject } from '../../scim/json.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { userType } from '../../scim/schema/resource-types.ts';
import type { Context } from '../context.ts';
import { knownRole } from './known-role.ts';
import { requiredAttributes } from './required-attributes.ts';
import type { Rule } from './rule.ts';
import { workAddress } from './work-address.ts';

/** What a tenant's policy asks of users, in this order; a rule reads the policy and knows no product. */
const rules: readonly Rule[] = [requiredAttributes, workAddress, knownRole];

/**
 * Checks a resource that is about to be written against the tenant's policy; throws ScimError.
 *
 * A change that leaves a user inactive is never refused: a person who has left must not stay for want of an attribute.
 */
export function checkRules(
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

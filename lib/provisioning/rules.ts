import { attributeValues } from '../scim/attribute-values.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject, JsonValue } from '../scim/json.ts';
import { decidingRoles } from '../scim/roles.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { canonicalise } from '../scim/schema/canonical-form.ts';
import { userType, userTypeOf } from '../scim/schema/resource-types.ts';
import { workEmail } from '../tenants/policy.ts';
import type { Context } from './context.ts';

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

/** What a user must be like to be written. */
interface Rule {
  /** Named in the audit of what it refuses. */
  readonly id: string;
  /** Throws ScimError naming the attribute and what to change. */
  check(user: JsonObject, context: Pick<Context, 'tenant' | 'types'>): void;
}

const address = /^[^\s@]+@[^\s@]+$/;

/** The rules that users must keep, in the order of the checks; a rule reads the policy and knows no product. */
const rules: readonly Rule[] = [
  /** A user has every attribute that the policy requires (RFC 7643 2.2 leaves that to the service provider). */
  {
    id: 'required-attributes',
    check(user, { tenant, types }) {
      const { required } = tenant.policy.users;
      const isMissing = (path: string) => attributeValues(user, userTypeOf(types), path).every(isBlank);
      const missing = required.filter(isMissing);
      if (missing.length === 0) return;
      throw new ScimError('invalidValue', {
        detail: `${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} required: map and send a value`,
      });
    },
  },
  /** A work e-mail that the policy requires is an address: mails go there, and people sign in with it. */
  {
    id: 'work-address',
    check(user, { tenant, types }) {
      if (!tenant.policy.users.required.includes(workEmail)) return;
      const values = attributeValues(user, userTypeOf(types), workEmail);
      if (values.every((value) => address.test(String(value)))) return;
      throw new ScimError('invalidValue', {
        detail:
          `${workEmail} must be an e-mail address such as anna@example.com: ` +
          'map an attribute that holds one',
      });
    },
  },
  /** The role that the client names is one of the tenant's, where the policy refuses others. */
  {
    id: 'known-role',
    check(user, { tenant }) {
      const { known, stakeholders, unknown } = tenant.policy.roles;
      if (unknown !== 'refuse') return;
      const foreign = decidingRoles(user).find(
        (role) => !known.includes(role) && !stakeholders.includes(role),
      );
      if (foreign === undefined) return;
      throw new ScimError('invalidValue', {
        detail: `roles "${foreign.slice(0, 100)}" is not a role here: send one of ${known.join(', ')}, or none`,
      });
    },
  },
];

/** Spaces say no more than nothing does. */
function isBlank(value: JsonValue): boolean {
  return typeof value === 'string' && value.trim() === '';
}

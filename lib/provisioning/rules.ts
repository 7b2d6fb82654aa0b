import { limits } from '../base/limits.ts';
import { attributeValues } from '../scim/attribute-values.ts';
import { invalidValue } from '../scim/errors.ts';
import type { JsonObject, JsonValue } from '../scim/json.ts';
import { decidingRoles, findRole } from '../scim/roles.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { canonicalise } from '../scim/schema/canonical-form.ts';
import { userType, userTypeOf } from '../scim/schema/resource-types.ts';
import { workEmail } from '../tenants/policy.ts';
import type { Context } from './context.ts';

/**
 * The stored form of a valid resource: as the client sent it, or with canonical values (RFC 7643 4.1.2) if its
 * profile allows that.
 *
 * Throws ScimError `invalidValue` if the resource breaks a rule of the tenant's policy.
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
 * Checks a resource against the tenant's policy before it is written. Throws ScimError `invalidValue`.
 *
 * A change that leaves a user inactive is never refused, so that a missing attribute cannot keep a person who has
 * left active.
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

/** A condition that a user must satisfy to be written. */
interface Rule {
  /** The audit record of a refusal names it. */
  readonly id: string;
  /** Throws ScimError `invalidValue`, which names the attribute and says what to change. */
  check(user: JsonObject, context: Pick<Context, 'tenant' | 'types'>): void;
}

const address = /^[^\s@]+@[^\s@]+$/;

/** All rules for users, in the order of the checks. A rule depends on the policy, never on the client's product. */
const rules: readonly Rule[] = [
  /** A user has every attribute that the policy requires, as RFC 7643 2.2 lets the service provider decide. */
  {
    id: 'required-attributes',
    check(user, { tenant, types }) {
      const { required } = tenant.policy.users;
      const isMissing = (path: string) => attributeValues(user, userTypeOf(types), path).every(isBlank);
      const missing = required.filter(isMissing);
      if (missing.length === 0) return;
      throw invalidValue(
        `${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} required: map and send a value`,
      );
    },
  },
  /** A required work e-mail is an e-mail address, because mails go there and people sign in with it. */
  {
    id: 'work-address',
    check(user, { tenant, types }) {
      if (!tenant.policy.users.required.includes(workEmail)) return;
      const values = attributeValues(user, userTypeOf(types), workEmail);
      if (values.every((value) => address.test(String(value)))) return;
      throw invalidValue(
        `${workEmail} must be an e-mail address such as anna@example.com: map an attribute that holds one`,
      );
    },
  },
  /** A value that goes to an account attribute fits there. */
  {
    id: 'account-value',
    check(user, { tenant, types }) {
      const { enabled, attributes } = tenant.policy.accounts;
      const type = userTypeOf(types);
      const isLong = (path: string) =>
        String(attributeValues(user, type, path)[0] ?? '').length > limits.accountCharactersMax;
      const path = enabled ? Object.values(attributes).find(isLong) : undefined;
      if (path === undefined) return;
      throw invalidValue(
        `${path} must not exceed ${limits.accountCharactersMax} characters: send a shorter value`,
      );
    },
  },
  /** The role that the client sends is a role of the tenant, if the policy refuses unknown roles. */
  {
    id: 'known-role',
    check(user, { tenant }) {
      const { known, stakeholders, unknown } = tenant.policy.roles;
      if (unknown !== 'refuse') return;
      const foreign = decidingRoles(user).find(
        (role) => findRole([...known, ...stakeholders], role) === undefined,
      );
      if (foreign === undefined) return;
      throw invalidValue(
        `roles "${foreign.slice(0, 100)}" is not a role here: send one of ${known.join(', ')}, or none`,
      );
    },
  },
];

/** A text of spaces counts as no value. */
function isBlank(value: JsonValue): boolean {
  return typeof value === 'string' && value.trim() === '';
}

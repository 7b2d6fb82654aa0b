import { ScimError } from '../../scim/errors.ts';
import { decidingRoles } from '../../scim/roles.ts';
import type { Rule } from './rule.ts';

/** The role that the client names is one of the tenant's, where the policy refuses others. */
export const knownRole: Rule = {
  id: 'known-role',
  check(user, { tenant }) {
    const { known, stakeholders, unknown } = tenant.policy.roles;
    if (unknown !== 'refuse') return;
    const foreign = decidingRoles(user).find((role) => !known.includes(role) && !stakeholders.includes(role));
    if (foreign === undefined) return;
    throw new ScimError('invalidValue', {
      detail: `roles "${foreign.slice(0, 100)}" is not a role here: send one of ${known.join(', ')}, or none`,
    });
  },
};

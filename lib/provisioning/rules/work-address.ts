import { attributeValues } from '../../scim/attribute-values.ts';
import { ScimError } from '../../scim/errors.ts';
import { workEmail } from '../../tenants/policy.ts';
import { userTypeOf } from '../user-type.ts';
import type { Rule } from './rule.ts';

const address = /^[^\s@]+@[^\s@]+$/;

/** A work e-mail that the policy requires is an address: mails go there, and people sign in with it. */
export const workAddress: Rule = {
  id: 'work-address',
  check(user, { tenant, types }) {
    if (!tenant.policy.users.required.includes(workEmail)) return;
    const values = attributeValues(user, userTypeOf(types), workEmail);
    if (values.every((value) => address.test(String(value)))) return;
    throw new ScimError('invalidValue', {
      detail: `${workEmail} must be an e-mail address such as anna@example.com: map an attribute that holds one`,
    });
  },
};

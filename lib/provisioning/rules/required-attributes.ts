import { attributeValues } from '../../scim/attribute-values.ts';
import { ScimError } from '../../scim/errors.ts';
import { userTypeOf } from '../user-type.ts';
import type { Rule } from './rule.ts';

/** A user has every attribute that the policy requires (RFC 7643 2.2 leaves that to the service provider). */
export const requiredAttributes: Rule = {
  id: 'required-attributes',
  check(user, { tenant, types }) {
    const { required } = tenant.policy.users;
    const missing = required.filter((path) => attributeValues(user, userTypeOf(types), path).length === 0);
    if (missing.length === 0) return;
    throw new ScimError('invalidValue', {
      detail: `${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} required: map and send a value`,
    });
  },
};

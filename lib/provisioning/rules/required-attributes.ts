import { attributeValues } from '../../scim/attribute-values.ts';
import { ScimError } from '../../scim/errors.ts';
import type { JsonValue } from '../../scim/json.ts';
import { userTypeOf } from '../user-type.ts';
import type { Rule } from './rule.ts';

/** Spaces say no more than nothing does. */
function isBlank(value: JsonValue): boolean {
  return typeof value === 'string' && value.trim() === '';
}

/** A user has every attribute that the policy requires (RFC 7643 2.2 leaves that to the service provider). */
export const requiredAttributes: Rule = {
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
};

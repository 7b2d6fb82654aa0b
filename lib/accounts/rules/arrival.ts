import { attributeValues } from '../../scim/attribute-values.ts';
import { withoutCase } from '../../scim/schema/search-form.ts';
import { workEmail } from '../../tenants/policy.ts';
import { isLive } from '../account.ts';
import type { AccountRule, Facts } from '../facts.ts';

/** Keeps the address with which a user was created until the account is live. Adoption needs that address. */
export const arrival: AccountRule = (draft, facts) => {
  const cameWith = facts.account ? draft.cameWith : comparableWorkEmail(facts);
  return { ...draft, cameWith: isLive(draft) ? undefined : cameWith };
};

/** The work e-mail of a user in the form in which it is compared. */
export function comparableWorkEmail({ user, type }: Pick<Facts, 'user' | 'type'>): string | undefined {
  const [address] = attributeValues(user, type, workEmail);
  return typeof address === 'string' ? withoutCase(address) : undefined;
}

import type { Policy } from '../../tenants/policy.ts';
import type { Account } from '../account.ts';
import type { AccountRule } from '../facts.ts';

/** Marks new and changed values that the owner must confirm. */
export const verification: AccountRule = (draft, { policy, account }) => ({
  ...draft,
  unverified: unverifiedIn(policy, account, draft),
});

/** The names of attributes whose value the owner must still confirm after a change. */
export function unverifiedIn(
  { accounts }: Policy,
  before: Account | undefined,
  { attributes, unverified }: Account,
): readonly string[] {
  return accounts.verified.filter((name) => {
    const value = attributes[name];
    return value !== undefined && (value !== before?.attributes[name] || unverified.includes(name));
  });
}

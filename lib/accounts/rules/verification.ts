import type { Policy } from '../../tenants/policy.ts';
import type { Account } from '../account.ts';
import type { AccountRule } from '../facts.ts';

/** Has values confirmed by their owner once they are new or have changed. */
export const verification: AccountRule = (draft, { policy, account }) => ({
  ...draft,
  unverified: unverifiedIn(policy, account, draft),
});

/** The names of values that their owner has still to confirm after a change. */
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

import { limits } from '../base/limits.ts';
import { accountIdOf, type Hold } from './account.ts';
import { listAccounts } from './list-accounts.ts';
import type { AccountScope } from './scope.ts';
import { settleAccount } from './settle.ts';

/** Brings the accounts of users in step with the directory, and those that wait for what they set free. */
export async function settleAccounts(scope: AccountScope, users: readonly string[]): Promise<void> {
  if (!scope.policy.accounts.enabled) return;
  const released = new Set<Hold>();
  const pending = new Set(users).values();
  const worker = async () => {
    for (const user of pending) {
      for (const hold of (await settleAccount(scope, user)).released) released.add(hold);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limits.settlingsAtOnce, users.length) }, worker));
  for (const hold of released) await releaseHeld(scope, hold);
}

/** Lets those who are held for a reason try again, the oldest first, as long as it helps. */
export async function releaseHeld(scope: AccountScope, hold: Hold): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const [held] = (await listAccounts(scope, { hold, after, limit: 1 })).accounts;
    if (held?.user === undefined) return;
    const { account } = await settleAccount(scope, held.user);
    if (account?.hold !== hold) continue;
    // Seats are alike: where the oldest finds none, no other does. Addresses are not.
    if (hold === 'noLicence') return;
    after = accountIdOf(held);
  }
}

import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import { isOutage } from '../store/document-store.ts';
import { accountIdOf, type Hold } from './account.ts';
import { listAccounts } from './list-accounts.ts';
import type { AccountScope } from './scope.ts';
import { settleAccount } from './settle.ts';

/** Brings the accounts of users in step with the directory, and those that wait for what they set free. */
export async function settleAccounts(scope: AccountScope, users: readonly string[]): Promise<void> {
  if (!scope.policy.accounts.enabled) return;
  const released = new Set<Hold>();
  const failures: unknown[] = [];
  await forEachConcurrently(new Set(users), limits.settlingsAtOnce, async (user) => {
    try {
      for (const hold of (await settleAccount(scope, user)).released) released.add(hold);
    } catch (thrown) {
      // One that cannot be settled keeps no other; a store that does not answer would keep all of them.
      if (isOutage(thrown)) throw thrown;
      failures.push(thrown);
    }
  });
  for (const hold of released) await releaseHeld(scope, hold);
  if (failures.length > 0) throw failures[0];
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

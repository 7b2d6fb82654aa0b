import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { type Account, type AccountState, accountOf } from './account.ts';
import { readAccount } from './links.ts';
import type { AccountScope } from './scope.ts';
import { writeAccount } from './write-account.ts';

/**
 * Activates an invited account. An account in another state stays as it is.
 *
 * Yields `activated`, or the state of the account. `undefined` if there is no account or `isMeant` refuses
 * it. Throws StoreError.
 */
export function activateAccount(
  scope: AccountScope,
  id: string,
  isMeant: (account: Account) => boolean = () => true,
): Promise<AccountState | 'activated' | undefined> {
  return retryLostRace(async () => {
    const stored = await readAccount(scope, id);
    const before = stored && accountOf(stored.document);
    if (!before || !isMeant(before)) return undefined;
    if (before.state !== 'invited') return before.state;
    const after: Account = { ...before, state: 'active', activated: true };
    const obstacle = await writeAccount(scope, { id, before: stored, after, operation: 'activate' });
    return obstacle ? before.state : 'activated';
  }, unavailable);
}

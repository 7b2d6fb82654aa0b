import { limits } from '../base/limits.ts';
import { StoreError } from '../store/document-store.ts';
import { type Account, type AccountState, accountOf } from './account.ts';
import { readAccount } from './links.ts';
import type { AccountScope } from './scope.ts';
import { writeAccount } from './write-account.ts';

/**
 * Makes an account active whose owner has followed the invitation; one that is not invited stays as it is.
 *
 * Yields `activated`, or the state that the account is in; `undefined` where there is none that is meant. Throws
 * StoreError.
 */
export async function activateAccount(
  scope: AccountScope,
  id: string,
  isMeant: (account: Account) => boolean = () => true,
): Promise<AccountState | 'activated' | undefined> {
  for (let tries = 0; tries < limits.raceAttemptsMax; tries += 1) {
    const stored = await readAccount(scope, id);
    if (!stored) return undefined;
    const before = accountOf(stored.document);
    if (!isMeant(before)) return undefined;
    if (before.state !== 'invited') return before.state;
    const written = await writeAccount(scope, {
      id,
      before: stored,
      after: { ...before, state: 'active', activated: true },
      operation: 'activate',
    });
    if (written === 'written') return 'activated';
  }
  throw new StoreError('unavailable', { cause: new Error('Others change the account all the time') });
}

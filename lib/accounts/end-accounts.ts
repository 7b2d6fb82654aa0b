import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import { removalChanges } from '../directory/deletion.ts';
import { readResource } from '../directory/resources.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { type Account, accountIdOf, accountOf, isLive } from './account.ts';
import { takesSeat } from './derive.ts';
import type { Obstacle } from './facts.ts';
import { linkKind, readLinked, unlinkChange, userOf } from './links.ts';
import { noLogin } from './login.ts';
import { dropResettling } from './maintenance.ts';
import { type AccountScope, accountPartition } from './scope.ts';
import { dropLostMembers } from './team-members.ts';
import { resetCentralTeam } from './teams.ts';
import { type StoredAccount, writeAccount } from './write-account.ts';

/** The bounds of an ending. */
interface Ending {
  /** The time at which it began, in milliseconds since 1970. */
  readonly since: number;
  /** Tells if the time for it is over. */
  readonly isOver: () => boolean;
}

/**
 * Removes from the accounts and teams what a tenant's synchronisation has yielded: all accounts that follow from users,
 * the memberships that operators gave these, the name of the central team, and settlings that are still to be done.
 * Yields false if the time for it is over. Throws StoreError.
 */
export async function clearAccounts(scope: AccountScope, ending: Ending): Promise<boolean> {
  if (!(await endAccounts(scope, ending)) || !(await dropLostMembers(scope, ending.isOver))) return false;
  await resetCentralTeam(scope);
  await dropResettling(scope);
  return true;
}

/**
 * Ends all accounts that follow from users, and removes these users, each with its account in one batch. An
 * account that a user has taken over becomes one made by hand again. It may be interrupted.
 */
async function endAccounts(scope: AccountScope, { since, isOver }: Ending): Promise<boolean> {
  const { store } = scope.directory;
  // An account that is handed back may need a value that another one gives up in the first round.
  for (const isFinal of [false, true]) {
    let after: string | undefined;
    do {
      if (isOver()) return false;
      const query = { ...accountPartition(scope), kind: linkKind, after, limit: limits.pageSizeDefault };
      const { documents, more } = await store.query(query);
      await forEachConcurrently(documents, limits.settlingsAtOnce, ({ document }) =>
        endUser(scope, userOf(document), { since, isFinal }),
      );
      after = more ? documents.at(-1)?.document.id : undefined;
    } while (after !== undefined);
  }
  return true;
}

function endUser(
  scope: AccountScope,
  user: string,
  { since, isFinal }: { since: number; isFinal: boolean },
): Promise<void> {
  const { directory, userType } = scope;
  return retryLostRace(async () => {
    const { link, account } = await readLinked(scope, user);
    const stored = await readResource(directory, userType, user);
    const removal = stored ? removalChanges(directory, userType, stored) : [];
    const alongside = [...unlinkChange(link), ...removal];
    if (!account) {
      if (alongside.length > 0) await directory.store.commit(accountPartition(scope), alongside);
      return;
    }
    const isGone = !stored && Date.parse(account.document.lastModified) < since;
    let after = account.document.adopted ? handedBack(scope, account, isGone) : undefined;
    for (;;) {
      const obstacle = await writeAccount(scope, { ...endOf(scope, account, after), alongside });
      if (!obstacle || !isFinal) return;
      after = after && without(after, obstacle);
    }
  }, unavailable);
}

function endOf({ policy, directory }: AccountScope, before: StoredAccount, after: Account | undefined) {
  const { state, due } = before.document;
  const end = due ?? directory.now() + policy.deletion.graceDays * 86_400_000;
  const removal = state === 'removed' ? ('finalise' as const) : ('remove' as const);
  return {
    id: accountIdOf(before.document),
    before,
    after,
    operation: after ? ('release' as const) : removal,
    due: after?.state === 'removed' ? end : undefined,
  };
}

/**
 * The account as if no user had taken it over. One that its owner could not use is disabled, so that an operator
 * decides about it. One that was removed stays removed until its grace period ends; `isGone` if the client had
 * removed its user.
 */
function handedBack({ policy }: AccountScope, { document }: StoredAccount, isGone: boolean): Account {
  const account = accountOf(document);
  const { hold, inactive } = account;
  const wasRemoved = account.state === 'removed' && hold === undefined;
  const live = isLive(account) || (wasRemoved && document.due !== undefined && !isGone && !inactive);
  const idle = wasRemoved && (isGone || document.due === undefined) ? 'removed' : 'disabled';
  return {
    ...account,
    state: live ? 'active' : idle,
    hold: undefined,
    user: undefined,
    adopted: false,
    inactive: undefined,
    roleFromClient: false,
    edited: [],
    cameWith: undefined,
    cameAs: undefined,
    dropped: undefined,
    seated: live && takesSeat(policy, account),
    central: false,
    isMoved: undefined,
  };
}

/** The account without what another account has meanwhile. */
function without(account: Account, obstacle: Obstacle): Account {
  if (obstacle === 'noLicence') return { ...account, state: 'disabled', seated: false };
  if (obstacle === 'loginTaken') return { ...account, ...noLogin, loginBy: undefined };
  const { email: _, ...attributes } = account.attributes;
  return { ...account, attributes };
}

import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { readResource } from '../directory/resources.ts';
import { equalJson, type JsonValue } from '../scim/json.ts';
import { isOutage, StoreError } from '../store/document-store.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { type Account, accountIdOf, accountOf, type Hold } from './account.ts';
import { findBasis } from './adoption.ts';
import { releasedBy } from './claims.ts';
import { deriveAccount } from './derive.ts';
import { type Facts, gatherFacts } from './facts.ts';
import { type Linked, linkChange, readLinked, unlinkChange } from './links.ts';
import { listAccounts } from './list-accounts.ts';
import type { AccountScope } from './scope.ts';
import { hasFreeSeat } from './seats.ts';
import { writeAccount } from './write-account.ts';

/** The result of settling one account. */
interface Settled {
  /** The account afterwards; absent if there is none. */
  readonly account?: Account;
  /** Reasons for which other accounts may no longer have to be held. */
  readonly released: readonly Hold[];
}

/**
 * Settles the account of a user: makes it what follows from the directory.
 *
 * It is idempotent, two may run at the same time, and it may be interrupted. Throws StoreError.
 */
export async function settleAccount(scope: AccountScope, user: string): Promise<Settled> {
  if (scope.isEnding) return { released: [] };
  return retryLostRace(async () => {
    // The account is read first. A later change of the directory then causes a settling of its own.
    const linked = await readLinked(scope, user);
    const stored = await readResource(scope.directory, scope.userType, user);
    if (!stored) return leave(scope, linked);
    const { document } = stored;
    return follow(scope, linked, { user: document, facts: await gatherFacts(scope, document) });
  }, unavailable);
}

/** Makes the account of an existing user what follows from it. */
async function follow(
  scope: AccountScope,
  linked: Linked,
  { user, facts }: { user: ResourceDocument; facts: Omit<Facts, 'account'> },
): Promise<Settled> {
  const basis = await findBasis(scope, facts, { own: linked.account, user });
  const before = basis.stored && accountOf(basis.stored.document);
  const after = { ...deriveAccount({ ...facts, account: basis.account }), user: user.id };
  // An account that waits for its end is written again, because its user is back.
  const hasNoEnd = basis.stored?.document.due === undefined;
  if (before && hasNoEnd && isSame(before, after)) return { account: after, released: [] };
  const id = basis.stored ? accountIdOf(basis.stored.document) : scope.directory.newId();
  const obstacle = await writeAccount(scope, {
    id,
    before: basis.stored,
    after,
    alongside: [...linkChange(scope, { user: user.id, account: id }, linked.link), ...basis.alongside],
  });
  // With the obstacle the account is held. A held account claims nothing that could be refused again.
  if (obstacle && !facts.obstacle) return follow(scope, linked, { user, facts: { ...facts, obstacle } });
  if (obstacle) throw new StoreError('stale');
  // A request that released a seat at the same time did not find this account among those that wait for one.
  if (after.hold === 'noLicence' && (await hasFreeSeat(scope))) throw new StoreError('stale');
  return { account: after, released: releasedBy(before, after) };
}

/** Removes the account of a deleted user, at once or when the grace period ends. */
async function leave(scope: AccountScope, { link, account }: Linked): Promise<Settled> {
  const before = account && accountOf(account.document);
  const isLeaving = account?.document.due !== undefined;
  if (!account || !before || isLeaving) return { account: before, released: [] };
  const { graceDays } = scope.policy.deletion;
  const isKept = graceDays > 0 && before.state !== 'held';
  await writeAccount(scope, {
    id: accountIdOf(account.document),
    before: account,
    after: isKept ? removed(before) : undefined,
    operation: 'remove',
    due: isKept ? scope.directory.now() + graceDays * 86_400_000 : undefined,
    alongside: isKept ? [] : unlinkChange(link),
  });
  return { released: releasedBy(before, undefined) };
}

/** The account in the state `removed`, from which it can come back. */
export function removed(account: Account): Account {
  return { ...account, state: 'removed', hold: undefined, seated: false, central: false };
}

function isSame(before: Account, after: Account): boolean {
  const plain = (account: Account): JsonValue => JSON.parse(JSON.stringify(account));
  return equalJson(plain(before), plain(after));
}

/** Settles the accounts of users, and then those held for a seat, an address or a login that was released. */
export async function settleAccounts(scope: AccountScope, users: readonly string[]): Promise<void> {
  if (!scope.policy.accounts.enabled) return;
  const released = new Set<Hold>();
  const failures: unknown[] = [];
  await forEachConcurrently(new Set(users), limits.settlingsAtOnce, async (user) => {
    try {
      for (const hold of (await settleAccount(scope, user)).released) released.add(hold);
    } catch (thrown) {
      // An account that cannot be settled does not stop the others, but a store that does not answer does.
      if (isOutage(thrown)) throw thrown;
      failures.push(thrown);
    }
  });
  for (const hold of released) await releaseHeld(scope, hold);
  if (failures.length > 0) throw failures[0];
}

/** Settles the accounts held for a reason, the oldest first, while it helps. */
export async function releaseHeld(scope: AccountScope, hold: Hold): Promise<void> {
  let after: string | undefined;
  while (!scope.isEnding) {
    const [held] = (await listAccounts(scope, { hold, after, limit: 1 })).accounts;
    if (held?.user === undefined) return;
    const { account } = await settleAccount(scope, held.user);
    if (account?.hold !== hold) continue;
    // All seats are the same: if the oldest account finds none, no other does. Addresses and logins differ.
    if (hold === 'noLicence') return;
    after = accountIdOf(held);
  }
}

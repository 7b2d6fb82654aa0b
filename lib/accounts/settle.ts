import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { readResource } from '../directory/resources.ts';
import { equalJson, type JsonValue } from '../scim/json.ts';
import { isOutage, StoreError } from '../store/document-store.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { type Account, accountIdOf, accountOf, type Hold } from './account.ts';
import { findBasis } from './adoption.ts';
import { hasClaims } from './claims.ts';
import { deriveAccount } from './derive.ts';
import { type Facts, gatherFacts } from './facts.ts';
import { type Linked, linkChange, readLinked, unlinkChange } from './links.ts';
import { listAccounts } from './list-accounts.ts';
import type { AccountScope } from './scope.ts';
import { hasFreeSeat } from './seats.ts';
import { writeAccount } from './write-account.ts';

/** What a settling came to. */
interface Settled {
  /** The account as it is now; absent where there is none. */
  readonly account?: Account;
  /** Why others are held who need not be any more. */
  readonly released: readonly Hold[];
}

/**
 * Brings the account of a user in step with the directory.
 *
 * May run twice, at once, and be cut off anywhere: whoever runs next ends up with the same. Throws StoreError.
 */
export function settleAccount(scope: AccountScope, user: string): Promise<Settled> {
  return retryLostRace(async () => {
    // The account first: what changes in the directory after it was read has a settling of its own.
    const linked = await readLinked(scope, user);
    const stored = await readResource(scope.directory, scope.userType, user);
    if (!stored) return leave(scope, linked);
    const { document } = stored;
    return follow(scope, linked, { user: document, facts: await gatherFacts(scope, document) });
  }, unavailable);
}

/** The user is there: the account becomes what follows from it. */
async function follow(
  scope: AccountScope,
  linked: Linked,
  { user, facts }: { user: ResourceDocument; facts: Omit<Facts, 'account'> },
): Promise<Settled> {
  const basis = await findBasis(scope, facts, { own: linked.account, user });
  const before = basis.stored && accountOf(basis.stored.document);
  const after = { ...deriveAccount({ ...facts, account: basis.account }), user: user.id };
  // One that was leaving stays now that its user is back.
  const isStaying = basis.stored?.document.due === undefined;
  if (before && isStaying && isSame(before, after)) return { account: after, released: [] };
  const id = basis.stored ? accountIdOf(basis.stored.document) : scope.directory.newId();
  const obstacle = await writeAccount(scope, {
    id,
    before: basis.stored,
    after,
    alongside: [...linkChange(scope, { user: user.id, account: id }, linked.link), ...basis.alongside],
  });
  // Held for what stands in its way, it takes nothing that could be refused again.
  if (obstacle && !facts.obstacle) return follow(scope, linked, { user, facts: { ...facts, obstacle } });
  if (obstacle) throw new StoreError('stale');
  // Who freed a seat meanwhile did not see this account among those that wait for one.
  if (after.hold === 'noLicence' && (await hasFreeSeat(scope))) throw new StoreError('stale');
  return { account: after, released: releasedBy(before, after) };
}

/** The user is gone: so is the account, at once or when the grace period ends. */
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

/** An account that is gone and can come back. */
export function removed(account: Account): Account {
  return { ...account, state: 'removed', hold: undefined, seated: false, central: false };
}

/** Why others are held who need not be any more: for want of a seat, or of what this account had. */
export function releasedBy(before: Account | undefined, after: Account | undefined): readonly Hold[] {
  const frees = (read: (account: Account) => string | undefined) => {
    const held = before && hasClaims(before) ? read(before) : undefined;
    const kept = after && hasClaims(after) ? read(after) : undefined;
    return held !== undefined && held !== kept;
  };
  const released: Hold[] = [];
  if (before?.seated && !after?.seated) released.push('noLicence');
  if (frees(({ attributes }) => attributes.email)) released.push('addressTaken');
  if (frees(({ login }) => login)) released.push('loginTaken');
  return released;
}

function isSame(before: Account, after: Account): boolean {
  const plain = (account: Account): JsonValue => JSON.parse(JSON.stringify(account));
  return equalJson(plain(before), plain(after));
}

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

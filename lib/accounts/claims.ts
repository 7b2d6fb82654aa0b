import { hash } from 'node:crypto';
import { withoutCase } from '../scim/schema/search-form.ts';
import type { Change, Document } from '../store/document-store.ts';
import type { Account, Hold } from './account.ts';
import type { Obstacle } from './facts.ts';
import { type AccountScope, accountPartition } from './scope.ts';

const claimKind = 'account-claim';

/** The claim of an address or login by one account. A second one has the same id, so its creation fails. */
interface Claim extends Document {
  readonly account: string;
}

/** The values that two accounts cannot share, each with the hold of the second account. */
const claimed = {
  address: { hold: 'addressTaken', of: ({ attributes }: Account) => attributes.email },
  login: { hold: 'loginTaken', of: ({ login }: Account) => login },
} as const;
type ClaimName = keyof typeof claimed;
const claimNames = ['address', 'login'] as const;

/** The claim or release of one value. */
interface ClaimChange {
  readonly change: Change;
  /** The reason to hold the account if the change fails. */
  readonly obstacle: Obstacle;
}

/** The changes that claim and release values when an account goes from `before` to `after`. */
export function claimChanges(
  { directory: { tenantId } }: AccountScope,
  account: string,
  { before, after }: { before: Account | undefined; after: Account | undefined },
): readonly ClaimChange[] {
  return claimNames.flatMap((name) => {
    const obstacle = claimed[name].hold;
    const held = before && claimId(name, before);
    const wanted = after && claimId(name, after);
    const changes: ClaimChange[] = [];
    if (held === wanted) return changes;
    if (held) changes.push({ change: { op: 'delete', kind: claimKind, id: held }, obstacle });
    if (wanted) {
      const document: Claim = { id: wanted, tenantId, kind: claimKind, account };
      changes.push({ change: { op: 'create', document }, obstacle });
    }
    return changes;
  });
}

/** Finds the id of the account that claims an address. */
export function ownerOfAddress(scope: AccountScope, address: string): Promise<string | undefined> {
  return ownerOf(scope, idOf('address', address));
}

/** Finds the id of the account that claims a login. */
export function ownerOfLogin(scope: AccountScope, login: string): Promise<string | undefined> {
  return ownerOf(scope, idOf('login', login));
}

async function ownerOf(scope: AccountScope, id: string): Promise<string | undefined> {
  const found = await scope.directory.store.read({ ...accountPartition(scope), kind: claimKind, id });
  return (found?.document as Claim | undefined)?.account;
}

/** Accepts an account that claims its address and login: all but held and removed ones. */
export function hasClaims({ state }: Pick<Account, 'state'>): boolean {
  return state !== 'held' && state !== 'removed';
}

/** Reasons to hold others that may no longer apply, because this account releases a seat or a claim. */
export function releasedBy(before: Account | undefined, after: Account | undefined): readonly Hold[] {
  const releases = (read: (account: Account) => string | undefined) => {
    const held = before && hasClaims(before) ? read(before) : undefined;
    const kept = after && hasClaims(after) ? read(after) : undefined;
    return held !== undefined && held !== kept;
  };
  const released: Hold[] = [];
  if (before?.seated && !after?.seated) released.push('noLicence');
  if (releases(({ attributes }) => attributes.email)) released.push('addressTaken');
  if (releases(({ login }) => login)) released.push('loginTaken');
  return released;
}

function claimId(name: ClaimName, account: Account): string | undefined {
  const value = claimed[name].of(account);
  return value === undefined || !hasClaims(account) ? undefined : idOf(name, value);
}

function idOf(name: ClaimName, value: string): string {
  return `account-${name}:${hash('sha256', withoutCase(value), 'base64url')}`;
}

import { hash } from 'node:crypto';
import { withoutCase } from '../scim/schema/search-form.ts';
import type { Change, Document } from '../store/document-store.ts';
import type { Account, Hold } from './account.ts';
import type { Obstacle } from './facts.ts';
import { type Login, loginClaimOf } from './login.ts';
import { type AccountScope, accountPartition } from './scope.ts';

const claimKind = 'account-claim';

/** The claim of an address or login by one account. A second one has the same id, so its creation fails. */
interface Claim extends Document {
  readonly account: string;
}

/** The values that two accounts cannot share: the id of each one's claim, and the hold of the second account. */
const claimed = {
  address: { hold: 'addressTaken', idOf: ({ attributes }: Account) => addressClaimOf(attributes.email) },
  login: { hold: 'loginTaken', idOf: (account: Account) => loginClaimOf(account) },
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
  return ownerOf(scope, addressClaimOf(address));
}

/** Finds the id of the account that claims a login. */
export function ownerOfLogin(scope: AccountScope, login: Login): Promise<string | undefined> {
  return ownerOf(scope, loginClaimOf(login));
}

async function ownerOf(scope: AccountScope, id: string | undefined): Promise<string | undefined> {
  if (id === undefined) return undefined;
  const found = await scope.directory.store.read({ ...accountPartition(scope), kind: claimKind, id });
  return (found?.document as Claim | undefined)?.account;
}

/** Accepts an account that claims its address and login: all but held and removed ones. */
export function hasClaims({ state }: Pick<Account, 'state'>): boolean {
  return state !== 'held' && state !== 'removed';
}

/** Reasons to hold others that may no longer apply, because this account releases a seat or a claim. */
export function releasedBy(before: Account | undefined, after: Account | undefined): readonly Hold[] {
  const releases = (name: ClaimName) => {
    const held = before && claimId(name, before);
    return held !== undefined && held !== (after && claimId(name, after));
  };
  const released: Hold[] = [];
  if (before?.seated && !after?.seated) released.push('noLicence');
  for (const name of claimNames) if (releases(name)) released.push(claimed[name].hold);
  return released;
}

function claimId(name: ClaimName, account: Account): string | undefined {
  return hasClaims(account) ? claimed[name].idOf(account) : undefined;
}

function addressClaimOf(address: string | undefined): string | undefined {
  return address === undefined
    ? undefined
    : `account-address:${hash('sha256', withoutCase(address), 'base64url')}`;
}

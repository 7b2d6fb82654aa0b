import { hash } from 'node:crypto';
import { withoutCase } from '../scim/schema/search-form.ts';
import type { Change, Document } from '../store/document-store.ts';
import type { Account } from './account.ts';
import type { Obstacle } from './facts.ts';
import { type AccountScope, accountPartition } from './scope.ts';

const claimKind = 'account-claim';

/** Holds an address or a login for one account: creating it is what makes either unique. */
interface Claim extends Document {
  readonly account: string;
}

/** What no two accounts may share, and what a second one is held for. */
const claimed = {
  address: { hold: 'addressTaken', of: ({ attributes }: Account) => attributes.email },
  login: { hold: 'loginTaken', of: ({ login }: Account) => login },
} as const;
type ClaimName = keyof typeof claimed;
const claimNames = ['address', 'login'] as const;

/** Takes, moves or gives free what one account alone may have. */
interface ClaimChange {
  readonly change: Change;
  /** Why the account is held when the change fails. */
  readonly obstacle: Obstacle;
}

/** The changes that move an account's claims from one state to the next. */
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

/** The account that claims an address. */
export function ownerOfAddress(scope: AccountScope, address: string): Promise<string | undefined> {
  return ownerOf(scope, idOf('address', address));
}

/** The account that claims a login. */
export function ownerOfLogin(scope: AccountScope, login: string): Promise<string | undefined> {
  return ownerOf(scope, idOf('login', login));
}

async function ownerOf(scope: AccountScope, id: string): Promise<string | undefined> {
  const found = await scope.directory.store.read({ ...accountPartition(scope), kind: claimKind, id });
  return (found?.document as Claim | undefined)?.account;
}

/** Whether an account claims what it has: one that is held or removed does not. */
export function hasClaims({ state }: Pick<Account, 'state'>): boolean {
  return state !== 'held' && state !== 'removed';
}

function claimId(name: ClaimName, account: Account): string | undefined {
  const value = claimed[name].of(account);
  return value === undefined || !hasClaims(account) ? undefined : idOf(name, value);
}

function idOf(name: ClaimName, value: string): string {
  return `account-${name}:${hash('sha256', withoutCase(value), 'base64url')}`;
}

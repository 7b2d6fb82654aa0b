import { limits } from '../base/limits.ts';
import { whereEqual } from '../store/where-equal.ts';
import {
  type AccountDocument,
  type AccountState,
  accountIdOf,
  accountKind,
  documentId,
  type Hold,
} from './account.ts';
import { ownerOfAddress, ownerOfLogin } from './claims.ts';
import { readAccount } from './links.ts';
import { type Federated, federatedLogin, isSameLogin, type Login, textLogin } from './login.ts';
import { type AccountScope, accountPartition } from './scope.ts';
import type { StoredAccount } from './write-account.ts';

/** Accounts in the order of their creation. */
interface AccountPage {
  readonly accounts: readonly AccountDocument[];
  /** The `after` of the next page; absent on the last page. */
  readonly next?: string;
}

/** A query of accounts. It selects those with all of the given values. */
export interface AccountQuery {
  readonly state?: AccountState;
  readonly hold?: Hold;
  readonly central?: true;
  /** Selects accounts after the one with this id. */
  readonly after?: string;
  readonly limit?: number;
}

/** Lists accounts in the order of their creation, with one query for a page. */
export async function listAccounts(scope: AccountScope, query: AccountQuery = {}): Promise<AccountPage> {
  const { state, hold, central, after, limit = limits.pageSizeDefault } = query;
  const page = await scope.directory.store.query({
    ...accountPartition(scope),
    kind: accountKind,
    where: whereEqual({ state, hold, central }),
    after: after === undefined ? undefined : documentId(after),
    limit,
  });
  const accounts = page.documents.map(({ document }) => document as AccountDocument);
  const last = accounts.at(-1);
  return { accounts, next: page.more && last ? accountIdOf(last) : undefined };
}

/** Finds the account that claims an address. */
export async function findByAddress(
  scope: AccountScope,
  address: string,
): Promise<StoredAccount | undefined> {
  return accountWith(scope, await ownerOfAddress(scope, address));
}

/** Finds the account that claims a login. */
export async function findByLogin(scope: AccountScope, login: Login): Promise<StoredAccount | undefined> {
  const found = await accountWith(scope, await ownerOfLogin(scope, login));
  return found && isSameLogin(found.document, login) ? found : undefined;
}

/** The login with which a person signed in: a text, or a subject at an issuer. */
export interface SignIn {
  readonly login?: string;
  readonly federated?: Federated;
}

/**
 * Finds the account that a person signs in to. A text is an externalId first, and then another login: without regard to
 * case, unless the policy has externalId as its login.
 */
export async function findBySignIn(
  scope: AccountScope,
  { login, federated }: SignIn,
): Promise<StoredAccount | undefined> {
  if (federated) return findByLogin(scope, federatedLogin(federated));
  if (login === undefined) return undefined;
  const exact = await findByLogin(scope, textLogin(login, 'externalId'));
  if (exact) return exact;
  const other = await findByLogin(scope, textLogin(login, 'userName'));
  const isExact = scope.policy.accounts.login === 'externalId';
  return isExact && other?.document.login !== login ? undefined : other;
}

async function accountWith(scope: AccountScope, id: string | undefined): Promise<StoredAccount | undefined> {
  return id === undefined ? undefined : readAccount(scope, id);
}

/** Counts the accounts in a state or held for a reason. */
export function countAccounts(
  scope: AccountScope,
  { state, hold }: Pick<AccountQuery, 'state' | 'hold'>,
): Promise<number> {
  const where = whereEqual({ state, hold });
  return scope.directory.store.count({ ...accountPartition(scope), kind: accountKind, where });
}

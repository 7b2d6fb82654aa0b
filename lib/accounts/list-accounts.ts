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
import { ownerOfAddress } from './claims.ts';
import { readAccount } from './links.ts';
import { type AccountScope, accountPartition } from './scope.ts';

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
): Promise<AccountDocument | undefined> {
  const id = await ownerOfAddress(scope, address);
  return id === undefined ? undefined : (await readAccount(scope, id))?.document;
}

/** Counts the accounts in a state or held for a reason. */
export function countAccounts(
  scope: AccountScope,
  { state, hold }: Pick<AccountQuery, 'state' | 'hold'>,
): Promise<number> {
  const where = whereEqual({ state, hold });
  return scope.directory.store.count({ ...accountPartition(scope), kind: accountKind, where });
}

import type { Change, Document, Stored } from '../store/document-store.ts';
import { type AccountDocument, accountKind, documentId } from './account.ts';
import { type AccountScope, accountPartition } from './scope.ts';
import type { StoredAccount } from './write-account.ts';

/** The kind of the link from a user to its account, in the container `users`. */
export const linkKind = 'account-link';

/** The link from a user to its account. Its id follows from the user, so a user cannot have two accounts. */
interface Link extends Document {
  readonly account: string;
}

/** The account of a user, and the link to it. */
export interface Linked {
  readonly link: Stored<Link> | undefined;
  readonly account: StoredAccount | undefined;
}

/** Reads the account of a user. */
export async function readLinked(scope: AccountScope, user: string): Promise<Linked> {
  const key = { ...accountPartition(scope), kind: linkKind, id: linkId(user) };
  const link = (await scope.directory.store.read(key)) as Stored<Link> | undefined;
  return { link, account: link && (await readAccount(scope, link.document.account)) };
}

/** Reads an account by its id; `undefined` if it does not exist. */
export async function readAccount(
  scope: Pick<AccountScope, 'directory'>,
  id: string,
): Promise<StoredAccount | undefined> {
  const key = { ...accountPartition(scope), kind: accountKind, id: documentId(id) };
  return (await scope.directory.store.read(key)) as Stored<AccountDocument> | undefined;
}

/** Reads accounts by their ids. Accounts that do not exist are left out. */
export async function readAccounts(
  scope: AccountScope,
  ids: readonly string[],
): Promise<readonly AccountDocument[]> {
  if (ids.length === 0) return [];
  const keys = ids.map((id) => ({ ...accountPartition(scope), kind: accountKind, id: documentId(id) }));
  const found = await scope.directory.store.readMany(keys);
  return found.flatMap((stored) => (stored ? [stored.document as AccountDocument] : []));
}

/** Reads the accounts of users. Users without an account are left out. */
export async function readAccountsOf(
  scope: AccountScope,
  users: readonly string[],
): Promise<readonly AccountDocument[]> {
  if (users.length === 0) return [];
  const keys = users.map((user) => ({ ...accountPartition(scope), kind: linkKind, id: linkId(user) }));
  const links = await scope.directory.store.readMany(keys);
  return readAccounts(
    scope,
    links.flatMap((link) => (link ? [(link.document as Link).account] : [])),
  );
}

/** Counts the accounts that follow from users. */
export function countLinked(scope: AccountScope): Promise<number> {
  return scope.directory.store.count({ ...accountPartition(scope), kind: linkKind });
}

/** The change that links a user to an account; none if it is linked already. */
export function linkChange(
  { directory: { tenantId } }: AccountScope,
  { user, account }: { user: string; account: string },
  link: Stored<Link> | undefined,
): readonly Change[] {
  if (link?.document.account === account) return [];
  const document: Link = { id: linkId(user), tenantId, kind: linkKind, account };
  return [link ? { op: 'replace', document, ifVersion: link.version } : { op: 'create', document }];
}

/** The change that removes the link from a user to its account; none without a link. */
export function unlinkChange(link: Stored<Link> | undefined): readonly Change[] {
  return link ? [{ op: 'delete', kind: linkKind, id: link.document.id, ifVersion: link.version }] : [];
}

function linkId(user: string): string {
  return `account-of:${user}`;
}

/** The id of the user of a link, from its document. */
export function userOf({ id }: Pick<Document, 'id'>): string {
  return id.slice(linkId('').length);
}

import { isLostRace } from '../directory/intents.ts';
import { readResource } from '../directory/resources.ts';
import { limits } from '../limits.ts';
import type { Change, Document, DocumentStore, Stored } from '../store/document-store.ts';
import { type AccountDocument, accountIdOf, accountKind } from './account.ts';
import { readLinked, unlinkChange } from './links.ts';
import { type AccountScope, accountPartition } from './scope.ts';
import { settleAccount } from './settle.ts';
import { settleAccounts } from './settle-accounts.ts';
import { writeAccount } from './write-account.ts';

const resettleKind = 'resettle';

/** Users of a tenant that are still to be looked at, since what follows from them may have changed. */
interface ResettleDocument extends Document {
  /** The last user that was; empty at the beginning. */
  readonly after: string;
}

export interface MaintenanceParts {
  readonly store: DocumentStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The accounts of a tenant; absent when it has none, or is gone. */
  readonly scopeOf: (tenantId: string) => Promise<AccountScope | undefined>;
  /** Told the kind of each document that is finished. */
  readonly done?: (kind: string) => void;
}

/** Ends accounts whose grace period is over and goes on with settling whole tenants; may run twice or be cut off. */
export async function maintainAccounts(parts: MaintenanceParts): Promise<void> {
  const due = { before: parts.now(), limit: limits.maintenanceBatchMax };
  for (const stored of await parts.store.due('users', accountKind, due)) {
    const scope = await parts.scopeOf(stored.document.tenantId);
    if (scope) await finaliseAccount(scope, stored as Stored<AccountDocument>);
    parts.done?.(accountKind);
  }
  for (const stored of await parts.store.due('users', resettleKind, due)) {
    const scope = await parts.scopeOf(stored.document.tenantId);
    if (scope) await resettle(scope, stored as Stored<ResettleDocument>);
    parts.done?.(resettleKind);
  }
}

/** Has every account of a tenant looked at again by the timer, as after a change of its policy. */
export async function requestResettling(scope: AccountScope): Promise<void> {
  // One that is under way begins anew: what it has done was by the policy before.
  const set = { due: scope.directory.now(), after: '' };
  await scope.directory.store.commit(accountPartition(scope), [
    { op: 'increment', kind: resettleKind, id: resettleKind, by: {}, set, ifAbsent: 'create' },
  ]);
}

async function finaliseAccount(scope: AccountScope, stored: Stored<AccountDocument>): Promise<void> {
  const { user } = stored.document;
  // A user that was restored has its account back instead.
  if (user !== undefined && (await readResource(scope.directory, scope.userType, user))) {
    await settleAccount(scope, user);
    return;
  }
  const link = user === undefined ? undefined : (await readLinked(scope, user)).link;
  const id = accountIdOf(stored.document);
  await writeAccount(scope, { id, before: stored, operation: 'finalise', alongside: unlinkChange(link) });
}

async function resettle(scope: AccountScope, { document, version }: Stored<ResettleDocument>): Promise<void> {
  const { directory } = scope;
  const { after } = document;
  const page = await directory.store.query({
    ...accountPartition(scope),
    kind: 'user',
    ...(after !== '' && { after }),
    limit: limits.maintenanceBatchMax,
  });
  const users = page.documents.map(({ document: user }) => user.id);
  await settleAccounts(scope, users);
  const last = users.at(-1);
  const next: Change =
    page.more && last !== undefined
      ? { op: 'replace', document: { ...document, after: last }, ifVersion: version }
      : { op: 'delete', kind: resettleKind, id: document.id, ifVersion: version };
  await unlessLost(directory.store.commit(accountPartition(scope), [next]));
}

/** Another instance, or another change of the policy, was faster, which is as good. */
async function unlessLost(commit: Promise<void>): Promise<void> {
  try {
    await commit;
  } catch (thrown) {
    if (!isLostRace(thrown)) throw thrown;
  }
}

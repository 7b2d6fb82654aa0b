import { limits } from '../base/limits.ts';
import { readResource } from '../directory/resources.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, Stored } from '../store/document-store.ts';
import { finishEachDueWithin, type TimerRun } from '../store/due-jobs.ts';
import { wonRace } from '../store/retry-lost-race.ts';
import { type AccountDocument, accountIdOf, accountKind } from './account.ts';
import { readLinked, unlinkChange } from './links.ts';
import { type AccountScope, accountPartition } from './scope.ts';
import { settleAccount, settleAccounts } from './settle.ts';
import { writeAccount } from './write-account.ts';

const resettleKind = 'resettle';

/** Users of a tenant that are still to be looked at, since what follows from them may have changed. */
interface ResettleDocument extends Document {
  /** The last user that was; empty at the beginning. */
  readonly after: string;
}

interface AccountMaintenance extends TimerRun {
  /** The accounts of a tenant; absent when it has none, perhaps for a while, or is gone. */
  readonly accountsOf: (tenantId: string) => Promise<AccountScope | undefined>;
}

/** Ends accounts whose grace period is over and goes on with settling whole tenants; may run twice or be cut off. */
export async function maintainAccounts({ accountsOf, ...run }: AccountMaintenance): Promise<void> {
  await finishEachDueWithin(run, accountsOf, [
    { container: 'users', kind: accountKind, finish: finaliseAccount },
    { container: 'users', kind: resettleKind, finish: resettle },
  ]);
}

/** Has every account of a tenant looked at again by the timer, as after a change of its policy, or a while later. */
export async function requestResettling(scope: AccountScope, { inSeconds = 0 } = {}): Promise<void> {
  // One that is under way begins anew: what it has done was by the policy before.
  const set = { due: scope.directory.now() + inSeconds * 1000, after: '' };
  await scope.directory.store.commit(accountPartition(scope), [
    { op: 'increment', kind: resettleKind, id: resettleKind, by: {}, set, ifAbsent: 'create' },
  ]);
}

async function finaliseAccount(scope: AccountScope, due: Stored): Promise<void> {
  const stored = due as Stored<AccountDocument>;
  const { user } = stored.document;
  // A user that was restored has its account back instead.
  if (user !== undefined && (await readResource(scope.directory, scope.userType, user))) {
    await settleAccount(scope, user);
    return;
  }
  const link = user === undefined ? undefined : (await readLinked(scope, user)).link;
  const id = accountIdOf(stored.document);
  const end = { id, before: stored, operation: 'finalise', alongside: unlinkChange(link) } as const;
  // Whoever changed it meanwhile has decided about it anew, or left it due.
  await wonRace(writeAccount(scope, end));
}

async function resettle(scope: AccountScope, { document, version }: Stored): Promise<void> {
  const { directory } = scope;
  const { after } = document as ResettleDocument;
  const page = await directory.store.query({
    ...accountPartition(scope),
    kind: 'user',
    after: after === '' ? undefined : after,
    limit: limits.maintenanceBatchMax,
  });
  const users = page.documents.map(({ document: user }) => user.id);
  await settleAccounts(scope, users);
  const last = users.at(-1);
  const next: Change =
    page.more && last !== undefined
      ? { op: 'replace', document: { ...document, after: last }, ifVersion: version }
      : { op: 'delete', kind: resettleKind, id: document.id, ifVersion: version };
  await commitOnce(directory.store, accountPartition(scope), [next]);
}

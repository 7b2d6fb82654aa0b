import { limits } from '../base/limits.ts';
import { readResource } from '../directory/resources.ts';
import { kindOf } from '../directory/scope.ts';
import { userType } from '../scim/schema/resource-types.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, Stored } from '../store/document-store.ts';
import { finishEachDueWithin, type TimerRun } from '../store/due-jobs.ts';
import { wonRace } from '../store/retry-lost-race.ts';
import { type AccountDocument, accountIdOf, accountKind } from './account.ts';
import { readLinked, unlinkChange } from './links.ts';
import { type AccountScope, accountPartition } from './scope.ts';
import { settleAccount, settleAccounts } from './settle.ts';
import { writeAccount } from './write-account.ts';

/** The kind of a ResettleDocument, in the container `users`. */
export const resettleKind = 'resettle';

/** The progress of settling all accounts of a tenant again. */
interface ResettleDocument extends Document {
  /** The id of the last settled user; empty at the beginning. */
  readonly after: string;
}

interface AccountMaintenance extends TimerRun {
  /** The accounts of a tenant; `undefined` if the tenant is deleted or its policy has accounts disabled. */
  readonly accountsOf: (tenantId: string) => Promise<AccountScope | undefined>;
}

/** Ends accounts after their grace period, and continues to settle whole tenants. May be interrupted. */
export async function maintainAccounts({ accountsOf, ...run }: AccountMaintenance): Promise<void> {
  await finishEachDueWithin(run, accountsOf, [
    { container: 'users', kind: accountKind, finish: finaliseAccount },
    { container: 'users', kind: resettleKind, finish: resettle },
  ]);
}

/** Makes the timer settle all accounts of a tenant again, for example after a change of its policy. */
export async function requestResettling(scope: AccountScope, { inSeconds = 0 } = {}): Promise<void> {
  // A settling that is under way begins again, because it has used the old policy.
  const set = { due: scope.directory.now() + inSeconds * 1000, after: '' };
  await scope.directory.store.commit(accountPartition(scope), [
    { op: 'increment', kind: resettleKind, id: resettleKind, by: {}, set, ifAbsent: 'create' },
  ]);
}

/** Gives up settling all accounts of a tenant again. */
export async function dropResettling(scope: AccountScope): Promise<void> {
  const change = { op: 'delete', kind: resettleKind, id: resettleKind } as const;
  await commitOnce(scope.directory.store, accountPartition(scope), [change]);
}

async function finaliseAccount(scope: AccountScope, due: Stored): Promise<void> {
  const stored = due as Stored<AccountDocument>;
  const { user } = stored.document;
  // A restored user gets its account back instead.
  if (user !== undefined && (await readResource(scope.directory, scope.userType, user))) {
    await settleAccount(scope, user);
    return;
  }
  const link = user === undefined ? undefined : (await readLinked(scope, user)).link;
  const id = accountIdOf(stored.document);
  const end = { id, before: stored, operation: 'finalise', alongside: unlinkChange(link) } as const;
  // Another writer that changed it has either decided about it or left it due.
  await wonRace(writeAccount(scope, end));
}

async function resettle(scope: AccountScope, { document, version }: Stored): Promise<void> {
  const { directory } = scope;
  const { after } = document as ResettleDocument;
  const page = await directory.store.query({
    ...accountPartition(scope),
    kind: kindOf(userType),
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

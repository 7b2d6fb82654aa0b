import { limits } from '../base/limits.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Container, Stored } from '../store/document-store.ts';
import { finishEachDueWithin, type TimerRun } from '../store/due-jobs.ts';
import { type BulkRecord, bulkKind, settleBulkRecord } from './bulk-records.ts';
import { type UnlinkDocument, unlink, unlinkKind } from './deletion.ts';
import { intentKind, rollForward } from './members/intents.ts';
import { stopWaiting } from './members/pending-members.ts';
import type { DirectoryScope } from './scope.ts';
import { finaliseRecord, headstone, type TombstoneDocument, tombstoneKind } from './tombstones.ts';

interface DirectoryMaintenance extends TimerRun {
  /** The directory of a tenant; `undefined` for a deleted one, whose documents are removed soon after. */
  readonly directoryOf: (tenantId: string) => Promise<DirectoryScope | undefined>;
}

/**
 * Finishes work that requests began. Each step is idempotent and may be interrupted.
 *
 * Throws StoreError if the store fails, and at the end the failures of single documents, several as an
 * AggregateError.
 */
export async function maintainDirectory({ directoryOf, ...run }: DirectoryMaintenance): Promise<void> {
  await run.store.sweep({ before: run.now(), limit: limits.maintenanceBatchMax });
  await finishEachDueWithin(run, directoryOf, [
    { container: 'groups', kind: intentKind, finish: finishIntent },
    { container: 'users', kind: bulkKind, finish: finishBulk },
    { container: 'users', kind: unlinkKind, finish: finishUnlink },
    { container: 'users', kind: tombstoneKind, finish: finalise },
    { container: 'groups', kind: unlinkKind, finish: finishUnlink },
    { container: 'groups', kind: tombstoneKind, finish: finalise },
  ]);
}

async function finishIntent(scope: DirectoryScope, { document }: Stored): Promise<void> {
  await rollForward(scope, String(document.group));
}

async function finishBulk(scope: DirectoryScope, stored: Stored, container: Container): Promise<void> {
  await settleBulkRecord(scope, stored.document as BulkRecord);
  await dropDocument(scope, stored, container);
}

/** Ends the memberships of a deleted resource. Late requests may add more until the last sweep. */
async function finishUnlink(scope: DirectoryScope, stored: Stored, container: Container): Promise<void> {
  const document = stored.document as UnlinkDocument;
  const { tenantId, resource, last } = document;
  await unlink(scope, resource);
  if (container === 'groups') await stopWaiting(scope, resource);
  if (last <= scope.now()) return dropDocument(scope, stored, container);
  const later: Change = { op: 'replace', document: { ...document, due: last }, ifVersion: stored.version };
  await commitOnce(scope.store, { container, tenantId }, [later]);
}

/** Removes the kept resource after its grace period, unless a restoration at the same time commits first. */
async function finalise(scope: DirectoryScope, stored: Stored, container: Container): Promise<void> {
  const document = stored.document as TombstoneDocument;
  await commitOnce(scope.store, { container, tenantId: scope.tenantId }, [
    { op: 'replace', document: headstone(document, scope.now()), ifVersion: stored.version },
    ...finaliseRecord(scope, document),
  ]);
}

async function dropDocument(
  { store, tenantId }: DirectoryScope,
  { document, version }: Stored,
  container: Container,
): Promise<void> {
  const { kind, id } = document;
  await commitOnce(store, { container, tenantId }, [{ op: 'delete', kind, id, ifVersion: version }]);
}

import { limits } from '../base/limits.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Container, Stored } from '../store/document-store.ts';
import { finishEachDueWithin, type TimerRun } from '../store/due-jobs.ts';
import { type BulkRecord, bulkKind, settleBulkRecord } from './bulk-records.ts';
import { endLinks, type UnlinkDocument, unlinkKind } from './deletion.ts';
import { draftKind, finishDraft } from './members/intent-parts.ts';
import { hasIntents, intentKind, rollForward } from './members/intents.ts';
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
    { container: 'groups', kind: draftKind, finish: finishDraft },
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

/** Ends a bulk request. One that was cut off waits until no execution of it can write any more. */
async function finishBulk(scope: DirectoryScope, stored: Stored, container: Container): Promise<void> {
  const record = stored.document as BulkRecord;
  const end = record.leaseUntil + limits.lateWritersSeconds * 1_000;
  if (!record.results && scope.now() < end) return postpone(scope, stored, { container, due: end });
  await settleBulkRecord(scope, record);
  await dropDocument(scope, stored, container);
}

/**
 * Ends the memberships of a deleted resource. Until the last sweep, requests may add more, and so may membership
 * changes that were decided before it and are not completed yet.
 */
async function finishUnlink(scope: DirectoryScope, stored: Stored, container: Container): Promise<void> {
  const { resource, last } = stored.document as UnlinkDocument;
  // Decided before the sweep, which may miss what is written during it.
  const time = scope.now();
  const isLast = last <= time && !(await hasIntents(scope));
  await endLinks(scope, container, resource);
  if (isLast) return dropDocument(scope, stored, container);
  const due = Math.max(last, time + limits.failedDueSeconds * 1_000);
  await postpone(scope, stored, { container, due });
}

/** Removes the kept resource after its grace period, unless a restoration at the same time commits first. */
async function finalise(scope: DirectoryScope, stored: Stored, container: Container): Promise<void> {
  const document = stored.document as TombstoneDocument;
  await commitOnce(scope.store, { container, tenantId: scope.tenantId }, [
    { op: 'replace', document: headstone(document, scope.now()), ifVersion: stored.version },
    ...finaliseRecord(scope, document),
  ]);
}

async function postpone(
  { store, tenantId }: DirectoryScope,
  { document, version }: Stored,
  { container, due }: { container: Container; due: number },
): Promise<void> {
  const later: Change = { op: 'replace', document: { ...document, due }, ifVersion: version };
  await commitOnce(store, { container, tenantId }, [later]);
}

async function dropDocument(
  { store, tenantId }: DirectoryScope,
  { document, version }: Stored,
  container: Container,
): Promise<void> {
  const { kind, id } = document;
  await commitOnce(store, { container, tenantId }, [{ op: 'delete', kind, id, ifVersion: version }]);
}

import { limits } from '../base/limits.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Container, DocumentStore, Stored } from '../store/document-store.ts';
import { type DueParts, finishEachDue } from '../store/due-jobs.ts';
import { type BulkRecord, bulkKind, settleBulkRecord } from './bulk-records.ts';
import { type UnlinkDocument, unlink, unlinkKind } from './deletion.ts';
import { intentKind, rollForward } from './members/intents.ts';
import type { DirectoryScope } from './scope.ts';
import { finaliseEvent, headstone, type TombstoneDocument, tombstoneKind } from './tombstones.ts';

/** The directory of a tenant, for a job that acts on its own. */
export type ScopeOf = (tenantId: string) => DirectoryScope;

/** What the timer needs to finish what requests began. */
export interface MaintenanceParts extends DueParts {
  readonly scopeOf: ScopeOf;
}

/**
 * Finishes what requests began: each step may run twice, or be cut off, and changes nothing then.
 *
 * Throws StoreError when the store fails, and an AggregateError of the failures of single documents at the end.
 */
export async function maintainDirectory(parts: MaintenanceParts): Promise<void> {
  const { store, now, scopeOf } = parts;
  await store.sweep({ before: now(), limit: limits.maintenanceBatchMax });
  await finishEachDue(parts, [
    {
      ...{ container: 'groups', kind: intentKind },
      finish: ({ document }) => rollForward(scopeOf(document.tenantId), String(document.group)),
    },
    { container: 'users', kind: bulkKind, finish: (stored) => finishBulk(parts, stored) },
    ...(['users', 'groups'] as const).flatMap((container) => [
      { container, kind: unlinkKind, finish: (stored: Stored) => finishUnlink(parts, container, stored) },
      { container, kind: tombstoneKind, finish: (stored: Stored) => finalise(parts, container, stored) },
    ]),
  ]);
}

async function finishBulk({ store, scopeOf }: MaintenanceParts, stored: Stored): Promise<void> {
  const record = stored.document as BulkRecord;
  await settleBulkRecord(scopeOf(record.tenantId), record);
  await dropDocument(store, 'users', stored);
}

/** Ends what memberships there are; until the last sweep, more may come late. */
async function finishUnlink(parts: MaintenanceParts, container: Container, stored: Stored): Promise<void> {
  const document = stored.document as UnlinkDocument;
  const { tenantId, resource, last } = document;
  await unlink(parts.scopeOf(tenantId), resource);
  if (last <= parts.now()) return dropDocument(parts.store, container, stored);
  const later: Change = { op: 'replace', document: { ...document, due: last }, ifVersion: stored.version };
  await commitOnce(parts.store, { container, tenantId }, [later]);
}

/** The grace period is over: what was kept of the resource goes; a restoration at the same time wins or is too late. */
async function finalise(parts: MaintenanceParts, container: Container, stored: Stored): Promise<void> {
  const { document, version } = stored as Stored<TombstoneDocument>;
  const { tenantId } = document;
  await commitOnce(parts.store, { container, tenantId }, [
    { op: 'replace', document: headstone(document, parts.now()), ifVersion: version },
    finaliseEvent(parts.scopeOf(tenantId), document),
  ]);
}

async function dropDocument(
  store: DocumentStore,
  container: Container,
  { document, version }: Stored,
): Promise<void> {
  const { tenantId, kind, id } = document;
  await commitOnce(store, { container, tenantId }, [{ op: 'delete', kind, id, ifVersion: version }]);
}

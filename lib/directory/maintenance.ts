import { limits } from '../limits.ts';
import {
  type Change,
  type Container,
  type DocumentStore,
  type Partition,
  type Stored,
  StoreError,
} from '../store/document-store.ts';
import { type BulkRecord, bulkKind, settleBulkRecord } from './bulk-records.ts';
import { type UnlinkDocument, unlink, unlinkKind } from './deletion.ts';
import { intentKind, isLostRace, rollForward } from './intents.ts';
import type { DirectoryScope } from './scope.ts';
import { finaliseEvent, headstone, type TombstoneDocument, tombstoneKind } from './tombstones.ts';

/** The directory of a tenant, for a job that acts on its own. */
export type ScopeOf = (tenantId: string) => DirectoryScope;

export interface MaintenanceParts {
  readonly store: DocumentStore;
  readonly now: () => number;
  readonly scopeOf: ScopeOf;
  /** Told the kind of every document that is finished. */
  readonly done?: (kind: string) => void;
}

/**
 * Finishes what requests began: each step may run twice, or be cut off, and changes nothing then. A document that fails
 * keeps no other from being done.
 *
 * Throws StoreError when the store fails, and an AggregateError of the failures of single documents at the end.
 */
export async function maintainDirectory(parts: MaintenanceParts): Promise<void> {
  const failures: unknown[] = [];
  const eachDue = createEachDue(parts, failures);
  await eachDue({ container: 'groups', kind: intentKind }, async ({ document }) => {
    await rollForward(parts.scopeOf(document.tenantId), String(document.group));
  });
  await eachDue({ container: 'users', kind: bulkKind }, async (stored) => {
    const record = stored.document as BulkRecord;
    await settleBulkRecord(parts.scopeOf(record.tenantId), record);
    await dropDocument(parts.store, 'users', stored);
  });
  for (const container of ['users', 'groups'] as const) {
    await eachDue({ container, kind: unlinkKind }, (stored) => finishUnlink(parts, container, stored));
    await eachDue({ container, kind: tombstoneKind }, (stored) => finalise(parts, container, stored));
  }
  await parts.store.sweep({ before: parts.now(), limit: limits.maintenanceBatchMax });
  if (failures.length > 0) throw new AggregateError(failures, 'Maintenance failed for some documents');
}

function createEachDue({ store, now, done }: MaintenanceParts, failures: unknown[]) {
  return async (
    { container, kind }: { container: Container; kind: string },
    step: (stored: Stored) => Promise<void>,
  ): Promise<void> => {
    const due = await store.due(container, kind, { before: now(), limit: limits.maintenanceBatchMax });
    for (const stored of due) {
      try {
        await step(stored);
        done?.(kind);
      } catch (thrown) {
        // A store that does not answer will not answer for the next document either.
        if (thrown instanceof StoreError) throw thrown;
        failures.push(thrown);
      }
    }
  };
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

function dropDocument(
  store: DocumentStore,
  container: Container,
  { document, version }: Stored,
): Promise<void> {
  const { tenantId, kind, id } = document;
  return commitOnce(store, { container, tenantId }, [{ op: 'delete', kind, id, ifVersion: version }]);
}

/** A run beside this one may have been faster, which is as good. */
async function commitOnce(
  store: DocumentStore,
  partition: Partition,
  changes: readonly Change[],
): Promise<void> {
  try {
    await store.commit(partition, changes);
  } catch (thrown) {
    if (!isLostRace(thrown)) throw thrown;
  }
}

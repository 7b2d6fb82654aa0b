import { limits } from '../limits.ts';
import type { Container, DocumentStore, Stored } from '../store/document-store.ts';
import { type BulkRecord, bulkKind, settleBulkRecord } from './bulk-records.ts';
import {
  type TombstoneDocument,
  tombstoneKind,
  type UnlinkDocument,
  unlink,
  unlinkKind,
} from './deletion.ts';
import { intentKind, isLostRace, rollForward } from './intents.ts';
import type { DirectoryScope } from './scope.ts';

/** The directory of a tenant, for a job that acts on its own. */
export type ScopeOf = (tenantId: string) => DirectoryScope;

export interface MaintenanceParts {
  readonly store: DocumentStore;
  readonly now: () => number;
  readonly scopeOf: ScopeOf;
}

/** Finishes what requests began: each step may run twice, or be cut off, and changes nothing then. */
export async function maintainDirectory(parts: MaintenanceParts): Promise<void> {
  await eachDue(parts, { container: 'groups', kind: intentKind }, async ({ document }) => {
    await rollForward(parts.scopeOf(document.tenantId), String(document.group));
  });
  await eachDue(parts, { container: 'users', kind: bulkKind }, async (stored) => {
    const record = stored.document as BulkRecord;
    await settleBulkRecord(parts.scopeOf(record.tenantId), record);
    await dropDocument(parts.store, 'users', stored);
  });
  for (const container of ['users', 'groups'] as const) {
    await eachDue(parts, { container, kind: unlinkKind }, (stored) => finishUnlink(parts, container, stored));
    await eachDue(parts, { container, kind: tombstoneKind }, (stored) => finalise(parts, container, stored));
  }
}

async function eachDue(
  { store, now }: MaintenanceParts,
  { container, kind }: { container: Container; kind: string },
  step: (stored: Stored) => Promise<void>,
): Promise<void> {
  for (const stored of await store.due(container, kind, {
    before: now(),
    limit: limits.maintenanceBatchMax,
  })) {
    await step(stored);
  }
}

async function finishUnlink(parts: MaintenanceParts, container: Container, stored: Stored): Promise<void> {
  const { tenantId, resource } = stored.document as UnlinkDocument;
  await unlink(parts.scopeOf(tenantId), resource);
  await dropDocument(parts.store, container, stored);
}

/** The grace period is over: what was kept of the resource goes. */
async function finalise(parts: MaintenanceParts, container: Container, stored: Stored): Promise<void> {
  await dropDocument(parts.store, container, stored as Stored<TombstoneDocument>);
}

async function dropDocument(
  store: DocumentStore,
  container: Container,
  { document, version }: Stored,
): Promise<void> {
  const { tenantId, kind, id } = document;
  try {
    await store.commit({ container, tenantId }, [{ op: 'delete', kind, id, ifVersion: version }]);
  } catch (thrown) {
    if (!isLostRace(thrown)) throw thrown;
  }
}

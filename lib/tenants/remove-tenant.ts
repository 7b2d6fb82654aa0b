import { limits } from '../base/limits.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, DocumentStore, Drain, Stored } from '../store/document-store.ts';
import { finishEachDue, type TimerRun } from '../store/due-jobs.ts';
import { fromStored, refKind, registry, tenantKey, tenantPartition } from './tenant-documents.ts';

const purgeKind = 'purge';

/** The keys and data that are still to be removed of a deleted tenant. */
interface PurgeDocument extends Document {
  /** Ids of the tenant's keys. */
  readonly keys: readonly string[];
  readonly due: number;
  /** When the last sweep is due, in milliseconds since 1970; absent in documents of older versions. */
  readonly last?: number;
}

/** Deletes a tenant. After the first batch nobody finds it; the timer then removes its keys and data. */
export async function removeTenant(store: DocumentStore, id: string, now: number): Promise<void> {
  const stored = await store.read(tenantKey(id));
  const tenant = fromStored(stored);
  if (!stored || !tenant) return;
  const keys = tenant.keys.map((key) => key.id);
  const purge: PurgeDocument = {
    id: purgeKind,
    tenantId: id,
    kind: purgeKind,
    due: now,
    last: lastSweep(now),
    keys,
  };
  await store.commit(tenantPartition(id), [
    { op: 'delete', kind: 'tenant', id, ifVersion: stored.version },
    { op: 'create', document: purge },
  ]);
  await commitOnce(store, registry, [{ op: 'delete', kind: refKind, id }]);
}

/** The services with which the timer removes the rest of a tenant. */
interface PurgeParts extends TimerRun {
  /** Removes a key and its secret; does nothing if they are gone. */
  readonly removeKey: (keyId: string) => Promise<void>;
}

/** Removes keys and data of deleted tenants, a bounded part in each run. May run twice or be interrupted. */
export async function purgeTenants(parts: PurgeParts): Promise<void> {
  const ends = parts.now() + limits.purgeSecondsMax * 1000;
  const finish = (stored: Stored) => purge(parts, stored, ends);
  await finishEachDue(parts, [{ container: 'tenants', kind: purgeKind, finish }]);
}

/** Removes a tenant's data at once, and again when no request can add to it any more; then ends the purge. */
async function purge(parts: PurgeParts, stored: Stored, ends: number): Promise<void> {
  const { store, removeKey, now } = parts;
  const document = stored.document as PurgeDocument;
  const { tenantId, kind, id, keys, last = lastSweep(document.due) } = document;
  // Decided before the sweep, because a sweep that begins earlier may miss data that is written during it.
  const isLast = last <= now();
  await commitOnce(store, registry, [{ op: 'delete', kind: refKind, id: tenantId }]);
  for (const key of keys) await removeKey(key);
  const partitions: readonly Drain[] = [
    ...(['users', 'groups', 'audit'] as const).map((container) => ({ container, tenantId })),
    { ...tenantPartition(tenantId), except: purgeKind },
  ];
  for (const partition of partitions) {
    let removed: number;
    do {
      if (now() >= ends) return;
      removed = await store.drain(partition, limits.maintenanceBatchMax);
    } while (removed > 0);
  }
  const next: Change = isLast
    ? { op: 'delete', kind, id, ifVersion: stored.version }
    : { op: 'replace', document: { ...document, due: last, last }, ifVersion: stored.version };
  await commitOnce(store, tenantPartition(tenantId), [next]);
}

const lastSweep = (removed: number) => removed + limits.lateWritersSeconds * 1000;

import { type DueParts, finishEachDue } from '../each-due.ts';
import { limits } from '../limits.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Container, Document, DocumentStore, Stored } from '../store/document-store.ts';
import { fromStored, refKind, registry, tenantKey, tenantPartition } from './tenant-documents.ts';

const purgeKind = 'purge';

/** What is left to be removed of a tenant that is gone. */
interface PurgeDocument extends Document {
  /** Ids of its keys. */
  readonly keys: readonly string[];
}

/** Ends a tenant: from the first batch on nobody finds it, and the timer has to remove what it had. */
export async function removeTenant(store: DocumentStore, id: string, now: number): Promise<void> {
  const stored = await store.read(tenantKey(id));
  const tenant = fromStored(stored);
  if (!stored || !tenant) return;
  const keys = tenant.keys.map((key) => key.id);
  const purge: PurgeDocument = { id: purgeKind, tenantId: id, kind: purgeKind, due: now, keys };
  await store.commit(tenantPartition(id), [
    { op: 'delete', kind: 'tenant', id, ifVersion: stored.version },
    { op: 'create', document: purge },
  ]);
  await commitOnce(store, registry, [{ op: 'delete', kind: refKind, id }]);
}

/** What the timer removes the rest of a tenant with. */
export interface PurgeParts extends DueParts {
  /** Removes a key and its secret; does nothing when they are gone. */
  readonly removeKey: (keyId: string) => Promise<void>;
}

const containers: readonly Container[] = ['users', 'groups', 'audit', 'tenants'];

/** Removes what tenants had that are gone, a bounded part at each run; may run twice or be cut off. */
export async function purgeTenants(parts: PurgeParts): Promise<void> {
  const ends = parts.now() + limits.purgeSecondsMax * 1000;
  const finish = (stored: Stored) => purge(parts, stored, ends);
  await finishEachDue(parts, [{ container: 'tenants', kind: purgeKind, finish }]);
}

async function purge(
  { store, removeKey, now }: PurgeParts,
  { document }: Stored,
  ends: number,
): Promise<void> {
  const { tenantId, keys } = document as PurgeDocument;
  await commitOnce(store, registry, [{ op: 'delete', kind: refKind, id: tenantId }]);
  for (const key of keys) await removeKey(key);
  // Its own partition comes last, since it tells what is still to be done.
  for (const container of containers) {
    let removed: number;
    do {
      if (now() >= ends) return;
      removed = await store.drain({ container, tenantId }, limits.maintenanceBatchMax);
    } while (removed > 0);
  }
}

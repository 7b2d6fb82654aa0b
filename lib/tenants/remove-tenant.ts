import { limits } from '../base/limits.ts';
import { recordChange } from '../store/change-document.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, Drain, Stored } from '../store/document-store.ts';
import { finishEachDue, type TimerRun } from '../store/due-jobs.ts';
import { retryLostRace } from '../store/retry-lost-race.ts';
import { endClaim, identifierKind, releaseClaim, reviewClaim } from './identifiers.ts';
import {
  readVersion,
  recordingIn,
  refKind,
  registry,
  type TenantScope,
  tenantKind,
  tenantPartition,
} from './tenant-documents.ts';

/** The kind of a PurgeDocument, in the container `tenants`. */
export const purgeKind = 'purge';

/** The keys and data that are still to be removed of a deleted tenant. */
export interface PurgeDocument extends Document {
  /** Ids of the tenant's keys. */
  readonly keys: readonly string[];
  readonly due: number;
  /** When the last sweep is due, in milliseconds since 1970; absent in documents of older versions. */
  readonly last?: number;
  /** True if the tenant is only to be removed if the registry does not list it. */
  readonly isCreation?: boolean;
}

/**
 * Takes a tenant off the list and records that it is deleted, in one batch. From then on it is deleted, if need
 * be by the timer when it delivers the record. Does nothing if the list does not have the tenant.
 */
export async function recordRemoval(scope: TenantScope, id: string): Promise<void> {
  const facts = {
    operation: 'delete',
    resourceType: 'Tenant',
    resource: id,
    followUps: [`tenant:${id}`],
    expires: scope.now() + scope.recordDays * 86_400_000,
  } as const;
  await commitOnce(scope.store, registry, [
    { op: 'delete', kind: refKind, id },
    recordChange(recordingIn(scope, registry), facts),
  ]);
}

/** Removes a tenant and its trusts, so that nobody finds it; the timer then removes its keys and data. */
export async function finishRemoval(
  { store, now, trusts }: Pick<TenantScope, 'store' | 'now' | 'trusts'>,
  id: string,
): Promise<void> {
  await retryLostRace(async () => {
    const current = await readVersion(store, id);
    if (!current) return;
    const { tenant, version } = current;
    const ending = await trusts.end(id, tenant.policy.trusts);
    const claim = await endClaim({ store, now }, id, tenant.identifier);
    const keys = [...tenant.keys, ...tenant.appKeys].map((key) => key.id);
    const due = now();
    const last = lastSweep(due);
    const document: PurgeDocument = { id: purgeKind, tenantId: id, kind: purgeKind, due, last, keys };
    await store.commit(tenantPartition(id), [
      { op: 'delete', kind: tenantKind, id, ifVersion: version },
      { op: 'create', document },
    ]);
    await trusts.release(ending);
    await releaseClaim({ store }, claim);
  });
}

/** The services with which the timer removes the rest of a tenant. */
interface PurgeParts extends TimerRun {
  /** Removes a key and its secret; does nothing if they are gone. */
  readonly removeKey: (keyId: string) => Promise<void>;
  /** Removes what the endpoints of webhooks have outside the tenant's partition, or of it in others. */
  readonly removeWebhooks: (tenantId: string) => Promise<void>;
  /** Removes a tenant, so that nobody finds it; does nothing if it is gone. */
  readonly finishRemoval: (id: string) => Promise<void>;
}

/**
 * Removes keys and data of deleted tenants, a bounded part in each run, and claims on identifiers that no tenant has.
 * May run twice or be interrupted.
 */
export async function purgeTenants(parts: PurgeParts): Promise<void> {
  const ends = parts.now() + limits.purgeSecondsMax * 1000;
  const finish = (stored: Stored) =>
    stored.document.isCreation ? undo(parts, stored) : purge(parts, stored, ends);
  const review = (stored: Stored) => reviewClaim(parts, stored);
  await finishEachDue(parts, [
    { container: 'tenants', kind: purgeKind, finish },
    { container: 'tenants', kind: identifierKind, finish: review },
  ]);
}

/** Removes a tenant whose creation was cut off before the registry listed it. */
async function undo(
  { store, finishRemoval: finish }: PurgeParts,
  { document, version }: Stored,
): Promise<void> {
  const { tenantId, kind, id } = document;
  if (!(await store.read({ ...registry, kind: refKind, id: tenantId }))) await finish(tenantId);
  await commitOnce(store, tenantPartition(tenantId), [{ op: 'delete', kind, id, ifVersion: version }]);
}

/** Removes a tenant's data at once, and again when no request can add to it any more; then ends the purge. */
async function purge(parts: PurgeParts, stored: Stored, ends: number): Promise<void> {
  const { store, removeKey, removeWebhooks, now } = parts;
  const document = stored.document as PurgeDocument;
  const { tenantId, kind, id, keys, last = lastSweep(document.due) } = document;
  // Decided before the sweep, because a sweep that begins earlier may miss data that is written during it.
  const isLast = last <= now();
  for (const key of keys) await removeKey(key);
  await removeWebhooks(tenantId);
  const partitions: readonly Drain[] = [
    ...(['users', 'groups', 'audit', 'feed'] as const).map((container) => ({ container, tenantId })),
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

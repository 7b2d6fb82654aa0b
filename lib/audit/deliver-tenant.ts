import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { receiptKind } from '../directory/events.ts';
import { commitEach } from '../store/commit-once.ts';
import type { Container, DocumentStore, Stored } from '../store/document-store.ts';
import { queryAll } from '../store/query-all.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { whereEqual } from '../store/where-equal.ts';
import type { Policy } from '../tenants/policy.ts';
import { DeliveryDraft, openingsKind, type QueuedEvent, type Standing } from './delivery-draft.ts';
import { auditPartition, recordId, recordKind } from './record.ts';
import { hasRuns, type RunDocument, runKind } from './run.ts';

/** The services for delivering the events of one tenant. */
export interface TenantDelivery {
  readonly store: DocumentStore;
  readonly now: Clock;
  /** Reads the policy of a tenant; `undefined` if the tenant does not exist. */
  readonly policyOf: (tenantId: string) => Promise<Policy | undefined>;
}

/**
 * Moves events of one tenant, in the order of their times, into its audit trail.
 *
 * One batch in the trail creates the records and counts them in their runs. Then the events are deleted from
 * their containers. Each event becomes one record and is counted once, even if this is interrupted or two run
 * at the same time. Throws StoreError.
 */
export async function deliverTenant(
  services: TenantDelivery,
  tenantId: string,
  events: readonly QueuedEvent[],
): Promise<void> {
  const { store } = services;
  const policy = await services.policyOf(tenantId);
  // Nothing is kept of a removed tenant.
  if (!policy) return dropEvents(store, tenantId, events);
  for (let rest = events; rest.length > 0; ) {
    const taken = await deliverSome(services, { tenantId, audit: policy.audit }, rest);
    // Events in the container of the records were deleted by the batch that delivered them.
    const elsewhere = rest.slice(0, taken).filter(({ container }) => container !== 'audit');
    await dropEvents(store, tenantId, elsewhere);
    rest = rest.slice(taken);
  }
}

interface Trail {
  readonly tenantId: string;
  readonly audit: Policy['audit'];
}

/** Delivers as many of the events as fit in one batch, and yields their number. */
function deliverSome(
  { store, now }: TenantDelivery,
  trail: Trail,
  events: readonly QueuedEvent[],
): Promise<number> {
  const candidates = events.slice(0, limits.batchChangesMax);
  return retryLostRace(async (lost) => {
    // Most events are new. If one is not, the first attempt ends with a conflict.
    const known = lost === 0 ? new Set<string>() : await knownAmong(store, trail, candidates);
    const standing = await readStanding(store, trail, candidates);
    const draft = new DeliveryDraft({ ...standing, known }, now());
    let taken = 0;
    for (const one of candidates) {
      if (draft.isFull) break;
      draft.add(one);
      taken += 1;
    }
    const changes = draft.changes();
    if (changes.length > 0) await store.commit(auditPartition(trail.tenantId), changes);
    return taken;
  }, unavailable);
}

/** The ids of records, receipts and deleted events that show that an event was delivered before. */
async function knownAmong(
  store: DocumentStore,
  { tenantId }: Trail,
  events: readonly QueuedEvent[],
): Promise<ReadonlySet<string>> {
  const partition = auditPartition(tenantId);
  const beside = eventsIn('audit', events).map(({ kind, id }) => ({ ...partition, kind, id }));
  const waiting = await store.readMany(beside);
  const gone = beside.map(({ id }) => id).filter((_, index) => !waiting[index]);
  const signs = events.flatMap(({ event }) => [
    { ...partition, kind: recordKind, id: recordId(event) },
    { ...partition, kind: receiptKind, id: event.id },
  ]);
  const found = await store.readMany(signs);
  return new Set([...gone, ...found.flatMap((stored) => stored?.document.id ?? [])]);
}

async function readStanding(
  store: DocumentStore,
  { tenantId, audit }: Trail,
  events: readonly QueuedEvent[],
): Promise<Omit<Standing, 'known'>> {
  // Read before the runs, so that a run opened by another writer in between makes the commit fail.
  const key = { ...auditPartition(tenantId), kind: openingsKind, id: openingsKind };
  const openings = await store.read(key);
  const earliest = new Map<string, number>();
  for (const { event } of events) {
    const time = Math.min(Date.parse(event.at), earliest.get(event.credential) ?? Number.POSITIVE_INFINITY);
    if (hasRuns(event.credential)) earliest.set(event.credential, time);
  }
  const runs: Stored<RunDocument>[] = [];
  for (const [credential, time] of earliest) {
    runs.push(...(await runsSince(store, { tenantId, credential, time })));
  }
  return { audit, openings, runs };
}

/** The runs of a credential to which an event at or after a time can belong, the latest start first. */
async function runsSince(
  store: DocumentStore,
  { tenantId, credential, time }: { tenantId: string; credential: string; time: number },
): Promise<readonly Stored<RunDocument>[]> {
  const where = whereEqual({ credential });
  const runs: Stored<RunDocument>[] = [];
  for await (const one of queryAll(store, { ...auditPartition(tenantId), kind: runKind, where, limit: 2 })) {
    const run = one as Stored<RunDocument>;
    runs.push(run);
    if (run.document.started <= time) break;
  }
  return runs;
}

async function dropEvents(
  store: DocumentStore,
  tenantId: string,
  queued: readonly QueuedEvent[],
): Promise<void> {
  for (const container of new Set(queued.map((one) => one.container))) {
    const drops = eventsIn(container, queued).map(({ kind, id }) => ({ op: 'delete', kind, id }) as const);
    await commitEach(store, { container, tenantId }, drops);
  }
}

/** The events of one container. */
export function eventsIn(container: Container, queued: readonly QueuedEvent[]) {
  return queued.filter((one) => one.container === container).map(({ event }) => event);
}

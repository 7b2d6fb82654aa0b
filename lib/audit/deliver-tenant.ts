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

/** The services that events of one tenant are delivered with. */
export interface TenantDelivery {
  readonly store: DocumentStore;
  readonly now: Clock;
  /** Absent when there is no such tenant. */
  readonly policyOf: (tenantId: string) => Promise<Policy | undefined>;
}

/**
 * Moves events of one tenant, in the order of their times, into its audit trail.
 *
 * A batch of the trail creates the records and counts them in their runs; only then the events leave their containers.
 * Cut off anywhere, or done by two at once, each event is one record and counts once. Throws StoreError.
 */
export async function deliverTenant(
  services: TenantDelivery,
  tenantId: string,
  events: readonly QueuedEvent[],
): Promise<void> {
  const { store } = services;
  const policy = await services.policyOf(tenantId);
  // Of a tenant that was removed nothing is kept.
  if (!policy) return dropEvents(store, tenantId, events);
  for (let rest = events; rest.length > 0; ) {
    const taken = await deliverSome(services, { tenantId, audit: policy.audit }, rest);
    // Beside the records they are gone with the batch that delivered them.
    const elsewhere = rest.slice(0, taken).filter(({ container }) => container !== 'audit');
    await dropEvents(store, tenantId, elsewhere);
    rest = rest.slice(taken);
  }
}

interface Trail {
  readonly tenantId: string;
  readonly audit: Policy['audit'];
}

/** Delivers as many of the events as go into one batch; yields how many. */
function deliverSome(
  { store, now }: TenantDelivery,
  trail: Trail,
  events: readonly QueuedEvent[],
): Promise<number> {
  const candidates = events.slice(0, limits.batchChangesMax);
  return retryLostRace(async (lost) => {
    // Most are new, and a conflict tells when they are not.
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

/** Which of the events were delivered before, by the ids of what tells so. */
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
  // Before the runs: who opens one later is then found out.
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

/** The runs of a credential that an event of a time or later can belong to, those that began last first. */
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

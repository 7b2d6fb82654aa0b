import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { receiptKind } from '../directory/records.ts';
import type { RecordDocument } from '../store/change-document.ts';
import { commitEach } from '../store/commit-once.ts';
import type { Change, DocumentStore, Stored } from '../store/document-store.ts';
import { queryAll } from '../store/query-all.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { whereEqual } from '../store/where-equal.ts';
import {
  type CountReceipt,
  countReceiptId,
  DeliveryDraft,
  openingsKind,
  type Standing,
} from './delivery-draft.ts';
import { auditPartition, conclusion, type DueRecord, hasRuns, recordsIn } from './record.ts';
import { type RunDocument, runKind } from './run.ts';

/** The services for delivering the records of one tenant. */
export interface TenantDelivery {
  readonly store: DocumentStore;
  readonly now: Clock;
  /** The days for which a tenant's records are kept; `undefined` if the tenant does not exist. */
  readonly daysOf: (tenantId: string) => Promise<number | undefined>;
}

/**
 * Counts records of one tenant, in the order of their times, in their runs. Then they are no longer due.
 *
 * One batch in `audit` counts records and creates their receipts. So each record is counted once, even if this
 * is interrupted or two run at the same time. Throws StoreError.
 */
export async function deliverTenant(
  services: TenantDelivery,
  tenantId: string,
  records: readonly DueRecord[],
): Promise<void> {
  const { store } = services;
  const days = await services.daysOf(tenantId);
  // Nothing is kept of a removed tenant.
  if (days === undefined) {
    return commitIn(store, records, ({ record: { kind, id } }) => ({ op: 'delete', kind, id }));
  }
  const runs = new Map<string, string>();
  const trail = { tenantId, days };
  const counting = records.filter(({ record }) => hasRuns(record.credential));
  for (let rest = counting; rest.length > 0; ) {
    const taken = await countSome(services, trail, rest);
    const counted = rest.slice(0, taken.length);
    for (const [index, run] of taken.entries()) runs.set(counted[index]?.record.id ?? '', run);
    rest = rest.slice(taken.length);
  }
  // Those that are counted in their own container were concluded by the batch that counted them.
  const left = records.filter(({ container, record }) => container !== 'audit' || !runs.has(record.id));
  await commitIn(store, left, (due) => conclusion(due, { days, run: runs.get(due.record.id) }));
}

/** Commits a change for each record, in its container. A record that another run has changed is left out. */
async function commitIn(
  store: DocumentStore,
  records: readonly DueRecord[],
  change: (due: DueRecord) => Change,
): Promise<void> {
  for (const container of new Set(records.map((one) => one.container))) {
    const own = recordsIn(container, records);
    const tenantId = own[0]?.record.tenantId ?? '';
    await commitEach(store, { container, tenantId }, own.map(change));
  }
}

interface Trail {
  readonly tenantId: string;
  readonly days: number;
}

/** Counts as many of the records as fit in one batch. Yields their runs, in the order of the records. */
function countSome(
  { store, now }: TenantDelivery,
  trail: Trail,
  records: readonly DueRecord[],
): Promise<readonly string[]> {
  const candidates = records.slice(0, limits.batchChangesMax);
  return retryLostRace(async (lost) => {
    // Most records are new. If one is not, the first attempt ends with a lost race.
    const counted = lost === 0 ? new Map<string, string>() : await countedAmong(store, trail, candidates);
    const standing = await readStanding(store, trail, candidates);
    const draft = new DeliveryDraft({ ...standing, days: trail.days, counted }, now());
    const runs: string[] = [];
    for (const one of candidates) {
      if (draft.isFull) break;
      runs.push(draft.add(one));
    }
    const changes = draft.changes();
    if (changes.length > 0) await store.commit(auditPartition(trail.tenantId), changes);
    return runs;
  }, unavailable);
}

/** The runs that count records already. A record in `audit` that another run has changed is left to that one. */
async function countedAmong(
  store: DocumentStore,
  { tenantId }: Trail,
  records: readonly DueRecord[],
): Promise<ReadonlyMap<string, string>> {
  const partition = auditPartition(tenantId);
  const beside = recordsIn('audit', records);
  const present = await store.readMany(
    beside.map(({ record: { kind, id } }) => ({ ...partition, kind, id })),
  );
  const changed = beside.filter(({ version }, index) => present[index]?.version !== version);
  const elsewhere = records.filter(({ container }) => container !== 'audit');
  const receipts = await store.readMany(
    elsewhere.map(({ record }) => ({ ...partition, kind: receiptKind, id: countReceiptId(record.id) })),
  );
  const runs = new Map(changed.map(({ record }) => [record.id, '']));
  for (const [index, { record }] of elsewhere.entries()) {
    const receipt = receipts[index]?.document as CountReceipt | undefined;
    if (receipt) runs.set(record.id, receipt.run);
  }
  return runs;
}

async function readStanding(
  store: DocumentStore,
  { tenantId }: Trail,
  records: readonly DueRecord[],
): Promise<Pick<Standing, 'openings' | 'runs'>> {
  // Read before the runs, so that a run opened by another writer in between makes the commit fail.
  const key = { ...auditPartition(tenantId), kind: openingsKind, id: openingsKind };
  const openings = await store.read(key);
  const runs: Stored<RunDocument>[] = [];
  for (const [credential, time] of earliestTimes(records)) {
    runs.push(...(await runsSince(store, { tenantId, credential, time })));
  }
  return { openings, runs };
}

function earliestTimes(records: readonly DueRecord[]): ReadonlyMap<RecordDocument['credential'], number> {
  const earliest = new Map<string, number>();
  for (const { record } of records) {
    const time = Math.min(Date.parse(record.at), earliest.get(record.credential) ?? Number.POSITIVE_INFINITY);
    earliest.set(record.credential, time);
  }
  return earliest;
}

/** The runs of a credential to which a record at or after a time can belong, the latest start first. */
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

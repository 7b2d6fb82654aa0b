import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { receiptKind } from '../directory/records.ts';
import { type RecordDocument, recordKind } from '../store/change-document.ts';
import { commitEach } from '../store/commit-once.ts';
import type { Change, DocumentStore, Stored } from '../store/document-store.ts';
import { queryAll } from '../store/query-all.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { whereEqual } from '../store/where-equal.ts';
import { type CountedRecord, concludeCounted, stillDue, type Trail } from './conclude-records.ts';
import {
  type CountReceipt,
  countedBy,
  countReceiptId,
  DeliveryDraft,
  type DeliveryHead,
  headKind,
  receiptsUntil,
} from './delivery-draft.ts';
import { auditPartition, conclusion, type DueRecord, hasRuns, recordsIn } from './record.ts';
import { type RunDocument, runKind } from './run.ts';

/** Numbers of batches by tenant. */
interface LastBatches {
  get(tenantId: string): number | undefined;
  set(tenantId: string, batch: number): unknown;
}

/** The services for delivering the records of one tenant. */
export interface TenantDelivery {
  readonly store: DocumentStore;
  readonly now: Clock;
  /** The days for which a tenant's records are kept; `undefined` if the tenant does not exist. */
  readonly daysOf: (tenantId: string) => Promise<number | undefined>;
  /**
   * The number of the last batch of each tenant that this process has counted and concluded. Only one delivery at a
   * time may use it, and each must read its due records after the one before.
   */
  readonly delivered?: LastBatches;
}

/** The containers of records, beside `audit`. */
const elsewhere = ['users', 'groups', 'tenants'] as const;

/**
 * Counts records of one tenant, in the order of their times, in their runs. Then they are no longer due.
 *
 * One batch in `audit` counts records, and replaces the head, which names them until they are concluded. So each
 * record is counted once, even if this is interrupted or two run at the same time. Throws StoreError.
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
  const counting = new Counting(services, { tenantId, days });
  let rest: readonly DueRecord[] = records.filter(({ record }) => hasRuns(record.credential));
  while (rest.length > 0) rest = await counting.countSome(rest);
  const others = records.filter(({ record }) => !hasRuns(record.credential));
  await commitIn(store, others, (due) => conclusion(due, { days, run: undefined }));
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

/** The counting of records of one tenant, batch after batch. */
class Counting {
  readonly #services: TenantDelivery;
  readonly #trail: Trail;
  readonly #delivered: LastBatches;

  constructor(services: TenantDelivery, trail: Trail) {
    this.#services = services;
    this.#delivered = services.delivered ?? new Map();
    this.#trail = trail;
  }

  /** Counts as many records as fit in one batch, and concludes them. Yields those that are left. */
  async countSome(records: readonly DueRecord[]): Promise<readonly DueRecord[]> {
    const { batch, counted, taken, rest } = await retryLostRace(
      (lost) => this.#commit(records, lost),
      unavailable,
    );
    await concludeCounted(this.#services.store, this.#trail, { counted, known: taken });
    if (batch !== undefined) this.#delivered.set(this.#trail.tenantId, batch);
    return rest;
  }

  async #commit(records: readonly DueRecord[], lost: number) {
    const { store, now } = this.#services;
    // Read before the runs, so that a run opened by another writer in between makes the commit fail.
    const head = await readHead(store, this.#trail);
    // If nobody else has counted anything since this process did, `records` are as they were read.
    const isOurs = lost === 0 && head?.document.batch === this.#delivered.get(this.#trail.tenantId);
    const due = isOurs ? records : await this.#takeOver(head?.document, records);
    const candidates = due.slice(0, limits.batchChangesMax);
    const until = receiptsUntil(head?.document, now());
    const receipts = until === undefined ? new Map() : await receiptsOf(store, this.#trail, candidates);
    const runs = await readRuns(store, this.#trail, candidates);
    const draft = new DeliveryDraft({ trail: this.#trail, head, runs }, now());
    let number = 0;
    for (const one of candidates) {
      if (draft.isFull) break;
      if (!receipts.has(one.record.id)) draft.add(one);
      number += 1;
    }
    const changes = draft.changes();
    if (changes.length > 0) await store.commit(auditPartition(this.#trail.tenantId), changes);
    const taken = candidates.slice(0, number);
    const counted = [...draft.counted, ...taken.flatMap(({ record }) => receipts.get(record.id) ?? [])];
    return { batch: draft.batch, counted, taken, rest: due.slice(number) };
  }

  /**
   * Concludes the records of another counting. Yields those of `records` that are due nevertheless. It reads in each
   * container, so that later reads of this process show at least what they show now, also `recent` ones.
   */
  async #takeOver(head: DeliveryHead | undefined, records: readonly DueRecord[]) {
    const { store } = this.#services;
    if (head) await concludeCounted(store, this.#trail, { counted: countedBy(head) });
    const refs = records.map(({ container, record: { id } }) => ({ container, id }));
    const unread = elsewhere.filter((container) => refs.every((one) => one.container !== container));
    const none = unread.map((container) => ({ container, id: recordKind }));
    return stillDue(store, this.#trail.tenantId, [...refs, ...none]);
  }
}

async function readHead(store: DocumentStore, { tenantId }: Trail) {
  const head = await store.read({ ...auditPartition(tenantId), kind: headKind, id: headKind });
  return head as Stored<DeliveryHead> | undefined;
}

/** The records among these that a version with receipts has counted, by id. */
async function receiptsOf(
  store: DocumentStore,
  { tenantId }: Trail,
  records: readonly DueRecord[],
): Promise<ReadonlyMap<string, CountedRecord>> {
  const partition = auditPartition(tenantId);
  const found = await store.readMany(
    records.map(({ record }) => ({ ...partition, kind: receiptKind, id: countReceiptId(record.id) })),
  );
  const counted = records.flatMap(({ container, record: { id } }, position) => {
    const receipt = found[position]?.document as CountReceipt | undefined;
    return receipt ? [[id, { container, id, run: receipt.run }] as const] : [];
  });
  return new Map(counted);
}

async function readRuns(
  store: DocumentStore,
  { tenantId }: Trail,
  records: readonly DueRecord[],
): Promise<readonly Stored<RunDocument>[]> {
  const runs: Stored<RunDocument>[] = [];
  for (const [credential, time] of earliestTimes(records)) {
    runs.push(...(await runsSince(store, { tenantId, credential, time })));
  }
  return runs;
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

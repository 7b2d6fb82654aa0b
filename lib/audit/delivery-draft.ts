import { limits } from '../base/limits.ts';
import { receiptKind } from '../directory/records.ts';
import { recordKind } from '../store/change-document.ts';
import type { Change, Container, Document, Stored } from '../store/document-store.ts';
import type { CountedRecord, Trail } from './conclude-records.ts';
import { conclusion, type DueRecord, expiryOf } from './record.ts';
import { covers, openRun, type RunDocument, withRecord } from './run.ts';

/** The kind of a DeliveryHead. */
export const headKind = 'run-openings';

/**
 * The document that a batch replaces to count records of other containers, or to open a run; one for each tenant, in
 * `audit`. So two cannot count the same records, nor open a run for the same requests.
 */
export interface DeliveryHead extends Document {
  /** The number of the batch, which grows. Versions that write a receipt for each record leave it out. */
  readonly batch?: number;
  /**
   * The ids, without their kind, of the records that this batch has counted, by container and run. Any of them may
   * still be due; of those of earlier batches none is.
   */
  readonly counted?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** The time until which each record also has a receipt, for instances that do not know `counted`. */
  readonly receiptsUntil?: number;
}

/** Lists the records that the last batch has counted. */
export function countedBy({ counted = {} }: DeliveryHead): readonly CountedRecord[] {
  return Object.entries(counted).flatMap(([container, runs]) =>
    Object.entries(runs).flatMap(([run, ids]) =>
      ids.map((id) => ({ container: container as Container, run, id: `${recordKind}:${id}` })),
    ),
  );
}

/** The state of the trail to which a batch is added. */
export interface Standing {
  readonly trail: Trail;
  /** Runs of the credentials, the latest start first. */
  readonly runs: readonly Stored<RunDocument>[];
  readonly head: Stored<DeliveryHead> | undefined;
}

/** Changes that one more record needs at most: receipt or conclusion, run, and head. */
const changesPerRecord = 3;

/** The receipt that a run counts a record of another container. */
export interface CountReceipt extends Document {
  readonly run: string;
}

/** The id of the receipt of a record. */
export const countReceiptId = (record: string) => `${receiptKind}:${record}`;

/** The time until which records get receipts beside this head, or `undefined` if they need none. */
export function receiptsUntil(head: DeliveryHead | undefined, now: number): number | undefined {
  const isOlder = head !== undefined && head.batch === undefined;
  const until = isOlder ? now + limits.receiptHours * 3_600_000 : head?.receiptsUntil;
  return until !== undefined && until > now ? until : undefined;
}

/** A batch of the audit partition that counts records in their runs. */
export class DeliveryDraft {
  /** The records of other containers that the batch counts. */
  readonly counted: CountedRecord[] = [];
  readonly #standing: Standing;
  readonly #now: number;
  readonly #receiptsUntil: number | undefined;
  readonly #records: Change[] = [];
  readonly #runs: { run: RunDocument; readonly version?: string; isTouched: boolean }[];
  #opensRun = false;

  constructor(standing: Standing, now: number) {
    this.#standing = standing;
    this.#now = now;
    this.#receiptsUntil = receiptsUntil(standing.head?.document, now);
    this.#runs = standing.runs.map(({ document, version }) => ({
      run: document,
      version,
      isTouched: false,
    }));
  }

  get isFull(): boolean {
    return this.#records.length + this.#touched.length > limits.batchChangesMax - changesPerRecord;
  }

  /** Counts a record. */
  add(due: DueRecord): void {
    const { days } = this.#standing.trail;
    const { record, container } = due;
    const run = this.#countIn(due);
    // A record in the container of the runs is concluded in this batch. For any other, the head shows that it was
    // counted.
    if (container === 'audit') this.#records.push(conclusion(due, { days, run }));
    else this.counted.push({ container, id: record.id, run });
    if (container !== 'audit' && this.#receiptsUntil !== undefined) {
      this.#records.push({ op: 'create', document: this.#receipt(due, run) });
    }
  }

  /** The number of the batch in the head after it. */
  get batch(): number | undefined {
    const last = this.#standing.head?.document.batch;
    return this.#needsHead ? Math.max(this.#now, (last ?? 0) + 1) : last;
  }

  changes(): readonly Change[] {
    const { trail, head } = this.#standing;
    const runs = this.#touched.map(({ run, version }) =>
      put({ ...run, expires: expiryOf(run.seen, trail.days) }, version),
    );
    return [
      ...this.#records,
      ...runs,
      ...(this.#needsHead ? [put(this.#head(trail.tenantId), head?.version)] : []),
    ];
  }

  get #needsHead() {
    return this.#opensRun || this.counted.length > 0;
  }

  get #touched() {
    return this.#runs.filter(({ isTouched }) => isTouched);
  }

  #countIn({ record }: DueRecord): string {
    const time = Date.parse(record.at);
    const isOf = ({ run }: { run: RunDocument }) => run.credential === record.credential && covers(run, time);
    let slot = this.#runs.find(isOf);
    if (!slot) {
      slot = { run: openRun(record), isTouched: true };
      this.#runs.unshift(slot);
      this.#opensRun = true;
    }
    slot.run = withRecord(slot.run, record);
    slot.isTouched = true;
    return slot.run.id;
  }

  #head(tenantId: string): DeliveryHead {
    const counted: Record<string, Record<string, string[]>> = {};
    for (const { container, run, id } of this.counted) {
      const runs = counted[container] ?? {};
      counted[container] = { ...runs, [run]: [...(runs[run] ?? []), id.slice(recordKind.length + 1)] };
    }
    const { batch } = this;
    return { id: headKind, tenantId, kind: headKind, batch, counted, receiptsUntil: this.#receiptsUntil };
  }

  #receipt({ record }: DueRecord, run: string): CountReceipt {
    const expires = this.#now + limits.receiptHours * 3_600_000;
    return { id: countReceiptId(record.id), tenantId: record.tenantId, kind: receiptKind, run, expires };
  }
}

/** The change that writes a document over the version that was read; without one, it creates the document. */
function put(document: Document, version: string | undefined): Change {
  return version === undefined ? { op: 'create', document } : { op: 'replace', document, ifVersion: version };
}

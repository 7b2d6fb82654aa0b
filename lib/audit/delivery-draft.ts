import { limits } from '../base/limits.ts';
import { receiptKind } from '../directory/records.ts';
import type { Change, Document, Stored } from '../store/document-store.ts';
import { conclusion, type DueRecord, expiryOf } from './record.ts';
import { covers, openRun, type RunDocument, withRecord } from './run.ts';

/** The state of the trail to which a batch is added. */
export interface Standing {
  /** Days for which records and runs are kept. */
  readonly days: number;
  /** Runs of the credentials, the latest start first. */
  readonly runs: readonly Stored<RunDocument>[];
  /** A writer that opens a run replaces this document, so that two cannot open one for the same requests. */
  readonly openings: Stored | undefined;
  /** Runs that count a record already, by the record's id. */
  readonly counted: ReadonlyMap<string, string>;
}

/** Changes that one more record needs at most: receipt or conclusion, run, and openings document. */
const changesPerRecord = 3;

/** The kind of the document that a writer replaces to open a run; one for each tenant, in `audit`. */
export const openingsKind = 'run-openings';

/** The receipt that a run counts a record of another container. */
export interface CountReceipt extends Document {
  readonly run: string;
}

/** The id of the receipt of a record. */
export const countReceiptId = (record: string) => `${receiptKind}:${record}`;

/** A batch of the audit partition that counts records in their runs. */
export class DeliveryDraft {
  readonly #standing: Standing;
  readonly #now: number;
  readonly #records: Change[] = [];
  readonly #runs: { run: RunDocument; readonly version?: string; isTouched: boolean }[];
  #opens: Document | undefined;

  constructor(standing: Standing, now: number) {
    this.#standing = standing;
    this.#now = now;
    this.#runs = standing.runs.map(({ document, version }) => ({
      run: document,
      version,
      isTouched: false,
    }));
  }

  get isFull(): boolean {
    return this.changes().length > limits.batchChangesMax - changesPerRecord;
  }

  /** Counts a record, unless it was counted before. Yields the id of its run. */
  add(due: DueRecord): string {
    const { days, counted } = this.#standing;
    const { record, container } = due;
    const known = counted.get(record.id);
    if (known !== undefined) return known;
    const run = this.#countIn(due);
    // A record in the container of the runs is concluded in this batch. For any other, a receipt must show that
    // it was counted.
    this.#records.push(
      container === 'audit'
        ? conclusion(due, { days, run })
        : { op: 'create', document: this.#receipt(due, run) },
    );
    return run;
  }

  changes(): readonly Change[] {
    const { days, openings } = this.#standing;
    const touched = this.#runs.filter(({ isTouched }) => isTouched);
    const runs = touched.map(({ run, version }) =>
      put({ ...run, expires: expiryOf(run.seen, days) }, version),
    );
    return [...this.#records, ...runs, ...(this.#opens ? [put(this.#opens, openings?.version)] : [])];
  }

  #countIn({ record }: DueRecord): string {
    const time = Date.parse(record.at);
    const isOf = ({ run }: { run: RunDocument }) => run.credential === record.credential && covers(run, time);
    let slot = this.#runs.find(isOf);
    if (!slot) {
      slot = { run: openRun(record), isTouched: true };
      this.#runs.unshift(slot);
      this.#opens = { id: openingsKind, tenantId: record.tenantId, kind: openingsKind };
    }
    slot.run = withRecord(slot.run, record);
    slot.isTouched = true;
    return slot.run.id;
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

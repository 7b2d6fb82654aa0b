import { limits } from '../base/limits.ts';
import { isMarked, receiptKind } from '../directory/events.ts';
import type { Change, Container, Document, Stored } from '../store/document-store.ts';
import type { Policy } from '../tenants/policy.ts';
import { type AuditEvent, expiryOf, isKept, recordId, recordOf } from './record.ts';
import { covers, hasRuns, openRun, type RunDocument, withEvent } from './run.ts';

/** An event and where it waits. */
export interface QueuedEvent {
  readonly container: Container;
  readonly event: AuditEvent;
}

/** What the trail holds that a batch has to fit into. */
export interface Standing {
  readonly audit: Policy['audit'];
  /** Runs of the credentials, those that began last first. */
  readonly runs: readonly Stored<RunDocument>[];
  /** Whoever opens a run replaces this document, so that no two open one for the same requests. */
  readonly openings: Stored | undefined;
  /** Ids of records and receipts that are there already. */
  readonly known: ReadonlySet<string>;
}

/** The most changes that one more event brings: record, receipt or removal, run, and leave to open it. */
const changesPerEvent = 4;

/** The kind of the document that whoever opens a run of a tenant replaces; one in the container `audit`. */
export const openingsKind = 'run-openings';

/** One batch of the audit partition while it is put together. */
export class DeliveryDraft {
  readonly #standing: Standing;
  readonly #now: number;
  readonly #events: Change[] = [];
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
    return this.changes().length > limits.batchChangesMax - changesPerEvent;
  }

  /** Takes an event in, unless it was delivered before. */
  add({ container, event }: QueuedEvent): void {
    const { audit, known } = this.#standing;
    if (known.has(event.id) || known.has(recordId(event))) return;
    const run = this.#countIn(event);
    const kept = isKept(event, audit.level);
    if (kept)
      this.#events.push({ op: 'create', document: recordOf(event, { days: audit.days, run: run?.id }) });
    // Beside the records an event goes in the batch that delivers it; elsewhere something must tell that it was.
    if (container === 'audit') this.#events.push({ op: 'delete', kind: event.kind, id: event.id });
    else if (!kept || isMarked(event)) this.#events.push({ op: 'create', document: this.#receipt(event) });
  }

  changes(): readonly Change[] {
    const { days } = this.#standing.audit;
    const touched = this.#runs.filter(({ isTouched }) => isTouched);
    const runs = touched.map(({ run, version }): Change => {
      const document = { ...run, expires: expiryOf(run.seen, days) };
      return version === undefined
        ? { op: 'create', document }
        : { op: 'replace', document, ifVersion: version };
    });
    return [...this.#events, ...runs, ...this.#openings()];
  }

  #countIn(event: AuditEvent): RunDocument | undefined {
    if (!hasRuns(event.credential)) return undefined;
    const time = Date.parse(event.at);
    const isOf = ({ run }: { run: RunDocument }) => run.credential === event.credential && covers(run, time);
    let slot = this.#runs.find(isOf);
    if (!slot) {
      slot = { run: openRun(event), isTouched: true };
      this.#runs.unshift(slot);
      this.#opens = { id: openingsKind, tenantId: event.tenantId, kind: openingsKind };
    }
    slot.run = withEvent(slot.run, event);
    slot.isTouched = true;
    return slot.run;
  }

  #receipt({ id, tenantId, operation, resourceType, resource }: AuditEvent): Document {
    const expires = this.#now + limits.receiptHours * 3_600_000;
    return { id, tenantId, kind: receiptKind, operation, resourceType, resource, expires };
  }

  #openings(): readonly Change[] {
    const document = this.#opens;
    const version = this.#standing.openings?.version;
    if (!document) return [];
    return version === undefined
      ? [{ op: 'create', document }]
      : [{ op: 'replace', document, ifVersion: version }];
  }
}

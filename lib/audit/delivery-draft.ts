import { limits } from '../base/limits.ts';
import { isMarked, receiptKind } from '../directory/events.ts';
import type { Change, Container, Document, Stored } from '../store/document-store.ts';
import type { Policy } from '../tenants/policy.ts';
import {
  type AuditEvent,
  expiryOf,
  isHold,
  isRead,
  isRefused,
  type RecordDocument,
  recordId,
  recordKind,
} from './record.ts';
import { covers, hasRuns, openRun, type RunDocument, withEvent } from './run.ts';

/** An event, and the container in which it waits. */
export interface QueuedEvent {
  readonly container: Container;
  readonly event: AuditEvent;
}

/** The state of the trail to which a batch is added. */
export interface Standing {
  readonly audit: Policy['audit'];
  /** Runs of the credentials, the latest start first. */
  readonly runs: readonly Stored<RunDocument>[];
  /** A writer that opens a run replaces this document, so that two cannot open one for the same requests. */
  readonly openings: Stored | undefined;
  /** Ids that show that an event was delivered before. */
  readonly known: ReadonlySet<string>;
}

/** Changes that one more event needs at most: record, receipt or deletion, run, and openings document. */
const changesPerEvent = 4;

/** The kind of the document that a writer replaces to open a run; one for each tenant, in `audit`. */
export const openingsKind = 'run-openings';

/** A batch of the audit partition that is being composed. */
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

  /** Adds an event, unless it was delivered before. */
  add({ container, event }: QueuedEvent): void {
    const { audit, known } = this.#standing;
    if (known.has(event.id) || known.has(recordId(event))) return;
    const run = this.#countIn(event);
    const kept = isKept(event, audit.level);
    if (kept)
      this.#events.push({ op: 'create', document: recordOf(event, { days: audit.days, run: run?.id }) });
    // An event in the container of the records is deleted in this batch. For any other, a record or receipt
    // must show that it was delivered.
    if (container === 'audit') this.#events.push({ op: 'delete', kind: event.kind, id: event.id });
    else if (!kept || isMarked(event)) this.#events.push({ op: 'create', document: this.#receipt(event) });
  }

  changes(): readonly Change[] {
    const { days } = this.#standing.audit;
    const touched = this.#runs.filter(({ isTouched }) => isTouched);
    const runs = touched.map(({ run, version }) =>
      put({ ...run, expires: expiryOf(run.seen, days) }, version),
    );
    const openings = this.#opens ? [put(this.#opens, this.#standing.openings?.version)] : [];
    return [...this.#events, ...runs, ...openings];
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
}

/** The change that writes a document over the version that was read; without one, it creates the document. */
function put(document: Document, version: string | undefined): Change {
  return version === undefined ? { op: 'create', document } : { op: 'replace', document, ifVersion: version };
}

/** The record of an event. It expires `days` days after the event. */
function recordOf(
  event: AuditEvent,
  { days, run }: { days: number; run: string | undefined },
): RecordDocument {
  return {
    ...event,
    id: recordId(event),
    kind: recordKind,
    due: undefined,
    users: undefined,
    outcome: event.outcome ?? 'done',
    run,
    expires: expiryOf(Date.parse(event.at), days),
  };
}

/** Accepts an event that is kept at the audit level of the tenant. */
function isKept(event: AuditEvent, level: Policy['audit']['level']): boolean {
  if (level === 'debug' || isRefused(event) || isHold(event)) return true;
  return level === 'information' && event.outcome !== 'unchanged' && !isRead(event);
}

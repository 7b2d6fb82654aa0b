import { limits } from '../base/limits.ts';
import { isHold, newestFirst, type RecordDocument } from '../store/change-document.ts';
import type { Document } from '../store/document-store.ts';
import { isRead, isRefused, recognition } from './record.ts';

/** The kind of a RunDocument, in the container `audit`. */
export const runKind = 'run';

/** A run: the requests of one credential with gaps shorter than `runGap`, and their results. */
export interface RunDocument extends Document {
  readonly credential: string;
  /** A closed run only counts records that are delivered late. */
  readonly state: 'open' | 'closed';
  /** Milliseconds since 1970, like `seen`. */
  readonly started: number;
  /** The time of the last record or of the last known use of the key. */
  readonly seen: number;
  readonly counts: Readonly<Record<Count, number>>;
  /** Number of accounts that were held, by reason. */
  readonly held: Tally;
  /** Number of refused requests and bulk operations, by code of the error catalogue. */
  readonly refused: Tally;
  /** The first `limits.runDetailsMax` different refusals. */
  readonly details: readonly RunDetail[];
  /** Number of all accounts that lacked a licence when the run was closed. */
  readonly beyondLicence?: number;
}

/** A counter of a run. `accounts` counts operations on accounts but holds. The last two need `debug`. */
type Count = 'created' | 'changed' | 'deleted' | 'accounts' | 'unchanged' | 'reads';
type Tally = Readonly<Record<string, number>>;

type RunDetail = Required<Pick<RecordDocument, 'error' | 'detail'>> &
  Pick<RecordDocument, 'resourceType' | 'resource'>;

/** Milliseconds without a record or a use of the key after which a run ends. */
export const runGap = limits.runGapSeconds * 1_000;

/** The run that begins with a record, before it is counted. */
export function openRun({ tenantId, credential, at }: RecordDocument): RunDocument {
  const started = Date.parse(at);
  return {
    id: `run:${newestFirst(started)}:${credential}`,
    tenantId,
    kind: runKind,
    credential,
    state: 'open',
    started,
    seen: started,
    counts: { created: 0, changed: 0, deleted: 0, accounts: 0, unchanged: 0, reads: 0 },
    held: {},
    refused: {},
    details: [],
  };
}

/** Checks if a record at a time, in milliseconds since 1970, belongs to the run. */
export function covers({ started, seen }: RunDocument, time: number): boolean {
  return started - runGap < time && time < seen + runGap;
}

/** The run with one more record. A closed run becomes due again. */
export function withRecord(run: RunDocument, record: RecordDocument): RunDocument {
  const time = Date.parse(record.at);
  const next = {
    ...run,
    ...counted(run, record),
    started: Math.min(run.started, time),
    seen: Math.max(run.seen, time),
  };
  // An earlier check is useless: the key's last use, which shows that the run goes on, is written no more
  // often.
  const due = next.state === 'open' ? next.seen + limits.lastUsedSecondsMin * 1_000 : time;
  return { ...next, due };
}

/** The counters of the run with one more record, which counts in one of them. */
function counted(run: RunDocument, record: RecordDocument): Partial<RunDocument> {
  const { error = 'internal', outcome } = record;
  if (record.operation === recognition) return {};
  if (isRead(record)) return oneMore(run, 'reads');
  if (isRefused(record)) return { refused: tallied(run.refused, error), details: detailed(run, record) };
  if (outcome === 'unchanged') return oneMore(run, 'unchanged');
  if (isHold(record)) return { held: tallied(run.held, outcome) };
  return oneMore(run, countOf(record));
}

function countOf({ resourceType, operation }: RecordDocument): Count {
  if (resourceType === 'Account') return 'accounts';
  if (operation === 'create') return 'created';
  return operation === 'delete' ? 'deleted' : 'changed';
}

function oneMore({ counts }: RunDocument, count: Count): Pick<RunDocument, 'counts'> {
  return { counts: { ...counts, [count]: counts[count] + 1 } };
}

function tallied(tally: Tally, name: string): Tally {
  return { ...tally, [name]: (tally[name] ?? 0) + 1 };
}

function detailed({ details }: RunDocument, record: RecordDocument): readonly RunDetail[] {
  const { error = 'internal', detail = '', resourceType, resource } = record;
  const isKnown = details.some((one) => one.error === error && one.detail === detail);
  if (isKnown || details.length >= limits.runDetailsMax) return details;
  return [...details, { error, detail, resourceType, resource }];
}

/** Recognises a run that administrators should know about. A user without a group is not a failure. */
export function hasFailures({ refused, held }: RunDocument): boolean {
  return Object.keys(refused).length > 0 || Object.keys(held).some((reason) => reason !== 'noGroup');
}

import { limits } from '../base/limits.ts';
import type { Document } from '../store/document-store.ts';
import { type AuditEvent, isHold, isRead, isRefused, newestFirst } from './record.ts';

/** The kind of a RunDocument, in the container `audit`. */
export const runKind = 'run';

/** A run: the requests of one credential with gaps shorter than `runGap`, and their results. */
export interface RunDocument extends Document {
  readonly credential: string;
  /** A closed run only counts events that are delivered late. */
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

type RunDetail = Required<Pick<AuditEvent, 'error' | 'detail'>> &
  Pick<AuditEvent, 'resourceType' | 'resource'>;

/** Milliseconds without a record or a use of the key after which a run ends. */
export const runGap = limits.runGapSeconds * 1_000;

/** Actors that are not clients. Their records belong to no run. */
const ownActors: ReadonlySet<string> = new Set(['timer', 'management', 'activation']);

/** Accepts a credential of a client, whose records form runs. */
export function hasRuns(credential: string): boolean {
  return !ownActors.has(credential) && !credential.startsWith('entra:');
}

/** The run that begins with an event, before it is counted. */
export function openRun({ tenantId, credential, at }: AuditEvent): RunDocument {
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

/** Checks if an event at a time, in milliseconds since 1970, belongs to the run. */
export function covers({ started, seen }: RunDocument, time: number): boolean {
  return started - runGap < time && time < seen + runGap;
}

/** The run with one more event. A closed run becomes due again. */
export function withEvent(run: RunDocument, event: AuditEvent): RunDocument {
  const time = Date.parse(event.at);
  const next = {
    ...run,
    ...counted(run, event),
    started: Math.min(run.started, time),
    seen: Math.max(run.seen, time),
  };
  // An earlier check is useless: the key's last use, which shows that the run goes on, is written no more
  // often.
  const due = next.state === 'open' ? next.seen + limits.lastUsedSecondsMin * 1_000 : time;
  return { ...next, due };
}

/** The counters of the run with one more event, which counts in one of them. */
function counted(run: RunDocument, event: AuditEvent): Partial<RunDocument> {
  const { error = 'internal', outcome = '' } = event;
  if (isRead(event)) return oneMore(run, 'reads');
  if (isRefused(event)) return { refused: tallied(run.refused, error), details: detailed(run, event) };
  if (outcome === 'unchanged') return oneMore(run, 'unchanged');
  if (isHold(event)) return { held: tallied(run.held, outcome) };
  return oneMore(run, countOf(event));
}

function countOf({ resourceType, operation }: AuditEvent): Count {
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

function detailed({ details }: RunDocument, event: AuditEvent): readonly RunDetail[] {
  const { error = 'internal', detail = '', resourceType, resource } = event;
  const isKnown = details.some((one) => one.error === error && one.detail === detail);
  if (isKnown || details.length >= limits.runDetailsMax) return details;
  return [...details, { error, detail, resourceType, resource }];
}

/** Recognises a run that administrators should know about. A user without a group is not a failure. */
export function hasFailures({ refused, held }: RunDocument): boolean {
  return Object.keys(refused).length > 0 || Object.keys(held).some((reason) => reason !== 'noGroup');
}

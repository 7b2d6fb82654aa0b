import { limits } from '../base/limits.ts';
import type { Document } from '../store/document-store.ts';
import { type AuditEvent, isHold, isRead, isRefused, newestFirst } from './record.ts';

/** The kind of a RunDocument, in the container `audit`. */
export const runKind = 'run';

/** The requests of one credential with gaps under ten minutes, and what came of them. */
export interface RunDocument extends Document {
  readonly credential: string;
  /** A closed run is counted on only for what comes late. */
  readonly state: 'open' | 'closed';
  /** Milliseconds since 1970, like `seen`. */
  readonly started: number;
  /** The last record, or the last use of the key that is known. */
  readonly seen: number;
  readonly counts: Readonly<Record<Count, number>>;
  /** How many accounts came to be held, by reason. */
  readonly held: Tally;
  /** How many requests and bulk operations were refused, by code of the error catalogue. */
  readonly refused: Tally;
  /** The first refusals that differ. */
  readonly details: readonly RunDetail[];
  /** Accounts held for want of a licence when the run was closed, whichever run they came by. */
  readonly beyondLicence?: number;
}

/** `accounts` counts what became of accounts other than being held; the last two are met at level `debug` only. */
type Count = 'created' | 'changed' | 'deleted' | 'accounts' | 'unchanged' | 'reads';
type Tally = Readonly<Record<string, number>>;

interface RunDetail {
  readonly error: string;
  readonly detail: string;
  readonly resourceType?: string;
  readonly resource?: string;
}

/** A time without records or use of the key that ends a run, in milliseconds. */
export const runGap = limits.runGapSeconds * 1_000;

/** Who acts without a client; their records belong to no run. */
const standing: ReadonlySet<string> = new Set(['timer', 'management', 'activation']);

/** Whether the records of a credential make up runs. */
export function hasRuns(credential: string): boolean {
  return !standing.has(credential) && !credential.startsWith('entra:');
}

/** A run that begins with an event. */
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

/** Whether an event of this time belongs to the run. */
export function covers({ started, seen }: RunDocument, time: number): boolean {
  return started - runGap < time && time < seen + runGap;
}

/** The run with one event more; a closed one is looked at once more when the timer comes by. */
export function withEvent(run: RunDocument, event: AuditEvent): RunDocument {
  const time = Date.parse(event.at);
  const next = {
    ...run,
    ...counted(run, event),
    started: Math.min(run.started, time),
    seen: Math.max(run.seen, time),
  };
  // From here on the key's last use, which is noted no more often, can tell that the run goes on.
  const due = next.state === 'open' ? next.seen + limits.lastUsedSecondsMin * 1_000 : time;
  return { ...next, due };
}

/** Each event counts in one place. */
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

/** Whether administrators want to hear of the run. A user who is in no group yet is no failure. */
export function hasFailures({ refused, held }: RunDocument): boolean {
  return Object.keys(refused).length > 0 || Object.keys(held).some((reason) => reason !== 'noGroup');
}

import { limits } from '../../base/limits.ts';
import {
  type BulkState,
  extendBulkLease,
  readBulkRecord,
  type StoredBulkRecord,
  type StoredBulkResult,
  writeBulkRecord,
} from '../../directory/bulk-records.ts';
import { ScimError } from '../../scim/errors.ts';
import type { BulkResult } from '../../scim/message/bulk-response.ts';
import { errorBody } from '../../scim/message/error.ts';
import { retryLostRace, wonRace } from '../../store/retry-lost-race.ts';
import type { Context } from '../context.ts';
import type { BulkStep } from './plan.ts';
import { resultsOfRun, standingResults } from './standing.ts';

/** What came of operations, by their positions in the request from 0. */
type BulkResults = ReadonlyMap<number, BulkResult>;

/** The right to carry out a bulk request, and what of it is done already. */
export interface BulkClaim {
  /** Marks the events of the operations. */
  readonly run: string;
  /** Ids chosen for creations, by position. */
  readonly ids: readonly string[];
  readonly done: BulkResults;
  /** Shows that the request is still being carried out; cheap enough for every operation. */
  keep(): Promise<void>;
  /** Remembers what came of the request; `null` for operations left undone. */
  complete(results: readonly (BulkResult | null)[]): Promise<void>;
}

interface Claimant {
  readonly fingerprint: string;
  readonly steps: readonly (BulkStep | undefined)[];
}

/**
 * Claims a bulk request, so that its repetition within some minutes does nothing twice: what was done and
 * still stands is not done again, whether the first answer got lost or the service provider was cut off.
 *
 * Throws ScimError `conflict` while the request is being carried out.
 */
export function claimBulk(context: Context, claimant: Claimant): Promise<BulkClaim> {
  return retryLostRace(
    () => tryToClaim(context, claimant),
    () => underWay(limits.bulkLeaseSeconds),
  );
}

async function tryToClaim(context: Context, claimant: Claimant): Promise<BulkClaim> {
  const { directory } = context;
  const { fingerprint } = claimant;
  const stored = await readBulkRecord(directory, fingerprint);
  const { state, done } = stored ? await nextState(context, claimant, stored) : newState(context, claimant);
  const { run, ids } = state;
  if (done.size === claimant.steps.length) return { run, ids, done, keep: settled, complete: settled };

  await writeBulkRecord(directory, fingerprint, { state, ifVersion: stored?.version });
  return {
    run,
    ids,
    done,
    keep: keepLease(context, fingerprint, state),
    complete: (results) => complete(context, fingerprint, { ...state, results: results.map(toStored) }),
  };
}

const toStored = (result: BulkResult | null): StoredBulkResult | null =>
  result && { ...result, error: result.error && errorBody(result.error) };

/** Where nothing is left to do, nothing is to be remembered either. */
const settled = () => Promise.resolve();

interface Next {
  readonly state: BulkState;
  readonly done: BulkResults;
}

async function nextState(
  context: Context,
  claimant: Claimant,
  { document: record }: StoredBulkRecord,
): Promise<Next> {
  const { directory } = context;
  const now = directory.now();
  if (record.due <= now) return newState(context, claimant);
  if (record.results) {
    const done = await standingResults(directory, claimant.steps, record.results);
    return newState(context, claimant, done);
  }
  if (record.leaseUntil > now) throw underWay(Math.ceil((record.leaseUntil - now) / 1_000));
  const { run, ids, due } = record;
  const done = await resultsOfRun(directory, claimant.steps, run);
  return { state: { run, ids, due, ...leaseOf(context) }, done };
}

function newState(context: Context, { steps }: Claimant, done: BulkResults = new Map()): Next {
  const { newId, now } = context.directory;
  const ids = steps.map((step, position) =>
    step?.method === 'POST' ? (done.get(position)?.id ?? newId()) : '',
  );
  const due = now() + limits.bulkReplaySecondsMax * 1_000;
  return { state: { run: newId(), ids, due, ...leaseOf(context) }, done };
}

function leaseOf({ directory }: Context): Pick<BulkState, 'owner' | 'leaseUntil'> {
  return {
    owner: directory.newId(),
    leaseUntil: directory.now() + limits.bulkLeaseSeconds * 1_000,
  };
}

function underWay(seconds: number): ScimError {
  return new ScimError('conflict', {
    detail: `This bulk request is still being carried out: repeat it in ${seconds} seconds for its result`,
    headers: { 'Retry-After': String(seconds) },
  });
}

/** Extends the lease when a third of it has passed. */
function keepLease(
  { directory }: Context,
  fingerprint: string,
  { leaseUntil }: BulkState,
): () => Promise<void> {
  const length = limits.bulkLeaseSeconds * 1_000;
  let until = leaseUntil;
  return async () => {
    const now = directory.now();
    if (until - now > (length * 2) / 3) return;
    until = now + length;
    await wonRace(extendBulkLease(directory, fingerprint, until));
  };
}

/** Who was taken over has nothing to remember: the one who took over will. */
async function complete({ directory }: Context, fingerprint: string, state: BulkState): Promise<void> {
  const stored = await readBulkRecord(directory, fingerprint);
  if (stored?.document.owner !== state.owner) return;
  await wonRace(writeBulkRecord(directory, fingerprint, { state, ifVersion: stored.version }));
}

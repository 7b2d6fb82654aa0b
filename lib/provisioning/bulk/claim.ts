import { limits } from '../../base/limits.ts';
import {
  type BulkState,
  extendBulkLease,
  readBulkRecord,
  type StoredBulkRecord,
  type StoredBulkResult,
  writeBulkRecord,
} from '../../directory/bulk-records.ts';
import { type MarkedChange, markedChanges, type Operation } from '../../directory/records.ts';
import { currentRevisions } from '../../directory/resources.ts';
import type { DirectoryScope } from '../../directory/scope.ts';
import { ScimError } from '../../scim/errors.ts';
import type { BulkMethod } from '../../scim/message/bulk-request.ts';
import type { BulkResult } from '../../scim/message/bulk-response.ts';
import { errorBody } from '../../scim/message/error.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { versionOf } from '../../scim/version.ts';
import { retryLostRace, wonRace } from '../../store/retry-lost-race.ts';
import type { Context } from '../context.ts';
import type { BulkStep } from './plan.ts';

/** The results of operations by their positions in the request, from 0. */
type BulkResults = ReadonlyMap<number, BulkResult>;

/** The right to carry out a bulk request, and the results of operations that were done before. */
export interface BulkClaim {
  /** Marks the changes of the operations. */
  readonly run: string;
  /** The ids chosen for creations, by position. */
  readonly ids: readonly string[];
  readonly done: BulkResults;
  /** Records that the request is still being carried out. It is cheap enough to call with every operation. */
  keep(): Promise<void>;
  /** Stores the results for a repetition; `null` for skipped operations. */
  complete(results: readonly (BulkResult | null)[]): Promise<void>;
}

interface Claimant {
  readonly fingerprint: string;
  readonly steps: readonly (BulkStep | undefined)[];
}

/**
 * Claims a bulk request, so that a repetition within `limits.bulkReplaySecondsMax` does nothing twice. The
 * repetition skips operations whose results still hold, after a lost answer as well as after a crash.
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

/** If no operation is left to do, there is nothing to store. */
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
    detail: `This bulk request is still being carried out: send it again in ${seconds} seconds for its result`,
    headers: { 'Retry-After': String(seconds) },
  });
}

/** Makes the function that extends the lease when a third of it has passed. */
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

/** Stores the results, unless another execution took the request over. Then that one stores them. */
async function complete({ directory }: Context, fingerprint: string, state: BulkState): Promise<void> {
  const stored = await readBulkRecord(directory, fingerprint);
  if (stored?.document.owner !== state.owner) return;
  await wonRace(writeBulkRecord(directory, fingerprint, { state, ifVersion: stored.version }));
}

type Steps = readonly (BulkStep | undefined)[];
type Results = ReadonlyMap<number, BulkResult>;

/** The record and the status of an operation that succeeded, by method. A POST may have reactivated a user. */
const traces: Readonly<Record<BulkMethod, { operations: readonly Operation[]; status: number }>> = {
  POST: { operations: ['create', 'replace'], status: 201 },
  PUT: { operations: ['replace'], status: 200 },
  PATCH: { operations: ['modify'], status: 200 },
  DELETE: { operations: ['delete'], status: 204 },
};

/** The mark of one operation's changes. Marks sort by position. */
export function markOf(run: string, position: number): string {
  return `${run}.${String(position).padStart(5, '0')}`;
}

/**
 * The results of a run that was cut off, read from its receipts. A receipt is written in one batch with its change.
 */
async function resultsOfRun(scope: DirectoryScope, steps: Steps, run: string): Promise<Results> {
  const done = new Map<number, BulkResult>();
  for (const change of await markedChanges(scope, `${run}.`)) {
    const position = Number(change.id.split(/[.:]/)[2]);
    const step = steps[position];
    const status = step && statusOf(step, change);
    if (status !== undefined) done.set(position, { status, id: change.resource });
  }
  return withVersions(scope, steps, done);
}

function statusOf({ method, type }: BulkStep, { operation, resourceType }: MarkedChange): number | undefined {
  const { operations, status } = traces[method];
  return resourceType === type?.name && operations.includes(operation) ? status : undefined;
}

async function withVersions(scope: DirectoryScope, steps: Steps, done: Results): Promise<Results> {
  const revisions = await revisionsOf(scope, steps, done);
  return new Map(
    [...done].map(([position, result]) => {
      const revision = revisions.get(placeOf(steps[position]?.type, result.id));
      const isThere = revision !== undefined && result.status !== 204;
      return [position, isThere ? { ...result, version: versionOf(revision) } : result];
    }),
  );
}

/**
 * The stored results that still hold: a created resource exists, a deleted one does not, and a changed one has
 * the version that the request gave it. A failure never holds, because its cause may be gone.
 */
async function standingResults(
  scope: DirectoryScope,
  steps: Steps,
  results: readonly (StoredBulkResult | null)[],
): Promise<Results> {
  const succeeded = new Map<number, BulkResult>();
  for (const [position, result] of results.entries()) {
    if (!result || result.error) continue;
    succeeded.set(position, { status: result.status, id: result.id, version: result.version });
  }
  const revisions = await revisionsOf(scope, steps, succeeded);
  const lastVersions = new Map<string, number>();
  for (const [position, { id, version }] of succeeded) {
    const place = placeOf(steps[position]?.type, id);
    lastVersions.set(place, Math.max(lastVersions.get(place) ?? 0, revisionIn(version)));
  }
  return new Map(
    [...succeeded].filter(([position, { id }]) => {
      const place = placeOf(steps[position]?.type, id);
      const revision = revisions.get(place);
      switch (steps[position]?.method) {
        case 'POST':
          return revision !== undefined;
        case 'DELETE':
          return revision === undefined;
        default:
          return revision === lastVersions.get(place);
      }
    }),
  );
}

const revisionIn = (version = '') => Number(/\d+/.exec(version)?.[0] ?? 0);

const placeOf = (type: ResourceType | undefined, id = '') => `${type?.name} ${id}`;

/** The revisions of the resources of results, by `placeOf`. It makes one read for each resource type. */
async function revisionsOf(
  scope: DirectoryScope,
  steps: Steps,
  results: Results,
): Promise<ReadonlyMap<string, number>> {
  const idsByType = new Map<ResourceType, Set<string>>();
  for (const [position, { id }] of results) {
    const type = steps[position]?.type;
    if (!type || id === undefined) continue;
    idsByType.set(type, (idsByType.get(type) ?? new Set()).add(id));
  }
  const revisions = new Map<string, number>();
  for (const [type, ids] of idsByType) {
    for (const [id, revision] of await currentRevisions(scope, type, [...ids])) {
      revisions.set(placeOf(type, id), revision);
    }
  }
  return revisions;
}

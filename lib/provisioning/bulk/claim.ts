import { limits } from '../../base/limits.ts';
import { yieldToEventLoop } from '../../base/yield-to-event-loop.ts';
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
import { StoreError } from '../../store/document-store.ts';
import { retryLostRace, wonRace } from '../../store/retry-lost-race.ts';
import type { Context } from '../context.ts';
import type { BulkStep } from './plan.ts';
import { type BulkResults, markOf, resultsByMark, standingResults } from './results.ts';

/** The right to carry out a bulk request, and the results of operations that were done before. */
export interface BulkClaim {
  /** Marks the changes of the operations. */
  readonly run: string;
  /** The ids chosen for creations, by position. */
  readonly ids: readonly string[];
  readonly done: BulkResults;
  /** Records that the request is still being carried out. It is cheap enough to call with every operation. */
  keep(): Promise<void>;
  /**
   * The result of an operation that failed here because another execution of the request has done it. `undefined`
   * if none has.
   */
  resultOf(position: number, error: ScimError): Promise<BulkResult | undefined>;
  /** True unless another execution took the request over because this one showed no progress. */
  isOurs(): Promise<boolean>;
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
  const next = stored ? await nextState(context, claimant, stored) : newState(context, claimant);
  const { state, done } = next;
  const { run, ids } = state;
  if (done.size === claimant.steps.length) return { ...nothingLeft, run, ids, done };

  await writeBulkRecord(directory, fingerprint, { state, ifVersion: stored?.version });
  const lease = new Lease(context, claimant, next);
  return {
    run,
    ids,
    done,
    keep: () => lease.keep(),
    resultOf: (position, error) => lease.resultOf(position, error),
    isOurs: () => lease.isOurs(),
    complete: (results) => lease.complete(results.map(toStored)),
  };
}

const toStored = (result: BulkResult | null): StoredBulkResult | null =>
  result && { ...result, error: result.error && errorBody(result.error) };

/** The claim of a request of which every operation is done. */
const nothingLeft: Pick<BulkClaim, 'keep' | 'resultOf' | 'isOurs' | 'complete'> = {
  keep: async () => {},
  resultOf: async () => undefined,
  isOurs: async () => true,
  complete: async () => {},
};

interface Next {
  readonly state: BulkState;
  readonly done: BulkResults;
  /** True if the execution before may still be running. */
  readonly isContested: boolean;
}

async function nextState(
  context: Context,
  claimant: Claimant,
  { document: record }: StoredBulkRecord,
): Promise<Next> {
  const { directory } = context;
  const now = directory.now();
  if (record.results) {
    if (record.due <= now) return newState(context, claimant);
    const done = await standingResults(directory, claimant.steps, record.results);
    return newState(context, claimant, done);
  }
  if (record.leaseUntil > now) {
    const seconds = Math.ceil((record.leaseUntil - now) / 1_000);
    // The clock of the instance that took the lease may be ahead of ours.
    throw underWay(Math.min(seconds, limits.bulkLeaseSeconds));
  }
  const { run, ids } = record;
  const done = await resultsByMark(directory, claimant.steps, `${run}.`);
  const state = { run, ids, owner: directory.newId(), ...timesFrom(now) };
  return { state, done, isContested: true };
}

function newState(context: Context, { steps }: Claimant, done: BulkResults = new Map()): Next {
  const { newId, now } = context.directory;
  const ids = steps.map((step, position) =>
    step?.method === 'POST' ? (done.get(position)?.id ?? newId()) : '',
  );
  const state = { run: newId(), ids, owner: newId(), ...timesFrom(now()) };
  return { state, done, isContested: false };
}

/** The end of a lease that begins or is extended now, and the time until which a repetition is recognised. */
function timesFrom(now: number): Pick<BulkState, 'leaseUntil' | 'due'> {
  return {
    leaseUntil: now + limits.bulkLeaseSeconds * 1_000,
    due: now + limits.bulkReplaySecondsMax * 1_000,
  };
}

function underWay(seconds: number): ScimError {
  return new ScimError('conflict', {
    detail: `This bulk request is still being carried out: send it again in ${seconds} seconds for its result`,
    headers: { 'Retry-After': String(seconds) },
  });
}

/** The lease of one execution, by which it notices that another one has taken the request over. */
class Lease {
  readonly #context: Context;
  readonly #claimant: Claimant;
  readonly #state: BulkState;
  #until: number;
  /** True if another execution may be carrying out the same operations. */
  #isContested: boolean;
  /** The last extension, which may be under way. */
  #kept: Promise<void> = Promise.resolve();
  #lastRead: Promise<boolean> | undefined;
  /** The read that has not begun yet. */
  #nextRead: Promise<boolean> | undefined;

  constructor(
    context: Context,
    claimant: Claimant,
    { state, isContested }: Pick<Next, 'state' | 'isContested'>,
  ) {
    this.#context = context;
    this.#claimant = claimant;
    this.#state = state;
    this.#until = state.leaseUntil;
    this.#isContested = isContested;
  }

  /** Extends the lease when a third of it has passed. */
  keep(): Promise<void> {
    const now = this.#context.directory.now();
    if (this.#until - now <= (limits.bulkLeaseSeconds * 1_000 * 2) / 3) {
      this.#until = timesFrom(now).leaseUntil;
      this.#kept = this.#extend(now);
    }
    return this.#kept;
  }

  async #extend(now: number): Promise<void> {
    const { directory } = this.#context;
    if (!(await this.isOurs())) this.#isContested = true;
    else await wonRace(extendBulkLease(directory, this.#claimant.fingerprint, timesFrom(now)));
  }

  async resultOf(position: number, error: ScimError): Promise<BulkResult | undefined> {
    await this.keep();
    if (!(await this.#mayBeDone(error))) return undefined;
    const mark = `${markOf(this.#state.run, position)}:`;
    return (await resultsByMark(this.#context.directory, this.#claimant.steps, mark)).get(position);
  }

  /** Tests if an operation may have failed because another execution has done it, or although it is done. */
  async #mayBeDone({ code, cause }: ScimError): Promise<boolean> {
    if (this.#isContested) return true;
    if (cause instanceof StoreError) return code === 'conflict' || code === 'unavailable';
    return (code === 'notFound' || code === 'versionMismatch') && !(await this.isOurs());
  }

  /** Reads the owner. Operations that fail while a read is under way share the next one, which begins later. */
  isOurs(): Promise<boolean> {
    this.#nextRead ??= this.#readNext();
    return this.#nextRead;
  }

  async #readNext(): Promise<boolean> {
    await Promise.allSettled([this.#lastRead]);
    await yieldToEventLoop();
    this.#nextRead = undefined;
    this.#lastRead = this.#readOwner().then((owner) => owner === this.#state.owner);
    return this.#lastRead;
  }

  async #readOwner(): Promise<string | undefined> {
    const { directory } = this.#context;
    return (await readBulkRecord(directory, this.#claimant.fingerprint))?.document.owner;
  }

  /** Stores the results, unless another execution took the request over. Then that one stores them. */
  async complete(results: BulkState['results']): Promise<void> {
    const { directory } = this.#context;
    const { fingerprint } = this.#claimant;
    const stored = await readBulkRecord(directory, fingerprint);
    if (stored?.document.owner !== this.#state.owner) return;
    const state = { ...this.#state, ...timesFrom(directory.now()), results };
    await wonRace(writeBulkRecord(directory, fingerprint, { state, ifVersion: stored.version }));
  }
}

import type { Container } from '@azure/cosmos';
import { Backoff } from '../../base/backoff.ts';
import { limits } from '../../base/limits.ts';
import { isBeyond } from '../change-rules.ts';
import { type Change, type Partition, StoreError } from '../document-store.ts';
import { type Batch, isRepeatable, toBatch } from './batch.ts';
import { type Failure, failureOf, type OperationCost, recorded } from './exchange.ts';
import type { Stamp } from './item.ts';

/** A batch on its way. */
interface Writing {
  readonly container: Container;
  readonly partition: Partition;
  readonly changes: readonly Change[];
  /** Its mark is of this batch alone. */
  readonly stamp: Stamp;
  readonly cost: OperationCost;
  /** The mark that a document bears now. */
  readonly markOf: (id: string) => Promise<string | undefined>;
}

/** A change that the database refused, and how. */
interface Refusal {
  readonly position: number;
  readonly status: number;
}

type Outcome = { readonly refusal?: Refusal; readonly failure?: Failure };

/** Statuses by which the database refuses a change for the state that its document is in. */
const refusals: readonly number[] = [404, 409, 412];

/**
 * Writes a batch once, however often it takes to hear that it is written.
 *
 * Rejects with StoreError `conflict` or `stale` and the position of the change that failed.
 */
export async function writeOnce(writing: Writing): Promise<void> {
  const { changes } = writing;
  const absent = new Set<number>();
  const backoff = new Backoff();
  let isInDoubt = false;
  for (let corrections = 0; corrections <= limits.raceAttemptsMax + changes.length; ) {
    const batch = toBatch(writing.partition, changes, { stamp: writing.stamp, absent });
    const { refusal, failure } = await tryBatch(writing, batch);
    if (!refusal && !failure) return;
    isInDoubt ||= failure?.isAmbiguous === true;
    if (isInDoubt && (await isWritten(writing, batch))) return;
    if (refusal) {
      correct(absent, changes, refusal);
      corrections += 1;
    }
    if (failure) {
      const isSafe = !isInDoubt || batch.witness !== undefined || changes.every(isRepeatable);
      await backoff.wait({ ...failure, isTransient: failure.isTransient && isSafe });
    }
  }
  throw new StoreError('unavailable', { cause: new Error('Others create and delete what is incremented') });
}

async function tryBatch({ container, partition, cost }: Writing, batch: Batch): Promise<Outcome> {
  const abortSignal = AbortSignal.timeout(limits.storeAttemptMillisecondsMax);
  const outcome = await recorded(cost, () =>
    container.items.batch([...batch.operations], partition.tenantId, { abortSignal }),
  );
  if ('failure' in outcome) return outcome;
  const results = outcome.result.result ?? [];
  // What stands beside the change that failed is answered with 424.
  const index = results.findIndex(({ statusCode }) => statusCode >= 400 && statusCode !== 424);
  const status = results[index]?.statusCode;
  if (status === undefined) return {};
  if (refusals.includes(status)) return { refusal: { position: batch.changes[index] ?? index, status } };
  const position = batch.changes[index];
  return {
    failure: failureOf(new Error(`Cosmos DB answers ${status} to change ${position}`), {
      status,
      retryAfterMilliseconds: undefined,
    }),
  };
}

async function isWritten({ markOf, stamp }: Writing, { witness }: Batch): Promise<boolean> {
  return witness !== undefined && (await markOf(witness)) === stamp.mark;
}

/** An increment turns into a creation where there is nothing yet, and back where there is by now. */
function correct(absent: Set<number>, changes: readonly Change[], { position, status }: Refusal): void {
  const change = changes[position];
  if (change?.op === 'increment' && change.ifAbsent === 'create' && !isBeyond(change.by, change)) {
    if (status === 404 && !absent.has(position)) return void absent.add(position);
    if (status === 409 && absent.delete(position)) return;
  }
  throw new StoreError(status === 409 ? 'conflict' : 'stale', { change: position });
}

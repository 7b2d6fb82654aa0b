import type { Container, OperationInput, PatchOperation } from '@azure/cosmos';
import { Backoff } from '../../base/backoff.ts';
import { limits } from '../../base/limits.ts';
import { checked, isBeyond, requireBatchSize, requireDocumentKey } from '../change-rules.ts';
import {
  type Change,
  type Document,
  type Increment,
  type Partition,
  StoreError,
  type WriteCheck,
} from '../document-store.ts';
import { sqlPath } from './condition.ts';
import { type Failure, failureOf, type OperationCost, recorded } from './exchange.ts';
import { type Stamp, toItem } from './item.ts';

/** A batch that is being written. */
interface Writing {
  readonly container: Container;
  readonly partition: Partition;
  readonly changes: readonly Change[];
  /** Its mark is unique to this batch. */
  readonly stamp: Stamp;
  readonly cost: OperationCost;
  readonly check: WriteCheck | undefined;
  /** Makes the signal that ends an attempt. */
  readonly deadline: () => AbortSignal;
  /** Reads the mark that a document has now. */
  readonly markOf: (id: string) => Promise<string | undefined>;
}

/** A change that the database refused, and the status of its answer. */
interface Refusal {
  readonly position: number;
  readonly status: number;
}

type Outcome = { readonly refusal?: Refusal; readonly failure?: Failure };

/** The statuses by which the database refuses a change because of the state of its document. */
const refusals: readonly number[] = [404, 409, 412];

/**
 * Writes a batch exactly once. It tries again until the database confirms the batch. If an answer was lost, it
 * recognises a batch that was written by its mark.
 *
 * Rejects with StoreError `conflict` or `stale` and the position of the failed change, and with `throttled` or
 * `unavailable` if tries or time are used up.
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
  throw new StoreError('unavailable', {
    cause: new Error('Other writers keep creating and deleting a document that is incremented'),
  });
}

async function tryBatch(
  { container, partition, cost, check, deadline }: Writing,
  batch: Batch,
): Promise<Outcome> {
  const write = () =>
    container.items.batch([...batch.operations], partition.tenantId, { abortSignal: deadline() });
  const outcome = await recorded(cost, write, check);
  if ('failure' in outcome) return outcome;
  const results = outcome.result.result ?? [];
  // The database answers 424 for the other changes of the batch.
  const index = results.findIndex(({ statusCode }) => statusCode >= 400 && statusCode !== 424);
  const status = results[index]?.statusCode;
  if (status === undefined) return {};
  if (refusals.includes(status)) return { refusal: { position: batch.changes[index] ?? index, status } };
  const position = batch.changes[index];
  return {
    failure: failureOf(new Error(`Cosmos DB answered ${status} to change ${position}`), {
      status,
      retryAfterMilliseconds: undefined,
    }),
  };
}

async function isWritten({ markOf, stamp }: Writing, { witness }: Batch): Promise<boolean> {
  return witness !== undefined && (await markOf(witness)) === stamp.mark;
}

/**
 * Turns an increment into a creation if the document is absent, and back if another writer has created it. Throws
 * StoreError `conflict` or `stale` for any other refusal.
 */
function correct(absent: Set<number>, changes: readonly Change[], { position, status }: Refusal): void {
  const change = changes[position];
  if (change?.op === 'increment' && change.ifAbsent === 'create' && !isBeyond(change.by, change)) {
    if (status === 404 && !absent.has(position)) return void absent.add(position);
    if (status === 409 && absent.delete(position)) return;
  }
  throw new StoreError(status === 409 ? 'conflict' : 'stale', { change: position });
}

/** A transactional batch. `changes` has the position of the change for each operation. */
interface Batch {
  readonly operations: OperationInput[];
  readonly changes: readonly number[];
  /** The id of a document that has the mark once the batch is written; absent if the batch has no such document. */
  readonly witness: string | undefined;
}

/** The number of operations that Cosmos DB allows in one patch. */
const patchOperationsMax = 10;

/** Lifetime of the document that is added as a witness to a batch without one. */
const witnessMilliseconds = 600_000;

/**
 * Converts changes to a transactional batch. Every document that it writes has the mark, so that a batch is
 * recognised if its answer was lost. An increment becomes a patch, or a creation if its position is among `absent`.
 *
 * Throws an Error for an invalid change, which is a defect of the caller.
 */
export function toBatch(
  partition: Partition,
  changes: readonly Change[],
  { stamp, absent }: { stamp: Stamp; absent: ReadonlySet<number> },
): Batch {
  const laidOut = changes.flatMap((change, position) =>
    operationsOf(change, { partition, stamp, isAbsent: absent.has(position) }).map((operation) => ({
      operation,
      position,
    })),
  );
  requireBatchSize(laidOut.length);
  const witness = witnessAmong(changes);
  const operations = laidOut.map(({ operation }) => operation);
  const positions = laidOut.map(({ position }) => position);
  if (witness !== undefined || changes.every(isRepeatable) || operations.length >= limits.batchChangesMax) {
    return { operations, changes: positions, witness };
  }
  const extra = {
    id: `write:${stamp.mark}`,
    tenantId: partition.tenantId,
    kind: 'write',
    expires: stamp.now + witnessMilliseconds,
  };
  const witnessing: OperationInput = { operationType: 'Create', resourceBody: toItem(extra, stamp) };
  return {
    operations: [...operations, witnessing],
    changes: [...positions, changes.length],
    witness: extra.id,
  };
}

/** Recognises a change that may be written twice, because it adds nothing. */
function isRepeatable(change: Change): boolean {
  return change.op === 'increment' && Object.values(change.by).every((addend) => addend === 0);
}

interface Layout {
  readonly partition: Partition;
  readonly stamp: Stamp;
  readonly isAbsent: boolean;
}

function operationsOf(change: Change, { partition, stamp, isAbsent }: Layout): OperationInput[] {
  const { kind, id } = 'document' in change ? change.document : change;
  requireDocumentKey({ kind, id });
  switch (change.op) {
    case 'create':
      return [{ operationType: 'Create', resourceBody: toItem(checked(change.document, partition), stamp) }];
    case 'replace': {
      const resourceBody = toItem(checked(change.document, partition), stamp);
      return [{ operationType: 'Replace', id, resourceBody, ifMatch: change.ifVersion }];
    }
    case 'delete': {
      // The database accepts `ifMatch` here too, although the SDK's type lacks it.
      const operation = { operationType: 'Delete' as const, id, ifMatch: change.ifVersion };
      return [operation];
    }
    case 'increment': {
      const { tenantId } = partition;
      const first = checked({ ...change.by, ...change.set, id, kind, tenantId } as Document, partition);
      requireOtherNames(change);
      return isAbsent
        ? [{ operationType: 'Create', resourceBody: toItem(first, stamp) }]
        : patches(change, stamp);
    }
  }
}

function patches(change: Increment, { mark }: Stamp): OperationInput[] {
  const { id, by, set = {} } = change;
  const steps: PatchOperation[] = [
    { op: 'set', path: '/writeMark', value: mark },
    ...Object.entries(by).map(
      ([name, value]): PatchOperation => ({ op: 'incr', path: pointer(name), value }),
    ),
    ...Object.entries(set).map(
      ([name, value]): PatchOperation => ({ op: 'set', path: pointer(name), value }),
    ),
  ];
  const count = Math.ceil(steps.length / patchOperationsMax);
  return Array.from({ length: count }, (_, n) => {
    const operations = steps.slice(n * patchOperationsMax, (n + 1) * patchOperationsMax);
    const condition = n === 0 ? bound(change) : undefined;
    return { operationType: 'Patch', id, resourceBody: { operations, condition } };
  });
}

/** The condition before the increment under which no number exceeds its bound after it. */
function bound({ by, atMost = {} }: Increment): string | undefined {
  const terms = Object.entries(atMost).map(([name, most]) => {
    const property = sqlPath('c', [name]);
    const room = most - (by[name] ?? 0);
    return `((${room >= 0} AND NOT IS_DEFINED(${property})) OR ${property} <= ${room})`;
  });
  return terms.length === 0 ? undefined : `FROM c WHERE ${terms.join(' AND ')}`;
}

const pointer = (name: string) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

function requireOtherNames({ kind, id, by, set = {} }: Increment): void {
  const names = [...Object.keys(by), ...Object.keys(set)];
  if (names.some((name) => name === 'id' || name === 'kind' || name === 'tenantId')) {
    throw new Error(`Increment of ${kind} ${id} changes its key`);
  }
}

/** The id of a document that the batch writes and leaves in place; `undefined` if there is none. */
function witnessAmong(changes: readonly Change[]): string | undefined {
  const gone = new Set(changes.flatMap((change) => (change.op === 'delete' ? [change.id] : [])));
  const written = (op: 'create' | 'replace') =>
    changes.flatMap((change) => (change.op === op ? [change.document.id] : [])).find((id) => !gone.has(id));
  return written('create') ?? written('replace');
}

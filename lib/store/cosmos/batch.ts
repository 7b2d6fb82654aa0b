import type { OperationInput, PatchOperation } from '@azure/cosmos';
import { limits } from '../../base/limits.ts';
import { checked, requireDocumentKey } from '../change-rules.ts';
import type { Change, Document, Increment, Partition } from '../document-store.ts';
import { sqlPath } from './condition.ts';
import { type Stamp, toItem } from './item.ts';

/** A transactional batch, with the position of the change that each of its operations belongs to. */
export interface Batch {
  readonly operations: OperationInput[];
  readonly changes: readonly number[];
  /** The id of a document that bears the mark once the batch is written; absent when writing it twice does no harm. */
  readonly witness: string | undefined;
}

/** Cosmos DB's bound on the operations of one patch. */
const patchOperationsMax = 10;

/** How long the witness of a batch is kept that creates no document which could be one, in milliseconds. */
const witnessMilliseconds = 600_000;

/**
 * Lays changes out as a transactional batch.
 *
 * Every document it writes bears the mark, so that a batch whose answer was lost is known again. An increment is a
 * patch, or where its position is among `absent` the creation of the document. Throws a plain Error where a change
 * cannot be meant.
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

/** Whether a batch of this change alone may be written twice. */
export function isRepeatable(change: Change): boolean {
  return change.op === 'increment' && Object.values(change.by).every((addend) => addend === 0);
}

interface How {
  readonly partition: Partition;
  readonly stamp: Stamp;
  readonly isAbsent: boolean;
}

function operationsOf(change: Change, { partition, stamp, isAbsent }: How): OperationInput[] {
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
      // The database takes `ifMatch` here too; only the SDK's type has forgotten it.
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

/** What must hold before, so that no number exceeds its bound after. */
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

/** A document that is there, with the mark, as long as nobody else has changed it since. */
function witnessAmong(changes: readonly Change[]): string | undefined {
  const gone = new Set(changes.flatMap((change) => (change.op === 'delete' ? [change.id] : [])));
  const written = (op: 'create' | 'replace') =>
    changes.flatMap((change) => (change.op === op ? [change.document.id] : [])).find((id) => !gone.has(id));
  return written('create') ?? written('replace');
}

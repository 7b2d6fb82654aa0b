import { checked, isBeyond, requireDocumentKey } from '../change-rules.ts';
import {
  type Change,
  type Document,
  type Increment,
  type Partition,
  type Stored,
  StoreError,
} from '../document-store.ts';

/** The effect of a batch on one document. `before` is absent for a creation, `after` for a deletion. */
export interface Write {
  readonly kind: string;
  readonly id: string;
  readonly before: Document | undefined;
  readonly after: Document | undefined;
}

interface Slot {
  readonly before: Document | undefined;
  after: Document | undefined;
  /** `undefined` once the batch has written the document. */
  version: string | undefined;
}

/**
 * Applies the changes of a batch in memory, in their order.
 *
 * Throws StoreError `conflict` or `stale` with the position of the failed change. Throws an Error for an invalid
 * change, which is a defect of the caller.
 */
export function stageChanges(
  partition: Partition,
  changes: readonly Change[],
  read: (kind: string, id: string) => Stored | undefined,
): readonly Write[] {
  const slots = new Map<string, Slot & { kind: string; id: string }>();
  for (const [position, change] of changes.entries()) {
    const { kind, id } = 'document' in change ? change.document : change;
    requireDocumentKey({ kind, id });
    const slot = slots.get(`${kind}/${id}`) ?? { kind, id, ...slotOf(read(kind, id)) };
    slots.set(`${kind}/${id}`, slot);
    slot.after = play(change, slot, { partition, position });
    slot.version = undefined;
  }
  return [...slots.values()];
}

function slotOf(stored: Stored | undefined): Slot {
  return { before: stored?.document, after: stored?.document, version: stored?.version };
}

function play(
  change: Change,
  slot: Slot,
  { partition, position }: { partition: Partition; position: number },
): Document | undefined {
  switch (change.op) {
    case 'create':
      if (slot.after) throw new StoreError('conflict', { change: position });
      return checked(change.document, partition);
    case 'replace':
      requireCurrent(slot, change.ifVersion, position);
      return checked(change.document, partition);
    case 'delete':
      requireCurrent(slot, change.ifVersion, position);
      return undefined;
    case 'increment': {
      if (!slot.after && change.ifAbsent === 'fail') throw new StoreError('stale', { change: position });
      const { tenantId } = partition;
      const sum = increment(slot.after ?? { id: change.id, tenantId, kind: change.kind }, change);
      if (isBeyond(sum, change)) throw new StoreError('stale', { change: position });
      return checked(sum, partition);
    }
  }
}

function requireCurrent(slot: Slot, ifVersion: string | undefined, position: number): void {
  const isCurrent = slot.after && (ifVersion === undefined || ifVersion === slot.version);
  if (!isCurrent) throw new StoreError('stale', { change: position });
}

function increment(document: Document, { by, set, kind, id }: Increment): Document {
  const sums = Object.entries(by).map(([name, addend]) => {
    const present = Object.hasOwn(document, name) ? document[name] : 0;
    if (typeof present !== 'number' || typeof addend !== 'number') {
      throw new Error(`Increment of ${kind} ${id} needs numbers in "${name}"`);
    }
    return [name, present + addend] as const;
  });
  const sum: Document = { ...document, ...Object.fromEntries(sums), ...set };
  if (sum.id !== id || sum.kind !== kind) throw new Error(`Increment of ${kind} ${id} changes its key`);
  return sum;
}

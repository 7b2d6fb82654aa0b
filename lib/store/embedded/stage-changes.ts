import { checked, isBeyond, jsonWithin, requireDocumentKey, textsWithin } from '../change-rules.ts';
import { type Change, type Document, type Increment, type Partition, StoreError } from '../document-store.ts';
import { Draft } from './draft.ts';
import type { StoredText } from './stored-text.ts';

/** A batch that does not depend on the objects of its caller any more, and is within the bounds. */
export interface Batch {
  readonly partition: Partition;
  readonly documentBytesMax: number;
  readonly changes: readonly DraftedChange[];
}

type DraftedChange = { readonly kind: string; readonly id: string } & (
  | { readonly op: 'create'; readonly draft: Draft }
  | { readonly op: 'replace'; readonly draft: Draft; readonly ifVersion: string | undefined }
  | Extract<Change, { readonly op: 'delete' | 'increment' }>
);

/** The effect of a batch on one document. `before` is absent for a creation, `after` for a deletion. */
export interface Write {
  readonly kind: string;
  readonly id: string;
  readonly before: StoredText | undefined;
  readonly after: Draft | undefined;
}

interface Slot extends Write {
  after: Draft | undefined;
  /** The document as the changes before have left it. */
  current: Draft | StoredText | undefined;
  /** `undefined` once the batch has written the document. */
  version: string | undefined;
}

/**
 * Takes over a batch as it is now. Throws StoreError `tooLarge`, and an Error for a document that cannot be written,
 * which is a defect of the caller.
 */
export function draftBatch(
  partition: Partition,
  changes: readonly Change[],
  documentBytesMax: number,
): Batch {
  const texts = textsWithin(documentBytesMax, changes);
  const drafted = changes.map((change, position): DraftedChange => {
    const text = texts[position] ?? '';
    const { kind, id } = 'document' in change ? change.document : change;
    requireDocumentKey({ kind, id });
    if (!('document' in change)) return JSON.parse(text);
    const draft = new Draft(partition.container, checked(change.document, partition), text);
    if (change.op === 'create') return { op: 'create', kind, id, draft };
    return { op: 'replace', kind, id, draft, ifVersion: change.ifVersion };
  });
  return { partition, documentBytesMax, changes: drafted };
}

/**
 * Applies the changes of a batch in memory, in their order.
 *
 * Throws StoreError `conflict` or `stale` with the position of the failed change, or `tooLarge` for an increment that
 * makes a document too large. Throws an Error for an invalid change, which is a defect of the caller.
 */
export function stageChanges(
  batch: Batch,
  read: (kind: string, id: string) => StoredText | undefined,
): readonly Write[] {
  const slots = new Map<string, Slot>();
  for (const [position, change] of batch.changes.entries()) {
    const { kind, id } = change;
    const slot = slots.get(`${kind}/${id}`) ?? slotOf(kind, id, read(kind, id));
    slots.set(`${kind}/${id}`, slot);
    slot.after = play(change, slot, { batch, position });
    slot.current = slot.after;
    slot.version = undefined;
  }
  return [...slots.values()];
}

function slotOf(kind: string, id: string, before: StoredText | undefined): Slot {
  return { kind, id, before, after: undefined, current: before, version: before?.version };
}

function play(
  change: DraftedChange,
  slot: Slot,
  { batch, position }: { batch: Batch; position: number },
): Draft | undefined {
  switch (change.op) {
    case 'create':
      if (slot.current) throw new StoreError('conflict', { change: position });
      return change.draft;
    case 'replace':
      requireCurrent(slot, change.ifVersion, position);
      return change.draft;
    case 'delete':
      requireCurrent(slot, change.ifVersion, position);
      return undefined;
    case 'increment': {
      if (!slot.current && change.ifAbsent === 'fail') throw new StoreError('stale', { change: position });
      const { partition, documentBytesMax } = batch;
      const { tenantId, container } = partition;
      const sum = increment(slot.current?.document ?? { id: change.id, tenantId, kind: change.kind }, change);
      if (isBeyond(sum, change)) throw new StoreError('stale', { change: position });
      return new Draft(container, checked(sum, partition), jsonWithin(documentBytesMax, sum));
    }
  }
}

function requireCurrent(slot: Slot, ifVersion: string | undefined, position: number): void {
  const isCurrent = slot.current && (ifVersion === undefined || ifVersion === slot.version);
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

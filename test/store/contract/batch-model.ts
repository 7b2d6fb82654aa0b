import fc from 'fast-check';
import type { Change, Document, Partition } from '../../../lib/store/document-store.ts';

/** A change as drawn: `which` tells the version it asks for, once the model knows the versions. */
export interface DrawnChange {
  readonly op: Change['op'];
  readonly id: string;
  readonly value: number;
  readonly which: 'any' | 'current' | 'other';
  readonly ifAbsent: 'create' | 'fail';
  readonly most: number;
}

export const ids = ['a', 'b', 'c', 'd'] as const;

const drawnChange: fc.Arbitrary<DrawnChange> = fc.record({
  op: fc.constantFrom('create', 'replace', 'delete', 'increment'),
  id: fc.constantFrom(...ids),
  value: fc.integer({ min: -5, max: 5 }),
  which: fc.constantFrom('any', 'current', 'other'),
  ifAbsent: fc.constantFrom('create', 'fail'),
  most: fc.integer({ min: -2, max: 9 }),
});

export const drawnBatches = fc.array(fc.array(drawnChange, { minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 8,
});

export interface Known {
  readonly document: Document;
  /** Absent once the batch at hand has written the document. */
  readonly version?: string;
}
export type State = ReadonlyMap<string, Known>;
export type Outcome = { readonly state: State } | { readonly kind: string; readonly change: number };

export function toChange({ tenantId }: Partition, drawn: DrawnChange, state: State): Change {
  const { op, id, value, which, ifAbsent, most } = drawn;
  const known = which === 'current' ? state.get(id)?.version : 'no-such-version';
  const ifVersion = which === 'any' || known === undefined ? {} : { ifVersion: known };
  const key = { kind: 'user', id };
  switch (op) {
    case 'create':
      return { op, document: { ...key, tenantId, value } };
    case 'replace':
      return { op, document: { ...key, tenantId, value }, ...ifVersion };
    case 'delete':
      return { op, ...key, ...ifVersion };
    case 'increment':
      return {
        op,
        ...key,
        by: { value, touches: 1 },
        set: { last: value },
        atMost: { value: most },
        ifAbsent,
      };
  }
}

/** What the port promises of a batch: every change upon those before it, or none and the first that fails. */
export function play(state: State, changes: readonly Change[], tenantId: string): Outcome {
  const next = new Map(state);
  for (const [position, change] of changes.entries()) {
    const id = 'document' in change ? change.document.id : change.id;
    const failure = failureOf(change, next.get(id));
    if (failure) return { kind: failure, change: position };
    const document = after(change, next.get(id)?.document, tenantId);
    if (change.op === 'increment' && Number(document?.value) > (change.atMost?.value ?? 0)) {
      return { kind: 'stale', change: position };
    }
    if (document) next.set(id, { document });
    else next.delete(id);
  }
  return { state: next };
}

function failureOf(change: Change, known: Known | undefined): 'conflict' | 'stale' | undefined {
  if (change.op === 'create') return known && 'conflict';
  if (change.op === 'increment') return known || change.ifAbsent === 'create' ? undefined : 'stale';
  if (!known) return 'stale';
  return change.ifVersion === undefined || change.ifVersion === known.version ? undefined : 'stale';
}

function after(change: Change, document: Document | undefined, tenantId: string): Document | undefined {
  if (change.op === 'delete') return undefined;
  if (change.op !== 'increment') return change.document;
  const base: Document = document ?? { id: change.id, kind: change.kind, tenantId };
  const sums = Object.entries(change.by).map(([name, by]) => [name, Number(base[name] ?? 0) + by]);
  return { ...base, ...Object.fromEntries(sums), ...change.set };
}

import { limits } from '../base/limits.ts';
import { type Change, type Document, type Increment, type Partition, StoreError } from './document-store.ts';

const identifier = /^[A-Za-z0-9_:.-]{1,255}$/;

/** Accepts a text that can be an id: without `/`, which separates parts of a key, or `!` and `~` of ranges. */
export function isIdentifier(text: unknown): text is string {
  return typeof text === 'string' && identifier.test(text);
}

/** Throws an Error if a text is not an identifier; `what` names it, such as "a kind". */
export function requireIdentifier(text: string, what: string): void {
  if (!isIdentifier(text)) throw new Error(`Not ${what}: ${JSON.stringify(text)}`);
}

/** Throws an Error if the kind or the id is not an identifier. */
export function requireDocumentKey({ kind, id }: { kind: string; id: string }): void {
  for (const part of [kind, id]) requireIdentifier(part, 'an id or kind');
}

/**
 * The JSON of the document of each change, or of a change without one. Throws StoreError `tooLarge` if the batch or a
 * document in it exceeds the bounds.
 */
export function textsWithin(documentBytesMax: number, changes: readonly Change[]): readonly string[] {
  requireBatchSize(changes.length);
  let total = 0;
  return changes.map((change, position) => {
    const text = JSON.stringify('document' in change ? change.document : change);
    const bytes = Buffer.byteLength(text);
    total += bytes;
    if (bytes > documentBytesMax) throw tooLarge(`A document of ${bytes} bytes`, documentBytesMax, position);
    if (total > limits.batchBytesMax) throw tooLarge('A batch of more bytes', limits.batchBytesMax, position);
    return text;
  });
}

/** Copies changes through JSON, as they are stored. Throws StoreError `tooLarge`, as `textsWithin` does. */
export function copiedWithin(documentBytesMax: number, changes: readonly Change[]): readonly Change[] {
  const texts = textsWithin(documentBytesMax, changes);
  return changes.map((change, position) => {
    const copy = JSON.parse(texts[position] ?? '');
    return 'document' in change ? { ...change, document: copy } : copy;
  });
}

/** Throws StoreError `tooLarge` for more operations than Cosmos DB takes in one batch. */
export function requireBatchSize(operations: number): void {
  if (operations <= limits.batchChangesMax) return;
  throw tooLarge(`A batch of ${operations} changes`, limits.batchChangesMax, limits.batchChangesMax);
}

/** The JSON of a document. Throws StoreError `tooLarge` if an increment has made it too large. */
export function jsonWithin(documentBytesMax: number, document: Document): string {
  const json = JSON.stringify(document);
  const bytes = Buffer.byteLength(json);
  if (bytes > documentBytesMax) throw tooLarge(`A document of ${bytes} bytes`, documentBytesMax);
  return json;
}

function tooLarge(subject: string, bound: number, change?: number): StoreError {
  return new StoreError('tooLarge', { change, cause: new Error(`${subject} exceeds ${bound}`) });
}

/** Yields the document. Throws an Error if it belongs to another partition or has an invalid time. */
export function checked(document: Document, { tenantId }: Partition): Document {
  const { kind, id, due, expires } = document;
  if (document.tenantId !== tenantId) throw new Error(`${kind} ${id} belongs to another partition`);
  for (const time of [due, expires]) {
    if (time === undefined || (Number.isSafeInteger(time) && time >= 0)) continue;
    throw new Error(`${kind} ${id} has a time that is not a whole number of milliseconds: ${time}`);
  }
  return document;
}

/** Checks if a sum exceeds the upper bound of the increment. */
export function isBeyond(sums: Readonly<Record<string, unknown>>, { atMost = {} }: Increment): boolean {
  return Object.entries(atMost).some(([name, most]) => Number(sums[name] ?? 0) > most);
}

import type { Document, Increment, Partition } from './document-store.ts';

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

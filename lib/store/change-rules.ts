import type { Document, Increment, Partition } from './document-store.ts';

const identifier = /^[A-Za-z0-9_:.-]{1,255}$/;

/** Whether a text can be an id: without `/`, which ends a part of a key, and `!` and `~`, which bound ranges. */
export function isIdentifier(text: unknown): text is string {
  return typeof text === 'string' && identifier.test(text);
}

/** Throws a plain Error for a text that cannot be what it should be, such as "a kind". */
export function requireIdentifier(text: string, what: string): void {
  if (!isIdentifier(text)) throw new Error(`Not ${what}: ${JSON.stringify(text)}`);
}

/** Throws a plain Error for what cannot be the id or kind of a document. */
export function requireDocumentKey({ kind, id }: { kind: string; id: string }): void {
  for (const part of [kind, id]) requireIdentifier(part, 'an id or kind');
}

/** Throws a plain Error for a document that cannot be meant for the partition; yields it otherwise. */
export function checked(document: Document, { tenantId }: Partition): Document {
  const { kind, id, due, expires } = document;
  if (document.tenantId !== tenantId) throw new Error(`${kind} ${id} belongs to another partition`);
  for (const time of [due, expires]) {
    if (time === undefined || (Number.isSafeInteger(time) && time >= 0)) continue;
    throw new Error(`${kind} ${id} is due or expires at no time in milliseconds: ${time}`);
  }
  return document;
}

/** Whether a number has come to more than the increment allows. */
export function isBeyond(sums: Readonly<Record<string, unknown>>, { atMost = {} }: Increment): boolean {
  return Object.entries(atMost).some(([name, most]) => Number(sums[name] ?? 0) > most);
}

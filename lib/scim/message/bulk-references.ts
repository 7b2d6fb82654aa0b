import { isJsonArray, isJsonObject, type JsonValue } from '../json.ts';

/** Matches a text that is a reference. */
const whole = /^bulkId:(.+)$/s;
/** Matches a reference inside a path's filter (`members[value eq "bulkId:x"]`) or a URI (`/Users/bulkId:x`). */
const embedded = /(?<=["/])bulkId:([^"/]+)/g;

/** Returns the bulkIds that a text refers to (RFC 7644 3.7.2). */
export function referencesIn(text: string): readonly string[] {
  if (!text.includes('bulkId:')) return [];
  const [, bulkId] = whole.exec(text) ?? [];
  return bulkId === undefined ? [...text.matchAll(embedded)].map(([, id = '']) => id) : [bulkId];
}

/** Replaces the references in a text with ids (RFC 7644 3.7.2). */
export function resolveText(text: string, resolve: (bulkId: string) => string): string {
  if (!text.includes('bulkId:')) return text;
  const [, bulkId] = whole.exec(text) ?? [];
  return bulkId === undefined ? text.replace(embedded, (_, id: string) => resolve(id)) : resolve(bulkId);
}

/** Replaces all references in a value with ids. Returns the same object if there are none. */
export function resolveReferences(value: JsonValue, resolve: (bulkId: string) => string): JsonValue {
  if (typeof value === 'string') return resolveText(value, resolve);
  if (isJsonArray(value)) {
    const elements = value.map((element) => resolveReferences(element, resolve));
    return elements.some((element, index) => element !== value[index]) ? elements : value;
  }
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(
    ([name, inner]) => [name, resolveReferences(inner, resolve)] as const,
  );
  return members.some(([name, inner]) => inner !== value[name]) ? Object.fromEntries(members) : value;
}

/** Yields every string in a value, at any depth. */
export function* textsIn(value: JsonValue): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (isJsonArray(value)) for (const element of value) yield* textsIn(element);
  else if (isJsonObject(value)) for (const inner of Object.values(value)) yield* textsIn(inner);
}

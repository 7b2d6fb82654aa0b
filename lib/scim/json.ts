export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A read-only JSON object. An array is not one. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Makes a JSON object, without the members that are undefined. */
export function jsonObject(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as JsonObject;
}

/** Tells whether a value is a JSON object. An array is not. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Compares two JSON values, ignoring the order of keys. */
export function equalJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (isJsonArray(a) && isJsonArray(b)) {
    return a.length === b.length && a.every((value, index) => equalJson(value, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => name in b && equalJson(a[name], b[name]))
  );
}

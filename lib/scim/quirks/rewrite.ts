import { isJsonArray, type JsonObject, type JsonValue } from '../json.ts';

/** Maps the elements of an array, or a single value. Returns the same object if nothing changes. */
export function mapElements(value: JsonValue, map: (element: JsonValue) => JsonValue): JsonValue {
  if (!isJsonArray(value)) return map(value);
  const mapped = value.map(map);
  return mapped.some((element, index) => element !== value[index]) ? mapped : value;
}

/** Maps the values of an object's properties. Returns the same object if nothing changes. */
export function mapProperties(
  object: JsonObject,
  map: (name: string, value: JsonValue) => JsonValue,
): JsonObject {
  let changed = false;
  const entries = Object.entries(object).map(([name, value]) => {
    const mapped = map(name, value);
    changed ||= mapped !== value;
    return [name, mapped] as const;
  });
  // fromEntries defines properties, so a `__proto__` from a client is only a name.
  return changed ? Object.fromEntries(entries) : object;
}

/** Keeps the properties that pass the test. Returns the same object if all do. */
export function filterProperties(
  object: JsonObject,
  keeps: (name: string, value: JsonValue) => boolean,
): JsonObject {
  const entries = Object.entries(object);
  const kept = entries.filter(([name, value]) => keeps(name, value));
  return kept.length === entries.length ? object : Object.fromEntries(kept);
}

/** Finds the name of a property as the object spells it, ignoring case (RFC 7643 2.1). */
export function findPropertyName(object: JsonObject, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name;
  const wanted = name.toLowerCase();
  return Object.keys(object).find((candidate) => candidate.toLowerCase() === wanted);
}

/** Reads a property by its name, ignoring case. */
export function readProperty(object: JsonObject, name: string): JsonValue | undefined {
  const spelling = findPropertyName(object, name);
  return spelling === undefined ? undefined : object[spelling];
}

/** Sets a property, under the name that the object already has for it in any case. */
export function withProperty(object: JsonObject, name: string, value: JsonValue): JsonObject {
  return { ...object, [findPropertyName(object, name) ?? name]: value };
}

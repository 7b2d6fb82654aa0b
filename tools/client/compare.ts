import { isArray, isObject, type Json, type JsonObject } from './json.ts';

/** Splits the attributes that a resource should have into those that it has and the names of the others. */
export function compare(
  expected: JsonObject,
  resource: JsonObject,
): { readonly held: JsonObject; readonly differing: readonly string[] } {
  const entries = Object.entries(expected);
  const isHeld = ([name, value]: readonly [string, Json]) =>
    name === 'members' ? hasMembers(value, resource[name]) : holds(value, resource[name]);
  return {
    held: Object.fromEntries(entries.filter(isHeld)),
    differing: entries.filter((entry) => !isHeld(entry)).map(([name]) => name),
  };
}

/** Tests if a value is there; the actual one may have other properties and elements too. */
function holds(expected: Json, actual: Json | undefined): boolean {
  if (expected === null)
    return actual === undefined || actual === null || (isArray(actual) && !actual.length);
  if (isArray(expected)) {
    return expected.every((element) => isArray(actual) && actual.some((one) => holds(element, one)));
  }
  if (!isObject(expected)) return expected === actual;
  return isObject(actual) && Object.entries(expected).every(([name, value]) => holds(value, actual[name]));
}

/** Tests if a group has exactly these members. */
function hasMembers(expected: Json, actual: Json | undefined): boolean {
  return idsOf(expected).join() === idsOf(actual ?? []).join();
}

function idsOf(members: Json): readonly string[] {
  if (!isArray(members)) return [];
  return members.map((member) => String(isObject(member) ? member.value : member)).toSorted();
}

import { parsePatchPath } from './filter/parser.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { satisfies } from './patch/elements.ts';
import { type AttributeTarget, resolveTarget } from './patch/target.ts';
import type { ResourceType } from './schema/attribute.ts';

const targets = new WeakMap<ResourceType, Map<string, AttributeTarget | undefined>>();

/**
 * Reads the values at a path such as `name.givenName` or `emails[type eq "work"].value` (RFC 7644 3.5.2), from a
 * resource or its search form. Unassigned values are left out.
 *
 * Throws ScimError `invalidPath` or `invalidFilter` if the type does not have the attribute.
 */
export function attributeValues(
  resource: JsonObject,
  type: ResourceType,
  path: string,
): readonly JsonValue[] {
  const target = targetOf(type, path);
  const holder = target?.extension ? resource[target.extension.id] : resource;
  if (!target || !isJsonObject(holder)) return [];
  const { attribute, selection, sub } = target;
  const value = holder[attribute.name] ?? [];
  const all = attribute.multiValued && isJsonArray(value) ? value : [value];
  const chosen = selection ? all.filter((one) => satisfies(one, selection.condition, attribute)) : all;
  const leaves = sub ? chosen.map((one) => (isJsonObject(one) ? (one[sub.name] ?? '') : '')) : chosen;
  return leaves.filter(isAssigned);
}

/** Tests if a resource type has the attribute at a path. */
export function hasAttribute(type: ResourceType, path: string): boolean {
  try {
    attributeValues({}, type, path);
    return true;
  } catch {
    return false;
  }
}

function targetOf(type: ResourceType, path: string): AttributeTarget | undefined {
  const known = targets.get(type) ?? new Map<string, AttributeTarget | undefined>();
  targets.set(type, known);
  if (!known.has(path)) {
    const target = resolveTarget(type, parsePatchPath(path));
    known.set(path, target.kind === 'attribute' ? target : undefined);
  }
  return known.get(path);
}

/** Null, an empty string and an empty array are unassigned (RFC 7643 2.5). */
function isAssigned(value: JsonValue): boolean {
  return value !== null && value !== '' && !(isJsonArray(value) && value.length === 0);
}

import type { PatchPath } from '../filter/ast.ts';
import { parsePatchPath } from '../filter/parser.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { PatchOperation } from '../message/patch-op.ts';
import type { Attribute, ResourceType } from '../schema/attribute.ts';
import { findAttribute, findExtension, resolvePath } from '../schema/lookup.ts';
import type { OnUnknown } from '../validate/read.ts';

/** The place of a value: its resource type, the text before its names, and the listener for unknown ones. */
interface Place {
  readonly type: ResourceType;
  readonly prefix: string;
  readonly onUnknown: OnUnknown;
}

/**
 * Drops the names inside the values of a PATCH that no schema declares, and reports each, as validateResource() does
 * for a whole resource. A "path" that names nothing stays, and so does a malformed filter, because both are refused.
 */
export function dropUnknownNames(
  operations: readonly PatchOperation[],
  type: ResourceType,
  onUnknown: OnUnknown,
): readonly PatchOperation[] {
  return operations.map((operation) => {
    const { path, value } = operation;
    if (value === undefined) return operation;
    const known = path
      ? knownAt(path, value, { type, prefix: '', onUnknown })
      : knownAssignments(value, { type, prefix: '', onUnknown });
    return known === value ? operation : { ...operation, value: known };
  });
}

/** Drops unknown names in the value of a path. */
function knownAt(path: PatchPath, value: JsonValue, place: Place): JsonValue {
  const target = resolvePath(place.type, path.path);
  if (!target) return value;
  if (!target.attribute) return knownAssignments(value, { ...place, prefix: `${target.extension.id}:` });
  if (!target.extension && target.attribute.name === 'schemas') reportSchemas(value, place);
  const attribute = target.sub ?? subOf(target.attribute, path) ?? target.attribute;
  const prefix = [place.prefix, target.attribute.name, target.sub && `.${target.sub.name}`].join('');
  return knownInside(value, attribute, { ...place, prefix });
}

/** Reports the URNs in `schemas` that the resource type does not have. */
function reportSchemas(urns: JsonValue, { type, onUnknown }: Place): void {
  if (!isJsonArray(urns)) return;
  const core = type.schema.id.toLowerCase();
  for (const urn of urns) {
    if (typeof urn !== 'string' || urn.toLowerCase() === core || findExtension(type, urn)) continue;
    onUnknown(urn, 'schema');
  }
}

/** Drops unknown names in an object whose names are paths: a value without path, or an extension. */
function knownAssignments(value: JsonValue, place: Place): JsonValue {
  if (!isJsonObject(value)) return value;
  return keep(value, (name, inner) => {
    const path = readPath(name, place);
    if (path === 'refused') return inner;
    if (path !== undefined && isKnown(path, place.type))
      return knownAt(path, inner, { ...place, prefix: '' });
    // Some clients repeat the "schemas" of the message inside an extension.
    if (name.toLowerCase() !== 'schemas') place.onUnknown(place.prefix + name, 'attribute');
    return undefined;
  });
}

/** Reads a name as a path. A malformed one with a filter is refused later; any other is the name of nothing. */
function readPath(name: string, { prefix }: Place): PatchPath | 'refused' | undefined {
  try {
    const path = parsePatchPath(name);
    return path.path.urn === undefined && prefix !== '' ? parsePatchPath(prefix + name) : path;
  } catch {
    return name.includes('[') ? 'refused' : undefined;
  }
}

function isKnown(path: PatchPath, type: ResourceType): boolean {
  const target = resolvePath(type, path.path);
  if (!target) return false;
  return (
    path.sub === undefined || (target.attribute !== undefined && subOf(target.attribute, path) !== undefined)
  );
}

function subOf({ subAttributes = [] }: Attribute, { sub }: PatchPath): Attribute | undefined {
  return sub === undefined ? undefined : findAttribute(subAttributes, sub);
}

/** Drops unknown sub-attributes of a value. Nothing inside a readOnly attribute is read, so it stays. */
function knownInside(value: JsonValue, { subAttributes, mutability }: Attribute, place: Place): JsonValue {
  if (!subAttributes || mutability === 'readOnly') return value;
  if (isJsonArray(value)) {
    const elements = value.map((element, index) =>
      knownElement(element, subAttributes, { ...place, prefix: `${place.prefix}[${index}]` }),
    );
    return elements.some((element, index) => element !== value[index]) ? elements : value;
  }
  return knownElement(value, subAttributes, place);
}

function knownElement(element: JsonValue, subAttributes: readonly Attribute[], place: Place): JsonValue {
  if (!isJsonObject(element)) return element;
  return keep(element, (name, inner) => {
    if (findAttribute(subAttributes, name)) return inner;
    place.onUnknown(`${place.prefix}.${name}`, 'attribute');
    return undefined;
  });
}

/** Maps the members of an object and drops those that become `undefined`. Returns the same object if none changes. */
function keep(
  object: JsonObject,
  map: (name: string, value: JsonValue) => JsonValue | undefined,
): JsonObject {
  const entries = Object.entries(object);
  const kept = entries.flatMap(([name, value]) => {
    const mapped = map(name, value);
    return mapped === undefined ? [] : [[name, mapped] as const];
  });
  const isSame = kept.length === entries.length && kept.every(([, value], n) => value === entries[n]?.[1]);
  return isSame ? object : Object.fromEntries(kept);
}

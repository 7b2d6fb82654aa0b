import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { Attribute, ResourceType } from './schema/attribute.ts';
import { toCanonical } from './schema/canonical-form.ts';
import { findAttribute, findCoreAttribute, findExtension } from './schema/lookup.ts';

/** Writes the values of a valid resource in their canonical forms (RFC 7643 4.1.2). */
export function canonicalise(resource: JsonObject, type: ResourceType): JsonObject {
  return mapValues(resource, (name, value) => {
    const extension = findExtension(type, name);
    if (extension && isJsonObject(value)) return inside(value, extension.attributes);
    const attribute = findCoreAttribute(type, name);
    return attribute ? canonicalValue(value, attribute) : value;
  });
}

function canonicalValue(value: JsonValue, attribute: Attribute): JsonValue {
  if (isJsonArray(value)) return value.map((element) => canonicalValue(element, attribute));
  if (isJsonObject(value)) return inside(value, attribute.subAttributes ?? []);
  return typeof value === 'string' ? toCanonical(value, attribute) : value;
}

function inside(object: JsonObject, attributes: readonly Attribute[]): JsonObject {
  return mapValues(object, (name, value) => {
    const attribute = findAttribute(attributes, name);
    return attribute ? canonicalValue(value, attribute) : value;
  });
}

function mapValues(object: JsonObject, map: (name: string, value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(name, value)]));
}

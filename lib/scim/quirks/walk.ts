import type { AttrPath } from '../filter/ast.ts';
import { splitAttrPath } from '../filter/parser.ts';
import { printAttrPath } from '../filter/printer.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findAttribute, findExtension, resolvePath } from '../schema/lookup.ts';
import type { Pass } from './pass.ts';
import { findPropertyName, mapElements, mapProperties } from './rewrite.ts';

/** Normalises a whole resource; what is no object is left to validation. */
export function walkResource(body: JsonValue, pass: Pass): JsonValue {
  if (!isJsonObject(body)) return body;
  return walkProperties(nestExtensionAttributes(pass.resource(body), pass), pass);
}

/** Normalises the value of a PATCH operation without path, whose property names are paths. */
export function walkPathless(value: JsonValue, pass: Pass): JsonValue {
  if (!isJsonObject(value)) return value;
  return walkProperties(pass.resource(renameProperties(value, pass)), pass);
}

/** Normalises the value of an attribute, then its sub-attributes; what is readOnly is ignored anyway. */
export function walkValue(value: JsonValue, attribute: Attribute, pass: Pass): JsonValue {
  if (attribute.mutability === 'readOnly') return value;
  const normalised = pass.value(value, attribute);
  const { subAttributes } = attribute;
  if (!subAttributes) return normalised;
  return mapElements(normalised, (element) => walkAttributes(element, subAttributes, pass));
}

/** Normalises the attributes that an object holds, such as an extension or one element. */
export function walkAttributes(value: JsonValue, attributes: readonly Attribute[], pass: Pass): JsonValue {
  if (!isJsonObject(value)) return value;
  return mapProperties(value, (name, property) => {
    const attribute = findAttribute(attributes, name);
    return attribute ? walkValue(property, attribute, pass) : property;
  });
}

function walkProperties(resource: JsonObject, pass: Pass): JsonObject {
  return mapProperties(resource, (name, value) => {
    const extension = findExtension(pass.type, name);
    if (extension) return walkAttributes(value, extension.attributes, pass);
    const resolved = resolvePath(pass.type, splitAttrPath(name));
    const attribute = resolved?.sub ?? resolved?.attribute;
    return attribute ? walkValue(value, attribute, pass) : value;
  });
}

function renameProperties(value: JsonObject, pass: Pass): JsonObject {
  let changed = false;
  const entries = Object.entries(value).map(([name, property]) => {
    const path = splitAttrPath(name);
    const renamed = pass.path(path);
    changed ||= renamed !== path;
    return [renamed === path ? name : printAttrPath(renamed), property] as const;
  });
  return changed ? Object.fromEntries(entries) : value;
}

/** Moves what the path rows place in an extension into its object, which wins where it has the same. */
function nestExtensionAttributes(resource: JsonObject, pass: Pass): JsonObject {
  const kept: [string, JsonValue][] = [];
  const moved = new Map<string, JsonObject>();
  for (const [name, value] of Object.entries(resource)) {
    const path = splitAttrPath(name);
    const { extension, attribute, sub } = extensionTarget(path, pass);
    const addition = attribute ? { [attribute.name]: value } : value;
    if (!extension || sub || !isJsonObject(addition)) kept.push([name, value]);
    else moved.set(extension.id, { ...addition, ...moved.get(extension.id) });
  }
  if (moved.size === 0) return resource;
  let nested: JsonObject = Object.fromEntries(kept);
  for (const [urn, addition] of moved) nested = withExtension(nested, urn, addition);
  return nested;
}

function extensionTarget(path: AttrPath, pass: Pass) {
  const renamed = pass.path(path);
  return renamed === path ? {} : (resolvePath(pass.type, renamed) ?? {});
}

function withExtension(resource: JsonObject, urn: string, addition: JsonObject): JsonObject {
  const name = findPropertyName(resource, urn) ?? urn;
  const present = resource[name];
  if (!isJsonObject(present)) return { ...resource, [name]: addition };
  const missing = Object.entries(addition).filter(([key]) => findPropertyName(present, key) === undefined);
  return { ...resource, [name]: { ...present, ...Object.fromEntries(missing) } };
}

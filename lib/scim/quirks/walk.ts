import type { AttrPath, Filter, PatchPath } from '../filter/ast.ts';
import { parsePatchPath, splitAttrPath } from '../filter/parser.ts';
import { printAttrPath, printPatchPath } from '../filter/printer.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, jsonObject } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findAttribute, findExtension, type ResolvedPath, resolvePath } from '../schema/lookup.ts';
import type { Pass, RewrittenOperation } from './quirk.ts';
import {
  filterProperties,
  findPropertyName,
  mapElements,
  mapProperties,
  readProperty,
  withProperty,
} from './rewrite.ts';

/** Normalises the body of a PATCH. Leaves malformed parts as they are; the core refuses them. */
export function walkPatch(body: JsonValue, pass: Pass): JsonValue {
  if (!isJsonObject(body)) return body;
  return mapProperties(pass.message(body), (name, value) => {
    const isOperations = name.toLowerCase() === 'operations' && isJsonArray(value);
    return isOperations ? mapElements(value, (operation) => walkOperation(operation, pass)) : value;
  });
}

function walkOperation(arrived: JsonValue, pass: Pass): JsonValue {
  if (!isJsonObject(arrived)) return arrived;
  const operation = pass.operation(arrived);
  const path = readProperty(operation, 'path') ?? undefined;
  if (path === undefined) return withValue(operation, (value) => walkPathless(value, pass));
  return typeof path === 'string' ? walkTargeted(operation, readPath(path), pass) : operation;
}

function walkTargeted(operation: JsonObject, parsed: PatchPath, pass: Pass): JsonObject {
  const path = walkPath(parsed, pass);
  const placed = path === parsed ? operation : withProperty(operation, 'path', printPatchPath(path));
  const target = resolvePath(pass.type, path.path);
  if (!target) return placed;

  const walked = withValue(placed, (value) => walkTarget(value, { path, target }, pass));
  const removal = isRemove(walked) ? selectRemoval(walked, { path, target }, pass) : undefined;
  if (removal) return rewrite(walked, removal);
  return isUnassigned(placed, walked) ? rewrite(walked, { op: 'remove' }) : walked;
}

interface Targeted {
  readonly path: PatchPath;
  readonly target: ResolvedPath;
}

function walkPath(parsed: PatchPath, pass: Pass): PatchPath {
  const path = pass.path(parsed.path);
  const attribute = resolvePath(pass.type, path)?.attribute;
  const filter = parsed.filter && walkValueFilter(parsed.filter, attribute, pass);
  if (path === parsed.path && filter === parsed.filter) return parsed;
  return { ...parsed, path, filter };
}

function walkTarget(value: JsonValue, { path, target }: Targeted, pass: Pass): JsonValue {
  const { extension, attribute } = target;
  if (!attribute) return extension ? walkAttributes(value, extension.attributes, pass) : value;
  return walkValue(value, targetedAttribute({ path, target }) ?? attribute, pass);
}

/** Finds the attribute of an operation's value. An element that a filter selects counts as single-valued. */
function targetedAttribute({ path, target }: Targeted): Attribute | undefined {
  const { attribute, sub } = target;
  if (path.sub !== undefined) return findAttribute(attribute?.subAttributes ?? [], path.sub);
  return sub ?? (path.filter && attribute ? { ...attribute, multiValued: false } : attribute);
}

function selectRemoval(
  operation: JsonObject,
  { path, target }: Targeted,
  pass: Pass,
): RewrittenOperation | undefined {
  const { attribute, sub } = target;
  const value = readProperty(operation, 'value') ?? null;
  if (value === null || !attribute?.multiValued || sub || path.filter || path.sub !== undefined)
    return undefined;
  return pass.removal({ path: path.path, attribute, values: isJsonArray(value) ? value : [value] });
}

/** Tests if a row has changed the operation's value to unassigned. */
function isUnassigned(before: JsonObject, after: JsonObject): boolean {
  return before !== after && readProperty(after, 'value') === null;
}

function isRemove(operation: JsonObject): boolean {
  const op = readProperty(operation, 'op');
  return typeof op === 'string' && op.toLowerCase() === 'remove';
}

function withValue(operation: JsonObject, map: (value: JsonValue) => JsonValue): JsonObject {
  return mapProperties(operation, (name, value) => (name.toLowerCase() === 'value' ? map(value) : value));
}

function rewrite(operation: JsonObject, { op, path, value }: RewrittenOperation): JsonObject {
  const own = ['op', 'value', ...(path === undefined ? [] : ['path'])];
  const kept = filterProperties(operation, (name) => !own.includes(name.toLowerCase()));
  return { ...kept, ...jsonObject({ op, path, value }) };
}

/** Parses a path. A malformed one is only split, because a row may correct its URN; if not, the core refuses it. */
function readPath(text: string): PatchPath {
  try {
    return parsePatchPath(text, { asWritten: true });
  } catch {
    return { path: splitAttrPath(text) };
  }
}

/** Normalises a whole resource. Leaves a value that is not an object as it is; validation refuses it. */
export function walkResource(body: JsonValue, pass: Pass): JsonValue {
  if (!isJsonObject(body)) return body;
  return walkProperties(nestExtensionAttributes(pass.resource(body), pass), pass);
}

/** Normalises the value of a PATCH operation without a path. Its property names are paths. */
function walkPathless(value: JsonValue, pass: Pass): JsonValue {
  if (!isJsonObject(value)) return value;
  return walkProperties(pass.resource(renameProperties(value, pass)), pass);
}

/** Normalises the value of an attribute, then its sub-attributes. Skips readOnly attributes: the core ignores them. */
function walkValue(value: JsonValue, attribute: Attribute, pass: Pass): JsonValue {
  if (attribute.mutability === 'readOnly') return value;
  const normalised = pass.value(value, attribute);
  const { subAttributes } = attribute;
  if (!subAttributes) return normalised;
  return mapElements(normalised, (element) => walkAttributes(element, subAttributes, pass));
}

/** Normalises the attributes in an object, such as an extension or one element. */
function walkAttributes(value: JsonValue, attributes: readonly Attribute[], pass: Pass): JsonValue {
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

/** Moves attributes that path rows assign to an extension into its object. Attributes already there are kept. */
function nestExtensionAttributes(resource: JsonObject, pass: Pass): JsonObject {
  const kept: [string, JsonValue][] = [];
  const moved = new Map<string, JsonObject>();
  for (const [name, value] of Object.entries(resource)) {
    const path = splitAttrPath(name);
    const renamed = pass.path(path);
    const target = renamed === path ? undefined : resolvePath(pass.type, renamed);
    const addition = target?.attribute ? { [target.attribute.name]: value } : value;
    if (target?.extension && !target.attribute && !isJsonObject(value))
      kept.push([target.extension.id, value]);
    else if (!target?.extension || target.sub || !isJsonObject(addition)) kept.push([name, value]);
    else moved.set(target.extension.id, { ...addition, ...moved.get(target.extension.id) });
  }
  if (moved.size === 0 && kept.every(([name]) => Object.hasOwn(resource, name))) return resource;
  let nested: JsonObject = Object.fromEntries(kept);
  for (const [urn, addition] of moved) nested = withExtension(nested, urn, addition);
  return nested;
}

function withExtension(resource: JsonObject, urn: string, addition: JsonObject): JsonObject {
  const name = findPropertyName(resource, urn) ?? urn;
  const present = resource[name];
  if (!isJsonObject(present)) return { ...resource, [name]: addition };
  const missing = Object.entries(addition).filter(([key]) => findPropertyName(present, key) === undefined);
  return { ...resource, [name]: { ...present, ...Object.fromEntries(missing) } };
}

/** The functions that resolve attribute paths in a filter, from the resource or from one element of an attribute. */
interface Scope {
  readonly pass: Pass;
  readonly path: (path: AttrPath) => AttrPath;
  readonly attribute: (path: AttrPath) => Attribute | undefined;
}

/** Normalises a filter for resources. */
export function walkFilter(filter: Filter, pass: Pass): Filter {
  return walk(filter, {
    pass,
    path: (path) => pass.path(path),
    attribute: (path) => {
      const resolved = resolvePath(pass.type, path);
      return resolved?.sub ?? resolved?.attribute;
    },
  });
}

/** Normalises the filter in brackets after an attribute. */
function walkValueFilter(filter: Filter, attribute: Attribute | undefined, pass: Pass): Filter {
  const subAttributes = attribute?.subAttributes ?? [];
  return walk(filter, {
    pass,
    path: (path) => path,
    attribute: (path) => findAttribute(subAttributes, path.name),
  });
}

function walk(filter: Filter, scope: Scope): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const filters = filter.filters.map((term) => walk(term, scope));
      return filters.some((term, index) => term !== filter.filters[index]) ? { ...filter, filters } : filter;
    }
    case 'not': {
      const inner = walk(filter.filter, scope);
      return inner === filter.filter ? filter : { ...filter, filter: inner };
    }
    case 'present':
      return withPath(filter, scope);
    case 'compare': {
      const comparison = withPath(filter, scope);
      const attribute = scope.attribute(comparison.path);
      return attribute ? scope.pass.comparison(comparison, attribute) : comparison;
    }
    case 'valuePath': {
      const valuePath = withPath(filter, scope);
      const inner = walkValueFilter(valuePath.filter, scope.attribute(valuePath.path), scope.pass);
      return inner === valuePath.filter ? valuePath : { ...valuePath, filter: inner };
    }
  }
}

function withPath<F extends { readonly path: AttrPath }>(filter: F, scope: Scope): F {
  const path = scope.path(filter.path);
  return path === filter.path ? filter : { ...filter, path };
}

import type { PatchPath } from '../filter/ast.ts';
import { parsePatchPath, splitAttrPath } from '../filter/parser.ts';
import { printPatchPath } from '../filter/printer.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, jsonObject } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findAttribute, type ResolvedPath, resolvePath } from '../schema/lookup.ts';
import type { Pass } from './pass.ts';
import type { RewrittenOperation } from './quirk.ts';
import { filterProperties, mapElements, mapProperties, readProperty, withProperty } from './rewrite.ts';
import { walkAttributes, walkPathless, walkValue } from './walk.ts';
import { walkValueFilter } from './walk-filter.ts';

/** Normalises the body of a PATCH; what has not its form is left to the core to refuse. */
export function walkPatch(body: JsonValue, pass: Pass): JsonValue {
  if (!isJsonObject(body)) return body;
  return mapProperties(body, (name, value) => {
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

/** The attribute whose value an operation carries; one element of an attribute counts as a single value. */
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

/** Whether a row has read the operation's value as unassigned. */
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
  const own = ['op', 'value', ...(op === 'add' || path !== undefined ? ['path'] : [])];
  const kept = filterProperties(operation, (name) => !own.includes(name.toLowerCase()));
  return { ...kept, ...jsonObject({ op, path, value }) };
}

/** What is malformed may still hold a URN that a row mends; else the core refuses it. */
function readPath(text: string): PatchPath {
  try {
    return parsePatchPath(text);
  } catch {
    return { path: splitAttrPath(text) };
  }
}

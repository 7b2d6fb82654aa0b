import type { Filter } from '../filter/ast.ts';
import { printAttrPath, printFilter } from '../filter/printer.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { patchOpUrn } from '../message/patch-op.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findAttribute } from '../schema/lookup.ts';
import { isOlderUrn } from './paths.ts';
import type { RewrittenOperation, ValueRemoval } from './quirk.ts';
import { filterProperties, readProperty, withProperty } from './rewrite.ts';

/** Adds the URN of the message to a PATCH that has no `schemas`. */
export function addPatchSchema(message: JsonObject): JsonObject {
  return readProperty(message, 'schemas') === undefined ? { ...message, schemas: [patchOpUrn] } : message;
}

/** Puts the URN of the message in place of `schemas` that lists a URN from before RFC 7643, but none of a message. */
export function replaceOlderPatchSchema(message: JsonObject): JsonObject {
  const urns = readProperty(message, 'schemas');
  const isOlder = isJsonArray(urns) && urns.some(isOlderUrn) && !urns.some(isMessageUrn);
  return isOlder ? withProperty(message, 'schemas', [patchOpUrn]) : message;
}

function isMessageUrn(urn: JsonValue): boolean {
  return typeof urn === 'string' && /^urn:ietf:params:scim:api:messages:/i.test(urn);
}

/** Takes the only element of an array that is the value of an operation without a path. */
export function unwrapPathless(operation: JsonObject): JsonObject {
  const value = readProperty(operation, 'value');
  if ((readProperty(operation, 'path') ?? '') !== '' || !isJsonArray(value) || value.length !== 1)
    return operation;
  const [only = null] = value;
  return isJsonObject(only) ? withProperty(operation, 'value', only) : operation;
}

/** Drops an empty path. */
export function dropEmptyPath(operation: JsonObject): JsonObject {
  return filterProperties(operation, (name, value) => value !== '' || name.toLowerCase() !== 'path');
}

/**
 * Turns the values of a removal into a value filter, so that the other values stay. A removal with a value that selects
 * nothing stays as it is, and PATCH refuses it. Removals of members stay, too: PATCH handles their values itself.
 */
export function selectRemoved({ path, attribute, values }: ValueRemoval): RewrittenOperation | undefined {
  if (attribute.name === 'members') return undefined;
  const selectors = values.map((value) => selectorOf(value, attribute));
  const filters = selectors.flat();
  const [first] = filters;
  if (!first || selectors.some((selector) => selector.length === 0)) return undefined;
  const filter: Filter = filters.length === 1 ? first : { kind: 'or', filters };
  return { op: 'remove', path: `${printAttrPath(path)}[${printFilter(filter)}]` };
}

/** Makes the filter for one element: its `value` and `type`, or without a `value` all its sub-attributes. */
function selectorOf(element: JsonValue, attribute: Attribute): readonly Filter[] {
  if (!isJsonObject(element)) return comparisonOf('value', element);
  const value = readProperty(element, 'value');
  const names = value === undefined ? Object.keys(element) : ['value', 'type'];
  const filters = names.flatMap((name) => {
    const sub = findAttribute(attribute.subAttributes ?? [], name);
    return sub ? comparisonOf(sub.name, readProperty(element, sub.name)) : [];
  });
  const [first] = filters;
  return filters.length < 2 ? (first ? [first] : []) : [{ kind: 'and', filters }];
}

function comparisonOf(name: string, value: JsonValue | undefined): readonly Filter[] {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
  return [{ kind: 'compare', path: { name }, op: 'eq', value }];
}

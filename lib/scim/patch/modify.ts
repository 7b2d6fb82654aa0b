import { invalidValue, ScimError } from '../errors.ts';
import type { CompValue, Filter } from '../filter/ast.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { PatchVerb } from '../message/patch-op.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findAttribute } from '../schema/lookup.ts';
import { saysNothing } from '../validate/read.ts';
import { unmetForm } from '../validate/simple-value.ts';
import { assign, type LabelledAttribute, unlessEmpty, unlessNone, valueIn } from './assign.ts';
import { append, type Elements, requireBound, satisfies, withOnePrimary, without } from './elements.ts';
import type { AttributeTarget } from './target.ts';

/** The change that an operation makes to its target. */
export interface ValueChange {
  readonly op: PatchVerb;
  /** Absent only with `remove`. */
  readonly value?: JsonValue;
  readonly selectsOne?: boolean;
  readonly mustSelect?: boolean;
}

/** Applies an operation to the resource or extension that has the target's attribute (RFC 7644 3.5.2). */
export function modify(container: JsonObject, target: AttributeTarget, change: ValueChange): JsonObject {
  const { attribute, sub, selection, label } = target;
  const place = { attribute, label };
  if (!sub && !selection) return modifyWhole(container, place, change);

  const value = valueIn(container, attribute);
  if (attribute.multiValued) {
    return assign(container, place, unlessNone(modifySelected(listOf(value), target, change)));
  }
  const isSelected = !selection || (value !== undefined && satisfies(value, selection.condition, attribute));
  if (!isSelected) return container;
  return assign(container, place, modifyElement(isJsonObject(value) ? value : {}, target, change));
}

function modifyWhole(container: JsonObject, place: LabelledAttribute, change: ValueChange): JsonObject {
  const value = valueIn(container, place.attribute);
  const modified = place.attribute.multiValued
    ? modifyList(listOf(value), place, change)
    : modifyValue(value, place, change);
  return assign(container, place, modified);
}

function modifyValue(
  current: JsonValue | undefined,
  place: LabelledAttribute,
  { op, value }: ValueChange,
): JsonValue | undefined {
  if (op === 'remove' || value === undefined || value === null) return undefined;
  if (place.attribute.type !== 'complex') return readElement(value, place);
  if (isEmptyReference(value, place.attribute)) return undefined;
  return merge(isJsonObject(current) ? current : {}, value, place);
}

/** Changes a list. A `remove` with a value removes only these elements. Null is not a value (RFC 7643 2.5). */
function modifyList(
  present: Elements,
  place: LabelledAttribute,
  { op, value }: ValueChange,
): Elements | undefined {
  if (value === undefined || (op === 'remove' && value === null)) return undefined;
  if (op === 'remove') requireSome(value, place.label);
  const given = readElements(value, place);
  if (op === 'remove') return unlessNone(without(present, given, place.attribute));
  if (given.length === 0) return op === 'add' ? unlessNone(present) : undefined;
  return append(op === 'add' ? present : [], given, place);
}

/** Throws ScimError `invalidValue` for a `remove` with an empty list, which could mean none of the values or all. */
export function requireSome(value: JsonValue, label: string): void {
  if (!isJsonArray(value) || value.length > 0) return;
  throw invalidValue(`${label}: the list of values to remove is empty. Leave "value" out to remove all`);
}

/** Changes the elements that the filter selects, or all elements if the path has a sub-attribute and no filter. */
function modifySelected(present: Elements, target: AttributeTarget, change: ValueChange): Elements {
  const { attribute, selection, label } = target;
  const elements: JsonValue[] = [];
  const touched = new Set<number>();
  let isMatched = false;
  if (change.selectsOne) requireOne(present, target);
  for (const element of present) {
    const isSelected = !selection || satisfies(element, selection.condition, attribute);
    const modified = isSelected ? modifyElement(element, target, change) : element;
    isMatched ||= isSelected;
    if (modified === undefined) continue;
    if (isSelected) touched.add(elements.length);
    elements.push(modified);
  }
  return isMatched ? withOnePrimary(elements, touched, label) : modifyUnmatched(present, target, change);
}

function requireOne(present: Elements, { attribute, selection, label }: AttributeTarget): void {
  if (!selection) return;
  const selected = present.filter((element) => satisfies(element, selection.condition, attribute));
  if (selected.length > 1) {
    throw new ScimError('invalidFilter', {
      detail: `${label} selects ${selected.length} values: use a filter that selects one`,
    });
  }
}

/**
 * Creates the element that a path describes but no element matches. Throws ScimError `noTarget` if the path does not
 * describe it fully. A `remove` changes nothing.
 */
function modifyUnmatched(present: Elements, target: AttributeTarget, change: ValueChange): Elements {
  const { attribute, selection, label } = target;
  if (change.op === 'remove') return present;
  const implied = selection ? impliedElement(selection.filter, attribute) : {};
  if (!implied || (change.mustSelect && selection)) {
    throw new ScimError('noTarget', {
      detail: `${label} selects no value: add the value to ${attribute.name} instead`,
    });
  }
  const created = change.value === null ? undefined : modifyElement(implied, target, change);
  return created === undefined ? present : append(present, [created], { attribute, label: attribute.name });
}

/**
 * Returns the element that a filter describes fully, so that `add` and `replace` may create it if none matches. Such a
 * filter compares with a canonical value (`type eq "work"`) or is `primary eq true`, or joins these by `and`. For every
 * other filter it returns `undefined`: no match is then `noTarget` (RFC 7644 3.5.2.3).
 */
function impliedElement(filter: Filter, attribute: Attribute): JsonObject | undefined {
  const element = new Map<string, JsonValue>();
  for (const term of filter.kind === 'and' ? filter.filters : [filter]) {
    if (term.kind !== 'compare' || term.op !== 'eq') return undefined;
    const { urn, name, sub: deeper } = term.path;
    const sub =
      urn === undefined && deeper === undefined && findAttribute(attribute.subAttributes ?? [], name);
    const value = sub ? impliedValue(sub, term.value) : undefined;
    if (!sub || value === undefined || element.has(sub.name)) return undefined;
    element.set(sub.name, value);
  }
  return Object.fromEntries(element);
}

function impliedValue(sub: Attribute, value: CompValue): JsonValue | undefined {
  if (sub.name === 'primary') return value === true ? true : undefined;
  if (typeof value !== 'string') return undefined;
  const wanted = value.toLowerCase();
  return sub.canonicalValues?.find((canonical) => canonical.toLowerCase() === wanted);
}

function modifyElement(
  element: JsonValue,
  { attribute, sub, label }: AttributeTarget,
  change: ValueChange,
): JsonValue | undefined {
  if (!sub) return modifyValue(element, { attribute, label }, change);
  return unlessEmpty(modifyWhole(isJsonObject(element) ? element : {}, { attribute: sub, label }, change));
}

function listOf(value: JsonValue | undefined): Elements {
  return isJsonArray(value) ? value : [];
}

/**
 * Reads a value for an attribute and gives its sub-attributes canonical names. Returns `undefined` for null and an
 * empty array, which mean unassigned (RFC 7643 2.5). Throws ScimError `invalidValue`, or `invalidPath` for an unknown
 * sub-attribute.
 */
function readValue(value: JsonValue, place: LabelledAttribute): JsonValue | undefined {
  if (value === null) return undefined;
  return place.attribute.multiValued ? unlessNone(readElements(value, place)) : readElement(value, place);
}

/** Reads the elements of a multi-valued attribute. A single one needs no array (RFC 7644 3.5.2.1). */
function readElements(value: JsonValue, { attribute, label }: LabelledAttribute): readonly JsonValue[] {
  const elements = isJsonArray(value) ? value : value === null ? [] : [value];
  requireBound(elements, label);
  return elements
    .map((element, index) => {
      if (element === null) throw saysNothing(`${label}[${index}]`);
      return readElement(element, { attribute, label: `${label}[${index}]` });
    })
    .filter((element) => element !== undefined);
}

/** Reads one value. For a multi-valued attribute it is one element. */
function readElement(value: JsonValue, place: LabelledAttribute): JsonValue | undefined {
  if (isEmptyReference(value, place.attribute)) return undefined;
  if (place.attribute.type === 'complex') return merge({}, value, place);
  const expected = unmetForm(value, place.attribute);
  if (expected !== undefined) throw invalidValue(`${place.label} must be ${expected}`);
  return value;
}

/**
 * Sets the sub-attributes that a value names and keeps the others (RFC 7644 3.5.2.3). ReadOnly sub-attributes are
 * ignored. Throws ScimError `invalidValue` if no sub-attribute that is left has a value.
 */
function merge(current: JsonObject, value: JsonValue, { attribute, label }: LabelledAttribute): JsonObject {
  if (!isJsonObject(value)) throw invalidValue(`${label} must be an object with sub-attributes`);
  const given = Object.entries(value).flatMap(([name, subValue]) => {
    const sub = findAttribute(attribute.subAttributes ?? [], name);
    if (!sub) {
      throw new ScimError('invalidPath', { detail: `${label} has no sub-attribute "${name.slice(0, 200)}"` });
    }
    if (sub.mutability === 'readOnly') return [];
    const place = { attribute: sub, label: `${label}.${sub.name}` };
    return [{ place, read: readValue(subValue, place) }];
  });
  if (given.every(({ read }) => read === undefined)) throw saysNothing(label);
  return given.reduce((merged, { place, read }) => assign(merged, place, read), current);
}

/** Tells whether a value clears a reference to a resource: `""` or `{"value": ""}`, because no id is empty. */
function isEmptyReference(value: JsonValue, { multiValued, subAttributes = [] }: Attribute): boolean {
  const isEmpty = value === '' || (isJsonObject(value) && value.value === '');
  return isEmpty && !multiValued && findAttribute(subAttributes, '$ref') !== undefined;
}

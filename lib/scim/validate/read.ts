import { limits } from '../../base/limits.ts';
import { invalidSyntax, invalidValue, type ScimError } from '../errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute, Schema } from '../schema/attribute.ts';
import { findAttribute } from '../schema/lookup.ts';
import { type Layout, type LayoutField, layoutOf } from './layout.ts';
import { unmetForm } from './simple-value.ts';

/** Hears of a name in a request that no schema declares, or of a schema that the resource type does not have. */
export type OnUnknown = (name: string, kind: 'attribute' | 'schema') => void;

/** The place of an object in the body, and the listener for names that no schema declares. */
interface BodyPlace {
  /**
   * The text before the names of its members: empty, `name.`, `emails[0].`, or an extension's URN and a
   * colon.
   */
  readonly prefix: string;
  readonly onUnknown?: OnUnknown | undefined;
  /** True for what is already stored: a complex value without sub-attributes is left out in place of refused. */
  readonly isStored?: boolean | undefined;
}

/** Returns the place of an object inside another. */
function placeBelow({ onUnknown, isStored }: BodyPlace, prefix: string): BodyPlace {
  return { prefix, onUnknown, isStored };
}

/**
 * Reads the attributes of a resource, an extension or a complex value: canonical names in the schema's order,
 * without readOnly, unknown and unassigned attributes. Throws invalidValue for a value that does not fit its attribute.
 */
export function readAttributes(object: JsonObject, layout: Layout, place: BodyPlace): JsonObject {
  const values = arrange(object, layout, place);
  const attributes: Record<string, JsonValue> = {};
  let position = 0;
  for (const field of layout.fields) {
    const given = values[position++];
    if (given === undefined || given === null) continue;
    const value = readField(field, given, place);
    if (value !== undefined) attributes[field.name] = value;
  }
  return attributes;
}

/**
 * Sorts the members of an object into the layout's order, ignoring the case of their names (RFC 7643 2.1).
 * Throws invalidSyntax for a name that occurs twice.
 */
function arrange(object: JsonObject, layout: Layout, place: BodyPlace): readonly (JsonValue | undefined)[] {
  const values: (JsonValue | undefined)[] = new Array(layout.fields.length);
  for (const name of Object.keys(object)) {
    const position = layout.positions.get(name) ?? layout.positions.get(name.toLowerCase());
    if (position === undefined) {
      place.onUnknown?.(place.prefix + name, 'attribute');
      continue;
    }
    if (values[position] !== undefined) {
      const path = `${place.prefix}${layout.fields[position]?.name ?? name}`;
      throw invalidSyntax(`${path} is sent twice, in different case: send it once`);
    }
    values[position] = object[name];
  }
  return values;
}

function readField(
  { name, attribute, extension }: LayoutField,
  value: JsonValue,
  place: BodyPlace,
): JsonValue | undefined {
  if (extension) return readExtension(extension, value, place);
  if (!attribute || attribute.mutability === 'readOnly' || name === 'schemas') return undefined;
  if (attribute.multiValued) return readValues(attribute, value, place);
  return readOne(attribute, value, placeBelow(place, place.prefix + name));
}

function readExtension(
  { id, attributes }: Schema,
  value: JsonValue,
  place: BodyPlace,
): JsonObject | undefined {
  if (!isJsonObject(value)) throw misfit(id, 'an object');
  return assigned(readAttributes(value, layoutOf(attributes), placeBelow(place, `${id}:`)));
}

/** Reads one value. The prefix of the place is the path of the value itself. */
function readOne(attribute: Attribute, value: JsonValue, place: BodyPlace): JsonValue | undefined {
  if (attribute.type === 'complex') return readComplex(attribute, value, place);
  const expected = unmetForm(value, attribute);
  if (expected) throw misfit(place.prefix, expected);
  return value;
}

function readComplex(attribute: Attribute, value: JsonValue, place: BodyPlace): JsonObject | undefined {
  if (!isJsonObject(value)) throw misfit(place.prefix, 'an object');
  const subAttributes = attribute.subAttributes ?? [];
  const inside = placeBelow(place, `${place.prefix}.`);
  const complex = assigned(readAttributes(value, layoutOf(subAttributes), inside));
  if (complex) requireValues(complex, subAttributes, inside.prefix);
  else if (!place.isStored) throw saysNothing(place.prefix);
  return complex;
}

function readValues(
  attribute: Attribute,
  value: JsonValue,
  place: BodyPlace,
): readonly JsonValue[] | undefined {
  const path = place.prefix + attribute.name;
  if (!isJsonArray(value)) throw misfit(path, 'an array');
  checkLength(attribute, value, path);

  const elements: JsonValue[] = [];
  for (const [index, element] of value.entries()) {
    if (element === null && place.isStored) continue;
    if (element === null) throw saysNothing(`${path}[${index}]`);
    const read = readOne(attribute, element, placeBelow(place, `${path}[${index}]`));
    if (read !== undefined) elements.push(read);
  }
  if (elements.length === 0) return undefined;
  const distinct = distinctValues(elements, attribute);
  checkPrimary(distinct, path);
  return distinct;
}

function assigned(object: JsonObject): JsonObject | undefined {
  for (const _ in object) return object;
  return undefined;
}

function checkLength(attribute: Attribute, values: readonly JsonValue[], path: string): void {
  // Memberships are separate documents, so only the size of the body limits their number.
  if (attribute.name === 'members' || values.length <= limits.valuesPerAttributeMax) return;
  throw invalidValue(`${path} has ${values.length} values: send at most ${limits.valuesPerAttributeMax}`);
}

/**
 * Keeps the first of the elements with the same type and value (RFC 7643 2.4), with the sub-attributes that only a
 * later one has. Elements without a value are the same if all their sub-attributes are.
 */
export function distinctValues(elements: readonly JsonValue[], attribute: Attribute): readonly JsonValue[] {
  if (elements.length < 2) return elements;
  const distinct = new Map<string, JsonValue>();
  for (const element of elements) {
    const key = identityOf(element, attribute);
    const first = distinct.get(key);
    distinct.set(
      key,
      isJsonObject(first) && isJsonObject(element) ? { ...element, ...first } : (first ?? element),
    );
  }
  return distinct.size === elements.length ? elements : [...distinct.values()];
}

function identityOf(element: JsonValue, attribute: Attribute): string {
  if (!isJsonObject(element)) return JSON.stringify(folded(element, attribute));
  if (element.value === undefined) return JSON.stringify(element);
  return JSON.stringify([subValue(element, attribute, 'type'), subValue(element, attribute, 'value')]);
}

function subValue(element: JsonObject, attribute: Attribute, name: string): JsonValue {
  const sub = findAttribute(attribute.subAttributes ?? [], name);
  return sub ? folded(element[name] ?? null, sub) : null;
}

function folded(value: JsonValue, { type = 'string', caseExact }: Attribute): JsonValue {
  return typeof value === 'string' && type === 'string' && !caseExact ? value.toLowerCase() : value;
}

function checkPrimary(values: readonly JsonValue[], path: string): void {
  const primaries = values.filter((value) => isJsonObject(value) && value.primary === true);
  if (primaries.length <= 1) return;
  throw invalidValue(`${path} has ${primaries.length} primary values: set primary to true in at most one`);
}

/**
 * Makes the error for null in a list, and for a complex value without any sub-attribute that the schema declares. Such
 * a value cannot be understood, so it must not clear the attribute.
 */
export function saysNothing(path: string): ScimError {
  return invalidValue(
    `${path} has no value that its schema declares: name one, or send null or [] for the whole attribute to clear it`,
  );
}

function misfit(path: string, expected: string): ScimError {
  return invalidValue(`${path} must be ${expected}`);
}

/** Throws invalidValue for the first required attribute without a value (RFC 7643 7). */
export function requireValues(object: JsonObject, attributes: readonly Attribute[], prefix: string): void {
  const missing = attributes.find((attribute) => isMissing(object, attribute));
  if (missing) {
    throw invalidValue(`${prefix}${missing.name} is required and must not be empty`);
  }
}

/** Tests if an attribute is required and has no value. Attributes that the service provider sets never count. */
export function isMissing(object: JsonObject, { name, required, mutability }: Attribute): boolean {
  if (!required || mutability === 'readOnly') return false;
  const value = object[name];
  return value === undefined || (typeof value === 'string' && value.trim() === '');
}

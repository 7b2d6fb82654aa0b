import { limits } from '../../base/limits.ts';
import { ScimError } from '../errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute, Schema } from '../schema/attribute.ts';
import { distinctValues } from './distinct-values.ts';
import { arrange, type BodyPlace, type Layout, type LayoutField, layoutOf, placeBelow } from './layout.ts';
import { requireValues } from './required.ts';
import { unmetForm } from './simple-value.ts';

/**
 * Reads the attributes of a resource, an extension or a complex value: canonical names in the schema's order,
 * without what is readOnly, unknown or unassigned. Throws invalidValue for a value that does not fit.
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

/** Reads one value; the place's prefix is the path of the value itself. */
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
    if (element === null) continue;
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
  // Memberships are documents of their own; only the size of the body bounds how many come at once.
  if (attribute.name === 'members' || values.length <= limits.valuesPerAttributeMax) return;
  throw new ScimError('invalidValue', {
    detail: `${path} has ${values.length} values; at most ${limits.valuesPerAttributeMax} are accepted`,
  });
}

function checkPrimary(values: readonly JsonValue[], path: string): void {
  const primaries = values.filter((value) => isJsonObject(value) && value.primary === true);
  if (primaries.length <= 1) return;
  throw new ScimError('invalidValue', {
    detail: `${path} has ${primaries.length} primary values; set primary to true for one at most`,
  });
}

function misfit(path: string, expected: string): ScimError {
  return new ScimError('invalidValue', { detail: `${path} must be ${expected}` });
}

import { limits } from '../../limits.ts';
import { ScimError } from '../errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute, Schema } from '../schema/attribute.ts';
import { distinctValues } from './distinct-values.ts';
import { arrange, type Field, type Layout, layoutOf, type Place } from './layout.ts';
import { requireValues } from './required.ts';
import { unmetForm } from './simple-value.ts';

/**
 * Reads the attributes of a resource, an extension or a complex value: canonical names in the schema's order,
 * without what is readOnly, unknown or unassigned. Throws invalidValue for a value that does not fit.
 */
export function readAttributes(object: JsonObject, layout: Layout, place: Place): JsonObject {
  const values = arrange(object, layout, place);
  const attributes: Record<string, JsonValue> = {};
  for (const [position, field] of layout.fields.entries()) {
    const value = readField(field, values[position], place);
    if (value !== undefined) attributes[field.name] = value;
  }
  return attributes;
}

function readField(field: Field, value: JsonValue | undefined, place: Place): JsonValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (field.extension) return readExtension(field.extension, value, place);
  if (!field.attribute || field.attribute.mutability === 'readOnly' || field.name === 'schemas')
    return undefined;
  return readAttribute(field.attribute, value, place);
}

function readExtension(schema: Schema, value: JsonValue, place: Place): JsonObject | undefined {
  if (!isJsonObject(value)) throw misfit(schema.id, 'an object');
  const inside = { ...place, prefix: `${schema.id}:` };
  return assigned(readAttributes(value, layoutOf(schema.attributes), inside));
}

function readAttribute(attribute: Attribute, value: JsonValue, place: Place): JsonValue | undefined {
  const path = place.prefix + attribute.name;
  if (!attribute.multiValued) return readValue(attribute, value, { ...place, prefix: path });
  if (!isJsonArray(value)) throw misfit(path, 'an array');
  checkLength(attribute, value, path);

  const elements: JsonValue[] = [];
  for (const [index, element] of value.entries()) {
    const read = readValue(attribute, element, { ...place, prefix: `${path}[${index}]` });
    if (read !== undefined) elements.push(read);
  }
  if (elements.length === 0) return undefined;
  const distinct = distinctValues(elements, attribute);
  checkPrimary(distinct, path);
  return distinct;
}

/** Reads one value; the place's prefix is the value's own path. */
function readValue(attribute: Attribute, value: JsonValue, place: Place): JsonValue | undefined {
  if (value === null) return undefined;
  const path = place.prefix;
  if (attribute.type !== 'complex') {
    const expected = unmetForm(value, attribute);
    if (expected) throw misfit(path, expected);
    return value;
  }
  if (!isJsonObject(value)) throw misfit(path, 'an object');
  const subAttributes = attribute.subAttributes ?? [];
  const inside = { ...place, prefix: `${path}.` };
  const complex = assigned(readAttributes(value, layoutOf(subAttributes), inside));
  if (complex) requireValues(complex, subAttributes, inside.prefix);
  return complex;
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

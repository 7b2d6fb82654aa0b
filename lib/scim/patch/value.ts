import { ScimError } from '../errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findAttribute } from '../schema/lookup.ts';
import { unmetForm } from '../validate/simple-value.ts';
import { assign, type LabelledAttribute, unlessEmpty, unlessNone } from './assign.ts';
import { requireBound } from './elements.ts';

/**
 * Reads a value for an attribute into canonical names; `undefined` when it means unassigned: null, an
 * empty array or an empty complex value (RFC 7643 2.5). Throws `invalidValue`, or `invalidPath` for an
 * unknown sub-attribute.
 */
function readValue(value: JsonValue, place: LabelledAttribute): JsonValue | undefined {
  return place.attribute.multiValued ? unlessNone(readElements(value, place)) : readElement(value, place);
}

/**
 * Reads the elements of a multi-valued attribute; one alone may stand without its array (RFC 7644
 * 3.5.2.1).
 */
export function readElements(
  value: JsonValue,
  { attribute, label }: LabelledAttribute,
): readonly JsonValue[] {
  const elements = isJsonArray(value) ? value : [value];
  requireBound(elements, label);
  return elements
    .map((element, index) => readElement(element, { attribute, label: `${label}[${index}]` }))
    .filter((element) => element !== undefined);
}

/** Reads one value, which for a multi-valued attribute is one of its elements. */
export function readElement(value: JsonValue, place: LabelledAttribute): JsonValue | undefined {
  if (value === null || isEmptyReference(value, place.attribute)) return undefined;
  if (place.attribute.type === 'complex') return unlessEmpty(merge({}, value, place));
  const expected = unmetForm(value, place.attribute);
  if (expected !== undefined) throw invalidValue(`${place.label} must be ${expected}`);
  return value;
}

/**
 * Sets the sub-attributes that a value lists and leaves the others unchanged (RFC 7644 3.5.2.3); those
 * that clients may only read are ignored.
 */
export function merge(
  current: JsonObject,
  value: JsonValue,
  { attribute, label }: LabelledAttribute,
): JsonObject {
  if (!isJsonObject(value)) throw invalidValue(`${label} must be an object of sub-attributes`);
  return Object.entries(value).reduce((merged, [name, subValue]) => {
    const sub = findAttribute(attribute.subAttributes ?? [], name);
    if (!sub) {
      throw new ScimError('invalidPath', { detail: `${label} has no sub-attribute "${name.slice(0, 200)}"` });
    }
    if (sub.mutability === 'readOnly') return merged;
    const place = { attribute: sub, label: `${label}.${sub.name}` };
    return assign(merged, place, readValue(subValue, place));
  }, current);
}

/** Whether a value clears a reference to a resource, as `""` and `{"value": ""}` do: no id is empty. */
export function isEmptyReference(value: JsonValue, { multiValued, subAttributes = [] }: Attribute): boolean {
  const isEmpty = value === '' || (isJsonObject(value) && value.value === '');
  return isEmpty && !multiValued && findAttribute(subAttributes, '$ref') !== undefined;
}

function invalidValue(detail: string): ScimError {
  return new ScimError('invalidValue', { detail });
}

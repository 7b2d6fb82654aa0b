import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findAttribute } from '../schema/lookup.ts';
import type { Comparison } from './quirk.ts';
import { filterProperties, mapElements, readProperty } from './rewrite.ts';

/** Reads "True" and "False" in any case as the boolean that they spell. */
export function readBoolean(value: JsonValue, attribute: Attribute): JsonValue {
  if (attribute.type !== 'boolean' || typeof value !== 'string') return value;
  return booleanOf(value) ?? value;
}

/** The boolean that a text spells, in any case. */
function booleanOf(text: string): boolean | undefined {
  const spelt = text.toLowerCase();
  return spelt === 'true' ? true : spelt === 'false' ? false : undefined;
}

/** Writes a number as text where the attribute holds text. */
export function writeNumber(value: JsonValue, attribute: Attribute): JsonValue {
  const isText = (attribute.type ?? 'string') === 'string' && attribute.multiValued !== true;
  return isText && typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
}

/** Takes the only element out of an array where the attribute has one value. */
export function unwrapSingle(value: JsonValue, attribute: Attribute): JsonValue {
  if (attribute.multiValued === true || !isJsonArray(value) || value.length !== 1) return value;
  return value[0] ?? null;
}

/** Puts a lone value into an array where the attribute is multi-valued. */
export function wrapMultiple(value: JsonValue, attribute: Attribute): JsonValue {
  if (attribute.multiValued !== true || value === null || isJsonArray(value)) return value;
  const fits = attribute.type === 'complex' ? isJsonObject(value) : !isJsonObject(value) && value !== '';
  return fits ? [value] : value;
}

/** Reads a bare string as the `value` of a complex attribute. */
export function expandBareString(value: JsonValue, attribute: Attribute): JsonValue {
  if (!hasValueSub(attribute)) return value;
  return mapElements(value, (element) =>
    typeof element === 'string' && element !== '' ? { value: element } : element,
  );
}

/** Reads "", or an object whose `value` is "", as unassigned; never a whole multi-valued attribute. */
export function unassignEmpty(value: JsonValue, attribute: Attribute): JsonValue {
  if (attribute.multiValued === true) return value;
  if (value === '') return attribute.type === 'reference' || attribute.type === 'complex' ? null : value;
  if (!hasValueSub(attribute) || !isJsonObject(value)) return value;
  return readProperty(value, 'value') === '' ? null : value;
}

/** Drops a `$ref` of null. */
export function dropNullRef(value: JsonValue, attribute: Attribute): JsonValue {
  if (attribute.type !== 'complex') return value;
  return mapElements(value, (element) =>
    isJsonObject(element) && element.$ref === null
      ? filterProperties(element, (name) => name !== '$ref')
      : element,
  );
}

/** Reads an app role that arrives as JSON inside its own `value`. */
export function readJsonRole(value: JsonValue, attribute: Attribute): JsonValue {
  if (attribute.name !== 'roles' || attribute.type !== 'complex') return value;
  return mapElements(value, (element) => {
    const text = isJsonObject(element) ? element.value : element;
    const role = typeof text === 'string' && text.startsWith('{') ? parseRole(text) : undefined;
    if (!role) return element;
    return isJsonObject(element) ? { ...element, ...role } : role;
  });
}

function parseRole(text: string): JsonObject | undefined {
  let role: JsonValue;
  try {
    role = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(role) || typeof role.value !== 'string') return undefined;
  const display = role.displayName;
  return typeof display === 'string' ? { value: role.value, display } : { value: role.value };
}

function hasValueSub(attribute: Attribute): boolean {
  return attribute.type === 'complex' && findAttribute(attribute.subAttributes ?? [], 'value') !== undefined;
}

/** Compares a boolean with the boolean that a string spells. */
export function compareBoolean(comparison: Comparison, attribute: Attribute): Comparison {
  if (attribute.type !== 'boolean' || typeof comparison.value !== 'string') return comparison;
  const value = booleanOf(comparison.value);
  return value === undefined ? comparison : { ...comparison, value };
}

/** Compares text with the text of a number or boolean that stands without quotes. */
export function compareText(comparison: Comparison, attribute: Attribute): Comparison {
  const { value } = comparison;
  if ((attribute.type ?? 'string') !== 'string') return comparison;
  const isWord = typeof value === 'boolean' || Number.isSafeInteger(value);
  return isWord ? { ...comparison, value: String(value) } : comparison;
}

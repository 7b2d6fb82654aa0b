import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findAttribute } from '../schema/lookup.ts';
import type { Comparison } from './quirk.ts';
import { filterProperties, mapElements, readProperty } from './rewrite.ts';

/** Converts "True" and "False", in any case, to booleans. */
export function readBoolean(value: JsonValue, attribute: Attribute): JsonValue {
  if (attribute.type !== 'boolean' || typeof value !== 'string') return value;
  return booleanOf(value) ?? value;
}

/** Reads a text as a boolean, ignoring case. */
function booleanOf(text: string): boolean | undefined {
  const spelt = text.toLowerCase();
  return spelt === 'true' ? true : spelt === 'false' ? false : undefined;
}

/** Converts a number to text if the attribute is a single text. */
export function writeNumber(value: JsonValue, attribute: Attribute): JsonValue {
  const isText = (attribute.type ?? 'string') === 'string' && attribute.multiValued !== true;
  return isText && typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
}

/** Replaces an array of one element by the element if the attribute is single-valued and the element is not null. */
export function unwrapSingle(value: JsonValue, attribute: Attribute): JsonValue {
  if (attribute.multiValued === true || !isJsonArray(value) || value.length !== 1) return value;
  return value[0] ?? value;
}

/** Puts a single value into an array if the attribute is multi-valued. */
export function wrapMultiple(value: JsonValue, attribute: Attribute): JsonValue {
  if (attribute.multiValued !== true || value === null || isJsonArray(value)) return value;
  const fits = attribute.type === 'complex' ? isJsonObject(value) : !isJsonObject(value) && value !== '';
  return fits ? [value] : value;
}

/** The attributes that clients are known to send as bare strings. In others, such as phoneNumbers, a type is lost. */
const bareStrings: readonly string[] = ['manager', 'roles', 'members'];

/** Converts a string to an object with that `value` for a manager, a role or a member. */
export function expandBareString(value: JsonValue, attribute: Attribute): JsonValue {
  if (!hasValueSub(attribute) || !bareStrings.includes(attribute.name)) return value;
  return mapElements(value, (element) =>
    typeof element === 'string' && element !== '' ? { value: element } : element,
  );
}

/** Converts "", or an object whose `value` is "", to unassigned. Leaves a whole multi-valued attribute as it is. */
export function unassignEmpty(value: JsonValue, attribute: Attribute): JsonValue {
  if (attribute.multiValued === true) return value;
  if (value === '') return attribute.type === 'reference' || attribute.type === 'complex' ? null : value;
  if (!hasValueSub(attribute) || !isJsonObject(value)) return value;
  return readProperty(value, 'value') === '' ? null : value;
}

/** Drops each `$ref` that is null. */
export function dropNullRef(value: JsonValue, attribute: Attribute): JsonValue {
  if (attribute.type !== 'complex') return value;
  return mapElements(value, (element) =>
    isJsonObject(element) && element.$ref === null
      ? filterProperties(element, (name) => name !== '$ref')
      : element,
  );
}

/** Reads an app role whose `value` is JSON in a string, with its own `value` and `displayName`. */
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

/** Converts the string in a comparison with a boolean attribute to a boolean. */
export function compareBoolean(comparison: Comparison, attribute: Attribute): Comparison {
  if (attribute.type !== 'boolean' || typeof comparison.value !== 'string') return comparison;
  const value = booleanOf(comparison.value);
  return value === undefined ? comparison : { ...comparison, value };
}

/** Converts the number or boolean in a comparison with a text attribute to text. */
export function compareText(comparison: Comparison, attribute: Attribute): Comparison {
  const { written, ...unquoted } = comparison;
  const { value } = unquoted;
  if ((attribute.type ?? 'string') !== 'string') return comparison;
  const isWord = typeof value === 'boolean' || typeof value === 'number';
  return isWord ? { ...unquoted, value: written ?? String(value) } : comparison;
}

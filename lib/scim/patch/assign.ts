import { ScimError } from '../errors.ts';
import { equalJson, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';

/** An attribute and its path in canonical names, for error details. */
export interface LabelledAttribute {
  readonly attribute: Attribute;
  readonly label: string;
}

/**
 * Sets an attribute of a resource, extension, complex value or element, under its canonical name. `undefined` unassigns
 * it. Returns the same container if nothing changes. Throws ScimError `mutability` if a required attribute would be
 * unassigned or an immutable one would change (RFC 7644 3.5.2).
 */
export function assign(
  container: JsonObject,
  { attribute, label }: LabelledAttribute,
  value: JsonValue | undefined,
): JsonObject {
  const previous = valueIn(container, attribute);
  if (equalJson(previous, value)) return container;
  if (previous !== undefined && attribute.mutability === 'immutable') {
    throw new ScimError('mutability', {
      detail: `${label} is immutable and already has a value: leave it out`,
    });
  }
  if (value !== undefined) return { ...container, [attribute.name]: value };

  if (attribute.required) {
    throw new ScimError('mutability', { detail: `${label} is required and cannot be removed: replace it` });
  }
  return omit(container, attribute.name);
}

/** Returns the value of an attribute, or `undefined` if it is unassigned. */
export function valueIn(container: JsonObject, { name }: Attribute): JsonValue | undefined {
  return Object.hasOwn(container, name) ? container[name] : undefined;
}

/** Copies an object without one of its properties. */
export function omit(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

/** Returns `undefined` for an empty object, which means unassigned (RFC 7643 2.5). */
export function unlessEmpty(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length > 0 ? object : undefined;
}

/** Returns `undefined` for an empty array, which means unassigned (RFC 7643 2.5). */
export function unlessNone(elements: readonly JsonValue[]): readonly JsonValue[] | undefined {
  return elements.length > 0 ? elements : undefined;
}

import { ScimError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';

/** Throws invalidValue for the first required attribute that has no value (RFC 7643 7). */
export function requireValues(object: JsonObject, attributes: readonly Attribute[], prefix: string): void {
  const missing = attributes.find((attribute) => isMissing(object, attribute));
  if (missing) {
    throw new ScimError('invalidValue', {
      detail: `${prefix}${missing.name} is required and must not be empty`,
    });
  }
}

/** Tells whether a required attribute, other than one that the service provider fills, has no value. */
export function isMissing(object: JsonObject, { name, required, mutability }: Attribute): boolean {
  if (!required || mutability === 'readOnly') return false;
  const value = object[name];
  return value === undefined || (typeof value === 'string' && value.trim() === '');
}

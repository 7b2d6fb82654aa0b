import type { Attribute } from './attribute.ts';

/** Declares attributes, with their sub-attributes, that only the service provider sets. */
export function readOnly(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.map((attribute) => {
    const { subAttributes } = attribute;
    const own = { ...attribute, mutability: 'readOnly' } as const;
    return subAttributes ? { ...own, subAttributes: readOnly(subAttributes) } : own;
  });
}

/** Declares an attribute, by default of type `string` (RFC 7643 2.3). */
export function attribute(
  name: string,
  description: string,
  characteristics: Omit<Attribute, 'name' | 'description'> = {},
): Attribute {
  return { ...characteristics, name, description };
}

/** Declares a URI of a resource of given types, of an `external` page, or of anything (`uri`; RFC 7643 2.3.7). */
export function reference(name: string, referenceTypes: readonly string[], description: string): Attribute {
  return attribute(name, description, { type: 'reference', referenceTypes, caseExact: true });
}

/** Declares a complex attribute with one value (RFC 7643 2.3.8). */
export function complex(name: string, description: string, subAttributes: readonly Attribute[]): Attribute {
  return attribute(name, description, { type: 'complex', subAttributes });
}

/** Declares a multi-valued complex attribute (RFC 7643 2.4). */
export function several(name: string, description: string, subAttributes: readonly Attribute[]): Attribute {
  return { ...complex(name, description, subAttributes), multiValued: true };
}

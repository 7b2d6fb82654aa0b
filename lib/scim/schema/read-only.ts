import type { Attribute } from './attribute.ts';

/** Declares attributes that only the service provider sets, and so all their sub-attributes. */
export function readOnly(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.map(({ subAttributes, ...attribute }) => ({
    ...attribute,
    mutability: 'readOnly',
    subAttributes: subAttributes && readOnly(subAttributes),
  }));
}

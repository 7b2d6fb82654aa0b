import type { Attribute } from './attribute.ts';

/** The sub-attribute `display` of a multi-valued attribute (RFC 7643 2.4). */
export const display = {
  name: 'display',
  description: 'The value as a person would read it.',
} as const satisfies Attribute;

/** The sub-attribute `primary` of a multi-valued attribute (RFC 7643 2.4). */
export const primary = {
  name: 'primary',
  type: 'boolean',
  description: 'Whether this is the preferred value; true for one value at most.',
} as const satisfies Attribute;

/** The sub-attribute `type` where no values are suggested (RFC 7643 2.4). */
export const freeType = {
  name: 'type',
  description: 'What the value is for; any word.',
} as const satisfies Attribute;

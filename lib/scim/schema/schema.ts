import type { Attribute, Schema } from './attribute.ts';
import { readOnly, several } from './declare.ts';

const keyword = { caseExact: true } as const;
const dataTypes = ['string', 'complex', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference'];

const characteristics: readonly Attribute[] = [
  { ...keyword, name: 'name', required: true, description: 'The name of the attribute.' },
  { name: 'type', required: true, canonicalValues: dataTypes, description: 'The data type of the values.' },
  {
    name: 'multiValued',
    type: 'boolean',
    required: true,
    description: 'True if it may have several values.',
  },
  { ...keyword, name: 'description', description: 'The description of the attribute.' },
  { name: 'required', type: 'boolean', description: 'True if every resource must have a value.' },
  {
    ...keyword,
    name: 'canonicalValues',
    multiValued: true,
    description: 'Suggested values. Other values are accepted too.',
  },
  {
    name: 'caseExact',
    type: 'boolean',
    description: 'True if values that differ only in case are different.',
  },
  {
    ...keyword,
    name: 'mutability',
    canonicalValues: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
    description: 'The cases in which a client can set the value.',
  },
  {
    ...keyword,
    name: 'returned',
    canonicalValues: ['always', 'never', 'default', 'request'],
    description: 'The responses that return the value.',
  },
  {
    ...keyword,
    name: 'uniqueness',
    canonicalValues: ['none', 'server', 'global'],
    description: 'The resources among which the value is unique.',
  },
  {
    ...keyword,
    name: 'referenceTypes',
    multiValued: true,
    description: 'The targets of a reference: resource types, "external" or "uri".',
  },
];

/** The schema of schemas (RFC 7643 7 and 8.7.2). Only its sub-attributes can be complex. */
export const schemaSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
  name: 'Schema',
  description: 'The attributes of a kind of resource or of an extension.',
  attributes: readOnly([
    { ...keyword, name: 'id', required: true, returned: 'always', description: 'The URN of the schema.' },
    { name: 'name', required: true, description: 'The name of the schema.' },
    { name: 'description', description: 'The description of the schema.' },
    {
      ...several('attributes', 'The attributes with their characteristics.', [
        ...characteristics,
        several('subAttributes', 'The sub-attributes of a complex attribute.', characteristics),
      ]),
      required: true,
    },
  ]),
};

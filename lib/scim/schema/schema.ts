import type { Attribute, Schema } from './attribute.ts';

const keyword = { required: false, caseExact: true, mutability: 'readOnly' } as const;
const flag = { type: 'boolean', mutability: 'readOnly' } as const;

const characteristics = [
  {
    name: 'name',
    required: true,
    caseExact: true,
    mutability: 'readOnly',
    description: 'The name of the attribute.',
  },
  {
    name: 'type',
    required: true,
    canonicalValues: [
      'string',
      'complex',
      'boolean',
      'decimal',
      'integer',
      'dateTime',
      'binary',
      'reference',
    ],
    mutability: 'readOnly',
    description: 'The data type of the values.',
  },
  { ...flag, name: 'multiValued', required: true, description: 'Whether there may be several values.' },
  { ...keyword, name: 'description', description: 'What the attribute means.' },
  { ...flag, name: 'required', description: 'Whether every resource must have a value.' },
  {
    ...keyword,
    name: 'canonicalValues',
    multiValued: true,
    description: 'Values that are suggested; others are accepted.',
  },
  { ...flag, name: 'caseExact', description: 'Whether values that differ only in case are different.' },
  {
    ...keyword,
    name: 'mutability',
    canonicalValues: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
    description: 'Whether and when the client can set the value.',
  },
  {
    ...keyword,
    name: 'returned',
    canonicalValues: ['always', 'never', 'default', 'request'],
    description: 'When the value is returned.',
  },
  {
    ...keyword,
    name: 'uniqueness',
    canonicalValues: ['none', 'server', 'global'],
    description: 'Among which resources the value is unique.',
  },
  {
    ...keyword,
    name: 'referenceTypes',
    multiValued: true,
    description: 'What a reference may lead to: resource types, "external" or "uri".',
  },
] as const satisfies readonly Attribute[];

/** The schema of schemas (RFC 7643 7 and 8.7.2); the only one whose sub-attributes are complex. */
export const schemaSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
  name: 'Schema',
  description: 'The attributes of a kind of resource or of an extension.',
  attributes: [
    {
      name: 'id',
      required: true,
      caseExact: true,
      mutability: 'readOnly',
      returned: 'always',
      description: 'The URN of the schema.',
    },
    { name: 'name', required: true, mutability: 'readOnly', description: 'The name of the schema.' },
    { name: 'description', mutability: 'readOnly', description: 'What the schema describes.' },
    {
      name: 'attributes',
      type: 'complex',
      multiValued: true,
      required: true,
      mutability: 'readOnly',
      description: 'The attributes with their characteristics.',
      subAttributes: [
        ...characteristics,
        {
          name: 'subAttributes',
          type: 'complex',
          multiValued: true,
          mutability: 'readOnly',
          description: 'The sub-attributes of a complex attribute.',
          subAttributes: characteristics,
        },
      ],
    },
  ],
} as const satisfies Schema;

import type { Attribute, Schema } from './attribute.ts';
import { attribute, readOnly, several } from './declare.ts';

const dataTypes = ['string', 'complex', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference'];

const characteristics: readonly Attribute[] = [
  attribute('name', 'The name of the attribute.', { caseExact: true, required: true }),
  attribute('type', 'The data type of the values.', { required: true, canonicalValues: dataTypes }),
  attribute('multiValued', 'True if it may have several values.', { type: 'boolean', required: true }),
  attribute('description', 'The description of the attribute.', { caseExact: true }),
  attribute('required', 'True if every resource must have a value.', { type: 'boolean' }),
  attribute('canonicalValues', 'Suggested values. Other values are accepted too.', {
    caseExact: true,
    multiValued: true,
  }),
  attribute('caseExact', 'True if values that differ only in case are different.', { type: 'boolean' }),
  attribute('mutability', 'The cases in which a client can set the value.', {
    caseExact: true,
    canonicalValues: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
  }),
  attribute('returned', 'The responses that return the value.', {
    caseExact: true,
    canonicalValues: ['always', 'never', 'default', 'request'],
  }),
  attribute('uniqueness', 'The resources among which the value is unique.', {
    caseExact: true,
    canonicalValues: ['none', 'server', 'global'],
  }),
  attribute('referenceTypes', 'The targets of a reference: resource types, "external" or "uri".', {
    caseExact: true,
    multiValued: true,
  }),
];

/** The schema of schemas (RFC 7643 7 and 8.7.2). Only its sub-attributes can be complex. */
export const schemaSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
  name: 'Schema',
  description: 'The attributes of a kind of resource or of an extension.',
  attributes: readOnly([
    attribute('id', 'The URN of the schema.', { caseExact: true, required: true, returned: 'always' }),
    attribute('name', 'The name of the schema.', { required: true }),
    attribute('description', 'The description of the schema.'),
    {
      ...several('attributes', 'The attributes with their characteristics.', [
        ...characteristics,
        several('subAttributes', 'The sub-attributes of a complex attribute.', characteristics),
      ]),
      required: true,
    },
  ]),
};

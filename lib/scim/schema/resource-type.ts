import type { Schema } from './attribute.ts';
import { attribute, readOnly, reference, several } from './declare.ts';

const uri = (name: string, description: string) => ({
  ...reference(name, ['uri'], description),
  required: true,
});

/** The schema of resource types (RFC 7643 6 and 8.7.2). */
export const resourceTypeSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  name: 'ResourceType',
  description: 'A kind of resource, its endpoint and its schemas.',
  attributes: readOnly([
    attribute('id', 'The identifier of the resource type; the same as its name.', {
      caseExact: true,
      returned: 'always',
    }),
    attribute('name', 'The name of the resource type, as in meta.resourceType.', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('description', 'The description of the resource type.'),
    { ...uri('endpoint', 'The path of the resources below the base URL.'), uniqueness: 'server' },
    uri('schema', 'The URN of the core schema.'),
    several('schemaExtensions', 'The extensions of the resource type.', [
      uri('schema', 'The URN of the extension.'),
      attribute('required', 'True if every resource must have it.', { type: 'boolean', required: true }),
    ]),
  ]),
};

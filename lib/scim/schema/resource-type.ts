import type { Schema } from './attribute.ts';

/** The schema of resource types (RFC 7643 6 and 8.7.2). */
export const resourceTypeSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  name: 'ResourceType',
  description: 'A kind of resource: where it is served and which schemas it has.',
  attributes: [
    {
      name: 'id',
      caseExact: true,
      mutability: 'readOnly',
      returned: 'always',
      description: 'The identifier of the resource type; the same as its name.',
    },
    {
      name: 'name',
      required: true,
      mutability: 'readOnly',
      uniqueness: 'server',
      description: 'The name of the resource type, as in meta.resourceType.',
    },
    { name: 'description', mutability: 'readOnly', description: 'What the resources are.' },
    {
      name: 'endpoint',
      type: 'reference',
      referenceTypes: ['uri'],
      required: true,
      caseExact: true,
      mutability: 'readOnly',
      uniqueness: 'server',
      description: 'Where the resources are served, relative to the base URL.',
    },
    {
      name: 'schema',
      type: 'reference',
      referenceTypes: ['uri'],
      required: true,
      caseExact: true,
      mutability: 'readOnly',
      description: 'The URN of the core schema.',
    },
    {
      name: 'schemaExtensions',
      type: 'complex',
      multiValued: true,
      mutability: 'readOnly',
      description: 'The extensions of the resource type.',
      subAttributes: [
        {
          name: 'schema',
          type: 'reference',
          referenceTypes: ['uri'],
          required: true,
          caseExact: true,
          mutability: 'readOnly',
          description: 'The URN of the extension.',
        },
        {
          name: 'required',
          type: 'boolean',
          required: true,
          mutability: 'readOnly',
          description: 'Whether every resource must have the extension.',
        },
      ],
    },
  ],
} as const satisfies Schema;

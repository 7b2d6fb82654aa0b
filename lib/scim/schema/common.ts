import type { Attribute } from './attribute.ts';
import { readOnly } from './read-only.ts';

/** The attributes of every resource, which no schema lists (RFC 7643 3.1). */
export const commonAttributes = [
  {
    name: 'schemas',
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    required: true,
    caseExact: true,
    returned: 'always',
    description: 'The URNs of the schemas whose attributes the resource holds.',
  },
  {
    name: 'id',
    required: true,
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
    description: 'The identifier that the service provider gave the resource; it never changes.',
  },
  {
    name: 'externalId',
    caseExact: true,
    description: 'The identifier that the provisioning client gave the resource.',
  },
  {
    name: 'meta',
    type: 'complex',
    mutability: 'readOnly',
    description: 'Facts that the service provider keeps about the resource.',
    subAttributes: readOnly([
      { name: 'resourceType', caseExact: true, description: 'The name of the resource type.' },
      { name: 'created', type: 'dateTime', description: 'The time when the resource was created.' },
      { name: 'lastModified', type: 'dateTime', description: 'The time when the resource was last changed.' },
      {
        name: 'location',
        type: 'reference',
        referenceTypes: ['uri'],
        caseExact: true,
        description: 'The URI of the resource.',
      },
      {
        name: 'version',
        caseExact: true,
        description: 'The version of the resource, as in the ETag header.',
      },
    ]),
  },
] as const satisfies readonly Attribute[];

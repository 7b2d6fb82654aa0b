import type { Attribute } from './attribute.ts';
import { readOnly, reference } from './declare.ts';

/** The attributes that every resource has. No schema lists them (RFC 7643 3.1). */
export const commonAttributes = [
  {
    ...reference('schemas', ['uri'], 'The URNs of the schemas whose attributes the resource has.'),
    multiValued: true,
    required: true,
    returned: 'always',
  },
  {
    name: 'id',
    required: true,
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
    description: 'The identifier that the service provider assigns to the resource. It never changes.',
  },
  {
    name: 'externalId',
    caseExact: true,
    description: 'The identifier that the provisioning client assigns to the resource.',
  },
  {
    name: 'meta',
    type: 'complex',
    mutability: 'readOnly',
    description: 'Metadata that the service provider keeps about the resource.',
    subAttributes: readOnly([
      { name: 'resourceType', caseExact: true, description: 'The name of the resource type.' },
      { name: 'created', type: 'dateTime', description: 'The time when the resource was created.' },
      { name: 'lastModified', type: 'dateTime', description: 'The time when the resource was last changed.' },
      reference('location', ['uri'], 'The URI of the resource.'),
      {
        name: 'version',
        caseExact: true,
        description: 'The version of the resource, as in the ETag header.',
      },
    ]),
  },
] as const satisfies readonly Attribute[];

import type { Attribute } from './attribute.ts';
import { attribute, readOnly, reference } from './declare.ts';

/** The client's own identifier, which discovery lists in each schema so that clients can map it. */
export const externalId: Attribute = attribute(
  'externalId',
  'The identifier that the provisioning client assigns to the resource.',
  { caseExact: true },
);

/** The attributes that every resource has. No schema declares them (RFC 7643 3.1). */
export const commonAttributes = [
  {
    ...reference('schemas', ['uri'], 'The URNs of the schemas whose attributes the resource has.'),
    multiValued: true,
    required: true,
    returned: 'always',
  },
  attribute('id', 'The identifier that the service provider assigns to the resource. It never changes.', {
    required: true,
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  externalId,
  attribute('meta', 'Metadata that the service provider keeps about the resource.', {
    type: 'complex',
    mutability: 'readOnly',
    subAttributes: readOnly([
      attribute('resourceType', 'The name of the resource type.', { caseExact: true }),
      attribute('created', 'The time when the resource was created.', { type: 'dateTime' }),
      attribute('lastModified', 'The time when the resource was last changed.', { type: 'dateTime' }),
      reference('location', ['uri'], 'The URI of the resource.'),
      attribute('version', 'The version of the resource, as in the ETag header.', { caseExact: true }),
    ]),
  }),
] as const satisfies readonly Attribute[];

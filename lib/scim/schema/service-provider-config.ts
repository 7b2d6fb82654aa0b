import type { Attribute, Schema } from './attribute.ts';
import { readOnly } from './read-only.ts';

const page = { type: 'reference', referenceTypes: ['external'], caseExact: true } as const;

/** Declares a feature that the service provider has or lacks, with its bounds. */
function feature(name: string, description: string, bounds: readonly Attribute[] = []): Attribute {
  const supported = {
    name: 'supported',
    type: 'boolean',
    required: true,
    description: 'True if it exists.',
  } as const;
  return { name, type: 'complex', required: true, description, subAttributes: [supported, ...bounds] };
}

const pagination: readonly Attribute[] = [
  { name: 'cursor', type: 'boolean', required: true, description: 'True if pages can follow a cursor.' },
  { name: 'index', type: 'boolean', required: true, description: 'True if pages can begin at an index.' },
  {
    name: 'defaultPaginationMethod',
    canonicalValues: ['cursor', 'index'],
    description: 'The method of a request that names none.',
  },
  {
    name: 'defaultPageSize',
    type: 'integer',
    description: 'Resources on a page if the request names no count.',
  },
  { name: 'maxPageSize', type: 'integer', description: 'Resources on a page at most.' },
  { name: 'cursorTimeout', type: 'integer', description: 'Seconds for which a cursor is valid at least.' },
];

const authenticationScheme: readonly Attribute[] = [
  {
    name: 'type',
    required: true,
    canonicalValues: ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'],
    description: 'The kind of the scheme.',
  },
  { name: 'name', required: true, description: 'The name of the scheme.' },
  { name: 'description', required: true, description: 'Instructions for using the scheme.' },
  { ...page, name: 'specUri', description: "The URL of the scheme's specification." },
  { ...page, name: 'documentationUri', description: "The URL of the scheme's documentation." },
  { name: 'primary', type: 'boolean', description: 'True for the preferred scheme, which is one at most.' },
];

/** The schema of the service provider's configuration (RFC 7643 5 and 8.7.2). */
export const serviceProviderConfigSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  name: 'ServiceProviderConfig',
  description: 'The features of the service provider.',
  attributes: readOnly([
    { ...page, name: 'documentationUri', description: 'The URL of documentation for people.' },
    feature('patch', 'Modification of resources with PATCH.'),
    feature('bulk', 'Several operations in one request.', [
      {
        name: 'maxOperations',
        type: 'integer',
        required: true,
        description: 'Operations in one request at most.',
      },
      {
        name: 'maxPayloadSize',
        type: 'integer',
        required: true,
        description: 'Bytes in one request at most.',
      },
    ]),
    feature('filter', 'Filters in queries.', [
      {
        name: 'maxResults',
        type: 'integer',
        required: true,
        description: 'Resources in one response at most.',
      },
    ]),
    feature('changePassword', "Change of a user's password."),
    feature('sort', 'Sorting of resources.'),
    feature('etag', 'Versions of resources.'),
    {
      name: 'interopProfileConformant',
      type: 'boolean',
      description: 'True if the service provider follows the interoperability profile.',
    },
    {
      name: 'pagination',
      type: 'complex',
      description: 'Methods of reading a list page by page.',
      subAttributes: pagination,
    },
    {
      name: 'authenticationSchemes',
      type: 'complex',
      multiValued: true,
      required: true,
      description: 'Schemes by which clients authenticate.',
      subAttributes: authenticationScheme,
    },
  ]),
};

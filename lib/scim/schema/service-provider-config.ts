import type { Attribute, Schema } from './attribute.ts';
import { readOnly, reference, several } from './declare.ts';

const page = (name: string, description: string) => reference(name, ['external'], description);

/** Declares a bound that every service provider with the feature has. */
function bound(name: string, description: string): Attribute {
  return { name, type: 'integer', required: true, description };
}

const supported: Attribute = {
  name: 'supported',
  type: 'boolean',
  required: true,
  description: 'True if it exists.',
};

/** Declares a feature that the service provider has or lacks, with its bounds. */
function feature(name: string, description: string, bounds: readonly Attribute[] = []): Attribute {
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
  page('specUri', "The URL of the scheme's specification."),
  page('documentationUri', "The URL of the scheme's documentation."),
  { name: 'primary', type: 'boolean', description: 'True for the preferred scheme, which is one at most.' },
];

/** The schema of the service provider's configuration (RFC 7643 5 and 8.7.2). */
export const serviceProviderConfigSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  name: 'ServiceProviderConfig',
  description: 'The features of the service provider.',
  attributes: readOnly([
    page('documentationUri', 'The URL of documentation for people.'),
    feature('patch', 'Modification of resources with PATCH.'),
    feature('bulk', 'Several operations in one request.', [
      bound('maxOperations', 'Operations in one request at most.'),
      bound('maxPayloadSize', 'Bytes in one request at most.'),
    ]),
    feature('filter', 'Filters in queries.', [bound('maxResults', 'Resources in one response at most.')]),
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
      ...several('authenticationSchemes', 'Schemes by which clients authenticate.', authenticationScheme),
      required: true,
    },
  ]),
};

import type { Attribute, Schema } from './attribute.ts';
import { readOnly, reference, several } from './declare.ts';

const page = (name: string, description: string) => reference(name, ['external'], description);

/** Declares the bound of a feature. */
function bound(name: string, description: string): Attribute {
  return { name, type: 'integer', required: true, description };
}

const supported: Attribute = {
  name: 'supported',
  type: 'boolean',
  required: true,
  description: 'True if the service provider has the feature.',
};

/** Declares a feature of the service provider, with its bounds. */
function feature(name: string, description: string, bounds: readonly Attribute[] = []): Attribute {
  return { name, type: 'complex', required: true, description, subAttributes: [supported, ...bounds] };
}

const pagination: readonly Attribute[] = [
  {
    name: 'cursor',
    type: 'boolean',
    required: true,
    description: 'True if a request can continue from a cursor.',
  },
  { name: 'index', type: 'boolean', required: true, description: 'True if a request can start at an index.' },
  {
    name: 'defaultPaginationMethod',
    canonicalValues: ['cursor', 'index'],
    description: 'The method if the request does not choose one.',
  },
  {
    name: 'defaultPageSize',
    type: 'integer',
    description: 'Number of resources on a page if the request does not have a count.',
  },
  { name: 'maxPageSize', type: 'integer', description: 'Maximum number of resources on a page.' },
  {
    name: 'cursorTimeout',
    type: 'integer',
    description: 'Minimum time for which a cursor is valid, in seconds.',
  },
];

const authenticationScheme: readonly Attribute[] = [
  {
    name: 'type',
    required: true,
    canonicalValues: ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'],
    description: 'The type of the scheme.',
  },
  { name: 'name', required: true, description: 'The name of the scheme.' },
  { name: 'description', required: true, description: 'Instructions for using the scheme.' },
  page('specUri', "The URL of the scheme's specification."),
  page('documentationUri', "The URL of the scheme's documentation."),
  {
    name: 'primary',
    type: 'boolean',
    description: 'True if this is the preferred scheme. At most one scheme can be preferred.',
  },
];

/** The schema of the service provider's configuration (RFC 7643 5 and 8.7.2). */
export const serviceProviderConfigSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  name: 'ServiceProviderConfig',
  description: 'The features of the service provider.',
  attributes: readOnly([
    page('documentationUri', 'The URL of the documentation.'),
    feature('patch', 'Modification of resources with PATCH.'),
    feature('bulk', 'Several operations in one request.', [
      bound('maxOperations', 'Maximum number of operations in a request.'),
      bound('maxPayloadSize', 'Maximum size of a request, in bytes.'),
    ]),
    feature('filter', 'Filters in queries.', [
      bound('maxResults', 'Maximum number of resources in a response.'),
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
      description: 'Methods of reading a list in pages.',
      subAttributes: pagination,
    },
    {
      ...several(
        'authenticationSchemes',
        'Schemes with which clients can authenticate.',
        authenticationScheme,
      ),
      required: true,
    },
  ]),
};

import type { Attribute, Schema } from './attribute.ts';
import { attribute, complex, readOnly, reference, several } from './declare.ts';

const page = (name: string, description: string) => reference(name, ['external'], description);

/** Declares the bound of a feature. */
function bound(name: string, description: string): Attribute {
  return attribute(name, description, { type: 'integer', required: true });
}

const supported = attribute('supported', 'True if the service provider has the feature.', {
  type: 'boolean',
  required: true,
});

/** Declares a feature of the service provider, with its bounds. */
function feature(name: string, description: string, bounds: readonly Attribute[] = []): Attribute {
  return { ...complex(name, description, [supported, ...bounds]), required: true };
}

const pagination: readonly Attribute[] = [
  attribute('cursor', 'True if a request can continue from a cursor.', { type: 'boolean', required: true }),
  attribute('index', 'True if a request can start at an index.', { type: 'boolean', required: true }),
  attribute('defaultPaginationMethod', 'The method if the request does not choose one.', {
    canonicalValues: ['cursor', 'index'],
  }),
  attribute('defaultPageSize', 'Number of resources on a page if the request does not have a count.', {
    type: 'integer',
  }),
  attribute('maxPageSize', 'Maximum number of resources on a page.', { type: 'integer' }),
  attribute('cursorTimeout', 'Minimum time for which a cursor is valid, in seconds.', { type: 'integer' }),
];

const authenticationScheme: readonly Attribute[] = [
  attribute('type', 'The type of the scheme.', {
    required: true,
    canonicalValues: ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'],
  }),
  attribute('name', 'The name of the scheme.', { required: true }),
  attribute('description', 'Instructions for using the scheme.', { required: true }),
  page('specUri', "The URL of the scheme's specification."),
  page('documentationUri', "The URL of the scheme's documentation."),
  attribute('primary', 'True if this is the preferred scheme. At most one scheme can be preferred.', {
    type: 'boolean',
  }),
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
    complex('pagination', 'Methods of reading a list in pages.', pagination),
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

/** The schema of an endpoint that follows the interoperability profile (draft-zollner-scim-interop-profile). */
export const interopConfigSchema: Schema = {
  ...serviceProviderConfigSchema,
  attributes: [
    ...serviceProviderConfigSchema.attributes,
    ...readOnly([
      attribute(
        'interopProfileConformant',
        'True: the service provider follows the interoperability profile. Only with `interop` and `ipsie`.',
        { type: 'boolean' },
      ),
    ]),
  ],
};

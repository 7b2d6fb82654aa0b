import { limits } from '../base/limits.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { listResponse } from '../scim/message/list-response.ts';
import { requiringPaths } from '../scim/required-paths.ts';
import type { ResourceType, Schema } from '../scim/schema/attribute.ts';
import { describeAttributes } from '../scim/schema/describe.ts';
import { endpoints } from '../scim/schema/endpoints.ts';
import { resourceTypeSchema } from '../scim/schema/resource-type.ts';
import { userType } from '../scim/schema/resource-types.ts';
import { schemaSchema } from '../scim/schema/schema.ts';
import { serviceProviderConfigSchema } from '../scim/schema/service-provider-config.ts';
import { takesTokens } from '../tenants/tenant.ts';
import type { Context } from './context.ts';

/** What the service provider can do beyond creating, retrieving, replacing and deleting. */
export interface Capabilities {
  readonly patch: boolean;
  /** Absent when bulk requests are not supported. */
  readonly bulk?: { readonly maxOperations: number; readonly maxPayloadSize: number };
  /** Absent when filters are not supported. */
  readonly filter?: { readonly maxResults: number };
  readonly changePassword: boolean;
  readonly sort: boolean;
  /** In seconds, how long a cursor leads on; absent when there are none (RFC 9865 4). */
  readonly cursorTimeout?: number;
  readonly etag: boolean;
  /** Where people read about the endpoint. */
  readonly documentationUri?: string;
}

/** What this service provider can do. */
export const capabilities: Capabilities = {
  patch: true,
  bulk: { maxOperations: limits.bulkOperationsMax, maxPayloadSize: limits.bulkBodyBytesMax },
  filter: { maxResults: limits.pageSizeMax },
  changePassword: true,
  sort: true,
  cursorTimeout: limits.cursorSecondsMax,
  etag: true,
};

/** Where discovery is asked and what it tells about. */
export interface DiscoveryScope {
  /** The tenant URL, without a slash at its end. */
  readonly baseUrl: string;
  readonly types: readonly ResourceType[];
  /** Whether the endpoint follows the interoperability profile. */
  readonly interop: boolean;
  /** Whether the tenant has client secrets or trusts, for which tokens are issued. */
  readonly issuesTokens: boolean;
}

/** What discovery tells about in a request. */
export function discoveryScope({
  baseUrl,
  types: offered,
  traits,
  tenant,
  directory,
}: Context): DiscoveryScope {
  const issuesTokens = takesTokens(tenant, directory.now());
  const { required } = tenant.policy.users;
  const types = offered.map((type) => (type.name === userType.name ? requiringPaths(type, required) : type));
  return { baseUrl, types, interop: traits.interop, issuesTokens };
}

/** Refused with `forbidden`, so that no client takes a list for a filtered one (RFC 7644 4). */
export interface DiscoveryQuery {
  readonly filter?: string;
}

/** Gives the ServiceProviderConfig resource (RFC 7643 5). */
export function retrieveServiceProviderConfig(
  { baseUrl, interop, issuesTokens }: Omit<DiscoveryScope, 'types'>,
  able: Capabilities = capabilities,
): JsonObject {
  return {
    schemas: [serviceProviderConfigSchema.id],
    ...(able.documentationUri !== undefined && { documentationUri: able.documentationUri }),
    patch: { supported: able.patch },
    bulk: { supported: able.bulk !== undefined, ...(able.bulk ?? { maxOperations: 0, maxPayloadSize: 0 }) },
    filter: { supported: able.filter !== undefined, maxResults: able.filter?.maxResults ?? 0 },
    changePassword: { supported: able.changePassword },
    sort: { supported: able.sort },
    pagination: paginationOf(able),
    etag: { supported: able.etag },
    ...(interop && { interopProfileConformant: true }),
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer key',
        description: 'A key in the header Authorization, after the word Bearer',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
      ...(issuesTokens ? [oauthScheme(baseUrl)] : []),
    ],
    meta: {
      resourceType: serviceProviderConfigSchema.name,
      location: baseUrl + endpoints.serviceProviderConfig,
    },
  };
}

function oauthScheme(baseUrl: string): JsonObject {
  return {
    type: 'oauth2',
    name: 'OAuth 2.0 client credentials',
    description: `A token from ${tokenEndpointOf(baseUrl)}, after the word Bearer`,
    specUri: 'https://www.rfc-editor.org/info/rfc6749',
    primary: false,
  };
}

/** The address of the token endpoint, from any address of this service. */
export function tokenEndpointOf(baseUrl: string): string {
  return new URL('/oauth/token', baseUrl).href;
}

/** How lists are paged (RFC 9865 4). */
function paginationOf({ cursorTimeout }: Capabilities): JsonObject {
  return {
    cursor: cursorTimeout !== undefined,
    index: true,
    defaultPaginationMethod: 'index',
    defaultPageSize: limits.pageSizeDefault,
    maxPageSize: limits.pageSizeMax,
    ...(cursorTimeout !== undefined && { cursorTimeout }),
  };
}

/** Lists the resource types (RFC 7644 4); throws forbidden for a filter. */
export function queryResourceTypes(scope: DiscoveryScope, { filter }: DiscoveryQuery = {}): JsonObject {
  refuseFilter(filter);
  return listAll(scope.types.map((type) => toResourceType(type, scope)));
}

/** Gives one resource type by its name (RFC 7643 6); throws notFound. */
export function retrieveResourceType(scope: DiscoveryScope, id: string): JsonObject {
  const type = scope.types.find(({ name }) => name === id);
  if (!type) throw new ScimError('notFound', { detail: `There is no resource type "${id.slice(0, 200)}"` });
  return toResourceType(type, scope);
}

/**
 * Lists the schemas of the resource types, their extensions and discovery (RFC 7644 4); throws forbidden
 * for a filter.
 */
export function querySchemas(scope: DiscoveryScope, { filter }: DiscoveryQuery = {}): JsonObject {
  refuseFilter(filter);
  return listAll(schemasIn(scope).map((schema) => toSchema(schema, scope)));
}

/** Gives one schema by its URN in any case (RFC 7643 7); throws notFound. */
export function retrieveSchema(scope: DiscoveryScope, id: string): JsonObject {
  const wanted = id.toLowerCase();
  const schema = schemasIn(scope).find((one) => one.id.toLowerCase() === wanted);
  if (!schema) throw new ScimError('notFound', { detail: `There is no schema "${id.slice(0, 200)}"` });
  return toSchema(schema, scope);
}

function refuseFilter(filter: string | undefined): void {
  if (filter === undefined) return;
  throw new ScimError('forbidden', { detail: 'Discovery endpoints cannot be filtered: leave out filter' });
}

function listAll(resources: readonly JsonObject[]): JsonObject {
  const total = resources.length;
  return listResponse({ resources, totalResults: total, startIndex: 1, itemsPerPage: total });
}

function schemasIn({ types }: DiscoveryScope): readonly Schema[] {
  const ofTypes = types.flatMap(({ schema, extensions }) => [schema, ...extensions.map((one) => one.schema)]);
  return [...new Set([...ofTypes, serviceProviderConfigSchema, resourceTypeSchema, schemaSchema])];
}

function toResourceType(type: ResourceType, { baseUrl }: DiscoveryScope): JsonObject {
  const { name, endpoint, description, schema, extensions } = type;
  return {
    schemas: [resourceTypeSchema.id],
    id: name,
    name,
    endpoint,
    description,
    schema: schema.id,
    ...(extensions.length > 0 && {
      schemaExtensions: extensions.map((extension) => ({
        schema: extension.schema.id,
        required: extension.required,
      })),
    }),
    meta: { resourceType: resourceTypeSchema.name, location: `${baseUrl}${endpoints.resourceTypes}/${name}` },
  };
}

function toSchema(schema: Schema, { baseUrl }: DiscoveryScope): JsonObject {
  const { id, name, description } = schema;
  return {
    schemas: [schemaSchema.id],
    id,
    name,
    description,
    attributes: describeAttributes(schema),
    meta: { resourceType: schemaSchema.name, location: `${baseUrl}${endpoints.schemas}/${id}` },
  };
}

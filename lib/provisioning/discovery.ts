import { limits } from '../base/limits.ts';
import { notFound, ScimError } from '../scim/errors.ts';
import { type JsonObject, jsonObject } from '../scim/json.ts';
import { listResponse } from '../scim/message/list-response.ts';
import { requiringPaths, withoutPaths, withUniqueness } from '../scim/policy-paths.ts';
import type { ResourceType, Schema } from '../scim/schema/attribute.ts';
import { externalId } from '../scim/schema/common.ts';
import { describeAttributes } from '../scim/schema/describe.ts';
import { endpoints } from '../scim/schema/endpoints.ts';
import { groupMemberType } from '../scim/schema/group-member.ts';
import { findAttribute } from '../scim/schema/lookup.ts';
import { resourceTypeSchema } from '../scim/schema/resource-type.ts';
import { groupType, userType } from '../scim/schema/resource-types.ts';
import { schemaSchema } from '../scim/schema/schema.ts';
import { interopConfigSchema, serviceProviderConfigSchema } from '../scim/schema/service-provider-config.ts';
import { takesTokens } from '../tenants/tenant.ts';
import type { Context } from './context.ts';

/** The endpoint that discovery describes. */
export interface DiscoveryScope {
  /** The tenant URL, without a slash at its end. */
  readonly baseUrl: string;
  readonly types: readonly ResourceType[];
  /** True if the endpoint follows the interoperability profile. */
  readonly interop: boolean;
  /** True if users have a password. */
  readonly changesPassword: boolean;
  /** True if the tenant has client secrets or trusts, for which tokens are issued. */
  readonly issuesTokens: boolean;
}

/** The endpoint of a request, with the attributes that the policy requires, or keeps unique, marked as such. */
export function discoveryScope(context: Context): DiscoveryScope {
  const { baseUrl, tenant, traits } = context;
  const { users, groups } = tenant.policy;
  const types = context.types.map(listingCommon).map((type) => {
    if (type.name === userType.name) {
      const marked = withUniqueness(requiringPaths(type, users.required), users.unique, 'server');
      const shared = users.uniqueUserName ? [] : ['userName'];
      return withoutPaths(withUniqueness(marked, shared, 'none'), traits.unlisted);
    }
    return type.name === groupType.name ? withUniqueness(type, groups.unique, 'server') : type;
  });
  const issuesTokens = takesTokens(tenant, context.directory.now());
  const changesPassword = !traits.absent.includes('password');
  return { baseUrl, types, interop: traits.interop, changesPassword, issuesTokens };
}

/**
 * Returns the resource type with `externalId` in its schema. RFC 7643 3.1 makes it part of each schema, and clients
 * such as Entra ID offer only attributes for mapping that /Schemas lists.
 */
function listingCommon(type: ResourceType): ResourceType {
  // A membership has no identifier of the client.
  if (type.name === groupMemberType.name || findAttribute(type.schema.attributes, externalId.name))
    return type;
  const attributes = [...type.schema.attributes, externalId];
  return { ...type, schema: { ...type.schema, attributes } };
}

/** The ServiceProviderConfig resource (RFC 7643 5). */
export function retrieveServiceProviderConfig({
  baseUrl,
  interop,
  changesPassword,
  issuesTokens,
}: Omit<DiscoveryScope, 'types'>): JsonObject {
  return jsonObject({
    schemas: [serviceProviderConfigSchema.id],
    patch: { supported: true },
    bulk: {
      supported: true,
      maxOperations: limits.bulkOperationsMax,
      maxPayloadSize: limits.bulkBodyBytesMax,
    },
    filter: { supported: true, maxResults: limits.pageSizeMax },
    changePassword: { supported: changesPassword },
    sort: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: limits.pageSizeDefault,
      maxPageSize: limits.pageSizeMax,
      cursorTimeout: limits.cursorSecondsMax,
    },
    etag: { supported: true },
    interopProfileConformant: interop || undefined,
    authenticationSchemes: issuesTokens ? [keyScheme, oauthScheme(baseUrl)] : [keyScheme],
    meta: {
      resourceType: serviceProviderConfigSchema.name,
      location: baseUrl + endpoints.serviceProviderConfig,
    },
  });
}

const keyScheme: JsonObject = {
  type: 'oauthbearertoken',
  name: 'Bearer key',
  description: 'Send a key in the Authorization header, after the word Bearer',
  specUri: 'https://www.rfc-editor.org/info/rfc6750',
  primary: true,
};

function oauthScheme(baseUrl: string): JsonObject {
  return {
    type: 'oauth2',
    name: 'OAuth 2.0 client credentials',
    description: `Send a token from ${tokenEndpointOf(baseUrl)} in the Authorization header, after the word Bearer`,
    specUri: 'https://www.rfc-editor.org/info/rfc6749',
    primary: false,
  };
}

/** The URL of the token endpoint, made from any URL of this service. */
export function tokenEndpointOf(baseUrl: string): string {
  return new URL('/oauth/token', baseUrl).href;
}

/** Lists the resource types (RFC 7644 4). Throws ScimError `forbidden` for a filter. */
export function queryResourceTypes(scope: DiscoveryScope, { filter }: { filter?: string } = {}): JsonObject {
  refuseFilter(filter);
  return listAll(scope.types.map((type) => toResourceType(type, scope)));
}

/** Retrieves a resource type by its name (RFC 7643 6). Throws ScimError `notFound`. */
export function retrieveResourceType(scope: DiscoveryScope, id: string): JsonObject {
  const type = scope.types.find(({ name }) => name === id);
  if (!type) throw notFound(`There is no resource type "${id.slice(0, 200)}"`);
  return toResourceType(type, scope);
}

/**
 * Lists the schemas of the resource types, of their extensions and of discovery (RFC 7644 4). Throws ScimError
 * `forbidden` for a filter.
 */
export function querySchemas(scope: DiscoveryScope, { filter }: { filter?: string } = {}): JsonObject {
  refuseFilter(filter);
  return listAll(schemasIn(scope).map((schema) => toSchema(schema, scope)));
}

/** Retrieves a schema by its URN, ignoring case (RFC 7643 7). Throws ScimError `notFound`. */
export function retrieveSchema(scope: DiscoveryScope, id: string): JsonObject {
  const wanted = id.toLowerCase();
  const schema = schemasIn(scope).find((one) => one.id.toLowerCase() === wanted);
  if (!schema) throw notFound(`There is no schema "${id.slice(0, 200)}"`);
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

function schemasIn({ types, interop }: DiscoveryScope): readonly Schema[] {
  const ofTypes = types.flatMap(({ schema, extensions }) => [schema, ...extensions.map((one) => one.schema)]);
  const configSchema = interop ? interopConfigSchema : serviceProviderConfigSchema;
  return [...new Set([...ofTypes, configSchema, resourceTypeSchema, schemaSchema])];
}

function toResourceType(type: ResourceType, { baseUrl }: DiscoveryScope): JsonObject {
  const { name, endpoint, description, schema, extensions } = type;
  const schemaExtensions = extensions.map((one) => ({ schema: one.schema.id, required: one.required }));
  return jsonObject({
    schemas: [resourceTypeSchema.id],
    id: name,
    name,
    endpoint,
    description,
    schema: schema.id,
    schemaExtensions: schemaExtensions.length > 0 ? schemaExtensions : undefined,
    meta: { resourceType: resourceTypeSchema.name, location: `${baseUrl}${endpoints.resourceTypes}/${name}` },
  });
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

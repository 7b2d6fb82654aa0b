import type { Context } from '../../provisioning/context.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { endpoints } from '../../scim/schema/endpoints.ts';
import { groupMemberType } from '../../scim/schema/group-member.ts';
import { groupType, userType } from '../../scim/schema/resource-types.ts';
import type { Operation } from '../operation.ts';
import type { Route } from '../routes.ts';
import { bulkOperation } from './bulk-operation.ts';
import { discoveryOperations as discovery } from './discovery-operations.ts';
import { groupMemberOperations } from './group-member-operations.ts';
import { createMeOperation, meOperation } from './me-operations.ts';
import {
  createOperation,
  deleteOperation,
  modifyOperation,
  replaceOperation,
  retrieveOperation,
} from './resource-operations.ts';
import { queryOperation, searchOperation } from './search-operations.ts';

type Routes = readonly Route<Context>[];

const get = ['GET', 'HEAD'] as const;

/** The verbs of a resource type, each with its methods and its path below the endpoint (RFC 7644 3.2). */
const verbs = {
  create: { methods: ['POST'], place: '' },
  delete: { methods: ['DELETE'], place: '/{id}' },
  modify: { methods: ['PATCH'], place: '/{id}' },
  query: { methods: get, place: '' },
  replace: { methods: ['PUT'], place: '/{id}' },
  retrieve: { methods: get, place: '/{id}' },
  search: { methods: ['POST'], place: '/.search' },
} as const;

type Verb = keyof typeof verbs;

function rowsAt(endpoint: string, operations: Readonly<Partial<Record<Verb, Operation<Context>>>>): Routes {
  const path = templateOf(endpoint);
  return Object.entries(operations).map(([verb, operation]) => {
    const { methods, place } = verbs[verb as Verb];
    return { name: `${path.toLowerCase()}-${verb}`, methods, template: path + place, operation };
  });
}

const templateOf = (endpoint: string) => endpoint.slice(1);

/** The rows of a resource type, one for each verb. */
export function resourceRoutes({ name, endpoint }: ResourceType): Routes {
  return rowsAt(endpoint, {
    create: createOperation(name),
    delete: deleteOperation(name),
    modify: modifyOperation(name),
    query: queryOperation(name),
    replace: replaceOperation(name),
    retrieve: retrieveOperation(name),
    search: searchOperation(name),
  });
}

/** The rows of `/Users`. */
export const userRoutes = resourceRoutes(userType);
/** The rows of `/Groups`. */
export const groupRoutes = resourceRoutes(groupType);
/** The rows of memberships as resources, which have no PUT and no PATCH. */
export const groupMemberRoutes = rowsAt(groupMemberType.endpoint, groupMemberOperations);

/** The rows of queries across all resource types (RFC 7644 3.4.2.1 and 3.4.3). */
export const searchRoutes: Routes = [
  { name: 'root-query', methods: get, template: '', operation: queryOperation() },
  { name: 'root-search', methods: ['POST'], template: '.search', operation: searchOperation() },
];

const config = templateOf(endpoints.serviceProviderConfig);
const types = templateOf(endpoints.resourceTypes);
const schemas = templateOf(endpoints.schemas);
const me = templateOf(endpoints.me);

/** The rows of discovery (RFC 7644 4). */
export const discoveryRoutes: Routes = [
  { name: 'discovery-config', methods: get, template: config, operation: discovery.serviceProviderConfig },
  { name: 'discovery-types', methods: get, template: types, operation: discovery.resourceTypes },
  { name: 'discovery-type', methods: get, template: `${types}/{id}`, operation: discovery.resourceType },
  { name: 'discovery-schemas', methods: get, template: schemas, operation: discovery.schemas },
  { name: 'discovery-schema', methods: get, template: `${schemas}/{id}`, operation: discovery.schema },
];

/** The rows of the user on whose behalf the client acts (RFC 7644 3.11). */
export const meRoutes: Routes = [
  { name: 'me-create', methods: ['POST'], template: me, operation: createMeOperation },
  ...userRoutes
    .filter(({ template }) => template.endsWith('/{id}'))
    .map(({ name, methods, operation }) => ({
      name: name.replace('users', 'me'),
      methods,
      template: me,
      operation: meOperation(operation),
    })),
];

/** The row of bulk requests, whose operations are those of the resource types (RFC 7644 3.7). */
export function bulkRoutes(custom: Routes): Routes {
  const operation = bulkOperation([...userRoutes, ...groupRoutes, ...custom]);
  return [{ name: 'bulk', methods: ['POST'], template: templateOf(endpoints.bulk), operation }];
}

/** All rows of an endpoint, for the function that serves the endpoint paths of tenants. */
export const scimRoutes: Routes = [
  ...userRoutes,
  ...groupRoutes,
  ...groupMemberRoutes,
  ...searchRoutes,
  ...discoveryRoutes,
  ...meRoutes,
];

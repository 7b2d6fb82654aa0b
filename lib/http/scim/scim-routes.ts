import type { Context } from '../../provisioning/context.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { groupType, userType } from '../../scim/schema/resource-types.ts';
import type { Route } from '../routes.ts';
import { bulkOperation } from './bulk-operation.ts';
import { discoveryOperations as discovery } from './discovery-operations.ts';
import { groupMemberOperations as groupMember } from './group-member-operations.ts';
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

/** The rows of a resource type, one function for each verb (RFC 7644 3.2). */
export function resourceRoutes(type: ResourceType): Routes {
  const all = type.endpoint.slice(1);
  const one = `${all}/{id}`;
  const name = all.toLowerCase();
  return [
    { name: `${name}-create`, methods: ['POST'], template: all, operation: createOperation(type.name) },
    { name: `${name}-delete`, methods: ['DELETE'], template: one, operation: deleteOperation(type.name) },
    { name: `${name}-modify`, methods: ['PATCH'], template: one, operation: modifyOperation(type.name) },
    { name: `${name}-query`, methods: ['GET', 'HEAD'], template: all, operation: queryOperation(type.name) },
    { name: `${name}-replace`, methods: ['PUT'], template: one, operation: replaceOperation(type.name) },
    {
      name: `${name}-retrieve`,
      methods: ['GET', 'HEAD'],
      template: one,
      operation: retrieveOperation(type.name),
    },
    {
      name: `${name}-search`,
      methods: ['POST'],
      template: `${all}/.search`,
      operation: searchOperation(type.name),
    },
  ];
}

/** The rows of `/Users`. */
export const userRoutes = resourceRoutes(userType);
/** The rows of `/Groups`. */
export const groupRoutes = resourceRoutes(groupType);

const methods = ['GET', 'HEAD'] as const;

/** The rows of memberships as resources, which have no PUT and no PATCH. */
export const groupMemberRoutes: Routes = [
  { name: 'groupmembers-create', methods: ['POST'], template: 'GroupMembers', operation: groupMember.create },
  {
    name: 'groupmembers-delete',
    methods: ['DELETE'],
    template: 'GroupMembers/{id}',
    operation: groupMember.delete,
  },
  { name: 'groupmembers-query', methods, template: 'GroupMembers', operation: groupMember.query },
  { name: 'groupmembers-retrieve', methods, template: 'GroupMembers/{id}', operation: groupMember.retrieve },
  {
    name: 'groupmembers-search',
    methods: ['POST'],
    template: 'GroupMembers/.search',
    operation: groupMember.search,
  },
];

/** The rows of queries across all resource types (RFC 7644 3.4.2.1 and 3.4.3). */
export const searchRoutes: Routes = [
  { name: 'root-query', methods, template: '', operation: queryOperation() },
  { name: 'root-search', methods: ['POST'], template: '.search', operation: searchOperation() },
];

/** The rows of discovery (RFC 7644 4). */
export const discoveryRoutes: Routes = [
  {
    name: 'discovery-config',
    methods,
    template: 'ServiceProviderConfig',
    operation: discovery.serviceProviderConfig,
  },
  { name: 'discovery-types', methods, template: 'ResourceTypes', operation: discovery.resourceTypes },
  { name: 'discovery-type', methods, template: 'ResourceTypes/{id}', operation: discovery.resourceType },
  { name: 'discovery-schemas', methods, template: 'Schemas', operation: discovery.schemas },
  { name: 'discovery-schema', methods, template: 'Schemas/{id}', operation: discovery.schema },
];

/** The rows of the user on whose behalf the client acts (RFC 7644 3.11). */
export const meRoutes: Routes = [
  { name: 'me-create', methods: ['POST'], template: 'Me', operation: createMeOperation },
  ...userRoutes
    .filter(({ template }) => template === 'Users/{id}')
    .map(({ name, operation, ...row }) => ({
      ...row,
      name: name.replace('users', 'me'),
      template: 'Me',
      operation: meOperation(operation),
    })),
];

/** The row of bulk requests, whose operations are those of the resource types (RFC 7644 3.7). */
export function bulkRoutes(custom: Routes): Routes {
  const operation = bulkOperation([...userRoutes, ...groupRoutes, ...custom]);
  return [{ name: 'bulk', methods: ['POST'], template: 'Bulk', operation }];
}

/** Every row of an endpoint, for the paths that have no functions of their own. */
export const scimRoutes: Routes = [
  ...userRoutes,
  ...groupRoutes,
  ...groupMemberRoutes,
  ...searchRoutes,
  ...discoveryRoutes,
  ...meRoutes,
];

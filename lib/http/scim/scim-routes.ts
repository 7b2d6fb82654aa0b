import type { Context } from '../../provisioning/context.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { groupType, userType } from '../../scim/schema/resource-types.ts';
import type { Operation } from '../operation.ts';
import type { Place, Route } from '../routes.ts';
import { bulkOperation } from './bulk-operation.ts';
import { discoveryOperations } from './discovery-operations.ts';
import { groupMemberOperations } from './group-member-operations.ts';
import { createMeOperation, meOperation } from './me-operations.ts';
import {
  createOperation,
  deleteOperation,
  modifyOperation,
  replaceOperation,
  retrieveOperation,
} from './resource-operations.ts';
import {
  bulkPlaces,
  discoveryPlaces,
  groupMemberPlaces,
  mePlaces,
  resourcePlaces,
  searchPlaces,
} from './scim-places.ts';
import { queryOperation, searchOperation } from './search-operations.ts';

type Routes = readonly Route<Context>[];

/** Joins places with the operations of the same keys. */
function routesAt<Key extends string>(
  places: Readonly<Record<Key, Place>>,
  operations: Readonly<Record<Key, Operation<Context>>>,
): Routes {
  return (Object.keys(places) as Key[]).map((key) => ({ ...places[key], operation: operations[key] }));
}

const resourceOperations = (name: string) => ({
  create: createOperation(name),
  delete: deleteOperation(name),
  modify: modifyOperation(name),
  query: queryOperation(name),
  replace: replaceOperation(name),
  retrieve: retrieveOperation(name),
  search: searchOperation(name),
});

/** The rows of a resource type, one for each verb. */
export function resourceRoutes({ name, endpoint }: ResourceType): Routes {
  return routesAt(resourcePlaces(endpoint), resourceOperations(name));
}

/** The rows of `/Users`. */
export const userRoutes = resourceRoutes(userType);
/** The rows of `/Groups`. */
export const groupRoutes = resourceRoutes(groupType);

const ofUser = resourceOperations(userType.name);
const meOperations = {
  create: createMeOperation,
  delete: meOperation(ofUser.delete),
  modify: meOperation(ofUser.modify),
  replace: meOperation(ofUser.replace),
  retrieve: meOperation(ofUser.retrieve),
};

/** The rows of bulk requests, whose operations are those of the resource types (RFC 7644 3.7). */
function bulkRoutes(custom: Routes): Routes {
  return routesAt(bulkPlaces, { bulk: bulkOperation([...userRoutes, ...groupRoutes, ...custom]) });
}

/** All rows of the SCIM API, with those of the resource types that packs add. */
export function scimRoutes(customTypes: readonly ResourceType[]): Routes {
  const custom = customTypes.flatMap(resourceRoutes);
  return [
    ...userRoutes,
    ...groupRoutes,
    ...routesAt(groupMemberPlaces, groupMemberOperations),
    ...routesAt(searchPlaces, { query: queryOperation(), search: searchOperation() }),
    ...routesAt(discoveryPlaces, discoveryOperations),
    ...routesAt(mePlaces, meOperations),
    ...custom,
    ...bulkRoutes(custom),
  ];
}

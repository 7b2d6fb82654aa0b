import { endpoints } from '../../scim/schema/endpoints.ts';
import { groupMemberType } from '../../scim/schema/group-member.ts';
import { groupType, userType } from '../../scim/schema/resource-types.ts';
import type { Place } from '../routes.ts';

const get = ['GET', 'HEAD'] as const;

/** The verbs of a resource type, each with its methods and its path below the endpoint (RFC 7644 3.2). */
const verbs = {
  create: { methods: ['POST'], path: '' },
  delete: { methods: ['DELETE'], path: '/{id}' },
  modify: { methods: ['PATCH'], path: '/{id}' },
  query: { methods: get, path: '' },
  replace: { methods: ['PUT'], path: '/{id}' },
  retrieve: { methods: get, path: '/{id}' },
  search: { methods: ['POST'], path: '/.search' },
} as const;

type Verb = keyof typeof verbs;
type Places<Key extends string> = Readonly<Record<Key, Place>>;

const templateOf = (endpoint: string) => endpoint.slice(1);

/** The places of a resource type by verb. */
export function resourcePlaces(endpoint: string): Places<Verb> {
  const template = templateOf(endpoint);
  const places = Object.entries(verbs).map(([verb, { methods, path }]) => [
    verb,
    { name: `${template.toLowerCase()}-${verb}`, methods, template: template + path },
  ]);
  return Object.fromEntries(places);
}

/** The places of `/Users`. */
export const userPlaces = resourcePlaces(userType.endpoint);
/** The places of `/Groups`. */
export const groupPlaces = resourcePlaces(groupType.endpoint);

const { modify: _, replace: __, ...memberPlaces } = resourcePlaces(groupMemberType.endpoint);
/** The places of memberships as resources, which have no PUT and no PATCH. */
export const groupMemberPlaces = memberPlaces;

/** The places of queries across all resource types (RFC 7644 3.4.2.1 and 3.4.3). */
export const searchPlaces = {
  query: { name: 'root-query', methods: get, template: '' },
  search: { name: 'root-search', methods: ['POST'], template: '.search' },
} as const satisfies Places<string>;

const types = templateOf(endpoints.resourceTypes);
const schemas = templateOf(endpoints.schemas);

/** The places of discovery (RFC 7644 4). */
export const discoveryPlaces = {
  serviceProviderConfig: {
    name: 'discovery-config',
    methods: get,
    template: templateOf(endpoints.serviceProviderConfig),
  },
  resourceTypes: { name: 'discovery-types', methods: get, template: types },
  resourceType: { name: 'discovery-type', methods: get, template: `${types}/{id}` },
  schemas: { name: 'discovery-schemas', methods: get, template: schemas },
  schema: { name: 'discovery-schema', methods: get, template: `${schemas}/{id}` },
} as const satisfies Places<string>;

const me = templateOf(endpoints.me);

/** The places of the user on whose behalf the client acts (RFC 7644 3.11). */
export const mePlaces = {
  create: { name: 'me-create', methods: ['POST'], template: me },
  delete: { name: 'me-delete', methods: ['DELETE'], template: me },
  modify: { name: 'me-modify', methods: ['PATCH'], template: me },
  replace: { name: 'me-replace', methods: ['PUT'], template: me },
  retrieve: { name: 'me-retrieve', methods: get, template: me },
} as const satisfies Places<string>;

/** The place of bulk requests (RFC 7644 3.7). */
export const bulkPlaces = {
  bulk: { name: 'bulk', methods: ['POST'], template: templateOf(endpoints.bulk) },
} as const satisfies Places<string>;

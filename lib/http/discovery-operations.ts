import type { Context } from '../provisioning/context.ts';
import {
  type DiscoveryScope,
  queryResourceTypes,
  querySchemas,
  retrieveResourceType,
  retrieveSchema,
  retrieveServiceProviderConfig,
} from '../provisioning/discovery.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Operation } from './operation.ts';

interface DiscoveryCommand {
  readonly id: string;
  readonly filter?: string;
}

type Discover = (scope: DiscoveryScope, command: DiscoveryCommand) => JsonObject;

function discover(
  types: readonly ResourceType[],
  answer: Discover,
): Operation<Context, DiscoveryCommand, JsonObject> {
  return {
    scope: 'scim',
    readsBody: false,
    parse({ params, query }) {
      const filter = query.get('filter');
      return { id: params.id ?? '', ...(filter !== null && { filter }) };
    },
    run: async ({ baseUrl }, command) => answer({ baseUrl, types }, command),
    respond: (body) => ({ status: 200, body }),
  };
}

/** The discovery endpoints (RFC 7644 4). */
export function discoveryOperations(types: readonly ResourceType[]) {
  return {
    serviceProviderConfig: discover(types, (scope) => retrieveServiceProviderConfig(scope)),
    resourceTypes: discover(types, queryResourceTypes),
    resourceType: discover(types, (scope, { id }) => retrieveResourceType(scope, id)),
    schemas: discover(types, querySchemas),
    schema: discover(types, (scope, { id }) => retrieveSchema(scope, id)),
  };
}

import type { Context } from '../../provisioning/context.ts';
import {
  type DiscoveryScope,
  discoveryScope,
  queryResourceTypes,
  querySchemas,
  retrieveResourceType,
  retrieveSchema,
  retrieveServiceProviderConfig,
} from '../../provisioning/discovery.ts';
import type { JsonObject } from '../../scim/json.ts';
import type { Operation } from '../operation.ts';

interface DiscoveryCommand {
  readonly id: string;
  readonly filter?: string;
}

type Discover = (scope: DiscoveryScope, command: DiscoveryCommand) => JsonObject;

function discover(answer: Discover): Operation<Context, DiscoveryCommand, JsonObject> {
  return {
    scope: 'scim',
    readsBody: false,
    parse: ({ params, query }) => ({ id: params.id ?? '', filter: query.get('filter') ?? undefined }),
    run: async (context, command) => answer(discoveryScope(context), command),
    respond: (body) => ({ status: 200, body }),
  };
}

/** The discovery endpoints (RFC 7644 4). */
export const discoveryOperations = {
  serviceProviderConfig: {
    ...discover((scope) => retrieveServiceProviderConfig(scope)),
    // Public, because a client learns here how to authenticate (RFC 7643 5).
    forAnyone: (baseUrl: string) => ({
      status: 200,
      body: retrieveServiceProviderConfig({
        baseUrl,
        interop: false,
        changesPassword: true,
        issuesTokens: false,
      }),
    }),
  },
  resourceTypes: discover(queryResourceTypes),
  resourceType: discover((scope, { id }) => retrieveResourceType(scope, id)),
  schemas: discover(querySchemas),
  schema: discover((scope, { id }) => retrieveSchema(scope, id)),
};

import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { HttpResponseInit } from '@azure/functions';
import type { DirectoryScope } from '../../lib/directory/scope.ts';
import { createPipeline } from '../../lib/http/pipeline.ts';
import type { RequestLine } from '../../lib/http/request-line.ts';
import { findOperation, type Route } from '../../lib/http/routes.ts';
import type { Context } from '../../lib/provisioning/context.ts';
import { createPasswords } from '../../lib/provisioning/password.ts';
import { profileTraits } from '../../lib/scim/quirks/traits.ts';
import { RequestNotes } from '../../lib/scim/request-notes.ts';
import { resourceTypes } from '../../lib/scim/schema/resource-types.ts';
import { tenantSchema } from '../../lib/tenants/tenant.ts';

// Node finds only some of the names that this CommonJS library exports.
const functions: typeof import('@azure/functions') = createRequire(import.meta.url)('@azure/functions');

const endpointPath = '/scim/v2';

/** The tenant of the requests within this process. */
export const tenant = tenantSchema.parse({ id: 'bench', name: 'Bench', identifier: 'Bench' });
export const tenantUrl = `http://127.0.0.1:7071${endpointPath}`;

/** The context of the operations, without keys and secrets. */
export function contextIn(directory: DirectoryScope, profile = tenant.policy.endpoint.profile): Context {
  const { policy } = tenant;
  return {
    tenant: { ...tenant, policy: { ...policy, endpoint: { ...policy.endpoint, profile } } },
    profile,
    traits: profileTraits[profile],
    types: resourceTypes,
    directory,
    passwords: createPasswords({ randomBytes }),
    fingerprint: async (text: string) => text,
    sealer: { seal: async (text: string) => text, open: async (text: string) => text },
    notes: new RequestNotes(),
    baseUrl: tenantUrl,
  };
}

/** Builds the whole pipeline except authentication, from the programming model's request to its response. */
export function pipelineOver(
  routes: readonly Route<Context>[],
  { context, log = () => undefined }: { context: Context; log?: (line: RequestLine) => void },
): (request: { method: string; path: string; body?: string }) => Promise<HttpResponseInit> {
  const pipeline = createPipeline<Context>({
    endpointPaths: [endpointPath],
    authenticate: async ({ notes }) => ({ context: { ...context, notes }, scopes: ['scim'] }),
    log,
    now: Date.now,
    showCost: false,
  });
  const handler = pipeline((head) => findOperation(routes, head));
  return async ({ method, path, body }) => {
    const request = new functions.HttpRequest({
      method: method as 'GET',
      url: tenantUrl + path,
      headers: { 'content-type': 'application/scim+json' },
      ...(body !== undefined && { body: { string: body } }),
    });
    return (await handler(request, new functions.InvocationContext())) as HttpResponseInit;
  };
}

import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { createPipeline } from '../../lib/http/pipeline.ts';
import { findOperation, type Match } from '../../lib/http/routes.ts';
import { userRoutes } from '../../lib/http/scim-routes.ts';
import type { Context } from '../../lib/provisioning/context.ts';
import { createPasswords } from '../../lib/provisioning/password.ts';
import { profileTraits } from '../../lib/scim/quirks/traits.ts';
import { resourceTypes } from '../../lib/scim/schema/resource-types.ts';
import { openEmbeddedStore } from '../../lib/store/embedded.ts';
import { tenantSchema } from '../../lib/tenants/tenant.ts';
import { type Calls, splitPath } from './calls.ts';
import type { ScimRequest } from './client.ts';
import { benchScope, populate } from './populate.ts';

// Node finds only some of the names that this CommonJS library exports.
const functions: typeof import('@azure/functions') = createRequire(import.meta.url)('@azure/functions');

const origin = 'http://127.0.0.1:7071';
const endpointPath = '/scim/v2';
const tenant = tenantSchema.parse({ id: 'bench', name: 'Bench', identifier: 'Bench' });
const { profile } = tenant.policy.endpoint;
const note = () => undefined;

interface Populated {
  readonly context: Context;
  readonly ids: readonly string[];
}

async function populated(users: number): Promise<Populated> {
  const directory = benchScope(openEmbeddedStore({ path: ':memory:' }), tenant.id);
  const { userIds } = await populate(directory, { users });
  const context = {
    tenant,
    traits: profileTraits[profile],
    types: resourceTypes,
    directory,
    passwords: createPasswords({ randomBytes }),
    fingerprint: async (text: string) => text,
    sealer: { seal: async (text: string) => text, open: async (text: string) => text },
    note,
    baseUrl: origin + endpointPath,
  };
  return { context, ids: userIds };
}

/** Muster's operations alone: parse, run and respond, as the pipeline runs them. */
export async function operationCalls(users: number): Promise<Calls> {
  const { context, ids } = await populated(users);
  return {
    ids,
    call: async ({ method, path, body, status }) => {
      const { query } = splitPath(path);
      const { operation, params } = operationOf(method, path);
      const command = operation.parse({
        params,
        query,
        header: () => undefined,
        body: body === undefined ? null : JSON.parse(body),
        profile,
        types: resourceTypes,
        note,
        report: () => undefined,
        refused: () => undefined,
      });
      const response = operation.respond(await operation.run(context, command), command);
      if (response.status === status) return JSON.stringify(response.body);
      throw new Error(`${method} ${path} answered ${response.status}, not ${status}`);
    },
  };
}

function operationOf(method: string, path: string): Match<Context> {
  const segments = (path.split('?')[0] ?? '').split('/').slice(1);
  const query = new URLSearchParams();
  return findOperation(userRoutes, { method, segments, query, header: () => undefined });
}

/** Muster's whole pipeline but for the key, from the programming model's request to its response. */
export async function pipelineCalls(users: number): Promise<Calls> {
  const { context, ids } = await populated(users);
  const pipeline = createPipeline<Context>({
    endpointPaths: [endpointPath],
    admit: async () => ({ context, scopes: ['scim'], profile, types: resourceTypes }),
    log: () => undefined,
    now: Date.now,
    showCost: false,
  });
  const handler = pipeline((head) => findOperation(userRoutes, head));
  return {
    ids,
    call: async (request) => {
      const answer = await handler(httpRequest(request), new functions.InvocationContext());
      const { status, body } = answer as { status: number; body?: string };
      if (status === request.status) return body ?? '';
      throw new Error(`${request.method} ${request.path} answered ${status}, not ${request.status}: ${body}`);
    },
  };
}

function httpRequest({ method, path, body }: ScimRequest) {
  return new functions.HttpRequest({
    method,
    url: origin + endpointPath + path,
    headers: { 'content-type': 'application/scim+json' },
    ...(body !== undefined && { body: { string: body } }),
  });
}

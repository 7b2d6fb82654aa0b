import { findOperation, type Match } from '../../lib/http/routes.ts';
import { userRoutes } from '../../lib/http/scim/scim-routes.ts';
import type { Context } from '../../lib/provisioning/context.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { type Calls, splitPath } from './calls.ts';
import { contextIn, pipelineOver, tenant } from './in-process.ts';
import { benchScope, populate } from './populate.ts';

interface Populated {
  readonly context: Context;
  readonly ids: readonly string[];
}

async function populated(users: number): Promise<Populated> {
  const directory = benchScope(openEmbeddedStore({ path: ':memory:' }), tenant.id);
  const { userIds } = await populate(directory, { users });
  return { context: contextIn(directory), ids: userIds };
}

/** Calls only Muster's operations (parse, run and respond), as the pipeline does. */
export async function operationCalls(users: number): Promise<Calls> {
  const { context, ids } = await populated(users);
  return {
    ids,
    call: async ({ method, path, body, status }) => {
      const { query } = splitPath(path);
      const { operation, params } = operationOf(method, path);
      const request = {
        params,
        query,
        header: () => undefined,
        body: body === undefined ? null : JSON.parse(body),
      };
      const command = operation.parse(request, context);
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

/** Calls Muster's whole pipeline except authentication, from the programming model's request to its response. */
export async function pipelineCalls(users: number): Promise<Calls> {
  const { context, ids } = await populated(users);
  const send = pipelineOver(userRoutes, { context });
  return {
    ids,
    call: async (request) => {
      const { status, body } = (await send(request)) as { status: number; body?: string };
      if (status === request.status) return body ?? '';
      throw new Error(`${request.method} ${request.path} answered ${status}, not ${request.status}: ${body}`);
    },
  };
}

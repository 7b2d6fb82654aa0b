import http, { type Server } from 'node:http';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { app, type HttpResponseInit } from '@azure/functions';
import { limits } from '../base/limits.ts';
import { errorResponse, toHttpResponse } from '../http/respond.ts';
import { ScimError } from '../scim/errors.ts';

/** The steps of one invocation that concern its request. */
interface Invocation {
  getArguments(): Promise<unknown>;
  getResponse(context: { readonly invocationId: string }, result: HttpResponseInit): Promise<unknown>;
}

/** The library's programming model as Azure's worker calls it; no package declares these types. */
interface ProgrammingModel {
  getInvocationModel(core: { readonly invocationId: string }): Invocation;
  getCapabilities(defaults: object): Promise<object>;
}

/**
 * Makes every invocation end. The host sends a request in two halves: an invocation to the worker, and the HTTP request
 * to a server of `@azure/functions`. The library waits for the second without end, and some requests never get there,
 * since the host or Node refuses their headers; ten minutes later the host restarts the worker. So that server accepts
 * all that the host lets through, and what has not arrived after `arrivalMillisecondsMax` fails. Call it before the app
 * starts; the start fails where the library has changed so that this does not hold.
 */
export function boundInvocations(): void {
  app.hook.appStart(() => {
    const core = createRequire(import.meta.url)('@azure/functions-core');
    const model: ProgrammingModel = core.getProgrammingModel();
    const getCapabilities = model.getCapabilities.bind(model);
    model.getCapabilities = (defaults) => {
      const { server, result } = withServer(() => getCapabilities(defaults));
      const getInvocationModel = model.getInvocationModel.bind(model);
      model.getInvocationModel = (core) => bound(getInvocationModel(core), server, core.invocationId);
      return result;
    };
  });
}

/** Calls the library, and gives the one server that it creates meanwhile the settings that it leaves out. */
function withServer<T>(call: () => T): { readonly server: Server; readonly result: T } {
  const { createServer } = http;
  const servers: Server[] = [];
  const create = () => {
    const server = createServer({ maxHeaderSize: limits.headerBytesMax });
    // Node answers an expectation that it does not know with 417, and the library would not learn of the request.
    server.on('checkExpectation', (request, response) => server.emit('request', request, response));
    servers.push(server);
    return server;
  };
  Object.assign(http, { createServer: create });
  try {
    const result = call();
    const [server] = servers;
    if (server?.listenerCount('request')) return { server, result };
  } finally {
    Object.assign(http, { createServer });
  }
  throw new Error(
    '@azure/functions does not create its HTTP server as bounded-invocations.ts expects: adapt that file',
  );
}

/** Lets an invocation fail whose request does not arrive or cannot be read, and answers what did arrive. */
function bound(invocation: Invocation, server: Server, invocationId: string): Invocation {
  const getArguments = invocation.getArguments.bind(invocation);
  invocation.getArguments = async () => {
    let isLost = false;
    const timer = setTimeout(() => {
      isLost = true;
      standIn(server, invocationId);
    }, limits.arrivalMillisecondsMax);
    try {
      return await getArguments();
    } catch (cause) {
      // Also makes the library forget the response; where no request has come, there is none.
      await invocation.getResponse({ invocationId }, unreadable()).catch(() => {});
      throw isLost ? new Error('The HTTP half of the request did not arrive', { cause }) : cause;
    } finally {
      clearTimeout(timer);
    }
  };
  return invocation;
}

/** Hands the library an empty request, which it refuses: so it stops waiting and keeps nothing of the invocation. */
function standIn(server: Server, invocationId: string): void {
  const request = new http.IncomingMessage(new Socket());
  request.headers['x-ms-invocation-id'] = invocationId;
  server.emit('request', request, new http.ServerResponse(request));
}

function unreadable(): HttpResponseInit {
  const detail = 'The request cannot be read: a header has characters that HTTP does not allow';
  return toHttpResponse(errorResponse(new ScimError('invalidSyntax', { detail })), { method: 'GET' });
}

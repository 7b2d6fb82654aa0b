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

/** The programming model of `@azure/functions`, as the worker calls it. No package declares these types. */
interface ProgrammingModel {
  getInvocationModel(core: { readonly invocationId: string }): Invocation;
  getCapabilities(defaults: object): Promise<object>;
}

/**
 * Makes every invocation end. The host sends a request in two parts: an invocation to the worker, and the
 * HTTP request to a server of `@azure/functions`. The library waits for the HTTP request without a time
 * limit. Some HTTP requests never arrive, because the host or Node refuses their headers, and after ten
 * minutes the host restarts the worker. Here that server accepts all headers that the host lets through, and
 * an invocation fails if its HTTP request has not arrived after `limits.arrivalMillisecondsMax`.
 *
 * Call it before the app starts. The start fails if a newer library no longer works as this file expects.
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

/** Calls the library, and adds our settings to the server that it creates. Throws if it creates none. */
function withServer<T>(call: () => T): { readonly server: Server; readonly result: T } {
  const { createServer } = http;
  const servers: Server[] = [];
  const create = () => {
    const server = createServer({ maxHeaderSize: limits.headerBytesMax });
    // Node answers an unknown `Expect` header with 417 itself, and the library would never see the request.
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

/** Makes an invocation fail if its HTTP request does not arrive or cannot be read. Answers the latter. */
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
      // Also makes the library drop its response object; there is none if no HTTP request has arrived.
      await invocation.getResponse({ invocationId }, unreadable()).catch(() => {});
      throw isLost ? new Error('The HTTP half of the request did not arrive', { cause }) : cause;
    } finally {
      clearTimeout(timer);
    }
  };
  return invocation;
}

/** Gives the library an empty request. It refuses that one, stops waiting, and forgets the invocation. */
function standIn(server: Server, invocationId: string): void {
  const request = new http.IncomingMessage(new Socket());
  request.headers['x-ms-invocation-id'] = invocationId;
  server.emit('request', request, new http.ServerResponse(request));
}

function unreadable(): HttpResponseInit {
  const detail =
    'The request cannot be read: remove the characters from its headers that HTTP does not allow';
  return toHttpResponse(errorResponse(new ScimError('invalidSyntax', { detail })), { method: 'GET' });
}

import http, { type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import { app } from '@azure/functions';
import { limits } from '../base/limits.ts';
import { acceptFirst } from './accept-first.ts';
import { Arrivals } from './arrivals.ts';
import { type CoreInvocation, failed, HttpInvocation, isHttp, unreadable } from './http-invocation.ts';

/** The programming model of `@azure/functions`, as the worker calls it. No package declares these types. */
interface ProgrammingModel {
  getInvocationModel(core: CoreInvocation): object;
  getCapabilities(defaults: object): Promise<object>;
}

/**
 * Makes every invocation end. The host sends a request in two halves: an invocation to the worker, and the
 * HTTP request to a server of `@azure/functions`. The library waits for the HTTP request without a time
 * limit. Some HTTP requests never arrive, because the host or Node refuses their headers, and after ten
 * minutes the host restarts the worker. Here that server listens on the loopback address only, accepts all
 * headers that the host lets through, and refuses requests of no invocation. HttpInvocation takes the place of the
 * library's invocations of HTTP functions.
 *
 * Call it before the app starts. The start fails if a newer library no longer works as this file expects.
 */
export function boundInvocations(): void {
  app.hook.appStart(() => {
    const core = createRequire(import.meta.url)('@azure/functions-core');
    const model: ProgrammingModel = core.getProgrammingModel();
    const getCapabilities = model.getCapabilities.bind(model);
    model.getCapabilities = async (defaults) => {
      const { server, result } = withServer(() => getCapabilities(defaults));
      const arrivals = takeRequests(server);
      const getInvocationModel = model.getInvocationModel.bind(model);
      model.getInvocationModel = (core) =>
        isHttp(core) ? new HttpInvocation(core, arrivals) : getInvocationModel(core);
      const capabilities = await result;
      const { address, port } = server.address() as AddressInfo;
      return { ...capabilities, HttpUri: `http://${address}:${port}/` };
    };
  });
}

/** Calls the library, and adds our settings to the server that it creates. Throws if it creates none. */
function withServer<T>(call: () => T): { readonly server: Server; readonly result: T } {
  const { createServer } = http;
  const servers: Server[] = [];
  const create = () => {
    const server = createServer({ maxHeaderSize: limits.headerBytesMax });
    // Node drops headers above a number, by default, and the host's own headers come last.
    server.maxHeadersCount = 0;
    server.keepAliveTimeout = limits.hostConnectionMilliseconds;
    const listen = server.listen.bind(server);
    Object.assign(server, {
      listen: (...args: unknown[]) => listen(0, '127.0.0.1', args.at(-1) as () => void),
    });
    servers.push(server);
    return server;
  };
  Object.assign(http, { createServer: create });
  try {
    const result = call();
    const [server] = servers;
    if (server?.listenerCount('request') === 1) return { server, result };
  } finally {
    Object.assign(http, { createServer });
  }
  throw new Error(
    '@azure/functions does not create its HTTP server as bounded-invocations.ts expects: adapt that file',
  );
}

/** Receives the requests of the library's server in its place, and answers those that are not for it. */
function takeRequests(server: Server): Arrivals {
  const arrivals = new Arrivals(refuse);
  server.removeAllListeners('request');
  const receive = acceptFirst(server, arrivals.receive);
  server.on('request', receive);
  // Node answers an unknown `Expect` header with 417 itself.
  server.on('checkExpectation', receive);
  server.on('clientError', (_, socket) => refuseHead(socket as Socket));
  return arrivals;
}

function refuse(response: ServerResponse, status: 400 | 503): void {
  const { headers, body } = status === 400 ? unreadable() : failed('unavailable');
  response.writeHead(status, { ...headers, Connection: 'close' }).end(body);
}

/** Answers a request that Node cannot read. A host that gets an answer without a body may wait for more. */
function refuseHead(socket: Socket): void {
  if (!socket.writable) return;
  const { headers, body } = unreadable();
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.end(`HTTP/1.1 400 Bad Request\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

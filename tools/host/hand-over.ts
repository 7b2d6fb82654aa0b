import type { Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { answerEmpty, BodyTooLarge, type Exchange } from './exchange.ts';
import { type Forwarder, forwardedHeaders, isHopByHop } from './forwarder.ts';

/**
 * Hands requests to the HTTP server of the library inside this process, without a second connection. The library reads
 * the client's own body, and writes the client's own response.
 */
export function createHandOver(server: Server): Forwarder {
  return {
    forward: (exchange, invocationId) => {
      const { response, body } = exchange;
      const fail = () => {
        answerEmpty(exchange, 500);
        ignoreRest(response);
      };
      body?.once('error', (error) => error instanceof BodyTooLarge && fail());
      server.emit('request', describeRequest(exchange, invocationId), leaveOutHopByHop(response));
      return { fail, finish: () => undefined };
    },
    close: async () => undefined,
  };
}

function describeRequest(exchange: Exchange, invocationId: string): Readable {
  const { method, target, body } = exchange;
  const headers = forwardedHeaders(exchange, invocationId);
  return Object.assign(body ?? Readable.from([]), { method, url: target, headers });
}

function leaveOutHopByHop(response: ServerResponse): ServerResponse {
  const setHeader: ServerResponse['setHeader'] = (name, value) =>
    isHopByHop(name) ? response : Object.getPrototypeOf(response).setHeader.call(response, name, value);
  return Object.assign(response, { setHeader });
}

/** Ignores what the library writes after the host has answered in its place. */
function ignoreRest(response: ServerResponse): void {
  Object.assign(response, { setHeader: () => response, write: () => true, end: () => response });
}

import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, Pool } from 'undici';
import { answerEmpty, BodyTooLarge, type Exchange } from './exchange.ts';

const hopByHop = new Set([
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-ms-invocation-id',
]);

/** Milliseconds without activity after which the host abandons a request, as in Azure. */
const activityTimeout = 240_000;

/** A request on its way to the worker's HTTP server. */
export interface Forwarding {
  /** Abandons the request and answers 500, unless the answer has begun. */
  fail(): void;
  /** Tells that the invocation has ended. */
  finish(): void;
}

/** Forwards requests to the worker's HTTP server and streams both bodies. */
export interface HttpProxy {
  forward(exchange: Exchange, invocationId: string): Forwarding;
  close(): Promise<void>;
}

export function createHttpProxy(httpUri: string): HttpProxy {
  // A numeric address saves a name look-up for each connection.
  const origin = httpUri.replace('//localhost', '//127.0.0.1').replace(/\/$/, '');
  const timeouts = { headersTimeout: activityTimeout, bodyTimeout: activityTimeout };
  const pool = new Pool(origin, { connections: null, pipelining: 1, ...timeouts });
  return {
    forward: (exchange, invocationId) => {
      const answer = new ProxiedAnswer(exchange);
      pool.dispatch(describeRequest(exchange, invocationId), answer);
      return answer;
    },
    close: () => pool.destroy(),
  };
}

function describeRequest(exchange: Exchange, invocationId: string): Dispatcher.DispatchOptions {
  const { method, target, body } = exchange;
  return {
    path: target,
    method: method as Dispatcher.HttpMethod,
    headers: forwardedHeaders(exchange, invocationId),
    body,
  };
}

/** The headers of a request to the worker, with those that the host adds. */
export function forwardedHeaders({ headers }: Exchange, invocationId: string): Record<string, string> {
  return {
    ...withoutHopByHop(headers),
    'x-ms-invocation-id': invocationId,
    'x-forwarded-host': headers.host || 'localhost',
    'x-forwarded-proto': 'http',
  };
}

/** The headers that are not only for one connection. */
export function withoutHopByHop<T>(headers: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
}

/** Copies the worker's answer into the client's response as it arrives. */
class ProxiedAnswer implements Dispatcher.DispatchHandler, Forwarding {
  readonly #exchange: Exchange;
  #controller: Dispatcher.DispatchController | undefined;
  #isOver = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    exchange.response.once('close', () => this.#stop());
  }

  fail(): void {
    this.#stop();
    answerEmpty(this.#exchange, 500);
  }

  finish(): void {
    // The answer has ended, or ends by itself.
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('The client is gone.'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#exchange.response.writeHead(status, withoutHopByHop(headers));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.#exchange;
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.#isOver = true;
    this.#exchange.response.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    answerEmpty(this.#exchange, error instanceof BodyTooLarge ? 500 : 502);
  }

  #stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller?.abort(new Error('The client is gone.'));
  }
}

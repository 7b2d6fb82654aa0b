import type { Exchange } from './exchange.ts';

/** A request on its way to the library's HTTP server. */
export interface Forwarding {
  /** Abandons the request and answers 500, unless the answer has begun. */
  fail(): void;
  /** Tells that the invocation has ended. */
  finish(): void;
}

/** Forwards requests to the library's HTTP server. Both bodies are streamed. */
export interface Forwarder {
  forward(exchange: Exchange, invocationId: string): Forwarding;
  close(): Promise<void>;
}

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

/** The headers of a request to the library, with those that the host adds. */
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
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isHopByHop(name)));
}

/** Tests if a header is only for one connection, or for the library. */
export function isHopByHop(name: string): boolean {
  return hopByHop.has(name.toLowerCase());
}

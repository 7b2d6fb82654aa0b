import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Readable, Transform } from 'node:stream';

/** One HTTP request at the host, with what routing needs of its URL. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** The path as it was sent, still encoded. */
  readonly path: string;
  /** The path and the query as they were sent. */
  readonly target: string;
  /** What follows the head; null when the head announces nothing. */
  readonly body: Readable | null;
}

/** A body that is larger than the host takes. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Splits a request's URL; undefined when it is not one the host can route. */
export function describeExchange(request: IncomingMessage, response: ServerResponse): Exchange | undefined {
  const target = originForm(request.url ?? '');
  if (target === undefined) return undefined;
  const query = target.indexOf('?');
  return {
    request,
    response,
    method: request.method ?? 'GET',
    path: query === -1 ? target : target.slice(0, query),
    target,
    body: hasBody(request) ? request : null,
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Holds a body to a number of bytes: undefined when the head announces more, and a body of unknown length
 * fails with BodyTooLarge where it exceeds them. Whoever reads the body may give it up: the client's
 * connection outlives that, and what it still sends is dropped.
 */
export function limitBody(exchange: Exchange, limit: number): Exchange | undefined {
  const { request, response, body } = exchange;
  if (body === null) return exchange;
  if (Number(request.headers['content-length'] ?? 0) > limit) return undefined;
  let received = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      received += chunk.length;
      if (received > limit) done(new BodyTooLarge());
      else done(null, chunk);
    },
  });
  request.once('error', () => counted.destroy());
  response.once('finish', () => request.unpipe(counted).resume());
  return { ...exchange, body: request.pipe(counted) };
}

// A client that takes the host for a proxy sends the whole URL.
function originForm(url: string): string | undefined {
  if (url.startsWith('/')) return url;
  if (!URL.canParse(url)) return undefined;
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Answers without a body, as the host does for everything it decides itself. */
export function answerEmpty({ response }: Pick<Exchange, 'response'>, status: number): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-length': '0' }).end();
}

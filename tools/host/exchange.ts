import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { type Readable, Transform } from 'node:stream';
import { encodePath, resolvePath } from './target.ts';

/** One HTTP request at the host, with the parts of its URL that routing needs. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** The headers by name in lower case. Those sent more than once are joined. */
  readonly headers: Readonly<Record<string, string>>;
  /** The path, decoded, without dot segments. */
  readonly path: string;
  /** The query as the client sent it, with its question mark; empty if there is none. */
  readonly query: string;
  /** The path, encoded again, and the query. */
  readonly target: string;
  /** The body; null if the head does not announce one. */
  readonly body: Readable | null;
}

const lingerMilliseconds = 5_000;

/** The error for a body that is larger than the host accepts. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Splits a request's URL; undefined if the host cannot route it. */
export function describeExchange(request: IncomingMessage, response: ServerResponse): Exchange | undefined {
  const sent = originForm(request.url ?? '');
  if (sent === undefined) return undefined;
  const [, encoded = '', query = ''] = /^([^?]*)(.*)$/.exec(sent) ?? [];
  const path = resolvePath(encoded);
  return {
    request,
    response,
    method: request.method ?? 'GET',
    headers: joinHeaders(request),
    path,
    query,
    target: encodePath(path) + query,
    body: hasBody(request) ? request : null,
  };
}

function joinHeaders({ headersDistinct }: IncomingMessage): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    joined[name] = values.join(name === 'cookie' ? '; ' : ', ');
  }
  return joined;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Limits a body to a number of bytes. Returns undefined if the head announces more. A body of unknown length fails with
 * BodyTooLarge when it exceeds the limit. A reader may abandon the body: the client's connection stays open, and the
 * rest of the body is discarded.
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

/**
 * Closes the connection in stages (RFC 9112 9.6) if it is closed while its client is still sending the request. Node
 * would close it at once, and the client would see a reset in place of the answer. The rest of the body is discarded.
 */
export function closeInStages(request: IncomingMessage): void {
  if (!hasBody(request)) return;
  const { socket } = request;
  // Earlier requests of the connection have set theirs.
  const close = () => Socket.prototype.destroySoon.call(socket);
  socket.destroySoon = () => {
    if (request.complete) return close();
    socket.end();
    request.once('close', close).resume();
    setTimeout(close, lingerMilliseconds).unref();
  };
}

// A client that treats the host as a proxy sends the whole URL.
function originForm(url: string): string | undefined {
  if (url.startsWith('/')) return url;
  if (!URL.canParse(url)) return undefined;
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Answers without a body, as the host does in all answers of its own. */
export function answerEmpty({ response }: Pick<Exchange, 'response'>, status: number): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-length': '0' }).end();
}

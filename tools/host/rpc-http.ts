import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { RpcCookie, RpcHttp, RpcTypedData } from './core-api.ts';
import { answerEmpty, type Exchange } from './exchange.ts';

/**
 * Reads a request into a message, for apps without streams. It leaves out a body without Content-Length, as the host
 * does.
 */
export async function readRpcHttp(
  exchange: Exchange,
  params: Readonly<Record<string, string>>,
): Promise<RpcHttp> {
  const { headers, method, target, body } = exchange;
  const url = `http://${headers.host || 'localhost'}${target}`;
  const message = {
    method,
    url,
    nullableHeaders: wrapValues(headers),
    nullableQuery: wrapValues(Object.fromEntries(groupQuery(new URL(url).searchParams))),
    nullableParams: wrapValues(params),
  };
  if (body === null || headers['content-length'] === undefined) return message;
  return { ...message, body: { bytes: await buffer(body) } };
}

function groupQuery(query: URLSearchParams): Map<string, string> {
  const values = new Map<string, string>();
  for (const name of new Set(query.keys())) values.set(name, query.getAll(name).join(','));
  return values;
}

function wrapValues(values: Readonly<Record<string, string>>) {
  const wrapped: Record<string, { value: string }> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== '') wrapped[name] = { value };
  }
  return wrapped;
}

/** Writes the response of a function without streams; 204 if the function returned none. */
export function writeRpcHttp(exchange: Exchange, returnValue: RpcTypedData | null | undefined): void {
  const http = returnValue?.http;
  if (!http) {
    answerEmpty(exchange, 204);
    return;
  }
  const { response } = exchange;
  for (const [name, value] of Object.entries(http.headers ?? {})) response.setHeader(name, value);
  if (http.cookies?.length) response.setHeader('set-cookie', http.cookies.map(printCookie));
  writeBody(response, Number(http.statusCode ?? 200), http.body);
}

function writeBody(response: ServerResponse, status: number, body: RpcTypedData | null | undefined): void {
  const content = body?.bytes ?? body?.string ?? body?.json ?? '';
  response.writeHead(status).end(content);
}

function printCookie({ name, value, path, domain, secure, httpOnly, maxAge }: RpcCookie): string {
  const parts = [`${name}=${encodeURIComponent(value)}`];
  if (maxAge) parts.push(`Max-Age=${maxAge.value}`);
  if (domain) parts.push(`Domain=${domain.value}`);
  if (path) parts.push(`Path=${path.value}`);
  if (httpOnly?.value) parts.push('HttpOnly');
  if (secure?.value) parts.push('Secure');
  return parts.join('; ');
}

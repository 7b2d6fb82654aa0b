import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** An answer to a request that was sent as text. */
export interface RawAnswer {
  /** NaN if the connection closed without an answer. */
  readonly status: number;
  /** The status line and the headers, in lower case. */
  readonly head: string;
  readonly body: string;
}

/** Sends the text of a request as it is, in Latin-1; the answer has to close the connection. */
export async function sendRaw(baseUrl: string, request: string): Promise<RawAnswer> {
  const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
  socket.write(request, 'latin1');
  const [head = '', ...body] = (await text(socket)).split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1] ?? 'none'),
    head: head.toLowerCase(),
    body: body.join('\r\n\r\n'),
  };
}

/** Writes a request without a body, after which the connection closes; `lines` are its headers. */
export function rawGet(path: string, ...lines: readonly string[]): string {
  const host = lines.some((line) => line.startsWith('host:')) ? [] : ['host: muster.test'];
  return [`GET ${path} HTTP/1.1`, ...host, ...lines, 'connection: close', '', ''].join('\r\n');
}

const utf8 = (value: string) => Buffer.from(value).toString('latin1');

/** Headers that the real host or Node's server refuses on the way to the library, by kind. */
export const hostileHeaders: readonly (readonly [string, () => readonly string[]])[] = [
  ['a header in UTF-8', () => [`user-agent: ${utf8('Müller/1.0')}`]],
  ['a cookie in UTF-8', () => [`cookie: name=${utf8('Жанна')}`]],
  ['a control character', () => ['x-bell: \u0007']],
  ['DEL', () => ['x-delete: \u007f']],
  ['an unknown expectation', () => ['expect: x']],
  ['24 KB of headers', () => ['a', 'b', 'c'].map((name) => `x-${name}: ${name.repeat(8_000)}`)],
  ['an invocation id that is an event', () => ['x-ms-invocation-id: error']],
  ['the id of another invocation', () => [`x-ms-invocation-id: ${randomUUID()}`]],
];

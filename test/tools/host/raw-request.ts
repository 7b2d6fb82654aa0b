import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Sends the text of a request as it is, in Latin-1, and yields the status and the body of the answer. */
export async function sendRaw(
  baseUrl: string,
  request: string,
): Promise<{ status: number; headers: string; body: string }> {
  const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
  socket.write(request, 'latin1');
  const answer = await text(socket);
  const [headers = '', ...body] = answer.split('\r\n\r\n');
  return {
    status: Number(headers.split(' ')[1]),
    headers: headers.toLowerCase(),
    body: body.join('\r\n\r\n'),
  };
}

/** Writes a request without a body, after which the connection closes; `headers` are whole lines. */
export function rawGet(path: string, ...headers: readonly string[]): string {
  const host = headers.some((line) => line.toLowerCase().startsWith('host:')) ? [] : ['host: muster.test'];
  return [`GET ${path} HTTP/1.1`, ...host, ...headers, 'connection: close', '', ''].join('\r\n');
}

import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export interface Message {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export interface Sent extends Message {
  readonly method: string;
  readonly path: string;
}
export interface Answer extends Message {
  readonly status: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends a request on to a server on this machine. */
export function send(origin: string, { method, path, headers, body }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { 'transfer-encoding': _, connection: __, ...kept } = headers;
    const outgoing = request(
      new URL(path, origin),
      { method, agent, headers: { ...kept, 'content-length': Buffer.byteLength(body) } },
      (incoming) => {
        readBody(incoming).then(
          (text) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }),
          reject,
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

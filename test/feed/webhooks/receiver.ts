import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A delivery as a receiver gets it. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape
  readonly event: any;
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly milliseconds?: number;
}

/** A product that receives webhooks, and answers as the test says. */
export interface Receiver extends AsyncDisposable {
  /** Its host and port, as the setting WEBHOOK_HOSTS lists it. */
  readonly host: string;
  readonly url: string;
  /** All that it got, the accepted and the refused. */
  readonly received: Received[];
  /** What it has answered with a status of success. */
  readonly accepted: Received[];
  /** The most that it worked on at a time. */
  atOnce: number;
  reply: (received: Received) => Reply;
}

/** Starts a receiver that accepts everything. */
export async function startReceiver(): Promise<Receiver> {
  let running = 0;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    running += 1;
    receiver.atOnce = Math.max(receiver.atOnce, running);
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', async () => {
      const body = Buffer.concat(pieces).toString();
      const one = { headers: request.headers, body, event: JSON.parse(body) };
      receiver.received.push(one);
      const { status, headers = {}, body: answer = '', milliseconds = 0 } = receiver.reply(one);
      if (status < 300) receiver.accepted.push(one);
      if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
      running -= 1;
      response.writeHead(status, headers).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const receiver: Receiver = {
    ...{ host, url: `http://${host}/muster`, received: [], accepted: [], atOnce: 0 },
    reply: () => ({ status: 204 }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

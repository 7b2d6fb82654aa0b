import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody, type Sent, send } from './http.ts';

/**
 * What becomes of requests: `forward`; `hang` is never answered; `cut` ends the connection; `echo` fails with a message
 * that quotes the request, as a database may; `read only` refuses batches.
 */
export type RelayMode = 'forward' | 'hang' | 'cut' | 'echo' | 'read only';

/** Stands between an endpoint and its database. */
export interface Relay {
  readonly endpoint: string;
  mode: RelayMode;
  /** Ends the connections of requests that hang. */
  endHanging(): void;
  close(): Promise<void>;
}

/** Starts a relay to a server on this machine, which forwards at first. */
export async function startRelay(origin: string): Promise<Relay> {
  const hanging = new Set<ServerResponse>();
  const server = createServer(async (incoming, response) => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const body = await readBody(incoming);
    if (relay.mode === 'cut') response.destroy();
    else if (relay.mode === 'echo') echo(response, path + body);
    else if (relay.mode === 'read only' && headers['x-ms-cosmos-is-batch-request']) echo(response, path);
    else if (relay.mode !== 'hang') await forward({ method, path, headers, body }, response);
    else hanging.add(response);
  });
  const forward = async (sent: Sent, response: ServerResponse) => {
    const answered = await send(origin, sent);
    const { connection: _, 'content-length': __, 'transfer-encoding': ___, ...headers } = answered.headers;
    // An account tells where it is, and the SDK believes it.
    response.writeHead(answered.status, headers).end(answered.body.replaceAll(origin, relay.endpoint));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const relay: Relay = {
    endpoint,
    mode: 'forward',
    endHanging() {
      for (const response of hanging) response.destroy();
      hanging.clear();
    },
    close: () => close(server),
  };
  return relay;
}

function echo(response: ServerResponse, text: string): void {
  const headers = { 'content-type': 'application/json', 'x-ms-request-charge': '1' };
  response
    .writeHead(400, headers)
    .end(JSON.stringify({ code: 'BadRequest', message: `Cannot take ${text}` }));
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

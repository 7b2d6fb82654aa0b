import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { makeSelfSigned } from '../emulator/self-signed.ts';

/** What befalls a mail; `lost` is taken, and nobody is told. */
export type ServiceFault = 400 | 401 | 403 | 429 | 500 | 503 | 'lost' | 'silent' | 'stateUnknown' | undefined;

export interface EmailService extends AsyncDisposable {
  readonly endpoint: string;
  /** PEM, to be trusted by its clients. */
  readonly cert: string;
  /** The mails that it has taken, as they came. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly received: readonly any[];
  /** How many mails were offered. */
  offered(): number;
  befall(fault: ServiceFault): void;
}

/** Starts a stand-in of the Send API of Azure Communication Services over TLS, for those who bear `token`. */
export async function startEmailService(token: string): Promise<EmailService> {
  const { cert, key } = makeSelfSigned();
  const received: unknown[] = [];
  let [fault, offered]: [ServiceFault, number] = [undefined, 0];
  const server = createServer({ cert, key }, async (request, response) => {
    const answer = (status: number, headers: object, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    const { pathname } = new URL(request.url ?? '', 'https://localhost');
    if (request.headers.authorization !== `Bearer ${token}`) return void answer(401, {}, { error: {} });
    if (request.method === 'GET') {
      const status = fault === 'stateUnknown' ? 500 : 200;
      return void answer(status, {}, { id: pathname.split('/').at(-1), status: 'Running' });
    }
    offered += 1;
    const mail = await json(request);
    if (typeof fault === 'number') {
      const error = { code: 'Fault', message: 'As the test asked for' };
      return void answer(fault, fault === 429 ? { 'retry-after': '600' } : {}, { error });
    }
    if (fault === 'silent') return;
    received.push({ path: pathname, ...(mail as object) });
    if (fault === 'lost') return void response.destroy();
    const { port } = server.address() as AddressInfo;
    const location = `https://localhost:${port}/emails/operations/1?api-version=2023-03-31`;
    answer(202, { 'operation-location': location }, { id: '1', status: 'Running' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `https://localhost:${(server.address() as AddressInfo).port}`,
    ...{ cert, received },
    offered: () => offered,
    befall(next) {
      fault = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

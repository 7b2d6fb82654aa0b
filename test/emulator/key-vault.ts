import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readBody } from './http.ts';
import { makeSelfSigned } from './self-signed.ts';
import { type Refused, Vault } from './vault.ts';

/** What happens to a request; `lost` is carried out, and nobody is told; `silent` is not answered; 404 is a proxy's. */
export type VaultFault = 401 | 403 | 404 | 429 | 500 | 503 | 'lost' | 'silent' | undefined;

export interface VaultRequest {
  readonly method: string;
  readonly path: string;
  /** Whether it bears the token, and is no attempt to be challenged. */
  readonly isAuthorized: boolean;
  readonly hasBody: boolean;
}

export interface KeyVaultFake {
  readonly uri: string;
  /** What it takes for the token of an identity. */
  readonly token: string;
  /** PEM, to be trusted by its clients. */
  readonly cert: string;
  readonly vault: Vault;
  /** What it was asked, in order. */
  readonly requests: readonly VaultRequest[];
  /** Says what befalls the requests from now on. */
  befall(fault: (request: VaultRequest) => VaultFault | Promise<VaultFault>): void;
  close(): Promise<void>;
}

const token = 'token-of-an-identity';
const challenge =
  'Bearer authorization="https://login.microsoftonline.com/5f0c9a52-0000-4000-8000-0123456789ab", ' +
  'resource="https://vault.azure.net"';

/** Starts a stand-in of Key Vault's secrets over TLS, on a free port of this machine. */
export async function startKeyVaultFake(): Promise<KeyVaultFake> {
  const { cert, key } = makeSelfSigned();
  const vault = new Vault();
  const requests: VaultRequest[] = [];
  let nextFault: (request: VaultRequest) => VaultFault | Promise<VaultFault> = () => undefined;
  const server = createServer({ cert, key }, (incoming, response) => {
    const request = describe(incoming);
    requests.push(request);
    answer(vault, { incoming, response, request }, async () => nextFault(request)).catch(() =>
      response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vault.uri = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    uri: vault.uri,
    ...{ token, cert, vault, requests },
    befall: (fault) => {
      nextFault = fault;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function describe({ method = 'GET', url = '/', headers }: IncomingMessage): VaultRequest {
  const isAuthorized = headers.authorization === `Bearer ${token}`;
  const hasBody = Number(headers['content-length'] ?? 0) > 0;
  return { method, path: url.replace(/\?.*/, ''), isAuthorized, hasBody };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly request: VaultRequest;
}

async function answer(
  vault: Vault,
  { incoming, response, request }: Exchange,
  nextFault: () => Promise<VaultFault>,
): Promise<void> {
  const body = await readBody(incoming);
  const fault = await nextFault();
  if (fault === 'silent') return;
  if (fault === 404) return void response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>?</h1>');
  if (typeof fault === 'number') return respond(response, fault, refusal(fault));
  if (!request.isAuthorized) {
    response.setHeader('www-authenticate', challenge);
    return respond(response, 401, refusal(401));
  }
  const isVersioned = new URL(incoming.url ?? '', vault.uri).searchParams.has('api-version');
  const { status, body: told } = isVersioned
    ? vault.answer(request.method, request.path, body === '' ? {} : JSON.parse(body))
    : { status: 400, body: refusal(400) };
  if (fault === 'lost') response.destroy();
  else respond(response, status, told);
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  if (status === 429) response.setHeader('retry-after', '7');
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

const codes: Readonly<Record<number, string>> = {
  400: 'BadParameter',
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'Throttled',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

/** Of an identity without a role, Key Vault says this much. */
function refusal(status: number): Refused {
  const innererror = status === 403 ? { innererror: { code: 'ForbiddenByRbac' } } : {};
  return { error: { code: codes[status] ?? 'Error', message: 'Refused', ...innererror } };
}

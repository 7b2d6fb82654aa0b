import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TenantAccess } from '../../support/endpoint.ts';

/** A request as it arrives; `path` is below the tenant URL. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** An answer; `body` is sent as it is. */
export interface Spoiled {
  readonly status: number;
  readonly body?: string;
  /** Seconds until the client may try again. */
  readonly retryAfter?: number;
}

/** Answers some requests wrongly in place of a service, which `pass` asks; the others go on to it. */
export type Spoil = (
  arrived: Arrived,
  pass: () => Promise<Spoiled>,
) => Spoiled | undefined | Promise<Spoiled | undefined>;

/** Starts a server that stands before a tenant and spoils some of its answers. */
export async function startSpoiled(
  tenant: TenantAccess,
  spoil: Spoil,
): Promise<TenantAccess & AsyncDisposable> {
  const server = createServer(async (request, response) => {
    const { method = 'GET', url: path = '/' } = request;
    const arrived = { method, path, body: Buffer.concat(await request.toArray()).toString() };
    const pass = () => forward(tenant, arrived);
    const { status, body = '', retryAfter } = (await spoil(arrived, pass)) ?? (await pass());
    const type = body === '' ? {} : { 'content-type': 'application/scim+json' };
    const again = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    response.writeHead(status, { ...type, ...again }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    token: tenant.token,
    tenantUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function forward(
  { tenantUrl, token }: TenantAccess,
  { method, path, body }: Arrived,
): Promise<Spoiled> {
  const answer = await fetch(tenantUrl + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    ...(body !== '' && { body }),
  });
  return { status: answer.status, body: await answer.text() };
}

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
}

/** Answers some requests wrongly in place of a service; the others go on to it. */
export type Spoil = (arrived: Arrived) => Spoiled | undefined;

/** Starts a server that stands before a tenant and spoils some of its answers. */
export async function startSpoiled(
  tenant: TenantAccess,
  spoil: Spoil,
): Promise<TenantAccess & AsyncDisposable> {
  const server = createServer(async (request, response) => {
    const { method = 'GET', url: path = '/' } = request;
    const body = Buffer.concat(await request.toArray()).toString();
    const { status, body: text = '' } =
      spoil({ method, path, body }) ?? (await forward(tenant, { method, path, body }));
    response.writeHead(status, text === '' ? {} : { 'content-type': 'application/scim+json' }).end(text);
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

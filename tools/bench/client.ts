import { type Dispatcher, Pool } from 'undici';
import type { Access } from './endpoint.ts';

/** One request, with the expected status of the answer. */
export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The path below the tenant URL. */
  readonly path: string;
  readonly body?: string;
  readonly status: number;
  /** Address and key for this request, if they differ from the client's. */
  readonly access?: Access;
}

/** A client that sends requests on a number of open connections. */
export interface Client {
  /** Returns the body of the answer; rejects if the status is not the expected one. */
  send(request: ScimRequest): Promise<string>;
  /** Returns the status of the answer, whatever it is. */
  statusOf(request: ScimRequest): Promise<number>;
  close(): Promise<void>;
}

/** Opens connections to an endpoint; each carries one request at a time. */
export function openClient({ tenantUrl, secretToken }: Access, connections: number): Client {
  const { origin } = new URL(tenantUrl);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const own = { tenantUrl, secretToken };
  const ask = async ({ method, path, body, access = own }: ScimRequest) => {
    const whole = new URL(access.tenantUrl).pathname.replace(/\/$/, '') + path;
    const headers = {
      authorization: `Bearer ${access.secretToken}`,
      'content-type': 'application/scim+json',
    };
    const options: Dispatcher.RequestOptions = { method, path: whole, headers, body: body ?? null };
    const answer = await pool.request(options);
    return { whole, status: answer.statusCode, text: await answer.body.text() };
  };
  return {
    async send(request) {
      const { whole, status, text } = await ask(request);
      const { method } = request;
      // Some profiles answer a PATCH without a body, and so do some contenders.
      if (status === request.status || (method === 'PATCH' && status === 204)) return text;
      throw new Error(`${method} ${origin}${whole} answered ${status}, not ${request.status}: ${text}`);
    },
    statusOf: async (request) => (await ask(request)).status,
    close: () => pool.close(),
  };
}

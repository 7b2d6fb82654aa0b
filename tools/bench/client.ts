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
  close(): Promise<void>;
}

/** Opens connections to an endpoint; each carries one request at a time. */
export function openClient({ tenantUrl, secretToken }: Access, connections: number): Client {
  const { origin } = new URL(tenantUrl);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const own = { tenantUrl, secretToken };
  return {
    async send({ method, path, body = null, status, access = own }) {
      const base = new URL(access.tenantUrl).pathname.replace(/\/$/, '');
      const headers = {
        authorization: `Bearer ${access.secretToken}`,
        'content-type': 'application/scim+json',
      };
      const options: Dispatcher.RequestOptions = { method, path: base + path, headers, body };
      const answer = await pool.request(options);
      const text = await answer.body.text();
      if (answer.statusCode === status) return text;
      throw new Error(
        `${method} ${origin}${base}${path} answered ${answer.statusCode}, not ${status}: ${text}`,
      );
    },
    close: () => pool.close(),
  };
}

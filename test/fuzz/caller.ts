import type { InProcess, Tenant } from '../../tools/fuzz/in-process.ts';

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

export type Send = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** Sends a tenant's requests to the app in this process. */
export function callerOf(app: InProcess, { path: endpoint, token }: Tenant): Send {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
  return async (method, path, body) => {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const answer = await app.call({ method, target: endpoint + path, headers, body: content });
    return { status: answer.status, body: answer.body === undefined ? undefined : JSON.parse(answer.body) };
  };
}

import { type Answer, scim, type TenantAccess } from '../support/endpoint.ts';

type Headers = Readonly<Record<string, string>>;

export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The requests of one tenant; `path` is below the tenant URL. */
export interface Client {
  get(path: string, headers?: Headers): Promise<Answer>;
  head(path: string, headers?: Headers): Promise<Answer>;
  post(path: string, body: unknown, headers?: Headers): Promise<Answer>;
  put(path: string, body: unknown, headers?: Headers): Promise<Answer>;
  patch(path: string, operations: readonly object[], headers?: Headers): Promise<Answer>;
  delete(path: string, headers?: Headers): Promise<Answer>;
  /** Sends any body with any method. */
  send(method: string, path: string, body?: unknown, headers?: Headers): Promise<Answer>;
  /** Creates a user with this userName; throws unless it is created. */
  user(userName: string, attributes?: object): Promise<Created>;
  /** Creates a group; throws unless it is created. */
  group(displayName: string, memberIds?: readonly string[]): Promise<Created>;
  /** The resources that a filter selects. */
  find(path: string, filter: string): Promise<readonly Created[]>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every shape
export type Created = Readonly<Record<string, any>> & { readonly id: string };

export function clientOf(access: TenantAccess): Client {
  const send: Client['send'] = (method, path, body, headers) => scim(access, method, path, body, headers);
  const create = async (path: string, body: object): Promise<Created> => {
    const answer = await send('POST', path, body);
    if (answer.status !== 201)
      throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    head: (path, headers) => send('HEAD', path, undefined, headers),
    post: (path, body, headers) => send('POST', path, body, headers),
    put: (path, body, headers) => send('PUT', path, body, headers),
    patch: (path, operations, headers) => send('PATCH', path, patchBody(operations), headers),
    delete: (path, headers) => send('DELETE', path, undefined, headers),
    user: (userName, attributes) => create('/Users', userBody(userName, attributes)),
    group: (displayName, memberIds = []) => create('/Groups', groupBody(displayName, memberIds)),
    find: async (path, filter) => {
      const answer = await send('GET', `${path}?count=1000&filter=${encodeURIComponent(filter)}`);
      if (answer.status !== 200)
        throw new Error(`${filter}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body.Resources;
    },
  };
}

export function userBody(userName: string, attributes: object = {}): object {
  return { schemas: [userUrn], userName, ...attributes };
}

export function groupBody(displayName: string, memberIds: readonly string[] = []): object {
  return { schemas: [groupUrn], displayName, members: memberIds.map((value) => ({ value })) };
}

export function patchBody(operations: readonly object[]): object {
  return { schemas: [patchUrn], Operations: operations };
}

export function bulkBody(operations: readonly object[]): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: operations };
}

/** Runs a task for each item, at most `width` at a time; answers in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  task: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await task(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

/** The numbers from 0 up to, but not including, `count`. */
export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

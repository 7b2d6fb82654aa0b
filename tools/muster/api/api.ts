import type { Query, Send } from './client.ts';

/** The management API by HTTP method, with the answers that the operations declare. All reject with a CommandError. */
export interface Api {
  get<T>(path: string, query?: Query): Promise<T>;
  post<T>(path: string, body?: object): Promise<T>;
  put<T>(path: string, body?: object): Promise<T>;
  patch<T>(path: string, body: object): Promise<T>;
  delete<T>(path: string, query?: Query): Promise<T>;
  /** A POST that may be repeated. */
  repeat<T>(path: string, body: object): Promise<T>;
}

/** Wraps `send` with a function for each HTTP method. */
export function createApi(send: Send): Api {
  return {
    get: async <T>(path: string, query: Query = {}) => (await send({ method: 'GET', path, query })) as T,
    post: async <T>(path: string, body?: object) => (await send({ method: 'POST', path, body })) as T,
    put: async <T>(path: string, body?: object) => (await send({ method: 'PUT', path, body })) as T,
    patch: async <T>(path: string, body: object) => (await send({ method: 'PATCH', path, body })) as T,
    delete: async <T>(path: string, query: Query = {}) =>
      (await send({ method: 'DELETE', path, query })) as T,
    repeat: async <T>(path: string, body: object) =>
      (await send({ method: 'POST', path, body, isRepeatable: true })) as T,
  };
}

import type { ScimRequest } from './client.ts';

/** Answers requests within this process. */
export interface Calls {
  /** The users, in the order of their numbers. */
  readonly ids: readonly string[];
  /** Returns the body of the answer as JSON; rejects if the status is not the expected one. */
  call(request: ScimRequest): Promise<string>;
}

/** Splits a request's path into the id after `/Users/`, if there is one, and the query. */
export function splitPath(path: string): { id: string | undefined; query: URLSearchParams } {
  const [resource = '', query = ''] = path.split('?');
  return { id: resource.split('/')[2], query: new URLSearchParams(query) };
}

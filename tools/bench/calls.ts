import type { ScimRequest } from './client.ts';

/** Answers requests within this process. */
export interface Calls {
  /** The users, in the order of their numbers. */
  readonly ids: readonly string[];
  /** Gives the body of the answer as JSON; rejects when the status is another than expected. */
  call(request: ScimRequest): Promise<string>;
}

/** The parts of a request's path: the id behind `/Users/`, if there is one, and the query. */
export function splitPath(path: string): { id: string | undefined; query: URLSearchParams } {
  const [resource = '', query = ''] = path.split('?');
  return { id: resource.split('/')[2], query: new URLSearchParams(query) };
}

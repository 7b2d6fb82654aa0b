import { isArray, isObject, type Json, type JsonObject, urns } from '../../client/json.ts';
import type { Court } from '../verdict.ts';

/** One check of Microsoft's, replayed as HTTP requests. */
export interface Check {
  /** The name that Microsoft gives it. */
  readonly name: string;
  /** The document and section that describe it. */
  readonly source: string;
  /** Rejects with a Deviation if the endpoint does not answer as Microsoft expects. */
  run(client: Client): Promise<void>;
}

/** A check that cannot be replayed over HTTP, or of which only the name is known. */
export interface Unreplayed extends Omit<Check, 'run'> {
  readonly reason: string;
}

/** An answer that Microsoft does not expect; the message gives what was expected and what came. */
export class Deviation extends Error {
  override readonly name = 'Deviation';
}

export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** Sends the requests of the checks to the endpoint. */
export interface Client extends Pick<Court, 'client'> {
  send(method: string, path: string, body?: JsonObject): Promise<Answer>;
  /** The same client with another token than the key of the tenant. */
  withToken(token: string): Client;
  /** A name that no other check has. */
  unique(name: string): string;
}

const requestSecondsMax = 30;
const mediaType = 'application/scim+json';

/** Opens a client for the tenant that the judge tests. */
export function openClient({ tenantUrl, token, client }: Omit<Court, 'cache'>): Client {
  let count = 0;
  return {
    client,
    withToken: (other) => openClient({ tenantUrl, token: other, client }),
    unique(name) {
      count += 1;
      return `${name} ${count} of the gallery`;
    },
    async send(method, path, body) {
      const answer = await fetch(tenantUrl + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': mediaType, accept: mediaType },
        signal: AbortSignal.timeout(requestSecondsMax * 1_000),
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: parseBody(await answer.text()) };
    },
  };
}

/** Reads a JSON object; throws a Deviation for any other body than that or none. */
export function parseBody(text: string): JsonObject {
  if (text === '') return {};
  try {
    const read: unknown = JSON.parse(text);
    if (isObject(read)) return read;
  } catch {
    // As below.
  }
  throw new Deviation(`the body is not a JSON object: ${text.slice(0, 40)}`);
}

/** Throws a Deviation unless the value is the expected one; both are compared as JSON. */
export function requireEqual(what: string, got: Json | undefined, expected: Json | undefined): void {
  if (JSON.stringify(got) === JSON.stringify(expected)) return;
  throw new Deviation(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
}

/** Returns the answer; throws a Deviation with the detail of the error unless its status is one of these. */
export function requireStatus(what: string, answer: Answer, ...statuses: readonly number[]): Answer {
  if (statuses.includes(answer.status)) return answer;
  const detail = answer.body.detail ?? '';
  throw new Deviation(`${what}: expected ${statuses.join(' or ')}, got ${answer.status} ${detail}`);
}

/** Creates a resource and returns its id. */
export async function create(client: Client, endpoint: string, body: JsonObject): Promise<string> {
  const created = requireStatus(`POST ${endpoint}`, await client.send('POST', endpoint, body), 200, 201);
  const { id } = created.body;
  if (typeof id !== 'string' || id === '') throw new Deviation(`POST ${endpoint}: the answer has no id`);
  return id;
}

/** Retrieves a resource by its id. */
export async function read(client: Client, path: string): Promise<JsonObject> {
  return requireStatus(`GET ${path}`, await client.send('GET', path), 200).body;
}

/** Sends operations, and rejects unless the answer is 200 or 204. */
export async function modify(client: Client, path: string, ...Operations: readonly Json[]): Promise<void> {
  const answer = await client.send('PATCH', path, { schemas: [urns.patchOp], Operations });
  requireStatus(`PATCH ${path.replace(/[^/]+$/, '{id}')}`, answer, 200, 204);
}

/** Finds resources with a filter; the answer must be 200. */
export async function find(
  client: Client,
  endpoint: string,
  { filter, more = '' }: { readonly filter: string; readonly more?: string },
): Promise<readonly JsonObject[]> {
  const path = `${endpoint}?filter=${encodeURIComponent(filter)}${more}`;
  const { body } = requireStatus(`GET ${endpoint} with ${filter}`, await client.send('GET', path), 200);
  const found = isArray(body.Resources) ? body.Resources.filter(isObject) : [];
  requireEqual(`totalResults of ${filter}`, body.totalResults, found.length);
  return found;
}

/** Deletes a resource, and rejects unless it is gone afterwards. */
export async function remove(client: Client, path: string): Promise<void> {
  requireStatus('DELETE', await client.send('DELETE', path), 204);
  requireStatus('GET after DELETE', await client.send('GET', path), 404);
}

/** Reads the ids in the members of a group. */
export async function memberIds(client: Client, path: string): Promise<readonly Json[]> {
  const { members } = await read(client, path);
  return isArray(members) ? members.filter(isObject).map(({ value = null }) => value) : [];
}

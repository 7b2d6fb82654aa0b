import type { Answer, ScimRequest, Send } from './connect.ts';
import {
  expectError,
  expectIdentity,
  expectList,
  expectLocation,
  expectObject,
  expectStatus,
  expectWholeList,
  judge,
  type Rigour,
  type Verdict,
} from './expectations.ts';
import type { JsonObject } from './json.ts';
import type { Recorder } from './recorder.ts';

export type ResourceType = 'User' | 'Group';

/** A checked answer with a resource. */
export interface Seen {
  readonly verdict: Verdict;
  readonly resource: JsonObject;
  readonly id: string;
}

/**
 * The requests of a client, each with a check of what the client expects of the answer. A request is repeated only if
 * the service asks for it.
 */
export interface Requests {
  /** Sends a query with one filter and returns the resources; undefined if the answer is not a list. */
  query(kind: string, type: ResourceType, filter: Filter): Promise<Listed | undefined>;
  /** Does the same for a client that takes 404 for an empty list. */
  find(kind: string, type: ResourceType, filter: Filter): Promise<Listed | undefined>;
  /** Reads one page by index. */
  page(kind: string, type: ResourceType, window: { startIndex: number; count: number }): Promise<Listed>;
  create(creation: Creation): Promise<Seen | undefined>;
  retrieve(kind: string, known: Known): Promise<Seen | undefined>;
  replace(kind: string, known: Known, body: JsonObject): Promise<Seen | undefined>;
  modify(kind: string, known: Known, body: JsonObject): Promise<Modified>;
  delete(kind: string, known: Known): Promise<boolean>;
  /** Sends a request and expects one of the statuses; returns the answer if it has one of them. */
  ask(request: ScimRequest, statuses: readonly number[]): Promise<Verdict | undefined>;
  /** Sends a request and expects this SCIM error. */
  refused(request: ScimRequest, status: number): Promise<void>;
}

export interface Creation {
  readonly kind: string;
  readonly type: ResourceType;
  readonly body: JsonObject;
  /** Looks for a resource that an earlier attempt may have created; called before each repetition. */
  readonly find: () => Promise<Seen | undefined>;
}

export interface Filter {
  readonly filter: string;
  readonly attributes?: string;
  readonly excludedAttributes?: string;
  readonly startIndex?: number;
  readonly count?: number;
}

export interface Known {
  readonly type: ResourceType;
  readonly id: string;
  readonly excludedAttributes?: string;
}

export interface Listed {
  readonly verdict: Verdict;
  readonly resources: readonly JsonObject[];
}

export interface Modified {
  readonly done: boolean;
  /** The resource, if the answer was 200 with a body. */
  readonly seen?: Seen;
}

const attemptsMax = 6;

export function createRequests(send: Send, recorder: Recorder, rigour: Rigour = 'whole'): Requests {
  const judgement = { recorder, rigour };
  const exchange = async (request: ScimRequest): Promise<Verdict> =>
    judge(request, (await settle(send, request)).answer, judgement);
  const ask = (kind: string, type: ResourceType, filter: Filter): Promise<Verdict> =>
    exchange({ kind, method: 'GET', path: `/${type}s${queryString({ ...filter })}` });
  return {
    query: async (kind, type, filter) => listed(await ask(kind, type, filter)),
    find: async (kind, type, filter) => {
      const verdict = await ask(kind, type, filter);
      return verdict.answer.status === 404 ? { verdict, resources: [] } : listed(verdict);
    },
    page: async (kind, type, window) => {
      const path = `/${type}s?startIndex=${window.startIndex}&count=${window.count}`;
      const verdict = await exchange({ kind, method: 'GET', path });
      return { verdict, resources: expectList(verdict) ?? [] };
    },
    create: async ({ kind, type, body, find }) => {
      const request = { kind, method: 'POST', path: `/${type}s`, body } as const;
      for (let attempt = 1; ; attempt += 1) {
        const answer = await send(request);
        const found = answer.isUnsettled ? await find() : undefined;
        if (found) return found;
        if (answer.isUnsettled && attempt < attemptsMax) continue;
        const verdict = judge(request, answer, judgement);
        return expectStatus(verdict, [201]) ? seenNew(verdict, type) : undefined;
      }
    },
    retrieve: async (kind, known) => {
      const verdict = await exchange({ kind, method: 'GET', path: pathOf(known) });
      return expectStatus(verdict, [200]) ? seenAgain(verdict, known) : undefined;
    },
    replace: async (kind, known, body) => {
      const verdict = await exchange({ kind, method: 'PUT', path: pathOf(known), body });
      return expectStatus(verdict, [200]) ? seenAgain(verdict, known) : undefined;
    },
    modify: async (kind, known, body) => {
      const verdict = await exchange({ kind, method: 'PATCH', path: pathOf(known), body });
      if (!expectStatus(verdict, [200, 204])) return { done: false };
      const seen = verdict.answer.status === 200 ? seenAgain(verdict, known) : undefined;
      return seen ? { done: true, seen } : { done: true };
    },
    delete: async (kind, known) => {
      const request = { kind, method: 'DELETE', path: pathOf(known) } as const;
      const { answer, attempts } = await settle(send, request);
      return expectStatus(judge(request, answer, judgement), attempts > 1 ? [204, 404] : [204]);
    },
    ask: async (request, statuses) => {
      const verdict = await exchange(request);
      return expectStatus(verdict, statuses) ? verdict : undefined;
    },
    refused: async (request, status) => expectError(await exchange(request), status),
  };
}

/** Sends a request that may safely be repeated, and repeats it as long as the service asks for it. */
async function settle(send: Send, request: ScimRequest): Promise<{ answer: Answer; attempts: number }> {
  for (let attempts = 1; ; attempts += 1) {
    const answer = await send(request);
    if (!answer.isUnsettled || attempts === attemptsMax) return { answer, attempts };
  }
}

/** Returns the path of a resource below the tenant URL. */
export function pathOf({ type, id, excludedAttributes }: Known): string {
  return `/${type}s/${encodeURIComponent(id)}${queryString({ excludedAttributes })}`;
}

function listed(verdict: Verdict): Listed | undefined {
  const resources = expectWholeList(verdict);
  return resources && { verdict, resources };
}

function queryString(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return given.length === 0 ? '' : `?${given.join('&')}`;
}

function seenNew(verdict: Verdict, type: ResourceType): Seen | undefined {
  const resource = expectObject(verdict);
  const id = resource && expectIdentity(verdict, resource, { type, id: undefined });
  if (!resource || id === undefined) return undefined;
  if (verdict.rigour === 'whole')
    expectLocation(verdict, verdict.answer.location, { name: 'a Location header', type, id });
  return { verdict, resource, id };
}

function seenAgain(verdict: Verdict, known: Known): Seen | undefined {
  const resource = expectObject(verdict);
  const id = resource && expectIdentity(verdict, resource, known);
  if (!resource || id === undefined) return undefined;
  return { verdict, resource, id };
}

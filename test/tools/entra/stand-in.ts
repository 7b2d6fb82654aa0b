import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { applyOperation } from './stand-in-patch.ts';

export interface Resource {
  id: string;
  [name: string]: unknown;
}

/** One way in which a service can be wrong. */
export type Fault =
  | 'wipes group on value-carrying remove'
  | 'answers active as string'
  | 'reformats telephone numbers'
  | 'answers 200 on an unknown id'
  | 'loses managers'
  | 'matches userName by case'
  | 'throttles'
  | 'answers 503 when it is done'
  | 'answers 503 without Retry-After'
  | 'keeps deleted members'
  | 'drops members of disabled users'
  | 'answers application/json'
  | 'leaves out totalResults'
  | 'ignores missing elements';

export interface StandIn {
  readonly tenantUrl: string;
  readonly requests: { method: string; url: string; body: string }[];
  readonly resources: { readonly Users: Map<string, Resource>; readonly Groups: Map<string, Resource> };
  close(): Promise<void>;
}

interface State {
  readonly faults: ReadonlySet<Fault>;
  readonly resources: StandIn['resources'];
  origin: string;
  answered: number;
}

interface Call {
  readonly method: string;
  readonly kind: 'Users' | 'Groups';
  readonly id: string | undefined;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Starts a tiny SCIM service in memory that speaks the shapes of Entra ID's client, with the given faults. */
export async function startStandIn(...faults: readonly Fault[]): Promise<StandIn> {
  const resources = { Users: new Map<string, Resource>(), Groups: new Map<string, Resource>() };
  const state: State = { faults: new Set(faults), resources, origin: '', answered: 0 };
  const requests: StandIn['requests'] = [];
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      requests.push({ method: request.method ?? '', url: request.url ?? '', body });
      respond(state, response, answer(state, request, body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { tenantUrl: `${state.origin}/scim/v2`, requests, resources, close };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function respond(state: State, response: ServerResponse, { status, body, headers }: Reply): void {
  const type = state.faults.has('answers application/json') ? 'application/json' : 'application/scim+json';
  if (body === undefined) response.writeHead(status, headers).end();
  else response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
}

const error = (status: number, detail: string): Reply => ({
  status,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), detail },
});

function answer(state: State, request: IncomingMessage, text: string): Reply {
  state.answered += 1;
  if (state.faults.has('throttles') && state.answered % 40 === 0) {
    return { ...error(429, 'slow down'), headers: { 'retry-after': '0' } };
  }
  if (request.headers.authorization !== 'Bearer secret') return error(401, 'unknown key');
  const url = new URL(request.url ?? '', 'http://stand-in');
  const [, kind, id] = /^\/scim\/v2\/(Users|Groups)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  if (kind !== 'Users' && kind !== 'Groups') return error(404, 'no such endpoint');
  const body = text === '' ? {} : JSON.parse(text);
  const reply = dispatch(state, { method: request.method ?? '', kind, id, query: url.searchParams, body });
  return state.answered % 10 === 0 ? (unavailable(state.faults) ?? reply) : reply;
}

function unavailable(faults: ReadonlySet<Fault>): Reply | undefined {
  if (faults.has('answers 503 without Retry-After')) return error(503, 'out of order');
  if (!faults.has('answers 503 when it is done')) return undefined;
  return { ...error(503, 'unavailable'), headers: { 'retry-after': '0' } };
}

function dispatch(state: State, call: Call): Reply {
  if (call.id === undefined) return call.method === 'POST' ? create(state, call) : list(state, call);
  const resource = state.resources[call.kind].get(call.id);
  if (!resource) {
    return state.faults.has('answers 200 on an unknown id')
      ? { status: 200, body: {} }
      : error(404, 'not found');
  }
  if (call.method === 'GET') return { status: 200, body: show(state, call, resource) };
  return call.method === 'PATCH' ? modify(state, call, resource) : remove(state, call, resource);
}

function create(state: State, call: Call): Reply {
  const isUser = call.kind === 'Users';
  const key = isUser ? 'userName' : 'displayName';
  const others = [...state.resources[call.kind].values()];
  if (others.some((other) => isSame(state, key, other[key], call.body[key]))) return error(409, 'taken');
  const { schemas, meta, ...attributes } = call.body;
  const given = Object.entries(attributes).filter(([, value]) => value !== null);
  const resource = { ...Object.fromEntries(given), id: randomUUID() };
  state.resources[call.kind].set(resource.id, resource);
  const shown = show(state, call, resource);
  return { status: 201, body: shown, headers: { location: String((shown.meta as Resource).location) } };
}

function isSame(state: State, name: string, a: unknown, b: unknown): boolean {
  if (name === 'userName' && state.faults.has('matches userName by case')) return a === b;
  if (name !== 'userName' && name !== 'displayName') return a === b;
  return String(a).toLowerCase() === String(b).toLowerCase();
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function show(state: State, call: Call, resource: Resource): Record<string, unknown> {
  const type = call.kind === 'Users' ? 'User' : 'Group';
  const core = `urn:ietf:params:scim:schemas:core:2.0:${type}`;
  const now = new Date(0).toISOString();
  const location = `${state.origin}/scim/v2/${call.kind}/${resource.id}`;
  const shown: Record<string, unknown> = {
    schemas: enterprise in resource ? [core, enterprise] : [core],
    ...structuredClone(resource),
    meta: { resourceType: type, created: now, lastModified: now, location },
  };
  if (call.query.get('attributes') === 'id')
    return { schemas: shown.schemas, id: shown.id, meta: shown.meta };
  if (call.query.get('excludedAttributes') === 'members') delete shown.members;
  distort(state, shown);
  return shown;
}

function distort(state: State, shown: Record<string, unknown>): void {
  if (state.faults.has('answers active as string') && shown.active === false) shown.active = 'False';
  if (state.faults.has('reformats telephone numbers') && Array.isArray(shown.phoneNumbers)) {
    for (const number of shown.phoneNumbers) number.value = String(number.value).replace(/[^+\d]/g, '');
  }
}

function list(state: State, call: Call): Reply {
  const filter = call.query.get('filter');
  const all = [...state.resources[call.kind].values()];
  const found = filter === null ? all : all.filter((resource) => matches(state, filter, resource));
  const startIndex = Number(call.query.get('startIndex') ?? 1);
  const page = found.slice(startIndex - 1, startIndex - 1 + Number(call.query.get('count') ?? 100));
  const total = state.faults.has('leaves out totalResults') ? {} : { totalResults: found.length };
  return {
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      ...total,
      startIndex,
      itemsPerPage: page.length,
      Resources: page.map((resource) => show(state, call, resource)),
    },
  };
}

function matches(state: State, filter: string, resource: Resource): boolean {
  const clauses = [...filter.matchAll(/(\w+) eq ("(?:[^"\\]|\\.)*"|\S+)/g)];
  return clauses.every(([, name = '', literal = '']) => {
    const wanted = literal.startsWith('"') ? JSON.parse(literal) : literal;
    if (name === 'members') return memberValues(resource).includes(wanted);
    if (name === 'manager') return managerOf(resource) === wanted;
    return isSame(state, name, resource[name], wanted);
  });
}

function memberValues(group: Resource): unknown[] {
  return Array.isArray(group.members) ? group.members.map(({ value }) => value) : [];
}

function managerOf(user: Resource): unknown {
  const extension = user[enterprise] as { manager?: { value?: unknown } };
  return extension?.manager?.value;
}

function modify(state: State, call: Call, resource: Resource): Reply {
  for (const operation of call.body.Operations as Record<string, unknown>[]) {
    applyOperation(resource, operation, state.faults);
  }
  if (state.faults.has('drops members of disabled users') && resource.active === false) {
    dropMember(state, resource.id);
  }
  if (call.kind === 'Groups') return { status: 204 };
  return { status: 200, body: show(state, call, resource) };
}

function remove(state: State, call: Call, resource: Resource): Reply {
  state.resources[call.kind].delete(resource.id);
  if (!state.faults.has('keeps deleted members')) dropMember(state, resource.id);
  return { status: 204 };
}

function dropMember(state: State, id: string): void {
  for (const group of state.resources.Groups.values()) {
    if (Array.isArray(group.members)) group.members = group.members.filter(({ value }) => value !== id);
  }
}

import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Json, type JsonObject, urns } from '../../tools/client/json.ts';
import { buildUser } from '../../tools/entra/attributes.ts';
import { roleType } from '../../tools/entra/people.ts';
import { type Change, flavours } from '../../tools/entra/shapes.ts';
import { type Answer, scim, type TenantAccess } from '../support/endpoint.ts';

type Values = Readonly<Record<string, Json>>;

/** A user or group in Entra ID: values by the paths that its attribute mapping names, and the id that we gave. */
export interface Source {
  readonly path: '/Users' | '/Groups';
  values: Values;
  id?: string;
}

export const workEmail = 'emails[type eq "work"].value';
export const workPhone = 'phoneNumbers[type eq "work"].value';
export const mobile = 'phoneNumbers[type eq "mobile"].value';
export const fax = 'phoneNumbers[type eq "fax"].value';
export const primaryRole = 'roles[primary eq "True"].value';
export const enterprise = (name: string) => `${urns.enterprise}:${name}`;

/** A person with what the usual mapping sends; null takes a value away. */
export function person(name: string, values: Values = {}): Source {
  const address = `${name}@contoso.com`;
  const usual: Values = {
    externalId: randomUUID(),
    userName: address,
    active: true,
    displayName: name,
    'name.givenName': name,
    'name.familyName': 'Berg',
    [workEmail]: address,
  };
  return { path: '/Users', values: assigned({ ...usual, ...values }) };
}

/** A group with what the usual mapping sends beside its members. */
export function group(displayName: string, values: Values = {}): Source {
  return { path: '/Groups', values: { displayName, externalId: randomUUID(), ...values } };
}

/** By which attribute Entra ID looks for what it is about to create: the mapping's matching precedence 1. */
export type Matching = Readonly<Record<Source['path'], string>>;

/** Entra ID at work on one tenant; each step expects the answer that lets the cycle go on. */
export interface Entra {
  /** "Test Connection", which also begins provisioning on demand. */
  testConnection(): Promise<void>;
  /** Looks for a person and creates it, or sends what the mapping yields. */
  provision(...people: readonly Source[]): Promise<void>;
  /** Sends new values of a person or group; null takes one away. */
  change(source: Source, values: Values): Promise<void>;
  disable(person: Source): Promise<void>;
  enable(person: Source): Promise<void>;
  /** The final deletion, after 30 days in the recycle bin. */
  delete(source: Source): Promise<void>;
  /** Looks for a group, creates it empty, then adds its members. */
  provisionGroup(group: Source, members?: readonly Source[]): Promise<void>;
  addMembers(group: Source, members: readonly Source[]): Promise<void>;
  removeMembers(group: Source, members: readonly Source[]): Promise<void>;
  setManager(person: Source, manager: Source): Promise<void>;
  /** AssertiveAppRoleAssignmentsComplex: the whole list. */
  assignRoles(person: Source, roles: readonly string[]): Promise<void>;
  /** Sends operations to a person or group as they are, whatever comes of it. */
  patch(source: Source, ...operations: readonly JsonObject[]): Promise<Answer>;
  /** Creates a person or group without looking for it, whatever comes of it. */
  post(source: Source): Promise<Answer>;
  /** Those whom a filter finds. */
  find(path: Source['path'], filter: string): Promise<readonly JsonObject[]>;
  send(method: string, path: string, body?: unknown): Promise<Answer>;
}

/** The client in one of its two dialects, by the feature flag in the tenant URL. */
export function entraAt(
  access: TenantAccess,
  { flavour: name, matching }: { flavour: keyof typeof flavours; matching: Matching },
): Entra {
  const flavour = flavours[name];
  const isFlagged = name === 'aadOptscim062020';
  const op = (spelt: 'Add' | 'Replace' | 'Remove') => (isFlagged ? spelt.toLowerCase() : spelt);
  const send: Entra['send'] = (method, path, body) => scim(access, method, path, body);
  const find: Entra['find'] = async (path, filter) => {
    const excluded = path === '/Groups' ? 'excludedAttributes=members&' : '';
    const answer = await send('GET', `${path}?${excluded}filter=${encodeURIComponent(filter)}`);
    expect(answer).toMatchObject({ status: 200, body: { totalResults: expect.any(Number) } });
    return answer.body.Resources ?? [];
  };
  const post: Entra['post'] = async (source) => {
    const answer = await send('POST', source.path, bodyOf(source));
    if (answer.status === 201) source.id = answer.body.id;
    return answer;
  };
  const patch: Entra['patch'] = (source, ...operations) =>
    send('PATCH', pathOf(source), { schemas: [urns.patchOp], Operations: operations });
  const modify = async (source: Source, operations: readonly JsonObject[]) => {
    if (operations.length === 0) return;
    const answer = await patch(source, ...operations);
    expect([200, 204], JSON.stringify(answer.body)).toContain(answer.status);
  };
  /** Reads what is there, and sends what differs from it. */
  const update = async (source: Source, values: Values) => {
    const excluded = source.path === '/Groups' ? '?excludedAttributes=members' : '';
    const { status, body } = await send('GET', pathOf(source) + excluded);
    expect(status).toBe(200);
    const entries = Object.entries(values).filter(([path]) => path !== 'active');
    const changes = entries.flatMap(([path, value]): Change[] =>
      value === null ? [] : [{ path, value, present: source.values[path] !== undefined || path in body }],
    );
    const gone = entries.filter(([, value]) => value === null);
    source.values = assigned({ ...source.values, ...values });
    const removals = gone.map(([path]) => ({ op: op('Remove'), path }));
    await modify(source, [...flavour.setAttributes(changes), ...removals]);
  };
  const setActive = async (source: Source, active: boolean) => {
    const value = isFlagged ? active : active ? 'True' : 'False';
    source.values = { ...source.values, active };
    await modify(source, [{ op: op('Replace'), path: 'active', value }]);
  };
  const create = async (source: Source) =>
    expect(await post(source)).toMatchObject({ status: 201, body: { id: expect.any(String) } });
  const match = async (source: Source): Promise<boolean> => {
    const attribute = matching[source.path];
    const found = await find(source.path, `${attribute} eq ${JSON.stringify(source.values[attribute])}`);
    expect(found.length).toBeLessThanOrEqual(1);
    if (found[0]) source.id = String(found[0].id);
    return found.length > 0;
  };
  /** Asks which of the people the group has already. */
  const addMembers: Entra['addMembers'] = async (target, members) => {
    const missing: string[] = [];
    for (const id of members.map(idOf)) {
      const found = await find('/Groups', `id eq "${idOf(target)}" and members eq "${id}"`);
      if (found.length === 0) missing.push(id);
    }
    await modify(target, missing.length > 0 ? flavour.addMembers(missing) : []);
  };
  return {
    send,
    find,
    post,
    patch,
    addMembers,
    async testConnection() {
      expect(await find('/Users', `userName eq "${randomUUID()}"`)).toEqual([]);
    },
    async provision(...people) {
      for (const source of people) {
        if (await match(source)) await update(source, source.values);
        else await create(source);
      }
    },
    change: update,
    disable: (source) => setActive(source, false),
    enable: (source) => setActive(source, true),
    async delete(source) {
      expect((await send('DELETE', pathOf(source))).status).toBe(204);
      expect((await send('GET', pathOf(source))).status).toBe(404);
    },
    async provisionGroup(source, members = []) {
      if (!(await match(source))) await create(source);
      await addMembers(source, members);
    },
    removeMembers: (target, members) => modify(target, flavour.removeMembers(members.map(idOf))),
    async setManager(source, manager) {
      const known = await find('/Users', `manager eq "${idOf(manager)}" and id eq "${idOf(source)}"`);
      if (known.length > 0) return;
      const url = `${access.tenantUrl}${pathOf(manager)}`;
      await modify(source, flavour.setManager({ id: idOf(manager), url }));
    },
    assignRoles: (source, roles) =>
      modify(source, [
        { op: op('Replace'), path: 'roles', value: roles.map(isFlagged ? plainRole : jsonRole) },
      ]),
  };
}

/** An app role as the complex mappings send it, as JSON inside of a text. */
export function jsonRole(name: string): JsonObject {
  return { value: JSON.stringify({ id: randomUUID(), value: name, displayName: name }) };
}

function plainRole(name: string): JsonObject {
  return { value: name, display: name, type: roleType };
}

function pathOf(source: Source): string {
  return `${source.path}/${idOf(source)}`;
}

function idOf({ id, values }: Source): string {
  expect(id, `${values.displayName} has been provisioned`).toBeDefined();
  return String(id);
}

function bodyOf({ path, values }: Source): JsonObject {
  const resource = buildUser(new Map(Object.entries(values)));
  return path === '/Users'
    ? { schemas: [urns.user, urns.enterprise], roles: [], ...resource, meta: { resourceType: 'User' } }
    : { schemas: [urns.group, urns.adGroup], ...resource, meta: { resourceType: 'Group' } };
}

function assigned(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

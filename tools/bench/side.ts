import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ManageAccess, manage } from '../host/manage.ts';
import { type Client, openClient } from './client.ts';
import type { Access } from './endpoint.ts';
import { createUsers, idOf } from './endpoint-contender.ts';
import type { FlatEndpoint } from './flat-rows.ts';
import { type MeasuredServer, startMeasured } from './measured-server.ts';

const connections = 8;
const membersOfSmallGroup = 100;
const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const emptyServer = 'tools/bench/empty-server.ts';

/** A server with connections to it. */
export interface Target<T extends Access = Access> {
  readonly server: MeasuredServer<T>;
  readonly client: Client;
}

/** A running endpoint of one of the two versions; all its users are members of a group. */
export interface Side extends FlatEndpoint, Target<Access & ManageAccess> {
  readonly client: Client;
  readonly smallGroupId: string;
  /** A function that does nothing, in the local host of that version; absent where the version has none. */
  readonly empty?: Target;
  stop(): Promise<void>;
}

/** Starts the endpoint of a copy of the project, its data in memory, and creates users and two groups of them. */
export async function startSide(tree: string, users: number): Promise<Side> {
  const start = await startCommand(tree);
  const server = await startMeasured<Access & ManageAccess>(tree, [...start, '--memory', '--port', '0']);
  const app = await openTenant(server);
  const hasEmpty = existsSync(join(tree, emptyServer));
  const empty = hasEmpty ? await openTarget(tree, ['tools/run.mjs', emptyServer]) : undefined;
  const userIds = await createUsers(app.server.access, users, () => undefined);
  const groupId = await createGroup(app.client, 'All of them', userIds);
  const smallGroupId = await createGroup(app.client, 'Some of them', userIds.slice(0, membersOfSmallGroup));
  const stop = async () => {
    for (const { client, server } of empty ? [app, empty] : [app]) {
      await client.close();
      await server.stop();
    }
  };
  return {
    ...app,
    ...(empty && { empty }),
    population: { tenantId: '', userIds, groupId },
    smallGroupId,
    stop,
  };
}

/** Reads the script behind `npm start`, and the arguments that it has already. */
async function startCommand(tree: string): Promise<readonly string[]> {
  const { scripts } = JSON.parse(await readFile(join(tree, 'package.json'), 'utf8'));
  const [node, ...command] = String(scripts?.start).split(' ');
  if (node === 'node') return command;
  throw new Error(`npm start has to be a script of Node, and is "${scripts?.start}"`);
}

async function openTarget(tree: string, command: readonly string[]): Promise<Target> {
  const server = await startMeasured<Access>(tree, command);
  return { server, client: openClient(server.access, connections) };
}

/** Opens a tenant of its own, because versions differ in the profile of the default tenant. */
async function openTenant(
  server: MeasuredServer<Access & ManageAccess>,
): Promise<Target<Access & ManageAccess>> {
  const [tenant] = await createTenants(server.access, 1);
  const access = { ...server.access, ...tenant };
  return { server: { ...server, access }, client: openClient(access, connections) };
}

async function createGroup(client: Client, displayName: string, ids: readonly string[]): Promise<string> {
  const members = ids.map((value) => ({ value }));
  const body = JSON.stringify({ schemas: [groupSchema], displayName, members });
  return idOf(await client.send({ method: 'POST', path: '/Groups', body, status: 201 }));
}

/** Makes tenants, each with a key that the endpoint has not met yet. */
export function createTenants(access: ManageAccess, count: number): Promise<readonly Access[]> {
  const policy = { endpoint: { profile: 'entra' } };
  const create = async () => {
    const { id, tenantUrl } = await manage(access, '/manage/tenants', { name: 'Measured', policy });
    const { key } = await manage(access, `/manage/tenants/${id}/keys`, { label: 'Measured' });
    return { tenantUrl: String(tenantUrl), secretToken: String(key) };
  };
  return Promise.all(Array.from({ length: count }, create));
}

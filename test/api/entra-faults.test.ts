import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import { type Attributes, flattenUser } from '../../tools/entra/attributes.ts';
import { type Directory, present } from '../../tools/entra/model.ts';
import { provisionDirectory } from '../../tools/entra/provision.ts';
import type { Report } from '../../tools/entra/report.ts';
import { contradictionsOf } from '../../tools/fuzz/check-directory.ts';
import { failingDatabase } from '../emulator/faults.ts';
import type { Front } from '../emulator/front.ts';
import { emulatorKey, startEmulator } from '../emulator/vercel.ts';
import { type Clock, makeClock } from '../support/clock.ts';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { openAccount } from '../support/engine.ts';
import { type Client, type Created, clientOf } from './client.ts';

const users = Number(process.env.MUSTER_FAULT_USERS ?? 24);
const groups = Math.ceil(users / 12);
const timeout = 120_000 + users * 1_000;

const database = failingDatabase({ seed: 11 });
/** Longer than leases and the timer's first look at an interrupted change last. */
const recoverySeconds = 900;
let folder: string;
let clock: Clock;
let emulator: Front;
let endpoint: Endpoint;
let client: Client;
let store: DocumentStore;
let report: Report;
let directory: Directory;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-entra-faults-'));
  clock = makeClock(folder);
  emulator = await startEmulator({ nextFault: database.nextFault });
  const account = { endpoint: emulator.endpoint, database: 'faults', auth: { key: emulatorKey } };
  endpoint = await startEndpoint({
    env: {
      COSMOS_ENDPOINT: account.endpoint,
      COSMOS_DATABASE: account.database,
      COSMOS_KEY: emulatorKey,
      MUSTER_LOG: 'information',
      ...clock.env,
    },
  });
  client = clientOf(endpoint);
  store = await openAccount(account);
  database.isFailing = true;
  const { tenantUrl, token } = endpoint;
  const how = { seed: 1, flag: 'default', concurrency: 8, timeoutMs: 60_000, json: false } as const;
  const silent = { start: () => {}, advance: () => {}, finish: () => {} };
  const beside = setInterval(runMaintenance, 3_000);
  ({ report, directory } = await provisionDirectory({ ...how, users, groups, tenantUrl, token }, silent));
  clearInterval(beside);
  database.isFailing = false;
}, timeout);

afterAll(async () => {
  await store.close();
  await endpoint.stop();
  await emulator.close();
  await rm(folder, { recursive: true });
});

async function runMaintenance(): Promise<void> {
  const { status } = await endpoint.manage('POST', '/admin/functions/maintenance', { input: '' });
  expect(status).toBe(202);
}

/** All resources of a type, as many as are counted. */
async function everyOne(path: string): Promise<readonly Created[]> {
  const { body } = await client.get(`${path}?count=1000`);
  expect(body.totalResults).toBe(body.Resources.length);
  return body.Resources;
}

async function tenantId(): Promise<string> {
  const { body } = await endpoint.manage('GET', '/manage/tenants');
  return body.tenants[0].id;
}

describe(`Entra ID, provisioning ${users} users over a database that fails`, () => {
  test('is struck by every kind of fault, and sees some of them', () => {
    const { struck } = database;
    for (const kind of [429, 449, 503, 'lost'] as const) expect(struck.get(kind)).toBeGreaterThan(users / 3);
    expect(struck.get('hanging')).toBeGreaterThan(0);
    expect(report.requests.reduce((sum, { unsettled }) => sum + unsettled, 0)).toBeGreaterThan(0);
  });

  test('is told nothing but when to come back', () => {
    expect(report.deviations).toEqual([]);
    const statuses = [...endpoint.output().matchAll(/"event":"request".*?"status":(\d+)/g)].map(([, s]) => s);
    expect(statuses.length).toBeGreaterThan(users * 10);
    expect(statuses.filter((status) => Number(status) >= 500 && status !== '503')).toEqual([]);
  });

  test('leaves every user as it meant them, and nobody else', async () => {
    const found = (await everyOne('/Users')).map((user): [string, Attributes] => [
      user.id,
      flattenUser(user),
    ]);
    const meant = present(directory.users).map(({ id, expected }) => [id, expected] as const);
    expect(new Map(found)).toEqual(new Map(meant));
    const names = found.map(([, user]) => String(user.get('userName')).toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  test('leaves every group with the members it meant, and no other group', async () => {
    const found = (await everyOne('/Groups')).map(({ id, displayName, members = [] }) => {
      const ids = members.map(({ value }: { value: string }) => value);
      return [id, { displayName, members: ids.toSorted() }] as const;
    });
    const meant = present(directory.groups).map(
      ({ id, displayName, members }) => [id, { displayName, members: [...members].sort() }] as const,
    );
    expect(new Map(found)).toEqual(new Map(meant));
  });

  test('leaves unique values, counts and memberships that fit together', async () => {
    expect(await contradictionsOf(store, await tenantId())).toEqual([]);
  });

  test('leaves one record of every creation and of every deletion', { timeout }, async () => {
    const tenant = { tenantId: await tenantId(), limit: 100_000 };
    const records = async () => {
      const queries = (['users', 'groups'] as const).map((container) =>
        store.query({ ...tenant, container, kind: 'record' }),
      );
      return (await Promise.all(queries)).flatMap(({ documents }) => documents);
    };
    const waiting = async () => {
      await runMaintenance();
      return (await records()).filter(({ document }) => document.due !== undefined).length;
    };
    clock.pass(recoverySeconds);
    await expect.poll(waiting, { timeout: timeout / 2, interval: 200 }).toBe(0);
    const found = await records();
    const recorded = (operation: string) =>
      found.flatMap(({ document }) =>
        document.operation === operation && document.outcome === 'done' ? [String(document.resource)] : [],
      );
    const alive = new Set([...present(directory.users), ...present(directory.groups)].map(({ id }) => id));
    const created = recorded('create');
    expect(created.length).toBe(new Set(created).size);
    expect(recorded('delete').sort()).toEqual(created.filter((id) => !alive.has(id)).sort());
    expect(created.filter((id) => alive.has(id))).toHaveLength(alive.size);
  });
});

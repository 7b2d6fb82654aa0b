import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { containers, type DocumentStore } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import type { Front } from '../emulator/front.ts';
import { emulatorKey, startEmulator } from '../emulator/vercel.ts';
import { type Clock, makeClock } from '../support/clock.ts';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { openAccount } from '../support/engine.ts';
import { type Client, clientOf, range, userBody } from './client.ts';

const minutes = 60;
const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

/** Two processes with one clock on one store, which the test opens too. */
interface Site {
  readonly one: Endpoint;
  readonly other: Endpoint;
  readonly clock: Clock;
  open(): Promise<DocumentStore>;
}

let folder: string;
let emulator: Front | undefined;
let site: Site | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-deleted-'));
});
afterEach(async () => {
  site?.other.signal('SIGCONT');
  await Promise.all([site?.one.stop(), site?.other.stop()]);
  await emulator?.close();
  emulator = undefined;
  await rm(folder, { recursive: true });
});

async function openSite(engine: 'embedded' | 'cosmos'): Promise<Site> {
  const clock = makeClock(folder);
  // The timers run by themselves at each full minute, so the test begins just after one.
  clock.pass(61 - new Date(clock.now()).getUTCSeconds());
  const data = join(folder, 'data');
  if (engine === 'cosmos') emulator = await startEmulator();
  const database = 'deleted';
  const account = emulator && {
    COSMOS_ENDPOINT: emulator.endpoint,
    COSMOS_DATABASE: database,
    COSMOS_KEY: emulatorKey,
  };
  const start = () => startEndpoint({ data, env: { ...account, ...clock.env, MUSTER_LOG: 'information' } });
  const one = await start();
  site = {
    one,
    other: await start(),
    clock,
    open: async () =>
      emulator
        ? openAccount({ endpoint: emulator.endpoint, database, auth: { key: emulatorKey } })
        : openEmbeddedStore({ path: data }),
  };
  return site;
}

/** Runs the timer of an instance. One run may have been under way already; the second has begun since. */
async function runTimer({ manage, output }: Endpoint): Promise<void> {
  const runs = () => output().split('"event":"maintenance"').length - 1;
  const before = runs();
  for (const _ of ['first', 'second']) await manage('POST', '/admin/functions/maintenance', { input: '' });
  await expect.poll(runs, { timeout: 20_000, interval: 20 }).toBeGreaterThanOrEqual(before + 2);
}

/** An hour in which the timers run after what is written meanwhile must have ended, and at the end. */
async function letAnHourPass({ one, other, clock }: Site): Promise<void> {
  for (const passed of [13, 47]) {
    clock.pass(passed * minutes);
    for (const instance of [one, other]) await runTimer(instance);
  }
}

/**
 * The number of documents in the tenant's partitions, without the marks of batches: Cosmos DB removes those itself ten
 * minutes later, and the emulator does not.
 */
async function countLeft({ open }: Site, tenantId: string): Promise<Readonly<Record<string, number>>> {
  const store = await open();
  try {
    const counts = containers.map(async (container) => {
      return [container, await store.drain({ container, tenantId, except: 'write' }, 1_000)] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  } finally {
    await store.close();
  }
}
const nothing = Object.fromEntries(containers.map((container) => [container, 0]));

const policy = { accounts: { enabled: true }, notifications: { invitation: true } };

/** A tenant with accounts and mails, and its clients at both instances. */
async function openTenant({ one, other }: Site) {
  const { tenantId, tenantUrl, token } = await one.createTenant({ name: 'Contoso', policy });
  const there = clientOf({ tenantUrl: other.baseUrl + new URL(tenantUrl).pathname, token });
  const here = clientOf({ tenantUrl, token });
  await write(here, 'before');
  expect((await there.get('/Users?count=0')).status).toBe(200);
  const remove = async () => {
    const { identifier } = (await one.manage('GET', `/manage/tenants/${tenantId}`)).body;
    const { status } = await one.manage('DELETE', `/manage/tenants/${tenantId}?confirm=${identifier}`);
    expect(status).toBe(204);
  };
  return { tenantId, here, there, remove };
}

const mailOf = (name: string) => ({ emails: [{ value: `${name}@example.com`, type: 'work' }] });

/** Writes in every way that leaves documents of different kinds. */
async function write(client: Client, name: string): Promise<void> {
  const users = await Promise.all(range(3).map((n) => client.user(`${name}.${n}`, mailOf(`${name}.${n}`))));
  const group = await client.group(
    name,
    users.map(({ id }) => id),
  );
  await client.delete(`/Users/${users[0]?.id}`);
  await client.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: 'nobody' }] }]);
  const Operations = [{ method: 'POST', path: '/Users', bulkId: 'b', data: userBody(`${name}.bulk`) }];
  expect((await client.post('/Bulk', { schemas: [bulkUrn], Operations })).status).toBe(200);
}

describe('D1: a deleted tenant, on two processes', () => {
  test.each(['embedded', 'cosmos'] as const)(
    'has no documents an hour later, though one believed in it (%s)',
    async (engine) => {
      const opened = await openSite(engine);
      const { one, other, clock } = opened;
      const { tenantId, there, remove } = await openTenant(opened);
      await remove();
      await runTimer(one);
      await write(there, 'after');
      await runTimer(other);
      await write(there, 'later');
      expect((await other.manage('POST', `/manage/tenants/${tenantId}/keys`, {})).status).toBe(404);
      clock.pass(minutes);
      expect((await there.get('/Users')).status).toBe(401);
      await letAnHourPass(opened);
      expect(await countLeft(opened, tenantId)).toEqual(nothing);
    },
    120_000,
  );

  test('has none either when something was written for it long after', async () => {
    const opened = await openSite('embedded');
    const { tenantId, remove } = await openTenant(opened);
    await remove();
    await runTimer(opened.one);
    await letAnHourPass(opened);
    const store = await opened.open();
    const late = { tenantId, due: opened.clock.now() };
    for (const [container, kind] of [
      ['users', 'event'],
      ['users', 'unlink'],
      ['users', 'mail'],
      ['users', 'account'],
      ['groups', 'intent'],
      ['audit', 'run'],
    ] as const) {
      await store.commit({ container, tenantId }, [
        { op: 'create', document: { ...late, id: `${kind}:${newId()}`, kind, at: '2030' } },
        { op: 'create', document: { tenantId, id: newId(), kind: 'user' } },
      ]);
    }
    await store.close();
    await letAnHourPass(opened);
    expect(await countLeft(opened, tenantId)).toEqual(nothing);
  }, 120_000);
});

test('D1: a process that stood still amid a bulk request writes no more for a tenant that is long gone', async () => {
  const opened = await openSite('cosmos');
  const { one, other } = opened;
  const { tenantId, there, remove } = await openTenant(opened);
  const Operations = range(500).map((n) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `b${n}`,
    data: userBody(`frozen.${n}`, mailOf(`frozen.${n}`)),
  }));
  const bulk = there.post('/Bulk', { schemas: [bulkUrn], Operations });
  await delay(300);
  other.signal('SIGSTOP');
  await remove();
  for (const _ of range(2)) {
    opened.clock.pass(13 * minutes);
    await runTimer(one);
  }
  other.signal('SIGCONT');
  expect(JSON.stringify((await bulk).body)).toContain('503');
  await letAnHourPass(opened);
  expect(await countLeft(opened, tenantId)).toEqual(nothing);
}, 120_000);

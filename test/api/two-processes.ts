import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, expect } from 'vitest';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { emulatorKey, startEmulator } from '../emulator/vercel.ts';
import { type Clock, makeClock } from '../support/clock.ts';
import { type Answer, type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { openAccount } from '../support/engine.ts';
import { type Client, range, userBody } from './client.ts';

/** Seconds of a minute. */
export const minutes = 60;
export const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

/** Two processes with one clock on one store, which the test opens too. */
export interface Site {
  readonly one: Endpoint;
  readonly other: Endpoint;
  readonly clock: Clock;
  open(): Promise<DocumentStore>;
}

interface OpenSite extends Site {
  close(): Promise<void>;
}

/** The sites of a file by engine. */
const sites = new Map<string, OpenSite>();

/** Lets the tests of a file share a site of each engine, and ends them after the file. */
export function useSites(): void {
  afterEach(() => {
    for (const { other } of sites.values()) other.signal('SIGCONT');
  });
  afterAll(async () => {
    for (const { close } of sites.values()) await close();
    sites.clear();
  });
}

/** Takes the file's site of an engine, where the next test begins just after a full minute: then the timers ran. */
export async function openSite(engine: 'embedded' | 'cosmos'): Promise<Site> {
  const site = sites.get(engine) ?? (await startSite(engine));
  sites.set(engine, site);
  site.clock.pass(61 - new Date(site.clock.now()).getUTCSeconds());
  return site;
}

/** Starts both processes on an engine. */
async function startSite(engine: 'embedded' | 'cosmos'): Promise<OpenSite> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-site-'));
  const clock = makeClock(folder);
  const data = join(folder, 'data');
  const emulator = engine === 'cosmos' ? await startEmulator() : undefined;
  const database = 'site';
  // On the embedded engine, also if this run is on the other one.
  const account = {
    COSMOS_ENDPOINT: emulator?.endpoint,
    COSMOS_DATABASE: emulator && database,
    COSMOS_KEY: emulator && emulatorKey,
  };
  const start = () => startEndpoint({ data, env: { ...account, ...clock.env, MUSTER_LOG: 'information' } });
  const [one, other] = [await start(), await start()];
  return {
    one,
    other,
    clock,
    open: async () =>
      emulator
        ? openAccount({ endpoint: emulator.endpoint, database, auth: { key: emulatorKey } })
        : openEmbeddedStore({ path: data }),
    close: async () => {
      await Promise.all([one.stop(), other.stop()]);
      await emulator?.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Runs the timer of an instance. One run may have been under way already; the second has begun since. */
export async function runTimer({ manage, output }: Endpoint): Promise<void> {
  const runs = () => output().split('"event":"maintenance"').length - 1;
  const before = runs();
  for (const _ of ['first', 'second']) await manage('POST', '/admin/functions/maintenance', { input: '' });
  await expect.poll(runs, { timeout: 20_000, interval: 20 }).toBeGreaterThanOrEqual(before + 2);
}

/** An hour in which the timers run after what is written meanwhile must have ended, and at the end. */
export async function letAnHourPass({ one, other, clock }: Site): Promise<void> {
  for (const passed of [13, 47]) {
    clock.pass(passed * minutes);
    for (const instance of [one, other]) await runTimer(instance);
  }
}

/** The attributes of a user with a work e-mail. */
export const mailOf = (name: string) => ({ emails: [{ value: `${name}@example.com`, type: 'work' }] });

/** Begins a bulk request of 150 users, and stops its process amid it. The answer comes when the process goes on. */
export async function freezeAmidBulk(process: Endpoint, client: Client): Promise<{ bulk: Promise<Answer> }> {
  const Operations = range(150).map((n) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `b${n}`,
    data: userBody(`frozen.${n}`, mailOf(`frozen.${n}`)),
  }));
  const bulk = client.post('/Bulk', { schemas: [bulkUrn], Operations });
  await delay(300);
  process.signal('SIGSTOP');
  return { bulk };
}

/** Writes in every way that leaves documents of different kinds. */
export async function write(client: Client, name: string): Promise<void> {
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

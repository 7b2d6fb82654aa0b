import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { openData } from '../support/engine.ts';
import { clientOf, range } from './client.ts';

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await startEndpoint({ env: { MUSTER_LOG: 'warning' } });
  return () => endpoint.stop();
});

interface Told {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly sequence: string;
  readonly subject: string;
  readonly data: { readonly object: unknown };
}

async function page(query: string): Promise<{ readonly events: readonly Told[]; readonly next: string }> {
  const { status, body } = await endpoint.manage('GET', `/manage/events${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

/** Follows until it has an event of each subject, or fails by the time of the test. */
async function followTo(after: string, subjects: readonly string[], query = '') {
  const events: Told[] = [];
  for (let next = after; ; ) {
    const read = await page(`?after=${next}${query}`);
    events.push(...read.events);
    next = read.next;
    if (subjects.every((subject) => events.some((one) => one.subject === subject))) return { events, next };
  }
}

let named = 0;
function newTenant() {
  named += 1;
  return endpoint.createTenant({ name: `All ${named}` });
}

describe('the feed of all tenants', () => {
  test('tells the events of each tenant in the order of its feed, with their objects, and of tenants', async () => {
    const { next: start } = await page('?from=now');
    const tenants = [await newTenant(), await newTenant()];
    const subjects = await Promise.all(
      tenants.map(async (tenant) => {
        for (const n of range(8)) await clientOf(tenant).user(`u${n}`);
        const { id } = await clientOf(tenant).user('last', { title: 'Dr.' });
        return `users/${id}`;
      }),
    );
    const created = tenants.map(({ tenantId }) => `tenants/${tenantId}`);
    const { events, next } = await followTo(start, [...subjects, ...created], '&limit=3');
    // That of the default tenant may be told at any time.
    const ofTenants = events.filter(({ subject }) => created.includes(subject));
    expect(ofTenants.map(({ source, data }) => [source, data.object])).toEqual([
      [endpoint.baseUrl, expect.objectContaining({ id: tenants[0]?.tenantId, name: 'All 1', enabled: true })],
      [endpoint.baseUrl, expect.objectContaining({ id: tenants[1]?.tenantId, name: 'All 2', enabled: true })],
    ]);
    for (const { tenantId } of tenants) {
      const { body } = await endpoint.manage('GET', `/manage/tenants/${tenantId}/events`);
      expect(events.filter(({ source }) => source.endsWith(tenantId))).toEqual(body.events);
      expect(body.events).toHaveLength(9);
    }
    expect((await page(`?after=${next}`)).events).toEqual([]);
    const again = (await page(`?after=${start}&types=tenant.`)).events;
    expect(again.filter(({ subject }) => created.includes(subject))).toEqual(ofTenants);
  });

  test('tells that a tenant is gone, and shows nothing of it any more', async () => {
    const { next: start } = await page('?from=now');
    const tenant = await newTenant();
    const { id } = await clientOf(tenant).user('ann');
    await followTo(start, [`users/${id}`]);
    const path = `/manage/tenants/${tenant.tenantId}`;
    const { body } = await endpoint.manage('GET', path);
    expect((await endpoint.manage('DELETE', `${path}?confirm=${body.identifier}`)).status).toBe(204);
    await expect
      .poll(async () => (await page(`?after=${start}`)).events.map(({ type }) => type), { timeout: 5_000 })
      .toContain('tenant.deleted');
    const { events } = await page(`?after=${start}`);
    const own = events.filter(({ source, subject }) => `${source} ${subject}`.includes(tenant.tenantId));
    expect(own.filter(({ data }) => data.object !== null)).toEqual([]);
  });

  test.each(['?after=nonsense', '?from=now&after=x', '?wait=1', '?limit=0', '?types=User'])(
    'refuses %s',
    async (query) => {
      expect((await endpoint.manage('GET', `/manage/events${query}`)).status).toBe(400);
    },
  );

  test('refuses the cursor of one tenant', async () => {
    const { tenantId } = await newTenant();
    const { body } = await endpoint.manage('GET', `/manage/tenants/${tenantId}/events`);
    expect((await endpoint.manage('GET', `/manage/events?after=${body.next}`)).status).toBe(400);
  });
});

test('a deployment without feeds answers 404 with a sentence, and all else goes on', async () => {
  const data = await mkdtemp(join(tmpdir(), 'muster-without-'));
  const without = await startEndpoint({ data, env: { MUSTER_LOG: 'warning', FEED_ENABLED: 'false' } });
  const tenant = await without.createTenant({ name: 'Without', policy: { accounts: { enabled: true } } });
  const { id } = await clientOf(tenant).user('ann');
  const path = `/manage/tenants/${tenant.tenantId}`;
  for (const asked of [`${path}/events`, `${path}/snapshot`, `${path}/events/acks`, '/manage/events']) {
    const { status, body } = await without.manage('GET', asked);
    expect([status, body.detail]).toEqual([404, expect.stringContaining('FEED_ENABLED')]);
  }
  const accounts = async () => (await without.manage('GET', `${path}/accounts`)).body.accounts;
  await expect.poll(async () => (await accounts())[0]?.user).toBe(id);
  const recorded = async () => (await without.manage('GET', `${path}/audit?operation=create`)).body.records;
  await expect
    .poll(async () => (await recorded()).map(({ resource }: { resource: string }) => resource))
    .toContain(id);
  await without.stop();
  const store = await openData(data);
  expect((await store.follow('feed', 'beginning', 10))?.documents).toEqual([]);
  await store.close();
  await rm(data, { recursive: true });
});

describe('a feed that is renewed', () => {
  test.each([
    ['of one tenant', (id: string) => `/manage/tenants/${id}/feed/renew`],
    ['of all', () => '/manage/feed/renew'],
  ])('%s answers older cursors with 410 and the snapshot, and keeps its events', async (_, pathOf) => {
    const tenant = await newTenant();
    const path = `/manage/tenants/${tenant.tenantId}`;
    const get = (rest: string) => endpoint.manage('GET', `/manage/${rest}`);
    const { body: empty } = await endpoint.manage('GET', `${path}/events`);
    await clientOf(tenant).user('ann');
    const { body: whole } = await endpoint.manage('GET', `${path}/events`);
    const { body: started } = await endpoint.manage('GET', `${path}/snapshot?limit=1`);
    const { next: all } = await page('?from=now');
    expect((await endpoint.manage('POST', pathOf(tenant.tenantId))).status).toBe(204);
    for (const cursor of [empty.next, whole.next]) {
      const { status, body } = await endpoint.manage('GET', `${path}/events?after=${cursor}`);
      expect([status, body.detail]).toEqual([410, expect.stringContaining(`${path.slice(7)}/snapshot`)]);
      expect((await endpoint.manage('POST', `${path}/events/ack`, { cursor })).status).toBe(410);
    }
    expect((await get(`events?after=${all}`)).status).toBe(410);
    if (started.next) {
      expect((await endpoint.manage('GET', `${path}/snapshot?after=${started.next}`)).status).toBe(410);
    }
    await clientOf(tenant).user('bob');
    const { body: after } = await endpoint.manage('GET', `${path}/events`);
    expect(after.events.map(({ sequence }: Told) => Number(sequence))).toEqual([1, 2]);
    expect((await endpoint.manage('GET', `${path}/events?after=${after.next}`)).body.events).toEqual([]);
  });
});

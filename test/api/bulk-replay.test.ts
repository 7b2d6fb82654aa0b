import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeClock } from '../support/clock.ts';
import { type Answer, type Endpoint, startEndpoint, type TenantAccess } from '../support/endpoint.ts';
import { type Client, clientOf, groupBody, patchBody, range, userBody } from './client.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-bulk-'));
const data = join(folder, 'data');
const clock = makeClock(folder);
let endpoint: Endpoint;
let tenant: TenantAccess;
let client: Client;

beforeAll(async () => {
  await start();
  tenant = await endpoint.createTenant({ name: 'Replay', profile: 'entra' });
  client = clientOf(tenant);
});
afterAll(async () => {
  await endpoint.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  endpoint = await startEndpoint({ data, env: { ...clock.env, MUSTER_COST_HEADER: 'true' } });
}

const bulkBody = (operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  Operations: operations,
});
const postUser = (userName: string) => ({
  method: 'POST',
  path: '/Users',
  bulkId: userName,
  data: userBody(userName),
});
const total = async () => (await client.get('/Users?count=0')).body.totalResults;
const commitsIn = ({ headers }: Answer) =>
  Number(/operations=(\d+)/.exec(headers.get('x-muster-cost') ?? '')?.[1]);

/** Repeats a request as a client does that heeds Retry-After. */
async function untilCarriedOut(body: object): Promise<{ answer: Answer; refusals: readonly Answer[] }> {
  const refusals: Answer[] = [];
  for (;;) {
    const answer = await client.post('/Bulk', body);
    if (answer.status !== 409) return { answer, refusals };
    refusals.push(answer);
    clock.pass(Number(answer.headers.get('retry-after')));
  }
}

describe('a repeated bulk request', () => {
  test('is answered with the first result and writes nothing', async () => {
    const { id } = await client.user('patched');
    const body = bulkBody([
      postUser('replay.1'),
      { method: 'POST', path: '/Groups', bulkId: 'g', data: groupBody('replay', ['bulkId:replay.1']) },
      {
        method: 'PATCH',
        path: `/Users/${id}`,
        version: 'W/"1"',
        data: patchBody([{ op: 'add', path: 'title', value: 'Dr' }]),
      },
    ]);
    const first = await client.post('/Bulk', body);
    expect(first.body.Operations.map(({ status }: { status: string }) => status)).toEqual([
      '201',
      '201',
      '200',
    ]);
    const before = await total();
    const second = await client.post('/Bulk', body);
    expect(second.body).toEqual(first.body);
    expect(await total()).toBe(before);
    expect(commitsIn(second)).toBeLessThanOrEqual(3);
  });

  test('does what failed the first time, and only that', async () => {
    const { id } = await client.user('in.the.way');
    const body = bulkBody([
      postUser('mended'),
      postUser('in.the.way'),
      { method: 'DELETE', path: '/Users/none' },
    ]);
    const first = await client.post('/Bulk', body);
    expect(first.body.Operations.map(({ status }: { status: string }) => status)).toEqual([
      '201',
      '409',
      '404',
    ]);
    await client.delete(`/Users/${id}`);
    const second = await client.post('/Bulk', body);
    expect(second.body.Operations.map(({ status }: { status: string }) => status)).toEqual([
      '201',
      '201',
      '404',
    ]);
    expect(second.body.Operations[0]).toEqual(first.body.Operations[0]);
  });

  test('does again what another request has undone', async () => {
    const { id } = await client.user('undone', { active: true });
    const setActive = (value: boolean) =>
      bulkBody([
        {
          method: 'PATCH',
          path: `/Users/${id}`,
          data: patchBody([{ op: 'replace', path: 'active', value }]),
        },
      ]);
    for (const active of [false, true, false, true]) {
      await client.post('/Bulk', setActive(active));
      expect((await client.get(`/Users/${id}`)).body.active).toBe(active);
    }
  });

  test('creates again what was deleted since', async () => {
    const body = bulkBody([postUser('again')]);
    const [first] = (await client.post('/Bulk', body)).body.Operations;
    await client.delete(`/Users/${first.location.split('/').at(-1)}`);
    const [second] = (await client.post('/Bulk', body)).body.Operations;
    expect(second).toMatchObject({ status: '201', version: 'W/"1"' });
    expect(second.location).not.toBe(first.location);
  });

  // Before another tenant sends requests: a busy instance then has the second request wait for the first.
  test('is answered 409 with Retry-After while the first is being carried out', async () => {
    const body = bulkBody(range(300).map((n) => postUser(`twice.${n}`)));
    const answers = await Promise.all(range(3).map(() => client.post('/Bulk', body)));
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 200).length).toBe(3 - refused.length);
    for (const { headers, body: error } of refused) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(error.detail).toContain('still being carried out');
    }
    expect(await client.find('/Users', 'userName sw "twice."')).toHaveLength(300);
  });

  test('of another credential is another request', async () => {
    const other = clientOf(await endpoint.createTenant({ name: 'Other', profile: 'entra' }));
    const body = bulkBody([postUser('elsewhere')]);
    const [first] = (await client.post('/Bulk', body)).body.Operations;
    const [second] = (await other.post('/Bulk', body)).body.Operations;
    expect(second).toMatchObject({ status: '201' });
    expect(second.location).not.toBe(first.location);
  });
});

describe('a bulk request of 500 cut off by kill -9', { timeout: 120_000 }, () => {
  test('is finished by its repetition: every user and membership exactly once', async () => {
    const groups = range(5).map((n) => ({
      method: 'POST',
      path: '/Groups',
      bulkId: `cut.${n}`,
      data: groupBody(
        `cut ${n}`,
        range(20).map((member) => `bulkId:cut.user.${n * 50 + member * 5}`),
      ),
    }));
    const operations = [...groups, ...range(495).map((n) => postUser(`cut.user.${n}`))];
    const body = bulkBody(operations);
    const before = await total();
    const cut = client.post('/Bulk', body).catch(() => undefined);
    while ((await total()) < before + 60) await delay(2);
    await endpoint.kill();
    expect(await cut).toBeUndefined();

    await start();
    client = clientOf({ ...tenant, tenantUrl: `${endpoint.baseUrl}${new URL(tenant.tenantUrl).pathname}` });
    const created = (await total()) - before;
    expect(created, 'the kill came in the middle').toBeLessThan(495);
    const { answer, refusals } = await untilCarriedOut(body);
    expect(refusals.length, 'the lease of the one that was cut off').toBeGreaterThan(0);
    expect(new Set(answer.body.Operations.map(({ status }: { status: string }) => status))).toEqual(
      new Set(['201']),
    );
    expect(await total()).toBe(before + 495);

    const users = await client.find('/Users', 'userName sw "cut.user."');
    expect(new Set(users.map(({ userName }) => userName)).size).toBe(495);
    for (const [position, { location }] of answer.body.Operations.slice(0, 5).entries()) {
      const { body: group } = await client.get(`/Groups/${location.split('/').at(-1)}`);
      expect(group.members).toHaveLength(20);
      expect(group.displayName).toBe(`cut ${position}`);
    }
    const again = await client.post('/Bulk', body);
    expect(again.body).toEqual(answer.body);
  });
});

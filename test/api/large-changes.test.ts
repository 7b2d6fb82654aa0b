import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTenants } from '../../lib/tenants/tenants.ts';
import { benchScope, populate } from '../../tools/bench/populate.ts';
import { drawnChoices } from '../support/chance.ts';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { openData } from '../support/engine.ts';
import { type Client, type Created, clientOf, inParallel, range, userBody } from './client.ts';

/** Members of the large group; MUSTER_TEST_MEMBERS asks for more, such as 100000. */
const size = Number(process.env.MUSTER_TEST_MEMBERS ?? 5_000);
const timeout = size > 5_000 ? 3_600_000 : 120_000;

describe('D2: what the database never takes at once', () => {
  let endpoint: Endpoint;
  beforeAll(async () => {
    endpoint = await startEndpoint();
  });
  afterAll(() => endpoint.stop());

  test('is answered with 413 and a sentence, and changes nothing', async () => {
    const client = clientOf(
      await endpoint.createTenant({ name: 'Unique', policy: { users: { unique: ['emails.value'] } } }),
    );
    const emails = range(150).map((n) => ({ value: `ann.${n}@example.com`, type: `t${n}` }));
    const answer = await client.post('/Users', userBody('ann', { emails }));
    expect(answer).toMatchObject({ status: 413, body: { detail: expect.stringContaining('fewer') } });
    expect((await client.get('/Users?count=0')).body.totalResults).toBe(0);
  });

  test('keeps policies and accounts within bounds', async () => {
    const create = (policy: object) => endpoint.manage('POST', '/manage/tenants', { name: 'Bounds', policy });
    const refused = (detail: string) => ({ status: 400, body: { detail: expect.stringContaining(detail) } });
    const attributes = Object.fromEntries(range(101).map((n) => [`a${n}`, 'title']));
    expect(await create({ accounts: { attributes } })).toMatchObject(refused('send at most 100'));
    const toTeams = range(1_001).map((n) => ({ group: `g${n}`, team: 't' }));
    expect(await create({ groups: { toTeams } })).toMatchObject(refused('policy.groups.toTeams has 1001'));
    expect((await create({ groups: { toTeams: toTeams.slice(1) } })).status).toBe(201);
    const administrators = [`ann@${'sub.'.repeat(300)}example.com`];
    expect(await create({ notifications: { administrators } })).toMatchObject(
      refused('policy.notifications.administrators.0 has 1215 characters: send at most 1000'),
    );

    const policy = { accounts: { enabled: true } };
    const client = clientOf(await endpoint.createTenant({ name: 'Accounts', policy }));
    const user = (length: number) => userBody('ann', { title: 'x'.repeat(length) });
    expect(await client.post('/Users', user(1_001))).toMatchObject(refused('title must not exceed 1000'));
    expect((await client.post('/Users', user(1_000))).status).toBe(201);
  });

  test('leaves bulk requests to do more than one batch in a group, in a tenant with accounts', async () => {
    const client = clientOf(
      await endpoint.createTenant({ name: 'Bulk', policy: { accounts: { enabled: true } } }),
    );
    const users = await inParallel(range(200), 16, (n) => client.user(`user.${n}`));
    const group = await client.group('large');
    const value = users.map(({ id }) => ({ value: id }));
    const operation = { op: 'add', path: 'members', value };
    const patch = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] };
    const bulk = async (...Operations: readonly object[]) =>
      (
        await client.post('/Bulk', {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
          Operations,
        })
      ).body.Operations;
    const path = `/Groups/${group.id}`;
    expect(await bulk({ method: 'PATCH', path, data: patch })).toMatchObject([{ status: '200' }]);
    expect((await client.get(path)).body.members).toHaveLength(200);
    expect(await bulk({ method: 'DELETE', path })).toMatchObject([{ status: '204' }]);
    expect((await client.get(`/Users/${users[150]?.id}`)).body.groups ?? []).toEqual([]);
  });
});

describe(`D2: a group of ${size} members`, { timeout }, () => {
  let folder: string;
  let tenantId: string;
  let group: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-large-'));
    const store = await openData(folder);
    const tenants = createTenants({ store, now: Date.now, newId, recordDays: 1 });
    const tenant = await tenants.by({ credential: 'test', requestId: newId() }).create({ name: 'Large' });
    const { groupId = '' } = await populate(benchScope(store, tenant.id), {
      users: size,
      members: size,
      records: false,
    });
    await store.close();
    [tenantId, group] = [tenant.id, groupId];
  }, timeout);
  afterAll(() => rm(folder, { recursive: true }));

  async function start(): Promise<{ endpoint: Endpoint; client: Client }> {
    const endpoint = await startEndpoint({ profile: 'entra', data: folder });
    const { body } = await endpoint.manage('POST', `/manage/tenants/${tenantId}/keys`, {});
    return { endpoint, client: clientOf({ tenantUrl: body.tenantUrl, token: body.key }) };
  }

  test('is emptied by one PATCH as a whole, though the endpoint is killed amid it', async () => {
    const first = await start();
    const remove = [{ op: 'remove', path: 'members' }];
    const emptied = first.client.patch(`/Groups/${group}`, remove).catch(() => undefined);
    await delay(500 + drawnChoices(1).next() * 1_500);
    await first.endpoint.kill();
    await emptied;

    const { endpoint, client } = await start();
    const members: readonly Created[] = (await client.get(`/Groups/${group}`)).body.members ?? [];
    expect([0, size]).toContain(members.length);
    expect((await client.patch(`/Groups/${group}`, remove)).status).toBe(204);
    expect((await client.get(`/Groups/${group}`)).body.members ?? []).toEqual([]);
    await endpoint.stop();
  });
});

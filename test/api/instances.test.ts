import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Front } from '../emulator/front.ts';
import { emulatorKey, startEmulator } from '../emulator/vercel.ts';
import { type Endpoint, scim, startEndpoint, type TenantAccess } from '../support/endpoint.ts';
import { type Client, type Created, clientOf, inParallel, patchBody, range, userBody } from './client.ts';

let emulator: Front;
/** Where the hosts keep the default tenant's key, of which a tenant may have only two. */
let data: string;
let one: Endpoint;
let other: Endpoint;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'muster-instances-'));
  emulator = await startEmulator();
  one = await startInstance();
  other = await startInstance();
});
afterAll(async () => {
  await Promise.all([one.stop(), other.stop()]);
  await emulator.close();
  await rm(data, { recursive: true });
});

function startInstance(env: Readonly<Record<string, string>> = {}): Promise<Endpoint> {
  const account = { COSMOS_ENDPOINT: emulator.endpoint, COSMOS_DATABASE: 'shared', COSMOS_KEY: emulatorKey };
  return startEndpoint({ data, env: { ...account, ...env } });
}

/** The same tenant at another instance. */
const at = ({ baseUrl }: Endpoint, { tenantUrl, token }: TenantAccess): TenantAccess => ({
  tenantUrl: baseUrl + new URL(tenantUrl).pathname,
  token,
});

/** A tenant of its own, at both instances. */
async function openTenant(name: string): Promise<readonly [Client, Client]> {
  const tenant = await one.createTenant({ name, profile: 'entra' });
  return [clientOf(tenant), clientOf(at(other, tenant))];
}

const idsOf = (resources: readonly Created[]) => resources.map(({ id }) => id);
const statusesOf = (answers: readonly { status: number }[]) => answers.map(({ status }) => status).sort();

describe('two instances on one account', () => {
  test('what one writes the other finds at once: by id, by key and in a list', async () => {
    const [here, there] = await openTenant('Found');
    for (const round of range(10)) {
      const [writer, reader] = round % 2 === 0 ? [here, there] : [there, here];
      const user = await writer.user(`user.${round}`, { externalId: `external-${round}` });
      const group = await writer.group(`group.${round}`, [user.id]);

      expect((await reader.get(`/Users/${user.id}`)).body.groups).toMatchObject([{ value: group.id }]);
      expect(idsOf(await reader.find('/Users', `userName eq "USER.${round}"`))).toEqual([user.id]);
      expect(idsOf(await reader.find('/Users', `externalId eq "external-${round}"`))).toEqual([user.id]);
      expect((await reader.get('/Users?count=0')).body.totalResults).toBe(round + 1);
      expect((await reader.get(`/Groups/${group.id}`)).body.members).toMatchObject([{ value: user.id }]);
    }
  });

  test('one userName that both are given is created once', async () => {
    const clients = await openTenant('Unique');
    const outcomes = await inParallel(range(40), 4, async (round) =>
      statusesOf(
        await Promise.all(clients.map((client) => client.post('/Users', userBody(`race.${round}`)))),
      ),
    );
    expect(new Set(outcomes.map(String))).toEqual(new Set(['201,409']));
    expect((await clients[0].get('/Users?count=0')).body.totalResults).toBe(40);
  });

  test('members that both add to one group at once are all in it', async () => {
    const clients = await openTenant('Members');
    const users = await inParallel(range(24), 8, (n) => clients[0].user(`member.${n}`));
    const group = await clients[0].group('shared');
    const answers = await inParallel(users, 12, ({ id }, n) =>
      (clients[n % 2] as Client).patch(`/Groups/${group.id}`, [
        { op: 'add', path: 'members', value: [{ value: id }] },
      ]),
    );
    expect(new Set(statusesOf(answers))).toEqual(new Set([204]));
    const { members } = (await clients[1].get(`/Groups/${group.id}`)).body;
    expect(members.map(({ value }: { value: string }) => value).sort()).toEqual(idsOf(users).toSorted());
  });

  test('D6: of racing writers at both, none is answered 409 or 412 and nothing is lost', async () => {
    const clients = await openTenant('Crowd');
    const { id } = await clients[0].user('crowd');
    const answers = await Promise.all(
      range(24).map((n) =>
        (clients[n % 2] as Client).patch(`/Users/${id}`, [
          { op: 'add', path: 'roles', value: [{ value: `role ${n}` }] },
        ]),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 204);
    expect(refused.length).toBeLessThanOrEqual(1);
    for (const { status, headers } of refused) {
      expect([status, headers.has('retry-after')]).toEqual([503, true]);
    }
    expect((await clients[1].get(`/Users/${id}`)).body.roles).toHaveLength(24 - refused.length);
  });

  test.each([
    ['startIndex', (_: Created, page: number) => `startIndex=${page * 7 + 1}`],
    ['a cursor', (last: Created) => `cursor=${encodeURIComponent(last.nextCursor ?? '')}`],
  ])('a walk by %s goes on at the other instance', async (_, next) => {
    const clients = await openTenant('Walk');
    const users = await inParallel(range(30), 8, (n) => clients[0].user(`walker.${n}`));
    const met: string[] = [];
    let last: Created = { id: '' };
    for (const page of range(5)) {
      const client = clients[page % 2] as Client;
      last = (await client.get(`/Users?count=7&${next(last, page)}`)).body;
      met.push(...idsOf(last.Resources));
    }
    expect(met).toEqual(idsOf(users).toSorted());
  });

  test('a bulk request that is repeated at the other instance does nothing twice', async () => {
    const clients = await openTenant('Bulk');
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: range(20).map((n) => ({
        method: 'POST',
        path: '/Users',
        bulkId: `b${n}`,
        data: userBody(`bulk.${n}`),
      })),
    };
    const locations = async (client: Client) => {
      const answer = await client.post('/Bulk', body);
      expect(answer.status).toBe(200);
      return answer.body.Operations.map(({ location }: { location: string }) => location.split('/').at(-1));
    };
    expect(await locations(clients[1])).toEqual(await locations(clients[0]));
    expect((await clients[0].get('/Users?count=0')).body.totalResults).toBe(20);
  });

  test('a version that one has changed is refused by the other', async () => {
    const [here, there] = await openTenant('Versions');
    const { id, meta } = await here.user('versioned');
    const change = [{ op: 'replace', path: 'title', value: 'Changed' }];
    const headers = { 'if-match': meta.version };
    expect((await there.patch(`/Users/${id}`, change, headers)).status).toBe(204);
    expect((await here.send('PATCH', `/Users/${id}`, patchBody(change), headers)).status).toBe(412);
  });
});

/** How many times faster than all others the clock of an instance runs. */
const pace = 12;
const fastClock = `const now = Date.now, start = now(); Date.now = () => start + ${pace} * (now() - start)`;

describe('a key', () => {
  test('works at the other instance at once, and once revoked at one is refused there within 60 s', async () => {
    const hasty = await startInstance({
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fastClock)}`,
    });
    const tenant = await one.createTenant({ name: 'Keys' });
    const keys = `/manage/tenants/${tenant.tenantId}/keys`;
    const { body } = await one.manage('POST', keys, { label: 'To be revoked' });
    const access = { ...tenant, token: body.key };
    const knock = async (instance: Endpoint) => (await scim(at(instance, access), 'GET', '/Users')).status;
    for (const instance of [one, other, hasty]) expect(await knock(instance)).toBe(200);

    expect((await one.manage('DELETE', `${keys}/${body.id}`)).status).toBe(204);
    const revoked = performance.now();
    expect(await knock(one)).toBe(401);
    expect(await knock(hasty), 'the cache that the bound is about').toBe(200);
    let accepted = revoked;
    for (let sent = revoked; (await knock(hasty)) === 200; sent = performance.now()) {
      accepted = sent;
      await delay(50);
    }
    expect(((accepted - revoked) / 1_000) * pace).toBeLessThan(60);
    expect(await knock(hasty)).toBe(401);
    await hasty.stop();
  });
});

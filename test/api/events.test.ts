import { beforeAll, describe, expect, test } from 'vitest';
import { type Endpoint, startEndpoint, type TenantAccess } from '../support/endpoint.ts';
import { clientOf } from './client.ts';

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await startEndpoint({ env: { MUSTER_LOG: 'warning' } });
  return () => endpoint.stop();
});

type Tenant = TenantAccess & { readonly tenantId: string };

let named = 0;
function tenantWith(policy: object = {}): Promise<Tenant> {
  named += 1;
  return endpoint.createTenant({ name: `Events ${named}`, policy: { ...policy } });
}

async function eventsOf({ tenantId }: Tenant, query = '') {
  const { status, body } = await endpoint.manage('GET', `/manage/tenants/${tenantId}/events${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

const typesOf = async (tenant: Tenant, query = '') =>
  (await eventsOf(tenant, query)).events.map(({ type }: { type: string }) => type);

describe('the feed', () => {
  test('tells each change once and in order, at once after the answer, with the object as it is now', async () => {
    const tenant = await tenantWith();
    const client = clientOf(tenant);
    const { id } = await client.user('ann', { externalId: 'x-1', title: 'Dr.' });
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Prof.' }]);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: true }]);
    const { events, next } = await eventsOf(tenant);
    expect(events.map(({ type }: { type: string }) => type)).toEqual([
      'user.created',
      'user.updated',
      'user.deactivated',
      'user.activated',
    ]);
    expect(events.map(({ sequence }: { sequence: string }) => Number(sequence))).toEqual([1, 2, 3, 4]);
    expect(events.map(({ data }: { data: { revision: number } }) => data.revision)).toEqual([1, 2, 3, 4]);
    expect(events[0]).toMatchObject({
      specversion: '1.0',
      source: `${endpoint.baseUrl}/tenants/${tenant.tenantId}`,
      subject: `users/${id}`,
      data: {
        object: { id, version: 4, title: 'Prof.', userName: 'ann' },
        user: { id, externalId: 'x-1', userName: 'ann' },
      },
    });
    await client.delete(`/Users/${id}`);
    const later = await eventsOf(tenant, `?after=${next}`);
    expect(later.events).toMatchObject([
      { type: 'user.deleted', sequence: '00000000000000000005', data: { object: null, externalId: 'x-1' } },
    ]);
    expect((await eventsOf(tenant, `?after=${later.next}`)).events).toEqual([]);
  });

  test('names the members that join and leave, also in groups of any size', async () => {
    const tenant = await tenantWith();
    const client = clientOf(tenant);
    const users = [];
    for (let n = 0; n < 120; n += 1) users.push((await client.user(`u${n}`)).id);
    const group = await client.group('staff', users);
    await client.patch(`/Groups/${group.id}`, [{ op: 'remove', path: `members[value eq "${users[0]}"]` }]);
    const { events } = await eventsOf(tenant, '?types=group.');
    expect(events[0].type).toBe('group.created');
    const added = events.flatMap(({ data }: { data: { added?: string[] } }) => data.added ?? []);
    expect(added.toSorted()).toEqual(users.toSorted());
    expect(events.at(-1)).toMatchObject({ type: 'group.members_changed', data: { removed: [users[0]] } });
    for (const { data } of events) expect((data.added ?? []).length).toBeLessThanOrEqual(100);
  });

  test('tells of accounts and teams, with the user by its names', async () => {
    const tenant = await tenantWith({ accounts: { enabled: true } });
    const client = clientOf(tenant);
    const { id } = await client.user('ann', { externalId: 'x-1' });
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    const { events } = await eventsOf(tenant, '?types=account.');
    expect(events.map(({ type }: { type: string }) => type)).toEqual([
      'account.activated',
      'account.disabled',
    ]);
    expect(events[1].data).toMatchObject({
      reason: 'deactivatedByClient',
      object: { state: 'disabled', version: 2 },
      user: { id, externalId: 'x-1', userName: 'ann' },
    });
    const path = `/manage/tenants/${tenant.tenantId}/teams`;
    const { body: team } = await endpoint.manage('POST', path, { name: 'Night' });
    const byHand = { login: 'hand', attributes: { email: 'hand@example.com' } };
    const { body: account } = await endpoint.manage('POST', path.replace('teams', 'accounts'), byHand);
    await endpoint.manage('PUT', `${path}/${team.id}/members/${account.id}`);
    await endpoint.manage('PATCH', `${path}/${team.id}`, { name: 'Day' });
    expect(await typesOf(tenant, '?types=team.')).toEqual([
      'team.created',
      'team.members_changed',
      'team.updated',
    ]);
  });

  test('answers who waits as soon as something happens', async () => {
    const tenant = await tenantWith();
    const client = clientOf(tenant);
    const { next } = await eventsOf(tenant, '?from=now');
    const started = performance.now();
    const waiting = typesOf(tenant, `?after=${next}&wait=20`);
    await client.user('ann');
    expect(await waiting).toEqual(['user.created']);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('begins at a time, and pages', async () => {
    const tenant = await tenantWith();
    const client = clientOf(tenant);
    for (let n = 0; n < 7; n += 1) await client.user(`u${n}`);
    const { events } = await eventsOf(tenant);
    const from = encodeURIComponent(events[3].time);
    const found = await eventsOf(tenant, `?from=${from}&limit=2`);
    expect(found.events.map(({ id }: { id: string }) => id)).toContain(events[3].id);
    const rest = await eventsOf(tenant, `?after=${found.next}`);
    const told = [...found.events, ...rest.events].map(({ id }: { id: string }) => id);
    expect(told).toEqual(events.slice(-told.length).map(({ id }: { id: string }) => id));
  });

  test.each([
    ['?after=nonsense', 400, 'The cursor is not one of this feed'],
    ['?from=now&after=x', 400, 'from'],
    ['?from=yesterday', 400, 'from'],
    ['?types=User', 400, 'types'],
    ['?wait=21', 400, 'wait'],
  ])('refuses %s', async (query, status, detail) => {
    const tenant = await tenantWith();
    const answer = await endpoint.manage('GET', `/manage/tenants/${tenant.tenantId}/events${query}`);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toContain(detail);
  });

  test('refuses a cursor of another tenant', async () => {
    const [one, other] = [await tenantWith(), await tenantWith()];
    const { next } = await eventsOf(one);
    const { status } = await endpoint.manage('GET', `/manage/tenants/${other.tenantId}/events?after=${next}`);
    expect(status).toBe(400);
  });
});

describe('the snapshot', () => {
  test('has all that a tenant has, page by page, and a cursor that the feed takes', async () => {
    const tenant = await tenantWith({ accounts: { enabled: true } });
    const client = clientOf(tenant);
    const users = [(await client.user('ann')).id, (await client.user('bob')).id];
    const group = await client.group('staff', users);
    const path = `/manage/tenants/${tenant.tenantId}/snapshot`;
    const rows = [];
    let page = await endpoint.manage('GET', `${path}?limit=2`);
    const { next } = page.body;
    await client.user('late');
    for (; page.body.next; page = await endpoint.manage('GET', `${path}?limit=2&after=${page.body.next}`)) {
      expect(page.body.rows.length).toBeLessThanOrEqual(2);
      expect(page.body.cursor).toBeUndefined();
      rows.push(...page.body.rows);
    }
    rows.push(...page.body.rows);
    const { events } = await eventsOf(tenant, `?after=${page.body.cursor}`);
    const common = rows.filter(({ object }) => object?.userName !== 'late' && object?.login !== 'late');
    expect(common.map(({ type }) => type)).toEqual([
      ...['user', 'user', 'group', 'account', 'account', 'member', 'member'],
    ]);
    expect(rows[0]).toMatchObject({ type: 'user', object: { id: users[0], userName: 'ann', version: 1 } });
    expect(rows.at(-1)).toEqual({ type: 'member', group: group.id, member: expect.any(String) });
    expect(events.map(({ type }: { type: string }) => type)).toContain('user.created');
    expect(events[0].data.user.userName).toBe('late');
    const other = await tenantWith();
    const refused = await endpoint.manage('GET', `/manage/tenants/${other.tenantId}/snapshot?after=${next}`);
    expect(refused.status).toBe(400);
    expect((await endpoint.manage('GET', `${path}?limit=1001`)).status).toBe(400);
  });
});

describe('acknowledgements', () => {
  test('say up to where the feed is applied and since when, and never go back', async () => {
    const tenant = await tenantWith();
    const path = `/manage/tenants/${tenant.tenantId}/events`;
    const acknowledge = (cursor: string) => endpoint.manage('POST', `${path}/ack`, { cursor });
    const { next: empty } = await eventsOf(tenant);
    const client = clientOf(tenant);
    for (const name of ['ann', 'bob', 'cyd']) await client.user(name);
    const started = new Date().toISOString();
    const first = await eventsOf(tenant, '?limit=1');
    const whole = await eventsOf(tenant);
    expect((await acknowledge(empty)).body).toMatchObject({ sequence: 0, lag: 3 });
    expect((await acknowledge(first.next)).body).toMatchObject({ sequence: 1, lag: 2 });
    const { body: last } = await acknowledge(whole.next);
    expect(last).toMatchObject({ credential: 'management', sequence: 3, lag: 0 });
    expect(last.time >= started && last.time > whole.events[2].time).toBe(true);
    for (const earlier of [first.next, empty]) expect((await acknowledge(earlier)).body).toEqual(last);
    expect((await acknowledge(whole.next)).body).toEqual(last);
    await client.user('dan');
    await eventsOf(tenant);
    const { body } = await endpoint.manage('GET', `${path}/acks`);
    expect(body).toEqual({ acknowledgements: [{ ...last, lag: 1 }] });
  });

  test('refuse what is no cursor of the feed', async () => {
    const [one, other] = [await tenantWith(), await tenantWith()];
    const { next } = await eventsOf(one);
    const path = `/manage/tenants/${other.tenantId}/events`;
    for (const body of [{ cursor: next }, { cursor: 'x' }, { cursor: 'x'.repeat(5_000) }, {}]) {
      expect((await endpoint.manage('POST', `${path}/ack`, body)).status).toBe(400);
    }
    expect((await endpoint.manage('GET', `${path}/acks`)).body).toEqual({ acknowledgements: [] });
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, send } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, clientOf, inParallel, range } from './client.ts';

let endpoint: SharedEndpoint;
let client: Client;
let tenantId: string;
let key: string;

const people = 120;
const families = ['Smith', 'smithson', 'SMYTH', 'Ångström', 'Jones', 'Åberg'];
const familyOf = (n: number) => families[n % families.length] ?? '';
const numbered = (n: number) => String(n).padStart(3, '0');

beforeAll(async () => {
  endpoint = await shareEndpoint();
  const policy = { accounts: { enabled: true }, groups: { teams: 'each' } };
  const tenant = await endpoint.createTenant({ name: 'Read', policy });
  ({ tenantId } = tenant);
  client = clientOf(tenant);
  await inParallel(range(people), 8, (n) =>
    client.user(`User.${numbered(n)}@a.com`, {
      externalId: `X-${n}`,
      displayName: `Person ${numbered(n)}`,
      name: { familyName: familyOf(n) },
      emails: [{ value: `Mail${numbered(n)}@a.com`, type: 'work', primary: true }],
    }),
  );
  key = (await endpoint.manage('POST', `/manage/tenants/${tenantId}/app-keys`, { label: 'Reader' })).body.key;
});

/** Reads with an app key, which may read only. */
function read(path: string, query: Record<string, string> = {}): Promise<Answer> {
  const url = `${endpoint.baseUrl}/api/v1/tenants/${tenantId}/${path}?${new URLSearchParams(query)}`;
  return send(url, { method: 'GET', headers: { authorization: `Bearer ${key}` } });
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into rows of every shape
type Row = any;

/** Reads a list to its end. Each page examines little more than its rows. */
async function readAll(list: string, query: Record<string, string>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const answer = await read(list, { ...query, ...(after && { after }) });
    expect(answer.status).toBe(200);
    const page: readonly Row[] = answer.body[list];
    const [, examined] = /examined=(\d+)/.exec(answer.headers.get('x-muster-cost') ?? '') ?? [];
    if (list === 'users') expect(Number(examined)).toBeLessThanOrEqual(page.length + 1);
    rows.push(...page);
    after = answer.body.next;
  } while (after !== undefined);
  return rows;
}

const idsIn = (rows: readonly Row[]) => rows.map(({ id }) => id);
const userNames = (rows: readonly Row[]) => rows.map(({ userName }) => userName);

describe('a list of users', () => {
  test('has all of them in the order of their creation, whatever the size of a page', async () => {
    const [small, large] = [
      await readAll('users', { limit: '7' }),
      await readAll('users', { limit: '1000' }),
    ];
    expect(large).toHaveLength(people);
    expect(small).toEqual(large);
    const { userName, externalId, version, created, lastModified } = large[0];
    expect({ userName, externalId, version }).toEqual({ userName, externalId, version: 1 });
    expect([Date.parse(created), Date.parse(lastModified)]).toEqual([expect.any(Number), expect.any(Number)]);
  });

  test.each([
    ['userName', 'uSER.01', 10],
    ['email', 'MAIL11', 10],
    ['displayName', 'person 00', 10],
    ['familyName', 'smi', 40],
    ['familyName', 'SMITH', 40],
    ['familyName', 'ÅNG', 20],
    ['familyName', 'å', 40],
    ['familyName', 'nobody', 0],
    ['userName', '@', 0],
    ['userName', 'user.%', 0],
  ])('is selected by the beginning of %s, without regard to case: %s', async (name, text, number) => {
    await readAll('users', { [name]: text });
    const found = await readAll('users', { [name]: text, limit: '6' });
    expect(new Set(idsIn(found)).size).toBe(number);
    expect(found).toHaveLength(number);
  });

  test('is selected by an external id, in which case counts', async () => {
    expect(userNames(await readAll('users', { externalId: 'X-7' }))).toEqual(['User.007@a.com']);
    expect(await readAll('users', { externalId: 'x-7' })).toEqual([]);
  });

  test('is selected by the time of a change, and has those of that time and later in order', async () => {
    const [first, second, third] = await readAll('users', { limit: '1000' });
    for (const { id } of [second, first])
      await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Chief' }]);
    const { lastModified: changedSince, version } = (await read(`users/${second.id}`)).body;
    expect(version).toBe(2);
    const found = await readAll('users', { changedSince, limit: '1' });
    expect(idsIn(found)).toEqual([second.id, first.id]);
    expect(idsIn(await readAll('users', { changedSince: '2001-01-01T00:00:00+01:00' }))).toContain(third.id);
  });

  test.each([
    [{ userName: 'a', externalId: 'b' }, 'one parameter at a time'],
    [{ email: 'a', changedSince: '2030-01-01T00:00:00Z' }, 'one parameter at a time'],
    [{ after: 'nonsense' }, 'Parameter after'],
    [{ limit: '1001' }, 'limit'],
    [{ limit: '0' }, 'limit'],
    [{ userName: '' }, 'userName'],
    [{ changedSince: 'yesterday' }, 'changedSince'],
    [{ filter: 'userName sw "a"' }, 'filter'],
  ])('is refused with %j', async (query, words) => {
    const { status, body } = await read('users', query as Record<string, string>);
    expect([status, body.detail]).toEqual([400, expect.stringContaining(words)]);
  });
});

describe('a list of accounts', () => {
  test('is selected by what the users have, and by state', async () => {
    const found = await readAll('accounts', { familyName: 'smith', limit: '15' });
    expect(found).toHaveLength(40);
    expect(found[0]).toMatchObject({ state: 'active', user: expect.any(String), role: 'user' });
    expect(await readAll('accounts', { familyName: 'smith', state: 'disabled' })).toEqual([]);
    const [one] = await readAll('accounts', { externalId: 'X-9' });
    expect(one).toMatchObject({ attributes: { email: 'Mail009@a.com' } });
    expect(await readAll('accounts', { state: 'active', limit: '1000' })).toHaveLength(people);
    expect(await readAll('accounts', { state: 'active', limit: '50' })).toHaveLength(people);
  });
});

describe('lists of groups and teams', () => {
  test('are selected by the beginning of a name and by an external id, and tell members', async () => {
    const users = await readAll('users', { userName: 'user.00' });
    for (const name of ['Engineers', 'engine room', 'Empty', 'Sales']) {
      const members = name === 'Empty' ? [] : idsIn(users).map((value) => ({ value }));
      const { status } = await client.post('/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        ...{ displayName: name, externalId: `G-${name}`, members },
      });
      expect(status).toBe(201);
    }
    const names = (rows: readonly Row[]) => rows.map(({ displayName, name }) => displayName ?? name).sort();
    const engineers = await readAll('groups', { displayName: 'ENG', limit: '1' });
    expect(names(engineers)).toEqual(['Engineers', 'engine room']);
    expect(engineers[0]).toMatchObject({ memberCount: users.length, version: expect.any(Number) });
    expect(names(await readAll('groups', { displayName: 'e' }))).toEqual([
      'Empty',
      'Engineers',
      'engine room',
    ]);
    expect(names(await readAll('groups', { externalId: 'G-Sales' }))).toEqual(['Sales']);

    expect(names(await readAll('teams', { name: 'e', limit: '1' }))).toEqual(['Engineers', 'engine room']);
    expect(names(await readAll('teams', { externalId: 'G-Sales' }))).toEqual(['Sales']);
    expect(names(await readAll('teams', { externalId: 'G-Empty' }))).toEqual([]);
    const central = 'SCIM Synchronized';
    expect(names(await readAll('teams', { name: 'scim' }))).toEqual([central]);
    const all = names(await readAll('teams', { limit: '2' }));
    expect(all).toEqual(['Engineers', central, 'Sales', 'engine room']);

    const { id } = engineers[0];
    expect((await read(`groups/${id}`)).body).toEqual(engineers[0]);
    const pages = [await read(`groups/${id}/members`, { limit: '6' })];
    pages.push(await read(`groups/${id}/members`, { limit: '6', after: pages[0]?.body.next }));
    expect(idsIn(pages.flatMap(({ body }) => body.members)).sort()).toEqual(idsIn(users).sort());
    expect((await read(`teams/${id}/members`, { limit: '1000' })).body.members).toHaveLength(users.length);
    expect((await read('groups/nothing')).status).toBe(404);
    expect((await read('groups/nothing/members')).status).toBe(404);
  });
});

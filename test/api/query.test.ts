import { beforeAll, describe, expect, test } from 'vitest';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, type Created, clientOf, enterpriseUrn, errorUrn, inParallel, range } from './client.ts';

let endpoint: SharedEndpoint;
let client: Client;
let paged: Client;
let ids: Readonly<Record<string, string>>;
const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const listUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

const people = {
  ada: {
    externalId: 'Ext-A',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    displayName: 'Ada "the first" Lovelace',
    active: true,
    title: 'Countess',
    emails: [
      { value: 'Ada@Work.example', type: 'work', primary: true },
      { value: 'ada@home.example', type: 'home' },
    ],
    [enterpriseUrn]: { department: 'Engines', employeeNumber: '007', manager: { value: 'M-1' } },
  },
  grace: {
    externalId: 'Ext-G',
    name: { givenName: 'Grace', familyName: 'Hopper' },
    displayName: 'Grace Hopper',
    active: false,
    emails: [{ value: 'grace@home.example', type: 'work' }],
    roles: [{ value: 'Admiral', primary: true }],
    [enterpriseUrn]: { department: 'Navy' },
  },
  edsger: { displayName: 'Édsger', active: true, profileUrl: 'https://example.com/Edsger' },
};

beforeAll(async () => {
  endpoint = await shareEndpoint();
  client = clientOf(await endpoint.createTenant({ name: 'Query', profile: 'rfc' }));
  paged = clientOf(await endpoint.createTenant({ name: 'Paged', profile: 'rfc' }));
  const created: Record<string, string> = {};
  for (const [name, attributes] of Object.entries(people))
    created[name] = (await client.user(name, attributes)).id;
  const group = await client.group('Engineers', [created.ada ?? '', created.grace ?? '']);
  const empty = await client.group('Nobody');
  ids = { ...created, group: group.id, empty: empty.id };
});

/** Puts ids for their names in braces. */
const filled = (filter: string) => filter.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name);
const search = (path: string, filter: string) =>
  client.get(`${path}?filter=${encodeURIComponent(filled(filter))}`);

describe('GET /Users?filter=', () => {
  test.each([
    ['userName eq "ADA"', ['ada']],
    ['USERNAME EQ "ada"', ['ada']],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ada"', ['ada']],
    ['userName eq "nobody"', []],
    ['userName ne "ada"', ['grace', 'edsger']],
    ['externalId eq "Ext-A"', ['ada']],
    ['externalId eq "ext-a"', []],
    ['id eq "{ada}"', ['ada']],
    ['id eq "unique:user:userName:x"', []],
    ['displayName eq "ada \\"THE first\\" lovelace"', ['ada']],
    ['displayName sw "grace"', ['grace']],
    ['displayName co "HOPP"', ['grace']],
    ['displayName ew "Lovelace"', ['ada']],
    ['displayName eq "éDSGER"', ['edsger']],
    ['displayName eq "E\u0301dsger"', ['edsger']],
    ['displayName gt "b"', ['grace', 'edsger']],
    ['name.familyName eq "hopper"', ['grace']],
    ['name pr', ['ada', 'grace']],
    ['not (name pr)', ['edsger']],
    ['title pr', ['ada']],
    ['active eq true', ['ada', 'edsger']],
    ['active ne true', ['grace']],
    ['profileUrl eq "https://example.com/Edsger"', ['edsger']],
    ['profileUrl eq "https://example.com/edsger"', []],
    ['emails eq "ada@work.example"', ['ada']],
    ['emails.value co "home"', ['ada', 'grace']],
    ['emails[type eq "work"].value eq "ada@work.example"', ['ada']],
    ['emails[type eq "work" and value ew "home.example"]', ['grace']],
    ['emails[type eq "home" and primary eq true]', []],
    ['emails.type eq "home" and emails.primary eq true', ['ada']],
    ['not (emails pr)', ['edsger']],
    ['roles[value eq "admiral"]', ['grace']],
    [`${enterpriseUrn}:department eq "engines"`, ['ada']],
    [`${enterpriseUrn}:manager.value eq "M-1"`, ['ada']],
    [`${enterpriseUrn}:manager eq "m-1"`, []],
    [`${enterpriseUrn}:employeeNumber pr or title pr`, ['ada']],
    ['meta.created gt "2020-01-01T00:00:00Z"', ['ada', 'grace', 'edsger']],
    ['meta.lastModified lt "2020-01-01T01:00:00+01:00"', []],
    ['meta.resourceType eq "User"', ['ada', 'grace', 'edsger']],
    ['schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', ['ada', 'grace']],
    ['groups.value eq "{group}"', ['ada', 'grace']],
    ['groups[value eq "{group}"]', ['ada', 'grace']],
    ['groups.value eq "{empty}" or userName eq "edsger"', ['edsger']],
    ['groups.value eq "{group}" and active eq true', ['ada']],
    ['not (groups.value eq "{group}")', ['edsger']],
    ['id eq "{ada}" and groups.value eq "{group}"', ['ada']],
    ['id eq "{edsger}" and groups.value eq "{group}"', []],
    ['userName eq "ada" and active eq false', []],
    ['active eq true and (title pr or displayName sw "é")', ['ada', 'edsger']],
    ['title pr or active eq false and name.givenName eq "x"', ['ada']],
    [`id eq "{ada}" and ${enterpriseUrn}:manager eq "M-1"`, ['ada']],
  ] as const)('%s', async (filter, names) => {
    const { status, body } = await search('/Users', filter);
    expect(status).toBe(200);
    expect(body.Resources.map(({ userName }: Created) => userName)).toEqual(names);
    expect(body).toMatchObject({
      schemas: [listUrn],
      totalResults: names.length,
      startIndex: 1,
      itemsPerPage: names.length,
    });
  });

  test.each([
    '',
    'userName',
    'userName eq',
    'userName eq "x',
    'userName xx "x"',
    'userName eq ada',
    'shoeSize eq 1',
    'password eq "x"',
    'active eq "true"',
    'active gt true',
    'userName eq 5',
    'meta.created gt "yesterday"',
    'groups pr',
    'groups.display eq "x"',
    'members.value eq "x"',
    '(userName eq "x"',
    'emails[type eq "work"',
    'userName eq "x" and',
  ])('%j is invalidFilter', async (filter) => {
    expect(await search('/Users', filter)).toMatchObject({
      status: 400,
      body: { schemas: [errorUrn], status: '400', scimType: 'invalidFilter', detail: expect.any(String) },
    });
  });
});

describe('GET /Groups?filter=', () => {
  test.each([
    ['displayName eq "engineers"', ['Engineers']],
    ['displayName sw "n"', ['Nobody']],
    ['members.value eq "{ada}"', ['Engineers']],
    ['members[value eq "{ada}"]', ['Engineers']],
    ['members eq "{ada}"', ['Engineers']],
    ['members.value eq "{edsger}"', []],
    ['members.value eq "{edsger}" or members.value eq "{grace}"', ['Engineers']],
    ['members pr', ['Engineers']],
    ['not (members pr)', ['Nobody']],
    ['not (members.value eq "{ada}")', ['Nobody']],
    ['id eq "{group}" and members.value eq "{ada}"', ['Engineers']],
    ['id eq "{group}" and members eq "{edsger}"', []],
    ['id eq "{empty}" and not (members eq "{ada}")', ['Nobody']],
    ['displayName eq "engineers" and members.value eq "{grace}"', ['Engineers']],
  ] as const)('%s', async (filter, names) => {
    const { status, body } = await search('/Groups', filter);
    expect(status).toBe(200);
    expect(body.Resources.map(({ displayName }: Created) => displayName)).toEqual(names);
    expect(body.totalResults).toBe(names.length);
  });

  test('members.display cannot be compared', async () => {
    expect(await search('/Groups', 'members.display eq "x"')).toMatchObject({
      status: 400,
      body: { scimType: 'invalidFilter' },
    });
  });
});

describe('paging', () => {
  const total = 57;
  const page = async (startIndex: number, count: number, filter?: string) => {
    const query = `startIndex=${startIndex}&count=${count}${filter ? `&filter=${encodeURIComponent(filter)}` : ''}`;
    return (await paged.get(`/Users?${query}`)).body;
  };
  const namesOf = ({ Resources }: { Resources: readonly Created[] }) =>
    Resources.map(({ userName }) => userName);
  const walk = async (count: number, filter?: string, between: () => Promise<unknown> = async () => {}) => {
    const names: string[] = [];
    for (;;) {
      const found = await page(names.length + 1, count, filter);
      names.push(...namesOf(found));
      if (found.itemsPerPage === 0) return names;
      await between();
    }
  };

  beforeAll(async () => {
    for (const number of range(total)) await paged.user(`p${number}`, { active: number % 2 === 0 });
  });

  test('gives the users in the order of their creation, and the totals', async () => {
    const found = await page(1, 10);
    expect(namesOf(found)).toEqual(range(10).map((number) => `p${number}`));
    expect(found).toMatchObject({ schemas: [listUrn], totalResults: total, startIndex: 1, itemsPerPage: 10 });
  });

  test.each([1, 7, 10, 57, 100])('by %i gives every user exactly once', async (count) => {
    expect(await walk(count)).toEqual(range(total).map((number) => `p${number}`));
    expect(await walk(count, 'active eq false')).toEqual(
      range(total).flatMap((number) => (number % 2 ? [`p${number}`] : [])),
    );
  });

  test('jumps to any startIndex, there and back', async () => {
    for (const startIndex of [41, 57, 11, 1, 23]) {
      const found = await page(startIndex, 5);
      expect(namesOf(found)[0]).toBe(`p${startIndex - 1}`);
      expect(found).toMatchObject({ totalResults: total, startIndex });
    }
  });

  test('behind the end is an empty page with the totals', async () => {
    expect(await page(total + 1, 10)).toMatchObject({ totalResults: total, itemsPerPage: 0, Resources: [] });
    expect(await page(Number.MAX_SAFE_INTEGER, 10)).toMatchObject({ totalResults: total, itemsPerPage: 0 });
    expect(await page(9, 10, 'userName eq "p1"')).toMatchObject({ totalResults: 1, itemsPerPage: 0 });
  });

  test.each([2 ** 31, 2 ** 31 + 1, 2 ** 32, 2 ** 32 + 1, 2 ** 33 + 1, 2 ** 53, 1e19])(
    'D11: has no resource from startIndex %d on',
    async (startIndex) => {
      const nothing = { totalResults: expect.any(Number), itemsPerPage: 0, Resources: [] };
      for (const path of ['/Users', '/Groups', '', '/Users?sortBy=userName', '/Users?filter=active%20pr']) {
        const query = `${path.includes('?') ? '&' : '?'}startIndex=${BigInt(startIndex)}`;
        expect((await paged.get(path + query)).body, path).toMatchObject(nothing);
      }
      const search = { schemas: [searchUrn], startIndex, count: 1 };
      expect((await paged.post('/Users/.search', search)).body).toMatchObject(nothing);
    },
  );

  test('takes startIndex below 1 as 1 and count below 0 as 0', async () => {
    expect(await page(-4, 1)).toMatchObject({ startIndex: 1, itemsPerPage: 1 });
    expect(await page(0, 1)).toMatchObject({ startIndex: 1, itemsPerPage: 1 });
    expect(await page(1, -4)).toMatchObject({ totalResults: total, itemsPerPage: 0, Resources: [] });
  });

  test('with count 0 gives the totals only', async () => {
    expect(await page(1, 0)).toMatchObject({ totalResults: total, itemsPerPage: 0, Resources: [] });
    expect(await page(1, 0, 'active eq true')).toMatchObject({ totalResults: 29, Resources: [] });
    expect(await page(1, 0, 'userName eq "p3"')).toMatchObject({ totalResults: 1, Resources: [] });
  });

  test('gives 100 by default and 1,000 at most', async () => {
    const { tenantUrl, token } = await endpoint.createTenant({ name: 'Many', profile: 'rfc' });
    const many = clientOf({ tenantUrl, token });
    await inParallel(range(130), 16, (number) => many.user(`m${number}`));
    expect((await many.get('/Users')).body).toMatchObject({ totalResults: 130, itemsPerPage: 100 });
    expect((await many.get('/Users?count=99999999')).body).toMatchObject({ itemsPerPage: 130 });
  });

  test.each(['startIndex=x', 'count=1.5', 'count=', 'startIndex=1e3'])('refuses %s', async (query) => {
    expect(await paged.get(`/Users?${query}`)).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    });
  });

  test('gives everyone who is there throughout exactly once while others come and go', async () => {
    const visitors: string[] = [];
    let number = 0;
    const others = async () => {
      visitors.push((await paged.user(`visitor${number++}`)).id);
      if (number % 3 === 0) await paged.delete(`/Users/${visitors.shift()}`);
      const [first] = await paged.find('/Users', `userName eq "p${number}"`);
      await paged.patch(`/Users/${first?.id}`, [{ op: 'add', path: 'title', value: `t${number}` }]);
    };
    const names = await walk(5, undefined, others);
    expect(names.filter((name) => name.startsWith('p'))).toEqual(range(total).map((n) => `p${n}`));
    expect(new Set(names).size).toBe(names.length);
    for (const id of visitors) await paged.delete(`/Users/${id}`);
  });

  test('goes on behind the last user of a page although users before it are gone', async () => {
    const own = clientOf(await endpoint.createTenant({ name: 'Victims', profile: 'rfc' }));
    const namesFrom = async (startIndex: number) =>
      namesOf((await own.get(`/Users?startIndex=${startIndex}&count=4`)).body);
    const victims = await inParallel(range(10), 1, (number) => own.user(`victim${number}`));
    const names = await namesFrom(1);
    await own.delete(`/Users/${victims[0]?.id}`);
    await own.delete(`/Users/${victims[2]?.id}`);
    names.push(...(await namesFrom(5)), ...(await namesFrom(9)));
    expect(names).toEqual(range(10).map((number) => `victim${number}`));
  });
});

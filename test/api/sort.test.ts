import { beforeAll, describe, expect, test } from 'vitest';
import { readBeyondPage } from '../support/engine.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, clientOf, enterpriseUrn, errorUrn, inParallel, range } from './client.ts';

let endpoint: SharedEndpoint;
let client: Client;

const people: Readonly<Record<string, object>> = {
  'b.one': {
    name: { familyName: 'Öberg', givenName: 'Bo' },
    emails: [{ value: 'z@example.com' }, { value: 'a@example.com', primary: true }],
    title: 'Engineer',
    [enterpriseUrn]: { department: 'Sales', manager: { value: 'm-2' } },
  },
  'A.two': {
    name: { familyName: 'de Vries' },
    emails: [{ value: 'm@example.com' }, { value: 'b@example.com' }],
    title: 'engineer',
    externalId: 'b',
    active: true,
  },
  'c.three': { title: 'Doctor', externalId: 'B', active: false, [enterpriseUrn]: { department: 'sales' } },
  'd.four': { name: { familyName: 'Abel', givenName: 'Ada' }, [enterpriseUrn]: { department: 'Art' } },
};

beforeAll(async () => {
  endpoint = await shareEndpoint();
  client = clientOf(await endpoint.createTenant({ name: 'Sort', profile: 'rfc' }));
  for (const [userName, attributes] of Object.entries(people)) await client.user(userName, attributes);
});

const sorted = async (sortBy: string, more: Readonly<Record<string, string>> = {}) => {
  const answer = await client.get(`/Users?${new URLSearchParams({ sortBy, ...more })}`);
  const names = answer.body.Resources?.map(({ userName }: { userName: string }) => userName[0]);
  return names ? names.join('') : answer.body;
};

describe('sortBy', () => {
  test.each([
    ['userName', 'Abcd', 'dcbA'],
    ['USERNAME', 'Abcd', 'dcbA'],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName', 'Abcd', 'dcbA'],
    ['id', 'bAcd', 'dcAb'],
    ['meta.created', 'bAcd', 'dcAb'],
    ['meta.lastModified', 'bAcd', 'dcAb'],
    // Without case and in the order of code points; c has no name, and comes last or first.
    ['name.familyName', 'dAbc', 'cbAd'],
    // A and c have none and stay in the order of their creation.
    ['name.givenName', 'dbAc', 'Acbd'],
    // The primary value, else the first.
    ['emails', 'bAcd', 'cdAb'],
    ['emails.value', 'bAcd', 'cdAb'],
    // Without case "Engineer" is "engineer": both stay in the order of creation.
    ['title', 'cbAd', 'dbAc'],
    // With case: "B" before "b".
    ['externalId', 'cAbd', 'bdAc'],
    ['active', 'cAbd', 'bdAc'],
    [`${enterpriseUrn}:department`, 'dbcA', 'Abcd'],
    [`${enterpriseUrn}:manager.value`, 'bAcd', 'Acdb'],
    ['schemas', 'bAcd', 'bAcd'],
  ])('%s ascends as %s and descends as %s', async (sortBy, ascending, descending) => {
    expect(await sorted(sortBy)).toBe(ascending);
    expect(await sorted(sortBy, { sortOrder: 'ascending' })).toBe(ascending);
    expect(await sorted(sortBy, { sortOrder: 'descending' })).toBe(descending);
  });

  test.each([
    ['nothing', /sortBy 'nothing' is not defined/],
    ['name', /sortBy 'name' has sub-attributes/],
    ['name.nothing', /is not defined/],
    ['members', /is not defined/],
    [enterpriseUrn, /has sub-attributes/],
    ['password', /is not sortable/],
    ['groups', /sortBy 'groups.value' is not sortable/],
    ['meta.location', /is not sortable/],
    ['emails[type eq "work"].value', /is not defined/],
    ['', /is not defined/],
    ['__proto__', /is not defined/],
    ['constructor.name', /is not defined/],
  ])('%j is refused', async (sortBy, detail) => {
    expect(await sorted(sortBy)).toMatchObject({
      schemas: [errorUrn],
      status: '400',
      scimType: 'invalidValue',
      detail: expect.stringMatching(detail),
    });
  });

  test('sorts what a filter selects, and pages through it', async () => {
    expect(await sorted('userName', { filter: 'title pr', count: '2' })).toBe('Ab');
    expect(await sorted('userName', { filter: 'title pr', count: '2', startIndex: '3' })).toBe('c');
    expect(await sorted('nickName', { filter: 'title pr', count: '2', startIndex: '3' })).toBe('c');
    expect(await sorted('userName', { filter: 'externalId eq "b"' })).toBe('A');
    expect(await sorted('title', { filter: 'userName eq "a.TWO"', sortOrder: 'descending' })).toBe('A');
  });

  test('shows where it stands after a change', async () => {
    const tenant = clientOf(await endpoint.createTenant({ name: 'Change', profile: 'rfc' }));
    const [first, second] = [await tenant.group('First'), await tenant.group('Second')];
    const order = async (sortBy: string) => {
      const { body } = await tenant.get(`/Groups?sortOrder=descending&sortBy=${sortBy}`);
      return body.Resources.map(({ id }: { id: string }) => id);
    };
    expect(await order('meta.lastModified')).toEqual([second.id, first.id]);

    const user = await tenant.user('member');
    await tenant.patch(`/Groups/${first.id}`, [{ op: 'add', path: 'members', value: [{ value: user.id }] }]);
    expect(await order('meta.lastModified')).toEqual([first.id, second.id]);
    expect(await order('displayName')).toEqual([second.id, first.id]);
    await tenant.patch(`/Groups/${first.id}`, [{ op: 'replace', path: 'displayName', value: 'Third' }]);
    expect(await order('displayName')).toEqual([first.id, second.id]);
  });
});

describe('sortOrder', () => {
  test('is read in any case, ignored without sortBy, and refused when it is another word', async () => {
    expect(await sorted('userName', { sortOrder: 'Descending' })).toBe('dcbA');
    expect((await client.get('/Users?sortOrder=descending')).body.Resources[0].userName).toBe('b.one');
    expect(await sorted('userName', { sortOrder: 'down' })).toMatchObject({
      scimType: 'invalidValue',
      detail: 'The parameter sortOrder must be ascending or descending',
    });
  });
});

describe('a directory of 1,100 users', () => {
  let large: Client;
  beforeAll(async () => {
    large = clientOf(await endpoint.createTenant({ name: 'Large', profile: 'rfc' }));
    await inParallel(range(1_100), 16, (n) =>
      large.user(`user-${String((n * 7_919) % 1_100).padStart(4, '0')}`, {
        title: `title-${n % 3}`,
        nickName: `nick-${n % 50}`,
      }),
    );
  });

  test('is sorted at the cost of a page by what has an index', async () => {
    for (const sortBy of ['userName', 'title', 'meta.lastModified', 'emails']) {
      for (const sortOrder of ['ascending', 'descending']) {
        const query = new URLSearchParams({ sortBy, sortOrder, count: '10', excludedAttributes: 'groups' });
        const first = await large.get(`/Users?${query}`);
        const second = await large.get(`/Users?${query}&startIndex=11`);

        expect(first.body).toMatchObject({ totalResults: 1_100, itemsPerPage: 10 });
        for (const { headers } of [first, second]) {
          const examined = 26 + readBeyondPage;
          expect(headers.get('x-muster-cost')).toMatch(`operations=2; examined=${examined}; `);
        }
      }
    }
  });

  test('is refused to be sorted by what has none, unless a filter selects 1,000 at most', async () => {
    const refusal = await large.get('/Users?sortBy=nickName');
    expect(refusal).toMatchObject({ status: 400, body: { scimType: 'tooMany' } });
    expect(refusal.body.detail).toMatch(/1000 .*narrow the filter or sort by userName, displayName/);

    const filter = encodeURIComponent('nickName sw "nick-1"');
    const { body } = await large.get(`/Users?sortBy=nickName&filter=${filter}&count=1000`);
    const names = body.Resources.map(({ nickName }: { nickName: string }) => nickName);
    expect(names).toEqual([...names].sort());
    expect(body).toMatchObject({ totalResults: 242, itemsPerPage: 242 });
  });

  test('is refused to be sorted across types', async () => {
    const refusal = await large.get('?sortBy=displayName');
    expect(refusal).toMatchObject({ status: 400, body: { scimType: 'tooMany' } });
    expect(refusal.body.detail).toMatch(/query one resource type/);
  });
});

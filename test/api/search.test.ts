import { beforeAll, describe, expect, test } from 'vitest';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, clientOf, errorUrn, range } from './client.ts';

const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const listUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

let endpoint: SharedEndpoint;
let client: Client;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  client = clientOf(await endpoint.createTenant({ name: 'Search', profile: 'rfc' }));
  for (const n of range(5)) {
    await client.user(`user-${n}`, { displayName: `Smith ${n}`, title: n % 2 ? 'odd' : 'even' });
  }
  for (const n of range(3)) await client.group(`Smith ${n}`);
});

const search = (path: string, parameters: object) =>
  client.post(`${path}/.search`, { schemas: [searchUrn], ...parameters });

// biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every shape
const namesOf = ({ body }: { body: any }): string[] =>
  // biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every shape
  body.Resources.map((one: any) => one.userName ?? one.displayName);

const invalid = (scimType: string, detail: RegExp) => ({
  status: 400,
  body: { schemas: [errorUrn], scimType, detail: expect.stringMatching(detail) },
});

describe('POST /Users/.search', () => {
  test('answers as GET does with the same parameters', async () => {
    const parameters = { filter: 'title eq "even"', sortBy: 'userName', sortOrder: 'descending', count: 2 };
    const query = new URLSearchParams({ ...parameters, count: '2', attributes: 'userName' });
    const answer = await search('/Users', { ...parameters, attributes: ['userName'] });

    expect(answer).toMatchObject({
      status: 200,
      body: { schemas: [listUrn], totalResults: 3, startIndex: 1, itemsPerPage: 2 },
    });
    expect(namesOf(answer)).toEqual(['user-4', 'user-2']);
    expect(answer.body).toEqual((await client.get(`/Users?${query}`)).body);
    expect(answer.headers.get('content-type')).toBe('application/scim+json');
  });

  test('ignores the parameters of the URL and members it does not define', async () => {
    const answer = await client.post('/Users/.search?count=1', {
      SCHEMAS: [searchUrn],
      Count: 4,
      extra: true,
    });

    expect(answer.body).toMatchObject({ totalResults: 5, itemsPerPage: 4 });
  });

  test.each<[string, unknown, string, RegExp]>([
    ['without its schema', { filter: 'userName pr' }, 'invalidSyntax', /schemas.*SearchRequest/],
    ['that is a list', [], 'invalidSyntax', /must be a JSON object/],
    ['with a filter that is a number', { schemas: [searchUrn], filter: 5 }, 'invalidValue', /filter must be/],
    ['with a malformed filter', { schemas: [searchUrn], filter: 'userName eq' }, 'invalidFilter', /./],
    ['with a count that is text', { schemas: [searchUrn], count: 'many' }, 'invalidValue', /count must be/],
    [
      'with two kinds of attributes',
      { schemas: [searchUrn], attributes: ['id'], excludedAttributes: ['name'] },
      'invalidValue',
      /cannot be used together/,
    ],
    ['with one attribute that is no text', { schemas: [searchUrn], attributes: [5] }, 'invalidValue', /list/],
    ['with a member twice', { schemas: [searchUrn], count: 1, COUNT: 2 }, 'invalidSyntax', /only once/],
  ])('refuses a body %s', async (_, body, scimType, detail) => {
    expect(await client.post('/Users/.search', body)).toMatchObject(invalid(scimType, detail));
  });

  test('creates nothing and is not there for other verbs', async () => {
    expect(await client.get('/Users/.search')).toMatchObject({ status: 404 });
    expect((await client.get('/Users?count=0')).body.totalResults).toBe(5);
  });
});

describe('POST /.search', () => {
  test('finds resources of every type, one type after another', async () => {
    const answer = await search('', { filter: 'displayName sw "smith"', attributes: ['displayName'] });

    expect(answer).toMatchObject({ status: 200, body: { totalResults: 8, itemsPerPage: 8 } });
    expect(
      answer.body.Resources.map(({ schemas }: { schemas: string[] }) => schemas[0]?.split(':').at(-1)),
    ).toEqual([...range(5).map(() => 'User'), ...range(3).map(() => 'Group')]);
    expect(Object.keys(answer.body.Resources[0]).sort()).toEqual(['displayName', 'id', 'schemas']);
  });

  test.each([
    [1, 4, ['user-0', 'user-1', 'user-2', 'user-3']],
    [4, 4, ['user-3', 'user-4', 'Smith 0', 'Smith 1']],
    [6, 2, ['Smith 0', 'Smith 1']],
    [8, 9, ['Smith 2']],
    [9, 9, []],
    [3, 0, []],
  ])('pages across types by index: from %d, %d', async (startIndex, count, names) => {
    const answer = await search('', { startIndex, count });

    expect(namesOf(answer)).toEqual(names);
    expect(answer.body).toMatchObject({ totalResults: 8, startIndex, itemsPerPage: names.length });
  });

  test('treats an attribute that a type lacks as unassigned, and refuses one that none has', async () => {
    const found = async (filter: string) => (await search('', { filter })).body.totalResults;

    expect(await found('userName pr')).toBe(5);
    expect(await found('not (userName pr)')).toBe(3);
    expect(await found('userName eq "user-1" or displayName eq "Smith 1"')).toBe(2);
    expect(await found('userName eq "user-1" and displayName eq "Smith 1"')).toBe(1);
    expect(await found('title ne "even"')).toBe(5);
    expect(await found('meta.resourceType eq "Group"')).toBe(3);
    expect(await found('meta.resourceType eq "Device"')).toBe(0);
    expect(await search('', { filter: 'nickname pr or nothing pr' })).toMatchObject(
      invalid('invalidFilter', /'nothing' is not defined/),
    );
  });

  test('sorts across types, and those without the value last or first', async () => {
    const byName = await search('', { sortBy: 'displayName' });
    expect(byName.body.Resources.map((one: { displayName: string }) => one.displayName)).toEqual(
      ['0', '0', '1', '1', '2', '2', '3', '4'].map((n) => `Smith ${n}`),
    );
    const byTitle = await search('', { sortBy: 'title', sortOrder: 'descending', startIndex: 3, count: 3 });
    expect(namesOf(byTitle)).toEqual(['Smith 2', 'user-1', 'user-3']);
    expect(await search('', { sortBy: 'nothing' })).toMatchObject(invalid('invalidValue', /'nothing'/));
  });
});

describe('GET and HEAD of the root', () => {
  test('query it, without a slash at the end', async () => {
    const query = `?${new URLSearchParams({ filter: 'meta.resourceType eq "User"', count: '2' })}`;
    expect(await client.get(query)).toMatchObject({
      status: 200,
      body: { totalResults: 5, itemsPerPage: 2 },
    });
    expect(await client.get(`/${query}`)).toMatchObject({ status: 404 });
    expect(await client.head('')).toMatchObject({ status: 200, body: undefined });
    expect(await client.head('/')).toMatchObject({ status: 404, body: undefined });
    expect(await client.head('/Users?sortBy=userName')).toMatchObject({ status: 200, body: undefined });
    expect(await client.head('/Users?sortBy=nothing')).toMatchObject({ status: 400, body: undefined });
    expect(await client.post('', {})).toMatchObject({ status: 405 });
    expect(await client.delete('')).toMatchObject({ status: 405 });
  });
});

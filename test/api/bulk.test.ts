import { beforeAll, describe, expect, test } from 'vitest';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import {
  type Client,
  clientOf,
  enterpriseUrn,
  errorUrn,
  groupBody,
  patchBody,
  range,
  userBody,
} from './client.ts';

let endpoint: SharedEndpoint;
let client: Client;
let tenantUrl: string;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  const tenant = await endpoint.createTenant({ name: 'Bulk', profile: 'rfc' });
  tenantUrl = tenant.tenantUrl;
  client = clientOf(tenant);
});

const bulkRequestUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const bulkResponseUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

const bulkBody = (operations: readonly unknown[], more: object = {}) => ({
  schemas: [bulkRequestUrn],
  ...more,
  Operations: operations,
});
const postUser = (bulkId: string, userName = bulkId, attributes: object = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: userBody(userName, attributes),
});
const postGroup = (bulkId: string, members: readonly string[] = [], displayName = bulkId) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: groupBody(displayName, members),
});
const patch = (path: string, ...operations: readonly object[]) => ({
  method: 'PATCH',
  path,
  data: patchBody(operations),
});

// biome-ignore lint/suspicious/noExplicitAny: tests look into responses of every shape
type Outcome = Readonly<Record<string, any>>;

/** Sends a bulk request, expects 200 and yields its operations. */
async function bulk(operations: readonly unknown[], more: object = {}): Promise<readonly Outcome[]> {
  const { status, body } = await client.post('/Bulk', bulkBody(operations, more));
  expect({ status, schemas: body.schemas }).toEqual({ status: 200, schemas: [bulkResponseUrn] });
  return body.Operations;
}

const statusesOf = (outcomes: readonly Outcome[]) => outcomes.map(({ status }) => status);
const idOf = ({ location }: Outcome) => String(location).split('/').at(-1) ?? '';
const membersOf = async (id: string) => {
  const { body } = await client.get(`/Groups/${id}`);
  return (body.members ?? []).map(({ value }: { value: string }) => value).sort();
};
const scimError = (status: number, scimType?: string) => ({
  schemas: [errorUrn],
  status: String(status),
  ...(scimType !== undefined && { scimType }),
  detail: expect.stringMatching(/\w.*[^.]$/),
});

describe('POST /Bulk', () => {
  test('carries out all four methods and answers each in its place (RFC 7644 3.7.3)', async () => {
    const [put, patched, deleted] = await Promise.all(
      ['put', 'patched', 'deleted'].map((n) => client.user(n)),
    );
    const outcomes = await bulk([
      postUser('qwerty', 'Alice'),
      {
        method: 'PUT',
        path: `/Users/${put?.id}`,
        version: put?.meta.version,
        data: userBody('put', { title: 'Dr' }),
      },
      { ...patch(`/Users/${patched?.id}`, { op: 'add', path: 'title', value: 'Prof' }), version: 'W/"1"' },
      { method: 'DELETE', path: `/Users/${deleted?.id}`, version: deleted?.meta.version },
    ]);
    const id = idOf(outcomes[0] ?? {});
    expect(outcomes).toEqual([
      {
        method: 'POST',
        bulkId: 'qwerty',
        location: `${tenantUrl}/Users/${id}`,
        version: 'W/"1"',
        status: '201',
      },
      { method: 'PUT', location: put?.meta.location, version: 'W/"2"', status: '200' },
      { method: 'PATCH', location: patched?.meta.location, version: 'W/"2"', status: '200' },
      { method: 'DELETE', location: deleted?.meta.location, status: '204' },
    ]);
    expect((await client.get(`/Users/${id}`)).body.userName).toBe('Alice');
    expect((await client.get(`/Users/${put?.id}`)).body.title).toBe('Dr');
    expect((await client.get(`/Users/${patched?.id}`)).body.title).toBe('Prof');
    expect((await client.get(`/Users/${deleted?.id}`)).status).toBe(404);
  });

  test('continues after failures and answers them with their bodies', async () => {
    const { id } = await client.user('failing');
    const outcomes = await bulk([
      postUser('dup', 'FAILING'),
      postUser('bad', ''),
      { method: 'PUT', path: `/Users/${id}`, version: 'W/"99"', data: userBody('failing') },
      { method: 'DELETE', path: '/Users/nobody' },
      patch(`/Users/${id}`, { op: 'add', path: 'shoe', value: 1 }),
      postUser('fine'),
    ]);
    expect(statusesOf(outcomes)).toEqual(['409', '400', '412', '404', '400', '201']);
    expect(outcomes.map(({ response }) => response)).toEqual([
      scimError(409, 'uniqueness'),
      scimError(400, 'invalidValue'),
      scimError(412),
      scimError(404),
      scimError(400, 'invalidPath'),
      undefined,
    ]);
    const locations = outcomes.map(({ location }) => location);
    expect(locations.slice(0, 5)).toEqual([
      undefined,
      undefined,
      `${tenantUrl}/Users/${id}`,
      `${tenantUrl}/Users/nobody`,
      `${tenantUrl}/Users/${id}`,
    ]);
  });

  test.each([
    ['no method', { path: '/Users', bulkId: 'x', data: userBody('x') }, '400', 'invalidSyntax'],
    ['GET', { method: 'GET', path: '/Users' }, '400', 'invalidSyntax'],
    [
      'a POST without bulkId',
      { method: 'POST', path: '/Users', data: userBody('x') },
      '400',
      'invalidSyntax',
    ],
    ['a POST without data', { method: 'POST', path: '/Users', bulkId: 'x' }, '400', 'invalidSyntax'],
    ['a bulkId that is no string', { ...postUser('x'), bulkId: 7 }, '400', 'invalidSyntax'],
    ['no path', { method: 'DELETE' }, '400', 'invalidSyntax'],
    ['a path without a slash', { method: 'DELETE', path: 'Users/1' }, '400', 'invalidSyntax'],
    ['an unknown endpoint', { ...postUser('x'), path: '/Shoes' }, '404', undefined],
    [
      'another bulk request',
      { ...postUser('x'), path: '/Bulk', data: bulkBody([postUser('y')]) },
      '404',
      undefined,
    ],
    ['a query', { ...postUser('x'), path: '/Users/.search', data: {} }, '405', undefined],
    ['a POST to a resource', { ...postUser('x'), path: '/Users/1' }, '405', undefined],
    ['a DELETE of all', { method: 'DELETE', path: '/Users' }, '405', undefined],
  ])('answers an operation with %s by itself', async (_, operation, status, scimType) => {
    const [outcome, other] = await bulk([operation, { method: 'DELETE', path: '/Users/nobody' }]);
    expect(outcome).toMatchObject({ status, response: scimError(Number(status), scimType) });
    expect(other).toMatchObject({ status: '404' });
  });

  test.each([
    ['no object', [1], 'invalidSyntax'],
    ['no schemas', { Operations: [postUser('x')] }, 'invalidSyntax'],
    ['another message', { schemas: ['urn:x'], Operations: [postUser('x')] }, 'invalidSyntax'],
    ['no Operations', { schemas: [bulkRequestUrn] }, 'invalidSyntax'],
    ['empty Operations', bulkBody([]), 'invalidSyntax'],
    ['an operation that is no object', bulkBody(['x']), 'invalidSyntax'],
    ['failOnErrors 0', bulkBody([postUser('x')], { failOnErrors: 0 }), 'invalidSyntax'],
    ['failOnErrors of text', bulkBody([postUser('x')], { failOnErrors: '1' }), 'invalidSyntax'],
    ['one bulkId twice', bulkBody([postUser('x'), postGroup('y'), postUser('x', 'z')]), 'invalidSyntax'],
  ])('refuses a request with %s whole and does nothing', async (_, body, scimType) => {
    const before = (await client.get('/Users?count=0')).body.totalResults;
    expect(await client.post('/Bulk', body)).toMatchObject({ status: 400, body: scimError(400, scimType) });
    expect((await client.get('/Users?count=0')).body.totalResults).toBe(before);
  });

  test('answers other methods 405 with Allow', async () => {
    const answer = await client.get('/Bulk');
    expect(answer).toMatchObject({ status: 405, body: scimError(405) });
    expect(answer.headers.get('allow')).toBe('POST');
  });

  test('reads names in any case', async () => {
    const { method, path, bulkId: bulkid, data } = postUser('any.case');
    const body = {
      SCHEMAS: [bulkRequestUrn],
      operations: [{ METHOD: method.toLowerCase(), path, bulkid, data }],
    };
    expect((await client.post('/Bulk', body)).body.Operations).toMatchObject([
      { status: '201', bulkId: 'any.case' },
    ]);
  });
});

describe('bulkId', () => {
  test('refers backward, forward and across types (RFC 7644 3.7.2)', async () => {
    const outcomes = await bulk([
      postGroup('guides', ['bulkId:ann', 'bulkId:tours', 'bulkId:bob']),
      postUser('ann'),
      postUser('bob', 'bob', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterpriseUrn],
        [enterpriseUrn]: { employeeNumber: '11250', manager: { value: 'bulkId:ann' } },
      }),
      postGroup('tours', ['bulkId:bob']),
      patch('/Groups/bulkId:tours', { op: 'add', path: 'members', value: [{ value: 'bulkId:ann' }] }),
      patch('/Groups/bulkId:tours', { op: 'remove', path: 'members[value eq "bulkId:bob"]' }),
    ]);
    expect(statusesOf(outcomes)).toEqual(['201', '201', '201', '201', '200', '200']);
    const [guides, ann, bob, tours] = outcomes.map(idOf) as [string, string, string, string];
    expect(await membersOf(guides)).toEqual([ann, bob, tours].sort());
    expect(await membersOf(tours)).toEqual([ann]);
    expect((await client.get(`/Users/${bob}`)).body[enterpriseUrn].manager.value).toBe(ann);
    expect(outcomes[5]).toMatchObject({ location: `${tenantUrl}/Groups/${tours}`, version: 'W/"3"' });
  });

  test('refers to what is created further on in a path too', async () => {
    const title = { op: 'add', path: 'title', value: 'early' };
    const outcomes = await bulk([patch('/Users/bulkId:later', title), postUser('later')]);
    expect(statusesOf(outcomes)).toEqual(['200', '201']);
    expect((await client.get(`/Users/${idOf(outcomes[1] ?? {})}`)).body.title).toBe('early');
  });

  test('resolves a circle of groups (RFC 7644 3.7.1)', async () => {
    const outcomes = await bulk([
      postGroup('a', ['bulkId:b'], 'Group A'),
      postGroup('b', ['bulkId:c'], 'Group B'),
      postGroup('c', ['bulkId:a'], 'Group C'),
    ]);
    expect(statusesOf(outcomes)).toEqual(['201', '201', '201']);
    const [a, b, c] = outcomes.map(idOf) as [string, string, string];
    expect([await membersOf(a), await membersOf(b), await membersOf(c)]).toEqual([[b], [c], [a]]);
  });

  test('resolves a circle of users and a group that knows its own manager', async () => {
    const managed = (by: string) => ({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterpriseUrn],
      [enterpriseUrn]: { manager: { value: `bulkId:${by}` } },
    });
    const outcomes = await bulk([
      postUser('one', 'circle.1', managed('two')),
      postUser('two', 'circle.2', managed('one')),
    ]);
    const [one, two] = outcomes.map(idOf) as [string, string];
    expect((await client.get(`/Users/${one}`)).body[enterpriseUrn].manager.value).toBe(two);
    expect((await client.get(`/Users/${two}`)).body[enterpriseUrn].manager.value).toBe(one);
  });

  test('in a circle that breaks leaves no member that does not exist, and says so', async () => {
    await client.group('Taken');
    const outcomes = await bulk([
      postGroup('x', ['bulkId:y'], 'Broken circle'),
      postGroup('y', ['bulkId:x'], 'Taken'),
    ]);
    expect(statusesOf(outcomes)).toEqual(['201', '409']);
    const { body } = await client.get(`/Groups/${idOf(outcomes[0] ?? {})}`);
    expect(body).not.toHaveProperty('members');
    expect(outcomes[0]?.version).toBe(body.meta.version);
    expect(outcomes[1]?.response.detail).toContain('operation 1 succeeded without this member');
  });

  test('of a creation that fails makes what refers to it fail with 409', async () => {
    const outcomes = await bulk([
      postUser('none', ''),
      postGroup('orphans', ['bulkId:none'], 'Orphans'),
      patch('/Users/bulkId:none', { op: 'add', path: 'title', value: 'x' }),
    ]);
    expect(statusesOf(outcomes)).toEqual(['400', '409', '409']);
    expect(outcomes[1]?.response.detail).toContain('operation 1, which failed');
    expect(await client.find('/Groups', 'displayName eq "Orphans"')).toEqual([]);
  });

  test('that names no creation is answered 400 invalidValue', async () => {
    const outcomes = await bulk([
      postGroup('lost', ['bulkId:nowhere'], 'Lost'),
      { method: 'DELETE', path: '/Users/bulkId:nowhere' },
      postUser('text', 'text', { displayName: 'a bulkId:nowhere in a text' }),
    ]);
    expect(statusesOf(outcomes)).toEqual(['400', '400', '201']);
    expect(outcomes[0]?.response).toEqual(scimError(400, 'invalidValue'));
    expect(outcomes[1]).not.toHaveProperty('location');
  });

  test('touches no prototype', async () => {
    const data = JSON.parse(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"proto",
      "__proto__":{"title":"bulkId:proto"}}`);
    const outcomes = await bulk([{ method: 'POST', path: '/Users', bulkId: 'proto', data }]);
    expect(outcomes[0]?.status).toMatch(/201|400/);
    expect((await client.get('/Users?count=1')).body.Resources[0]).not.toHaveProperty('polluted');
  });
});

describe('the order of operations', () => {
  test('on one resource is kept', async () => {
    const { id } = await client.user('in.order');
    const titles = range(40).map((n) =>
      patch(`/Users/${id}`, { op: 'replace', path: 'title', value: `${n}` }),
    );
    const outcomes = await bulk(titles);
    expect(outcomes.map(({ version }) => version)).toEqual(range(40).map((n) => `W/"${n + 2}"`));
    expect((await client.get(`/Users/${id}`)).body.title).toBe('39');
  });

  test('keeps a unique value with whom it is given first', async () => {
    const { id } = await client.user('unique.first');
    const outcomes = await bulk([
      postUser('early', 'UNIQUE.FIRST'),
      { method: 'DELETE', path: `/Users/${id}` },
      postUser('first', 'unique.first'),
      postUser('second', 'Unique.First'),
    ]);
    expect(statusesOf(outcomes)).toEqual(['409', '204', '201', '409']);
  });

  test('lets a name pass from one to the next', async () => {
    const [a, b] = await Promise.all([client.user('name.a'), client.user('name.b')]);
    const rename = (value: string) => ({ op: 'replace', path: 'userName', value });
    const outcomes = await bulk([
      patch(`/Users/${a?.id}`, rename('name.free')),
      { method: 'PUT', path: `/Users/${b?.id}`, data: userBody('name.a') },
      postUser('heir', 'name.b'),
    ]);
    expect(statusesOf(outcomes)).toEqual(['200', '200', '201']);
  });

  test('puts a user into a group before deleting it', async () => {
    const { id } = await client.user('short.member');
    const group = await client.group('short');
    const outcomes = await bulk([
      patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: id }] }),
      { method: 'DELETE', path: `/Users/${id}` },
      patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: id }] }),
    ]);
    expect(statusesOf(outcomes)).toEqual(['200', '204', '400']);
    expect(await membersOf(group.id)).toEqual([]);
  });
});

describe('failOnErrors', () => {
  const failing = (n: number) => ({ method: 'DELETE', path: `/Users/nobody-${n}` });

  test.each([
    [1, ['201', '404']],
    [2, ['201', '404', '201', '404']],
    [3, ['201', '404', '201', '404', '404']],
    [4, ['201', '404', '201', '404', '404', '201']],
  ])('of %d leaves what follows undone and unanswered', async (failOnErrors, statuses) => {
    const name = (n: number) => postUser(`fail.${failOnErrors}.${n}`);
    const outcomes = await bulk([name(1), failing(1), name(2), failing(2), failing(3), name(3)], {
      failOnErrors,
    });
    expect(statusesOf(outcomes)).toEqual(statuses);
    const created = await client.find('/Users', `userName sw "fail.${failOnErrors}."`);
    expect(created).toHaveLength(statuses.filter((status) => status === '201').length);
  });

  test('never lets more operations fail, however many run at once', async () => {
    const outcomes = await bulk(range(100).map(failing), { failOnErrors: 37 });
    expect(outcomes).toHaveLength(37);
  });
});

describe('the limits', () => {
  test('are those that the ServiceProviderConfig tells', async () => {
    const { body } = await client.get('/ServiceProviderConfig');
    expect(body.bulk).toEqual({ supported: true, maxOperations: 1000, maxPayloadSize: 4_194_304 });
  });

  test('1,001 operations are answered 413, naming maxOperations', async () => {
    const operations = range(1001).map((n) => ({ method: 'DELETE', path: `/Users/${n}` }));
    const answer = await client.post('/Bulk', bulkBody(operations));
    expect(answer).toMatchObject({ status: 413, body: scimError(413) });
    expect(answer.body.detail).toContain('maxOperations (1000)');
  });

  test('a body beyond maxPayloadSize is answered 413, naming it', async () => {
    const large = postUser('large', 'large', { title: 'x'.repeat(4_194_304) });
    const answer = await client.post('/Bulk', bulkBody([large]));
    expect(answer).toMatchObject({ status: 413, body: scimError(413) });
    expect(answer.body.detail).toContain('maxPayloadSize (4194304)');
  });
});

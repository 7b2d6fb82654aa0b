import { expect } from 'vitest';
import { type ConformanceEndpoint, requirement, userSchema } from './support.ts';

type Parameters = Readonly<Record<string, string | number>>;

async function withUsers(endpoint: ConformanceEndpoint, count: number): Promise<readonly string[]> {
  const users = await Promise.all(
    Array.from({ length: count }, () => endpoint.createUser({ title: 'Pilot' })),
  );
  return users.map(({ id }) => id).sort();
}

const page = (endpoint: ConformanceEndpoint, parameters: Parameters, path = '/Users') => {
  const pairs = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
  return endpoint.send('GET', `${path}?${new URLSearchParams(pairs)}`);
};

/** A cursor that leads to the second of three pages of users. */
async function secondPage(endpoint: ConformanceEndpoint): Promise<string> {
  await withUsers(endpoint, 5);
  return (await page(endpoint, { cursor: '', count: 2 })).body.nextCursor;
}

const refused = (scimType: string) => ({
  status: 400,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '400', scimType },
});

// cursor: The cursor value MUST be empty or omitted for the first request of a cursor-paginated query.
requirement('RFC 9865 2 #1', async (endpoint) => {
  const ids = await withUsers(endpoint, 3);
  for (const path of ['/Users?cursor&count=2', '/Users?cursor=&count=2']) {
    const { status, body } = await endpoint.send('GET', path);
    expect(status).toBe(200);
    expect(body.nextCursor).toMatch(/^[\w.~-]+$/);
    expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
  }
});

// count: A negative value SHALL be interpreted as "0".
requirement('RFC 9865 2 #2', async (endpoint) => {
  await withUsers(endpoint, 3);
  for (const count of [-1, 0]) {
    const { status, body } = await page(endpoint, { cursor: '', count });
    expect([status, body.totalResults, body.Resources ?? []]).toEqual([200, 3, []]);
  }
});

// count: When specified, the service provider MUST NOT return more, although it MAY return fewer, results.
requirement('RFC 9865 2 #3', async (endpoint) => {
  await withUsers(endpoint, 5);
  const first = await page(endpoint, { cursor: '', count: 2 });
  const second = await page(endpoint, { cursor: first.body.nextCursor, count: 2 });
  for (const { body } of [first, second]) {
    expect(body).toMatchObject({ totalResults: 5, itemsPerPage: 2 });
    expect(body.Resources).toHaveLength(2);
  }
});

// nextCursor: Service providers supporting cursor-based pagination MUST include nextCursor in all paged query
// responses except when returning the last page.
requirement('RFC 9865 2 #4', async (endpoint) => {
  const ids = await withUsers(endpoint, 7);
  const seen: string[] = [];
  const cursors: (string | undefined)[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const { body }: { body: { Resources: readonly { id: string }[]; nextCursor?: string } } = await page(
      endpoint,
      {
        cursor,
        count: 3,
        filter: 'title eq "pilot"',
      },
    );
    seen.push(...body.Resources.map(({ id }) => id));
    cursor = body.nextCursor;
    cursors.push(cursor);
  }
  expect(seen).toEqual(ids);
  expect(cursors).toEqual([expect.any(String), expect.any(String), undefined]);
});

// nextCursor: nextCursor MUST be omitted from a response only to indicate that there are no more result
// pages.
requirement('RFC 9865 2 #5', async (endpoint) => {
  await withUsers(endpoint, 4);
  const first = await page(endpoint, { cursor: '', count: 2 });
  expect(first.body).toHaveProperty('nextCursor');
  const last = await page(endpoint, { cursor: first.body.nextCursor, count: 2 });
  expect(last.body.Resources).toHaveLength(2);
  expect(last.body).not.toHaveProperty('nextCursor');
  expect((await page(endpoint, { cursor: '', count: 4 })).body).not.toHaveProperty('nextCursor');
});

// previousCursor: previousCursor MUST NOT be returned with the first page.
requirement('RFC 9865 2 #6', async (endpoint) => {
  await withUsers(endpoint, 3);
  const queries: Readonly<Record<string, string | number>>[] = [{ cursor: '' }, { cursor: '', count: 2 }];
  for (const parameters of queries) {
    expect((await page(endpoint, parameters)).body).not.toHaveProperty('previousCursor');
  }
});

// To retrieve another result page for a query, the client MUST query the same service provider endpoint with
// all query parameters and values being identical to the initial query with the exception of the cursor
// value, which SHOULD be set to a nextCursor (or previousCursor) value that was returned by the service
// provider in a previous response.
requirement('RFC 9865 2 #7', async (endpoint) => {
  const cursor = await secondPage(endpoint);
  expect(await page(endpoint, { cursor, count: 2 })).toMatchObject({ status: 200 });
  const changed: readonly [string, Parameters][] = [
    ['/Users', { cursor, count: 2, filter: 'title pr' }],
    ['/Users', { cursor, count: 2, sortBy: 'userName' }],
    ['/Groups', { cursor, count: 2 }],
    ['', { cursor, count: 2 }],
  ];
  for (const [path, parameters] of changed) {
    expect(await page(endpoint, parameters, path)).toMatchObject(refused('invalidCursor'));
  }
  expect(await page(endpoint, { cursor, count: 3 })).toMatchObject(refused('invalidCount'));
});

// If a service provider encounters invalid pagination query parameters (invalid cursor value, count value,
// etc) or other error conditions, the service provider SHOULD return the appropriate HTTP response status
// code and detailed JSON error response as defined in Section 3.12 of [RFC7644].
requirement('RFC 9865 2.1 #1', async (endpoint) => {
  const cursor = await secondPage(endpoint);
  for (const [parameters, scimType] of [
    [{ cursor: 'no-cursor', count: 2 }, 'invalidCursor'],
    [{ cursor: `${cursor}x`, count: 2 }, 'invalidCursor'],
    [{ cursor, count: 4 }, 'invalidCount'],
  ] as const) {
    const answer = await page(endpoint, parameters);
    expect(answer).toMatchObject(refused(scimType));
    expect(answer.body.detail).toMatch(/\w{3}/);
  }
  expect((await page(endpoint, { cursor: '', count: 'many' })).status).toBe(400);
});

// invalidCursor: Cursor value SHOULD be empty to request the first page and set to the nextCursor or
// previousCursor value for subsequent queries.
requirement('RFC 9865 2.1 #2', async (endpoint) => {
  const cursor = await secondPage(endpoint);
  expect(await page(endpoint, { cursor: '', count: 2 })).toMatchObject({ status: 200 });
  expect(await page(endpoint, { cursor, count: 2 })).toMatchObject({ status: 200 });
  for (const wrong of ['1', 'null', cursor.slice(1), cursor.toUpperCase()]) {
    expect(await page(endpoint, { cursor: wrong, count: 2 })).toMatchObject(refused('invalidCursor'));
  }
});

// Additionally, service providers supporting both pagination methods MUST choose a default pagination method
// to use when responding to requests that have not specified a pagination query parameter.
requirement('RFC 9865 2.4 #1', async (endpoint) => {
  const ids = await withUsers(endpoint, 3);
  const { body } = await endpoint.send('GET', '/ServiceProviderConfig');
  expect(body.pagination).toMatchObject({ cursor: true, index: true, defaultPaginationMethod: 'index' });
  const plain = await endpoint.send('GET', '/Users?count=2');
  expect(plain.body).toMatchObject({ startIndex: 1, itemsPerPage: 2 });
  expect(plain.body).not.toHaveProperty('nextCursor');
  const next = await endpoint.send('GET', '/Users?count=2&startIndex=3');
  expect(next.body.Resources.map(({ id }: { id: string }) => id)).toEqual(ids.slice(2));
});

// A SCIM service provider implementing cursor-based pagination SHOULD include the following additional
// attribute in a JSON document returned by the /ServiceProviderConfig endpoint:
requirement('RFC 9865 4 #1', async (endpoint) => {
  const { pagination } = (await endpoint.send('GET', '/ServiceProviderConfig')).body;
  expect(pagination).toMatchObject({ cursor: true, index: true });
  await withUsers(endpoint, 2);
  const asked = await page(endpoint, { cursor: '', count: pagination.maxPageSize + 1 });
  expect([asked.status, asked.body.itemsPerPage]).toEqual([200, 2]);
  for (const bound of [pagination.defaultPageSize, pagination.maxPageSize, pagination.cursorTimeout]) {
    expect(Number.isSafeInteger(bound) && bound > 0).toBe(true);
  }
  const { body } = await endpoint.send(
    'GET',
    '/Schemas/urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  );
  const described = body.attributes.find(({ name }: { name: string }) => name === 'pagination');
  expect(described.subAttributes.filter(({ required }: { required: boolean }) => required)).toMatchObject([
    { name: 'cursor', type: 'boolean' },
    { name: 'index', type: 'boolean' },
  ]);
});

// Implementers MUST ensure that pagination through results sets is strictly confined to the data that the
// actor's current identity has been authorized to access.
requirement('RFC 9865 5.2 #1', async (endpoint) => {
  const cursor = await secondPage(endpoint);
  const other = await endpoint.otherTenant();
  const ids = await withUsers(other, 3);
  expect(await page(other, { cursor, count: 2 })).toMatchObject(refused('invalidCursor'));
  const own = await page(other, { cursor: '', count: 9 });
  expect(own.body.Resources.map(({ id }: { id: string }) => id)).toEqual(ids);
});

// Authorization checks MUST be continuously applied as an actor navigates through the result set associated
// with a cursor.
requirement('RFC 9865 5.2 #2', async (endpoint) => {
  const cursor = await secondPage(endpoint);
  for (const token of ['', 'muster_wrong', `${endpoint.token}x`]) {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await endpoint.send('GET', `/Users?count=2&cursor=${cursor}`, undefined, headers);
    expect(answer.status).toBe(401);
    expect(answer.body).not.toHaveProperty('Resources');
  }
  const { body } = await page(endpoint, { cursor, count: 2 });
  await endpoint.send('DELETE', `/Users/${body.Resources[0].id}`);
  const again = await page(endpoint, { cursor, count: 2 });
  expect(again.body.Resources.map(({ id }: { id: string }) => id)).not.toContain(body.Resources[0].id);
});

// When possible, service providers SHOULD invalidate all cursors corresponding to an actor immediately
// following a change in permissions.
requirement('RFC 9865 5.2 #3', async (endpoint) => {
  const cursor = await secondPage(endpoint);
  expect(await page(endpoint, { cursor, count: 2 })).toMatchObject({ status: 200 });
  const path = `/manage/tenants/${endpoint.tenantId}/keys`;
  const keys = (await endpoint.host.manage('GET', path)).body;
  expect(keys.keys).toHaveLength(1);
  expect((await endpoint.host.manage('DELETE', `${path}/${keys.keys[0].id}`)).status).toBe(204);
  expect(await page(endpoint, { cursor, count: 2 })).toMatchObject({ status: 401 });
});

// The service provider MUST handle error scenarios without exposing sensitive data.
requirement('RFC 9865 5.2 #4', async (endpoint) => {
  const cursor = await secondPage(endpoint);
  const other = await endpoint.otherTenant();
  const answers = [
    await page(endpoint, { cursor: 'made-up', count: 2 }),
    await page(endpoint, { cursor: cursor.slice(0, -4), count: 2 }),
    await page(endpoint, { cursor, count: 2, filter: 'userName pr' }),
    await page(other, { cursor, count: 2 }),
  ];
  const bodies = new Set(answers.map(({ body }) => JSON.stringify(body)));
  expect([...bodies]).toHaveLength(1);
  expect(answers[0]).toMatchObject(refused('invalidCursor'));
  const { id } = await endpoint.createUser({ schemas: [userSchema] });
  expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain(id.slice(0, 8));
});

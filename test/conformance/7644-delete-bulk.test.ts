import { expect } from 'vitest';
import {
  type ConformanceEndpoint,
  enterpriseSchema,
  freshName,
  groupSchema,
  requirement,
  userSchema,
} from './support.ts';

requirement('RFC 7644 3.6 #1', async (endpoint) => {
  const { id } = await endpoint.createUser();
  await endpoint.send('DELETE', `/Users/${id}`);
  const body = { schemas: [userSchema], userName: freshName('gone') };
  expect((await endpoint.send('GET', `/Users/${id}`)).status).toBe(404);
  expect((await endpoint.send('PUT', `/Users/${id}`, body)).status).toBe(404);
  expect((await endpoint.patch(`/Users/${id}`, { op: 'add', path: 'title', value: 'T' })).status).toBe(404);
  expect((await endpoint.send('DELETE', `/Users/${id}`)).status).toBe(404);
});

requirement('RFC 7644 3.6 #2', async (endpoint) => {
  const { id, userName } = await endpoint.createUser();
  await endpoint.send('DELETE', `/Users/${id}`);
  expect((await endpoint.send('GET', '/Users')).body.totalResults).toBe(0);
  const filter = encodeURIComponent(`userName eq "${userName}"`);
  expect((await endpoint.send('GET', `/Users?filter=${filter}`)).body.totalResults).toBe(0);
});

requirement('RFC 7644 3.6 #3', async (endpoint) => {
  const { id, userName } = await endpoint.createUser();
  await endpoint.send('DELETE', `/Users/${id}`);
  const again = await endpoint.createUser({ userName });
  expect(again.id).not.toBe(id);
});

requirement('RFC 7644 3.6 #5', async (endpoint) => {
  const { id } = await endpoint.createUser();
  expect(await endpoint.send('DELETE', `/Users/${id}`)).toMatchObject({ status: 204, body: undefined });
});

const message = (Operations: readonly object[] | undefined, more: object = {}) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  ...more,
  Operations,
});
const newUser = (bulkId: string, more: object = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { schemas: [userSchema], userName: freshName(bulkId), ...more },
});
const newGroup = (bulkId: string, ...members: readonly string[]) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: {
    schemas: [groupSchema],
    displayName: freshName(bulkId),
    members: members.map((value) => ({ value: `bulkId:${value}` })),
  },
});

async function bulk(endpoint: ConformanceEndpoint, operations: readonly object[], more: object = {}) {
  const { status, body } = await endpoint.send('POST', '/Bulk', message(operations, more));
  expect(status).toBe(200);
  return body.Operations;
}

const statuses = (operations: readonly { status: string }[]) => operations.map(({ status }) => status);
const idIn = ({ location }: { location: string }) => location.split('/').at(-1) ?? '';

requirement('RFC 7644 3.7 #1', async (endpoint) => {
  for (const Operations of [undefined, [{ path: '/Users' }], [{ method: 'GET', path: '/Users' }]]) {
    const answer = await endpoint.send('POST', '/Bulk', message(Operations));
    const status = answer.status === 200 ? answer.body.Operations[0].status : String(answer.status);
    expect(status).toBe('400');
  }
});

requirement('RFC 7644 3.7 #3', async (endpoint) => {
  const { bulkId: _, ...nameless } = newUser('a');
  const answer = await endpoint.send('POST', '/Bulk', message([nameless]));
  const status = answer.status === 200 ? answer.body.Operations[0].status : String(answer.status);
  expect(status).toBe('400');
  expect((await endpoint.send('GET', '/Users')).body.totalResults).toBe(0);
});

requirement('RFC 7644 3.7 #5', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const operations = ['PUT', 'PATCH'].map((method) => ({ method, path: `/Users/${id}` }));
  const answer = await endpoint.send('POST', '/Bulk', message(operations));
  const found = answer.status === 200 ? statuses(answer.body.Operations) : [String(answer.status)];
  expect(new Set(found)).toEqual(new Set(['400']));
});

requirement('RFC 7644 3.7 #6', async (endpoint) => {
  const { id, userName } = await endpoint.createUser();
  const [created, deleted, failed] = await bulk(endpoint, [
    newUser('a'),
    { method: 'DELETE', path: `/Users/${id}` },
    newUser('b', { userName: 'a b', active: 'perhaps' }),
  ]);
  expect(created.location).toBe(`${endpoint.tenantUrl}/Users/${idIn(created)}`);
  expect(deleted.location).toBe(`${endpoint.tenantUrl}/Users/${id}`);
  expect(failed).not.toHaveProperty('location');
  expect(userName).toBeTruthy();
});

requirement('RFC 7644 3.7 #7', async (endpoint) => {
  const [failed] = await bulk(endpoint, [{ method: 'DELETE', path: '/Users/none' }]);
  expect(failed).toMatchObject({
    status: '404',
    response: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404' },
  });
  expect(failed.response.detail).toMatch(/\w/);
});

requirement('RFC 7644 3.7 #9', async (endpoint) => {
  const answer = await endpoint.send('POST', '/Bulk', message([newUser('a')]));
  expect(answer).toMatchObject({
    status: 200,
    body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'] },
  });
  expect((await endpoint.send('POST', '/Bulk', { schemas: [userSchema] })).status).toBe(400);
});

requirement('RFC 7644 3.7 #10', async (endpoint) => {
  const operations = [newUser('a'), { method: 'DELETE', path: '/Users/none' }, newUser('b')];
  expect(statuses(await bulk(endpoint, operations))).toEqual(['201', '404', '201']);
});

requirement('RFC 7644 3.7 #11', async (endpoint) => {
  const answered = await bulk(endpoint, [newUser('qwerty'), newGroup('ytrewq', 'qwerty')]);
  expect(answered.map(({ bulkId }: { bulkId: string }) => bulkId)).toEqual(['qwerty', 'ytrewq']);
});

requirement('RFC 7644 3.7 #12', async (endpoint) => {
  const { id } = await endpoint.createUser({ title: '0' });
  const titles = ['1', '2', '3'].map((value) => ({
    method: 'PATCH',
    path: `/Users/${id}`,
    data: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'title', value }],
    },
  }));
  await bulk(endpoint, [...titles, newUser('a'), newUser('b')]);
  expect((await endpoint.send('GET', `/Users/${id}`)).body.title).toBe('3');
});

requirement('RFC 7644 3.7.1 #1', async (endpoint) => {
  const answered = await bulk(endpoint, [newGroup('a', 'b'), newGroup('b', 'a')]);
  expect(statuses(answered)).toEqual(['201', '201']);
  const [a, b] = answered.map(idIn);
  for (const [id, other] of [
    [a, b],
    [b, a],
  ]) {
    const { body } = await endpoint.send('GET', `/Groups/${id}`);
    expect(body.members.map(({ value }: { value: string }) => value)).toEqual([other]);
  }
});

requirement('RFC 7644 3.7.2 #1', async (endpoint) => {
  const [group, user] = await bulk(endpoint, [newGroup('g', 'qwerty'), newUser('qwerty')]);
  const { body } = await endpoint.send('GET', `/Groups/${idIn(group)}`);
  expect(body.members.map(({ value }: { value: string }) => value)).toEqual([idIn(user)]);
});

requirement('RFC 7644 3.7.2 #2', async (endpoint) => {
  const manager = { [enterpriseSchema]: { manager: { value: 'bulkId:boss' } } };
  const [user, boss] = await bulk(endpoint, [
    newUser('worker', { schemas: [userSchema, enterpriseSchema], ...manager }),
    newUser('boss'),
  ]);
  const { body } = await endpoint.send('GET', `/Users/${idIn(user)}`);
  expect(body[enterpriseSchema].manager.value).toBe(idIn(boss));
});

requirement('RFC 7644 3.7.3 #1', async (endpoint) => {
  const operations = [newUser('a'), newUser('b'), { method: 'DELETE', path: '/Users/none' }];
  expect(await bulk(endpoint, operations)).toHaveLength(3);
  const failing = [1, 2, 3].map((index) => ({ method: 'DELETE', path: `/Users/none${index}` }));
  expect((await bulk(endpoint, failing, { failOnErrors: 1 })).length).toBe(1);
});

requirement('RFC 7644 3.7.3 #2', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const answered = await bulk(endpoint, [
    { method: 'DELETE', path: '/Users/none' },
    { method: 'PUT', path: `/Users/${id}`, data: { schemas: [userSchema] } },
  ]);
  expect(answered.map(({ location }: { location: string }) => location)).toEqual([
    `${endpoint.tenantUrl}/Users/none`,
    `${endpoint.tenantUrl}/Users/${id}`,
  ]);
});

requirement('RFC 7644 3.7.3 #3', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const answered = await bulk(endpoint, [
    newUser('a'),
    { method: 'DELETE', path: `/Users/${id}` },
    { method: 'DELETE', path: '/Users/none' },
  ]);
  expect(statuses(answered)).toEqual(['201', '204', '404']);
});

requirement('RFC 7644 3.7.4 #1', async (endpoint) => {
  const { body } = await endpoint.send('GET', '/ServiceProviderConfig');
  expect(body.bulk).toMatchObject({ supported: true });
  expect(body.bulk.maxOperations).toBeGreaterThan(0);
  expect(body.bulk.maxPayloadSize).toBeGreaterThan(0);
});

requirement('RFC 7644 3.7.4 #2', async (endpoint) => {
  const { body: config } = await endpoint.send('GET', '/ServiceProviderConfig');
  const { maxOperations, maxPayloadSize } = config.bulk;
  const many = Array.from({ length: maxOperations + 1 }, () => ({ method: 'DELETE', path: '/Users/none' }));
  const tooMany = await endpoint.send('POST', '/Bulk', message(many));
  expect(tooMany).toMatchObject({ status: 413, body: { status: '413' } });
  expect(tooMany.body.detail).toContain(String(maxOperations));
  const large = message([newUser('a', { title: 'x'.repeat(maxPayloadSize) })]);
  const tooLarge = await endpoint.send('POST', '/Bulk', large);
  expect(tooLarge).toMatchObject({ status: 413, body: { status: '413' } });
  expect(tooLarge.body.detail).toContain(String(maxPayloadSize));
});

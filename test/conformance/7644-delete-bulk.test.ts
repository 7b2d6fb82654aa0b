import { expect } from 'vitest';
import {
  type ConformanceEndpoint,
  enterpriseSchema,
  freshName,
  groupSchema,
  requirement,
  userSchema,
} from './support.ts';

// Service providers MAY choose not to permanently delete the resource but MUST return a 404 (Not Found) error
// code for all operations associated with the previously deleted resource.
requirement('RFC 7644 3.6 #1', async (endpoint) => {
  const { id } = await endpoint.createUser();
  await endpoint.send('DELETE', `/Users/${id}`);
  const body = { schemas: [userSchema], userName: freshName('gone') };
  expect((await endpoint.send('GET', `/Users/${id}`)).status).toBe(404);
  expect((await endpoint.send('PUT', `/Users/${id}`, body)).status).toBe(404);
  expect((await endpoint.patch(`/Users/${id}`, { op: 'add', path: 'title', value: 'T' })).status).toBe(404);
  expect((await endpoint.send('DELETE', `/Users/${id}`)).status).toBe(404);
});

// Service providers MUST omit the resource from future query results.
requirement('RFC 7644 3.6 #2', async (endpoint) => {
  const { id, userName } = await endpoint.createUser();
  await endpoint.send('DELETE', `/Users/${id}`);
  expect((await endpoint.send('GET', '/Users')).body.totalResults).toBe(0);
  const filter = encodeURIComponent(`userName eq "${userName}"`);
  expect((await endpoint.send('GET', `/Users?filter=${filter}`)).body.totalResults).toBe(0);
});

// In addition, the service provider SHOULD NOT consider the deleted resource in conflict calculation.
requirement('RFC 7644 3.6 #3', async (endpoint) => {
  const { id, userName } = await endpoint.createUser();
  await endpoint.send('DELETE', `/Users/${id}`);
  const again = await endpoint.createUser({ userName });
  expect(again.id).not.toBe(id);
});

// In response to a successful DELETE, the server SHALL return a successful HTTP status code 204 (No Content).
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

// Operations: REQUIRED.
requirement('RFC 7644 3.7 #1', async (endpoint) => {
  for (const Operations of [undefined, [{ path: '/Users' }], [{ method: 'GET', path: '/Users' }]]) {
    const answer = await endpoint.send('POST', '/Bulk', message(Operations));
    const status = answer.status === 200 ? answer.body.Operations[0].status : String(answer.status);
    expect(status).toBe('400');
  }
});

// Operations.bulkId: REQUIRED when "method" is "POST".
requirement('RFC 7644 3.7 #3', async (endpoint) => {
  const { bulkId: _, ...nameless } = newUser('a');
  const answer = await endpoint.send('POST', '/Bulk', message([nameless]));
  const status = answer.status === 200 ? answer.body.Operations[0].status : String(answer.status);
  expect(status).toBe('400');
  expect((await endpoint.send('GET', '/Users')).body.totalResults).toBe(0);
});

// Operations.data: REQUIRED in a request when "method" is "POST", "PUT", or "PATCH".
requirement('RFC 7644 3.7 #5', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const operations = ['PUT', 'PATCH'].map((method) => ({ method, path: `/Users/${id}` }));
  const answer = await endpoint.send('POST', '/Bulk', message(operations));
  const found = answer.status === 200 ? statuses(answer.body.Operations) : [String(answer.status)];
  expect(new Set(found)).toEqual(new Set(['400']));
});

// Operations.location: REQUIRED in a response, except in the event of a POST failure.
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

// Operations.response: When indicating a response with an HTTP status other than a 200-series response, the
// response body MUST be included.
requirement('RFC 7644 3.7 #7', async (endpoint) => {
  const [failed] = await bulk(endpoint, [{ method: 'DELETE', path: '/Users/none' }]);
  expect(failed).toMatchObject({
    status: '404',
    response: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404' },
  });
  expect(failed.response.detail).toMatch(/\w/);
});

// If a bulk job is processed successfully, HTTP response code 200 OK MUST be returned; otherwise, an
// appropriate HTTP error code MUST be returned.
requirement('RFC 7644 3.7 #9', async (endpoint) => {
  const answer = await endpoint.send('POST', '/Bulk', message([newUser('a')]));
  expect(answer).toMatchObject({
    status: 200,
    body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'] },
  });
  expect((await endpoint.send('POST', '/Bulk', { schemas: [userSchema] })).status).toBe(400);
});

// The service provider MUST continue performing as many changes as possible and disregard partial failures.
requirement('RFC 7644 3.7 #10', async (endpoint) => {
  const operations = [newUser('a'), { method: 'DELETE', path: '/Users/none' }, newUser('b')];
  expect(statuses(await bulk(endpoint, operations))).toEqual(['201', '404', '201']);
});

// The service provider MUST return the same "bulkId" together with the newly created resource.
requirement('RFC 7644 3.7 #11', async (endpoint) => {
  const answered = await bulk(endpoint, [newUser('qwerty'), newGroup('ytrewq', 'qwerty')]);
  expect(answered.map(({ bulkId }: { bulkId: string }) => bulkId)).toEqual(['qwerty', 'ytrewq']);
});

// When doing so, the service provider MUST ensure that the client's intent is preserved and the same stateful
// result is achieved as for non-optimized processing.
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

// The service provider MUST try to resolve circular cross-references between resources in a single bulk job
// but MAY stop after a failed attempt and instead return HTTP status code 409 (Conflict).
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

// The service provider MUST replace the string "bulkId:qwerty" with the permanent resource id once created.
requirement('RFC 7644 3.7.2 #1', async (endpoint) => {
  const [group, user] = await bulk(endpoint, [newGroup('g', 'qwerty'), newUser('qwerty')]);
  const { body } = await endpoint.send('GET', `/Groups/${idIn(group)}`);
  expect(body.members.map(({ value }: { value: string }) => value)).toEqual([idIn(user)]);
});

// Extensions that include references to other resources MUST be handled in the same way by the service
// provider.
requirement('RFC 7644 3.7.2 #2', async (endpoint) => {
  const manager = { [enterpriseSchema]: { manager: { value: 'bulkId:boss' } } };
  const [user, boss] = await bulk(endpoint, [
    newUser('worker', { schemas: [userSchema, enterpriseSchema], ...manager }),
    newUser('boss'),
  ]);
  const { body } = await endpoint.send('GET', `/Users/${idIn(user)}`);
  expect(body[enterpriseSchema].manager.value).toBe(idIn(boss));
});

// The service provider response MUST include the result of all processed operations.
requirement('RFC 7644 3.7.3 #1', async (endpoint) => {
  const operations = [newUser('a'), newUser('b'), { method: 'DELETE', path: '/Users/none' }];
  expect(await bulk(endpoint, operations)).toHaveLength(3);
  const failing = [1, 2, 3].map((index) => ({ method: 'DELETE', path: `/Users/none${index}` }));
  expect((await bulk(endpoint, failing, { failOnErrors: 1 })).length).toBe(1);
});

// A "location" attribute that includes the resource's endpoint MUST be returned for all operations except for
// failed POST operations (which have no location).
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

// The status attribute MUST include the code attribute that holds the HTTP response code that would have been
// returned if a single HTTP request would have been used.
requirement('RFC 7644 3.7.3 #3', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const answered = await bulk(endpoint, [
    newUser('a'),
    { method: 'DELETE', path: `/Users/${id}` },
    { method: 'DELETE', path: '/Users/none' },
  ]);
  expect(statuses(answered)).toEqual(['201', '204', '404']);
});

// The service provider MUST define the maximum number of operations and maximum payload size a client may
// send in a single request.
requirement('RFC 7644 3.7.4 #1', async (endpoint) => {
  const { body } = await endpoint.send('GET', '/ServiceProviderConfig');
  expect(body.bulk).toMatchObject({ supported: true });
  expect(body.bulk.maxOperations).toBeGreaterThan(0);
  expect(body.bulk.maxPayloadSize).toBeGreaterThan(0);
});

// If either limit is exceeded, the service provider MUST return HTTP response code 413 (Payload Too Large).
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

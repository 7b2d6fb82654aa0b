import { beforeAll, describe, expect, test } from 'vitest';
import { scim, type TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, type Created, clientOf, errorUrn, userBody } from './client.ts';

let endpoint: SharedEndpoint;
let tenant: TenantAccess;
let client: Client;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  tenant = await endpoint.createTenant({ name: 'Endpoint', profile: 'rfc' });
  client = clientOf(tenant);
});

const error = (status: number) => ({
  status,
  body: { schemas: [errorUrn], status: String(status), detail: expect.stringMatching(/\w/) },
});

/** A tenant at another path, with its "Tenant URL". */
async function tenantAt(path: string): Promise<TenantAccess> {
  const { status, body } = await endpoint.manage('POST', '/manage/tenants', {
    name: path,
    policy: { endpoint: { path, profile: 'rfc' } },
  });
  expect(status).toBe(201);
  const key = await endpoint.manage('POST', `/manage/tenants/${body.id}/keys`, {});
  return { tenantUrl: body.tenantUrl, token: key.body.key };
}

describe('a path', () => {
  test.each(['/Nothing', '/Users/a/b', '/users', '/Users%2fx', '/.well-known'])(
    'that there is not, %j, is 404 in SCIM',
    async (path) => {
      expect(await client.get(path)).toMatchObject(error(404));
      expect(await client.post(path, {})).toMatchObject(error(404));
    },
  );

  test.each([
    ['PUT', '/Users', 'POST, GET, HEAD'],
    ['DELETE', '/Groups', 'POST, GET, HEAD'],
    ['PATCH', '/Users', 'POST, GET, HEAD'],
    ['POST', '/Users/x', 'DELETE, PATCH, PUT, GET, HEAD'],
    ['OPTIONS', '/Users', 'POST, GET, HEAD'],
    ['POST', '/ServiceProviderConfig', 'GET, HEAD'],
  ])('answers %s %s with 405 and Allow', async (method, path, allow) => {
    const answer = await client.send(method, path, method === 'OPTIONS' ? undefined : {});
    expect(answer).toMatchObject(error(405));
    expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(allow.split(', ').sort());
  });

  test('outside of all endpoints is 404 without a key', async () => {
    for (const path of ['/', '/Users', '/scimx', '/scimv2/Users', '/api', '/SCIM/V2/Users']) {
      const response = await fetch(endpoint.baseUrl + path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject(error(404).body);
    }
  });
});

describe('a request without a valid key', () => {
  test.each([
    ['no header', undefined],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['an unknown key', 'Bearer muster_aaaaaaaaaaaa_x_y'],
    ['no key', 'Bearer '],
  ])('%s is 401 with WWW-Authenticate, whatever the path, method and body', async (_, authorization) => {
    const headers = { ...(authorization !== undefined && { authorization }) };
    for (const [method, path] of [
      ['GET', '/Users'],
      ['POST', '/Users'],
      ['DELETE', '/Users/x'],
      ['PUT', '/Users'],
      ['GET', '/Nothing'],
      ['GET', '/Schemas'],
    ] as const) {
      const body = method === 'POST' || method === 'PUT' ? { body: '{' } : {};
      const response = await fetch(tenant.tenantUrl + path, { method, headers, ...body });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Bearer');
      expect(await response.json()).toMatchObject(error(401).body);
    }
  });
});

describe('tenants', () => {
  test('see nothing of each other', async () => {
    const other = clientOf(await endpoint.createTenant({ name: 'Other', profile: 'rfc' }));
    const mine = await client.user('mine');
    expect(await other.get(`/Users/${mine.id}`)).toMatchObject(error(404));
    expect(await other.delete(`/Users/${mine.id}`)).toMatchObject(error(404));
    expect(await other.find('/Users', 'userName pr')).toEqual([]);
    expect(await other.find('/Users', `id eq "${mine.id}"`)).toEqual([]);
    expect((await other.user('mine')).id).not.toBe(mine.id);
    const members = [{ value: mine.id }];
    const group = await other.group('theirs');
    expect(
      await other.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: members }]),
    ).toMatchObject(error(400));
    expect((await other.get('/Users')).body.totalResults).toBe(1);
  });

  test.each(['/scim', '/api/scim/v2'])('at %s are served there, in full, and nowhere else', async (path) => {
    const access = await tenantAt(path);
    expect(access.tenantUrl).toBe(`${endpoint.baseUrl}${path}`);
    const there = clientOf(access);
    const created: Created = await there.user('there');
    expect(created.meta.location).toBe(`${endpoint.baseUrl}${path}/Users/${created.id}`);
    expect((await there.get(`/Users/${created.id}`)).body).toEqual(created);
    expect(await there.put(`/Users/${created.id}`, userBody('there', { title: 'x' }))).toMatchObject({
      status: 200,
    });
    expect(await there.patch(`/Users/${created.id}`, [{ op: 'remove', path: 'title' }])).toMatchObject({
      status: 200,
    });
    expect((await there.get('/Users?count=1')).body.totalResults).toBe(1);
    expect(await there.get('/ServiceProviderConfig')).toMatchObject({ status: 200 });
    expect(await there.get('/Schemas')).toMatchObject({ status: 200 });
    const refused = await there.put('/Users', {});
    expect(refused).toMatchObject(error(405));
    expect(refused.headers.get('allow')).toBe('POST, GET, HEAD');
    expect(await there.get('/Nothing')).toMatchObject(error(404));
    expect(await there.delete(`/Users/${created.id}`)).toMatchObject({ status: 204 });

    for (const other of ['/scim', '/scim/v2', '/api/scim/v2'].filter((one) => one !== path)) {
      const elsewhere = { ...access, tenantUrl: endpoint.baseUrl + other };
      expect(await scim(elsewhere, 'GET', '/Users')).toMatchObject(error(401));
    }
    const mine = { ...tenant, tenantUrl: access.tenantUrl };
    expect(await scim(mine, 'GET', '/Users')).toMatchObject(error(401));
  });
});

describe('an error', () => {
  test('is SCIM, names no stack and no file', async () => {
    const answer = await client.post('/Users', '{"schemas":');
    expect(answer).toMatchObject(error(400));
    expect(answer.headers.get('content-type')).toBe('application/scim+json');
    expect(JSON.stringify(answer.body)).not.toMatch(/\.ts|\.js|node_modules| at /);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { scim, type TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { bulkBody, type Client, clientOf, userBody } from './client.ts';

let endpoint: SharedEndpoint;
let tenant: TenantAccess & { readonly tenantId: string };
let client: Client;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  tenant = await endpoint.createTenant({
    name: 'Addresses',
    policy: { endpoint: { profile: 'entra', packs: ['devices'] } },
  });
  client = clientOf(tenant);
});

const refused = (status: number, detail: RegExp) => ({
  status,
  body: { status: String(status), detail: expect.stringMatching(detail) },
});

describe('A7: needless slashes', () => {
  test.each([
    '//Users',
    '/Users/',
    '//Users//',
    '///Users?count=1',
    '/Users/?filter=userName%20pr',
    '//Groups',
    '/Groups//',
    '/Devices/',
    '//ServiceProviderConfig',
    '/ServiceProviderConfig/',
    '//Schemas',
    '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User/',
    '/ResourceTypes//User',
  ])('mean nothing in GET %s', async (path) => {
    const plain = path.replace(/\/{2,}/g, '/').replace(/\/(?=\?|$)/, '');
    const { status, body } = await client.get(path);
    expect({ status, body }).toEqual({ status: 200, body: (await client.get(plain)).body });
  });

  test('mean nothing for a user, whatever the method', async () => {
    const created = await client.post('//Users/', userBody('slashes'));
    expect(created.status).toBe(201);
    const { id } = created.body;
    expect(created.body.meta.location).toBe(`${tenant.tenantUrl}/Users/${id}`);
    for (const path of [`/Users/${id}/`, `/Users//${id}`, `//Users/${id}//`]) {
      expect(await client.get(path)).toMatchObject({ status: 200, body: { id } });
      expect(await client.put(path, userBody('slashes', { title: path }))).toMatchObject({
        body: { id, title: path },
      });
      const rename = [{ op: 'replace', path: 'title', value: 'x' }];
      expect((await client.patch(path, rename)).status).toBe(204);
      expect((await client.get(path)).body.title).toBe('x');
    }
    expect(await client.post('/Users//.search/', { schemas: [], count: 1 })).toMatchObject({ status: 400 });
    expect((await client.delete(`/Users/${id}/`)).status).toBe(204);
    expect((await client.get(`/Users/${id}`)).status).toBe(404);
  });

  test('mean nothing before the version of the protocol', async () => {
    for (const path of ['/scim//v2/Users', '/scim/v2//Users/']) {
      const answer = await fetch(endpoint.baseUrl + path, {
        headers: { authorization: `Bearer ${tenant.token}` },
      });
      expect(answer.status).toBe(200);
    }
  });

  test('mean nothing inside Bulk, nor after it', async () => {
    const post = { method: 'POST', data: userBody('bulk.slashes') };
    const created = await client.post('/Bulk/', bulkBody([{ ...post, bulkId: 'a', path: '//Users/' }]));
    expect(created.body.Operations).toMatchObject([{ status: '201' }]);
    const [id] = (await client.find('/Users', 'userName eq "bulk.slashes"')).map((one) => one.id);
    const rename = {
      method: 'PUT',
      path: `/Users//${id}/`,
      data: userBody('bulk.slashes', { title: 'Boss' }),
    };
    const answered = await client.post('//Bulk', bulkBody([rename]));
    expect(answered.body.Operations).toMatchObject([
      { status: '200', location: `${tenant.tenantUrl}/Users/${id}` },
    ]);
    const gone = await client.post('/Bulk', bulkBody([{ method: 'DELETE', path: `/Users/${id}/` }]));
    expect(gone.body.Operations).toMatchObject([{ status: '204' }]);
    for (const path of ['/', '//', '///']) {
      const { body } = await client.post('/Bulk', bulkBody([{ method: 'DELETE', path }]));
      expect(body.Operations).toMatchObject([{ status: '404' }]);
    }
  });

  test('never make a request for nothing in particular one for everything', async () => {
    expect((await client.get('/')).status).toBe(404);
    expect((await client.get('//')).status).toBe(404);
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      expect((await client.send(method, '/Users/', {})).status).toBe(405);
    }
  });

  test('mean nothing to the management API, which still asks for its key', async () => {
    const path = `/manage/tenants/${tenant.tenantId}/`;
    expect(await endpoint.manage('GET', path)).toMatchObject({ status: 200, body: { id: tenant.tenantId } });
    for (const open of ['/manage//tenants', '/manage/tenants/', '//manage/tenants']) {
      expect([401, 404]).toContain((await fetch(endpoint.baseUrl + open)).status);
    }
  });
});

describe('A12: an address or a token that was entered wrongly', () => {
  test.each(['/scim/Users', '/scim', '/scim/v2.0/Users', '/scim/Users/', '/api/scim/v2/Users', '/scim/v1'])(
    'at %s a good key is told its Tenant URL',
    async (path) => {
      const answer = await scim({ ...tenant, tenantUrl: endpoint.baseUrl }, 'GET', path);
      if (path === '/scim/v1') return expect(answer.status).toBe(400);
      expect(answer).toMatchObject(refused(401, new RegExp(`enter ${tenant.tenantUrl} as the Tenant URL$`)));
    },
  );

  test('at the path of another tenant, a stranger is told nothing', async () => {
    const token = 'muster_abcdefghijkl_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf_3UwDdH';
    const answer = await scim({ tenantUrl: `${endpoint.baseUrl}/scim`, token }, 'GET', '/Users');
    expect(answer).toMatchObject(refused(401, /unknown, expired or revoked.*ask the provider who gave you/));
    expect(answer.body.detail).not.toContain(endpoint.baseUrl);
  });

  test.each(['/Users', '/scimv2/Users', '/SCIM/v2/Users', '/v2/Users', '/scim2', '/api/scim', '/'])(
    '%s, where no endpoint is, leads to the paths of endpoints',
    async (path) => {
      const answer = await scim({ ...tenant, tenantUrl: endpoint.baseUrl }, 'GET', path);
      expect(answer).toMatchObject(
        refused(404, /\/scim, \/scim\/v2 or \/api\/scim\/v2.*[Aa]sk the provider/),
      );
    },
  );

  test.each(['/users', '/User', '/v2.0/Users', '/scim/v2/Users', '/Users/a/b'])(
    '%s below the Tenant URL is told where it looked',
    async (path) => {
      const answer = await client.get(path);
      expect(answer).toMatchObject(refused(404, /below \/scim\/v2: check the address/));
    },
  );

  const forms: readonly [string, (token: string) => string | undefined, RegExp][] = [
    ['missing', () => undefined, /has no token.*ask the provider who gave you the Tenant URL/],
    ['empty', () => '', /has no token/],
    ['nothing after Bearer', () => 'Bearer', /has no token/],
    ['doubled', (token) => `Bearer Bearer ${token}`, /begins with the word Bearer/],
    ['doubled in small letters', (token) => `bearer bearer ${token}`, /begins with the word Bearer/],
    ['with a colon', (token) => `Bearer Bearer: ${token}`, /begins with the word Bearer/],
    ['with the name of the header', (token) => `Bearer Authorization: Bearer ${token}`, /name of the header/],
    ['in quotation marks', (token) => `Bearer "${token}"`, /in quotation marks or brackets/],
    ['in single ones', (token) => `Bearer '${token}'`, /in quotation marks or brackets/],
    ['quoted with its scheme', (token) => `"Bearer ${token}"`, /in quotation marks or brackets/],
    ['in angle brackets', (token) => `Bearer <${token}>`, /in quotation marks or brackets/],
    ['quoted after a doubled word', (token) => `Bearer Bearer "${token}"`, /begins with|quotation/],
    ['cut off', (token) => `Bearer ${token.slice(0, -1)}`, /incomplete.*ask the provider/],
    ['with a blank inside', (token) => `Bearer ${token.slice(0, 20)} ${token.slice(20)}`, /incomplete/],
    ['sent as a password', (token) => `Basic ${btoa(`user:${token}`)}`, /choose the bearer token/],
    ['sent as an API key', (token) => `ApiKey ${token}`, /choose the bearer token/],
    ['without Bearer', (token) => token, /The word Bearer and a space are missing/],
    ['twice', (token) => `Bearer ${token}, Bearer ${token}`, /sent twice/],
    ['another word', () => 'Bearer secret', /incomplete/],
  ];
  test.each(forms)('a token %s has a sentence of its own', async (_, of, detail) => {
    const authorization = of(tenant.token);
    const answer = await fetch(`${tenant.tenantUrl}/Users`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    const body: { detail: string } = JSON.parse(await answer.text());
    expect({ status: answer.status, body }).toMatchObject(refused(401, detail));
    expect(body.detail).not.toContain(tenant.token.slice(20, 40));
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
  });
});

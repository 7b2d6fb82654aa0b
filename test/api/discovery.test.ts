import { beforeAll, describe, expect, test } from 'vitest';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, type Created, clientOf, enterpriseUrn, errorUrn, groupUrn, userUrn } from './client.ts';

let endpoint: SharedEndpoint;
let client: Client;
let tenantUrl: string;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  const tenant = await endpoint.createTenant({ name: 'Discovery', profile: 'rfc' });
  tenantUrl = tenant.tenantUrl;
  client = clientOf(tenant);
});

describe('GET /ServiceProviderConfig', () => {
  test('tells anyone how to authenticate, but not who presents a wrong key', async () => {
    const url = `${tenantUrl}/ServiceProviderConfig`;
    const anonymous = await fetch(url);
    const { body } = await client.get('/ServiceProviderConfig');
    expect(anonymous.status).toBe(200);
    expect(await anonymous.json()).toMatchObject({
      authenticationSchemes: body.authenticationSchemes,
      meta: { location: new URL(url).pathname },
    });
    expect((await fetch(url, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await fetch(url.replace('/ServiceProviderConfig', '/Schemas'))).status).toBe(401);
  });

  test('tells what the endpoint does, and does what it tells', async () => {
    const { status, headers, body } = await client.get('/ServiceProviderConfig');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/scim+json');
    expect(body).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      patch: { supported: true },
      filter: { supported: true, maxResults: 1_000 },
      changePassword: { supported: expect.any(Boolean) },
      etag: { supported: true },
      authenticationSchemes: [{ type: 'oauthbearertoken', primary: true }],
      meta: { resourceType: 'ServiceProviderConfig', location: `${tenantUrl}/ServiceProviderConfig` },
    });
    const { status: bulk } = await client.post('/Bulk', {});
    expect(bulk === 404).toBe(!body.bulk.supported);
    const { meta } = await client.user('etag');
    expect(meta.version).toMatch(/^W\/"/);
  });
});

describe.each([
  ['/ResourceTypes', ['User', 'Group'], 'name'],
  ['/Schemas', [userUrn, groupUrn, enterpriseUrn], 'id'],
])('GET %s', (path, names, key) => {
  test('lists what each of its locations then gives', async () => {
    const { status, body } = await client.get(path);
    expect(status).toBe(200);
    const { Resources, totalResults, itemsPerPage, startIndex } = body;
    expect([totalResults, itemsPerPage, startIndex]).toEqual([Resources.length, Resources.length, 1]);
    expect(Resources.map((resource: Created) => resource[key])).toEqual(expect.arrayContaining([...names]));
    for (const resource of Resources) {
      expect(resource.meta.location.startsWith(`${tenantUrl}${path}/`)).toBe(true);
      expect((await client.get(resource.meta.location.slice(tenantUrl.length))).body).toEqual(resource);
    }
  });

  test('answers 404 in SCIM to an unknown name', async () => {
    expect(await client.get(`${path}/Nothing`)).toMatchObject({
      status: 404,
      body: { schemas: [errorUrn], status: '404', detail: expect.stringContaining('Nothing') },
    });
  });

  test('refuses a filter (RFC 7644 4)', async () => {
    expect(await client.get(`${path}?filter=${encodeURIComponent('id pr')}`)).toMatchObject({ status: 403 });
  });

  test('refuses to be written to', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await client.send(method, path, method === 'DELETE' ? undefined : {});
      expect(answer).toMatchObject({ status: 405, body: { schemas: [errorUrn], status: '405' } });
      expect(answer.headers.get('allow')).toBe('GET, HEAD');
    }
  });

  test('answers HEAD without a body', async () => {
    expect(await client.head(path)).toMatchObject({ status: 200, body: undefined });
  });
});

describe('GET /Schemas', () => {
  test('describes every attribute of a user that is returned', async () => {
    const { body: schema } = await client.get(`/Schemas/${userUrn}`);
    const named = new Set(schema.attributes.map(({ name }: Created) => name));
    const user = await client.user('described', {
      name: { familyName: 'x' },
      emails: [{ value: 'x@example.com' }],
      active: true,
      locale: 'en',
    });
    const common = ['schemas', 'id', 'externalId', 'meta'];
    for (const name of Object.keys(user).filter((one) => !common.includes(one)))
      expect(named).toContain(name);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { scim, type TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, clientOf, errorUrn, userBody } from './client.ts';

let endpoint: SharedEndpoint;
let tenant: TenantAccess;
let client: Client;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  tenant = await endpoint.createTenant({ name: 'Negotiation', profile: 'rfc' });
  client = clientOf(tenant);
});

const contentTypeOf = ({ headers }: { headers: Headers }) => headers.get('content-type');
const total = async () => (await client.get('/Users?count=0')).body.totalResults;

describe('Accept', () => {
  test.each([
    ['application/scim+json', 'application/scim+json'],
    ['application/json', 'application/json'],
    ['application/json, */*;q=0.5', 'application/json'],
    ['*/*', 'application/scim+json'],
  ])('%s is answered with %s, in success and in failure', async (accept, contentType) => {
    const headers = { accept };
    expect(contentTypeOf(await client.get('/Users', headers))).toBe(contentType);
    expect(contentTypeOf(await client.get('/Users/none', headers))).toBe(contentType);
    expect(contentTypeOf(await client.head('/ServiceProviderConfig', headers))).toBe(contentType);
  });

  test('of nothing that there is, is answered 406 before anything is done', async () => {
    const before = await total();
    const refused = await client.post('/Users', userBody('unacceptable'), { accept: 'text/html' });
    expect(refused).toMatchObject({ status: 406, body: { schemas: [errorUrn], status: '406' } });
    expect(contentTypeOf(refused)).toBe('application/scim+json');
    expect(await total()).toBe(before);
  });

  test('tells nothing to a caller without a key', async () => {
    const stranger = { ...tenant, token: 'muster_nobody' };
    expect(await scim(stranger, 'GET', '/Users', undefined, { accept: 'text/html' })).toMatchObject({
      status: 401,
    });
  });
});

describe('Content-Type', () => {
  test.each(['application/scim+json', 'application/json', 'application/json; charset=utf-8'])(
    '%s is read',
    async (contentType) => {
      const body = userBody(`read.${contentType}`);
      expect(await client.post('/Users', body, { 'content-type': contentType })).toMatchObject({
        status: 201,
      });
    },
  );

  test('may be missing', async () => {
    const body = new Blob([JSON.stringify(userBody('untyped'))]);
    const response = await fetch(`${tenant.tenantUrl}/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.token}` },
      body: body.stream(),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(201);
  });

  test.each(['text/plain', 'application/xml', 'application/json; charset=iso-8859-1'])(
    '%s is answered 415',
    async (contentType) => {
      const answer = await client.post('/Users', userBody('x'), { 'content-type': contentType });
      expect(answer).toMatchObject({ status: 415, body: { schemas: [errorUrn], status: '415' } });
    },
  );

  test('a body that is not UTF-8 is answered 400 invalidSyntax', async () => {
    const bytes = Buffer.from('{"schemas":["x"],"userName":"\u00e9"}', 'latin1');
    const response = await fetch(`${tenant.tenantUrl}/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/scim+json' },
      body: bytes,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ scimType: 'invalidSyntax' });
  });
});

describe('the protocol version in the path', () => {
  const at = (version: string) => ({ ...tenant, tenantUrl: tenant.tenantUrl.replace(/v2$/, version) });

  test.each([
    ['GET', '/Users', undefined],
    ['POST', '/Users', userBody('version')],
    ['GET', '/ServiceProviderConfig', undefined],
  ])('v1 in %s %s is answered 400 invalidVers', async (method, path, body) => {
    const answer = await scim(at('v1'), method, path, body);
    expect(answer).toMatchObject({ status: 400, body: { schemas: [errorUrn], scimType: 'invalidVers' } });
    expect(answer.body.detail).toContain('v1');
  });

  test('is not told to a caller without a key', async () => {
    expect((await scim({ ...at('v3'), token: 'muster_nobody' }, 'GET', '/Users')).status).toBe(401);
  });

  test('is no version where it is something else', async () => {
    expect(await client.get('/v2x')).toMatchObject({ status: 404 });
    expect(await client.get('/Users/v1')).toMatchObject({ status: 404 });
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { errorCatalogue } from '../../lib/scim/errors.ts';
import { scim, type TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';

type Tenant = TenantAccess & { readonly tenantId: string };

let endpoint: SharedEndpoint;
let contoso: Tenant;
let fabrikam: Tenant;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  contoso = await endpoint.createTenant({ name: 'Contoso', profile: 'entra' });
  fabrikam = await endpoint.createTenant({ name: 'Fabrikam' });
});

const person = (userName: string, externalId = userName) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  ...{ userName, externalId },
});
const keysOf = ({ tenantId }: Tenant) => `/manage/tenants/${tenantId}/keys`;

/** A key of its own, so that a test may revoke it. */
async function issueKey(tenant: Tenant): Promise<{ id: string; key: string }> {
  const { status, body } = await endpoint.manage('POST', keysOf(tenant), { label: 'Test' });
  expect(status).toBe(201);
  return body;
}

/** Sends a header as it is; none where it is undefined. */
async function knock(authorization: string | undefined, method = 'GET', path = '/Users') {
  const response = await fetch(contoso.tenantUrl + path, {
    method,
    headers: authorization === undefined ? {} : { authorization },
  });
  const { status, headers } = response;
  return { status, headers, text: await response.text() };
}

describe('A request without a good key', () => {
  const wellFormed = 'muster_abcdefghijkl_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf_3UwDdH';
  const reasons: [string, () => Promise<string | undefined>][] = [
    ['no key', async () => undefined],
    ['an empty header', async () => ''],
    ['no scheme', async () => contoso.token],
    ['another scheme', async () => `Basic ${contoso.token}`],
    ['a malformed key', async () => 'Bearer secret'],
    ['a mistyped key', async () => `Bearer ${contoso.token.slice(0, -1)}-`],
    ['an unknown key', async () => `Bearer ${wellFormed}`],
    [
      'a revoked key',
      async () => {
        const { id, key } = await issueKey(contoso);
        expect((await knock(`Bearer ${key}`)).status).toBe(200);
        expect((await endpoint.manage('DELETE', `${keysOf(contoso)}/${id}`)).status).toBe(204);
        return `Bearer ${key}`;
      },
    ],
  ];

  test.each(reasons)('with %s is answered 401 with a sentence and WWW-Authenticate', async (name, of) => {
    const { status, headers, text } = await knock(await of());
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toMatch(/^Bearer /);
    expect(headers.get('content-type')).toContain('application/scim+json');
    expect(JSON.parse(text)).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '401',
      detail: ['an unknown key', 'a revoked key'].includes(name)
        ? errorCatalogue.unauthenticated.detail
        : expect.stringMatching(/: (enter|copy|choose|add) /),
    });
  });

  test.each([
    ['GET', '/Users/1'],
    ['POST', '/Users'],
    ['PUT', '/Users/1'],
    ['PATCH', '/Groups/1'],
    ['DELETE', '/Groups/1'],
    ['GET', '/Groups'],
  ])('%s %s is answered 401', async (method, path) => {
    expect((await knock(undefined, method, path)).status).toBe(401);
  });

  test('HEAD is answered 401 without a body', async () => {
    const { status, headers, text } = await knock(undefined, 'HEAD');
    expect([status, headers.get('www-authenticate'), text]).toEqual([
      401,
      expect.stringMatching(/^Bearer /),
      '',
    ]);
  });

  test("at an endpoint path that is not the tenant's is answered 401", async () => {
    const elsewhere = { ...contoso, tenantUrl: `${endpoint.baseUrl}/scim` };
    expect((await scim(elsewhere, 'GET', '/Users')).status).toBe(401);
  });
});

describe('A key', () => {
  test('is shown once and never listed', async () => {
    const { id, key } = await issueKey(fabrikam);
    const { status, body } = await endpoint.manage('GET', keysOf(fabrikam));
    expect(status).toBe(200);
    expect(body.keys.map((listed: { id: string }) => listed.id)).toContain(id);
    expect(JSON.stringify(body)).not.toContain(key.split('_')[2]);
    await endpoint.manage('DELETE', `${keysOf(fabrikam)}/${id}`);
  });

  test('that a policy does not allow is refused with 409 and its reason', async () => {
    const tenant = await endpoint.createTenant({ name: 'Small', policy: { keys: { activeMax: 1 } } });
    const { status, body } = await endpoint.manage('POST', keysOf(tenant), {});
    expect([status, body.detail]).toEqual([
      409,
      'The tenant has 1 active key and policy.keys.activeMax is 1: revoke one first',
    ]);
  });

  test("of another tenant cannot be revoked through one's own", async () => {
    const { id, key } = await issueKey(contoso);
    const answer = await endpoint.manage('DELETE', `${keysOf(fabrikam)}/${id}`);
    expect(answer.status).toBe(404);
    expect((await knock(`Bearer ${key}`)).status).toBe(200);
    await endpoint.manage('DELETE', `${keysOf(contoso)}/${id}`);
  });

  test('is not issued without the function key', async () => {
    const url = `${endpoint.baseUrl}${keysOf(contoso)}`;
    const response = await fetch(url, { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('muster_');
  });

  test('never appears in what the endpoint prints', async () => {
    const { id, key } = await issueKey(contoso);
    await knock(`Bearer ${key}`);
    await knock(`Bearer ${key.slice(0, -1)}-`);
    expect(endpoint.output()).not.toContain(key.split('_')[2]);
    await endpoint.manage('DELETE', `${keysOf(contoso)}/${id}`);
  });
});

describe('Two tenants', () => {
  test("do not see each other's users by id, list or filter", async () => {
    const contoso = await endpoint.createTenant({ name: 'One' });
    const fabrikam = await endpoint.createTenant({ name: 'Other' });
    const created = await scim(contoso, 'POST', '/Users', person('isolated@contoso.com'));
    expect(created.status).toBe(201);
    const at = `/Users/${created.body.id}`;
    expect((await scim(contoso, 'GET', at)).status).toBe(200);

    expect((await scim(fabrikam, 'GET', at)).status).toBe(404);
    expect((await scim(fabrikam, 'PUT', at, person('stolen@contoso.com'))).status).toBe(404);
    const modify = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: false }],
    };
    expect((await scim(fabrikam, 'PATCH', at, modify)).status).toBe(404);
    expect((await scim(fabrikam, 'DELETE', at)).status).toBe(404);

    const filters = [
      '',
      'userName eq "isolated@contoso.com"',
      'externalId eq "isolated@contoso.com"',
      `id eq "${created.body.id}"`,
      'userName eq "x" or userName pr',
    ];
    for (const filter of filters) {
      const query = filter === '' ? '' : `?filter=${encodeURIComponent(filter)}`;
      const there = await scim(fabrikam, 'GET', `/Users${query}`);
      expect([filter, there.status, there.body.totalResults]).toEqual([filter, 200, 0]);
      const here = await scim(contoso, 'GET', `/Users${query}`);
      expect([filter, here.body.totalResults]).toEqual([filter, 1]);
    }
    expect((await scim(contoso, 'GET', at)).body.userName).toBe('isolated@contoso.com');
  });

  test('may each have the same userName and the same group', async () => {
    const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Everyone' };
    const ids: string[] = [];
    for (const tenant of [contoso, fabrikam]) {
      expect((await scim(tenant, 'POST', '/Users', person('same@example.com'))).status).toBe(201);
      const created = await scim(tenant, 'POST', '/Groups', group);
      expect(created.status).toBe(201);
      ids.push(created.body.id);
    }
    expect((await scim(fabrikam, 'GET', `/Groups/${ids[0]}`)).status).toBe(404);
    const found = await scim(fabrikam, 'GET', '/Groups?filter=displayName%20eq%20%22Everyone%22');
    expect(found.body.Resources.map(({ id }: { id: string }) => id)).toEqual([ids[1]]);
  });

  test("do not take each other's users into a group", async () => {
    const user = await scim(contoso, 'POST', '/Users', person('member@contoso.com'));
    const members = [{ value: user.body.id }];
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    const created = await scim(fabrikam, 'POST', '/Groups', { schemas, displayName: 'Guests', members });
    const read = created.status === 201 ? await scim(fabrikam, 'GET', `/Groups/${created.body.id}`) : created;
    expect(JSON.stringify(read.body.members ?? [])).not.toContain('member@contoso.com');
    expect((await scim(contoso, 'GET', `/Users/${user.body.id}`)).body.groups ?? []).toEqual([]);
  });
});

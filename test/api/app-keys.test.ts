import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, scim, send, type TenantAccess } from '../support/endpoint.ts';
import { linesOf } from '../support/log-lines.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';

type Tenant = TenantAccess & { readonly tenantId: string };

let endpoint: SharedEndpoint;
let contoso: Tenant;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  const policy = { accounts: { enabled: true }, keys: { activeMax: 1, replaces: true } };
  contoso = await endpoint.createTenant({ name: 'Contoso', policy });
});

/** The paths of the two lists of keys, below `/manage`. */
const lists: [string, () => string][] = [
  ['for one tenant', () => `/manage/tenants/${contoso.tenantId}/app-keys`],
  ['for all tenants', () => '/manage/app-keys'],
];

async function issue(
  list: string,
  body: object = { label: 'Billing' },
): Promise<{ id: string; key: string }> {
  const answer = await endpoint.manage('POST', list, body);
  expect(answer).toMatchObject({ status: 201, body: { apiUrl: `${endpoint.baseUrl}/api/v1` } });
  return answer.body;
}

function api(key: string, path: string, method = 'GET', body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}` };
  return send(`${endpoint.baseUrl}/api/v1/tenants/${contoso.tenantId}${path}`, { method, headers, body });
}
const statusOf = async (key: string) => (await api(key, '/accounts')).status;

describe.each(lists)('an app key %s', (_, list) => {
  test('is listed with its label and access, opens /api/v1, and is used', async () => {
    const { id, key } = await issue(list(), { label: 'Desk', access: 'write', validDays: 30 });
    expect(await statusOf(key)).toBe(200);
    const listed = async () => {
      const { body } = await endpoint.manage('GET', list());
      return body.appKeys.find((one: { id: string }) => one.id === id);
    };
    await expect.poll(async () => (await listed()).lastUsed).toBeDefined();
    const { created, expires, lastUsed, ...rest } = await listed();
    expect(Date.parse(expires) - Date.parse(created)).toBe(30 * 86_400_000);
    expect(rest).toEqual({ id, label: 'Desk', access: 'write', issuer: 'function key', status: 'active' });
  });

  test('is replaced at once or after an overlap, with label and access', async () => {
    const first = await issue(list(), { label: 'Rotated', access: 'write' });
    const second = (await endpoint.manage('POST', `${list()}/${first.id}/rotate`, { overlapDays: 7 })).body;
    expect(await Promise.all([first, second].map(({ key }) => statusOf(key)))).toEqual([200, 200]);
    const third = (await endpoint.manage('POST', `${list()}/${second.id}/rotate`, {})).body;
    expect(await Promise.all([second, third].map(({ key }) => statusOf(key)))).toEqual([401, 200]);
    const { appKeys } = (await endpoint.manage('GET', list())).body;
    const rotated = appKeys.filter(({ label }: { label: string }) => label === 'Rotated');
    expect(rotated.map(({ access }: { access: string }) => access)).toEqual(['write', 'write', 'write']);
  });

  test('is revoked, and then answered as a key that there never was', async () => {
    const { id, key } = await issue(list());
    expect(await statusOf(key)).toBe(200);
    expect((await endpoint.manage('DELETE', `${list()}/${id}`)).status).toBe(204);
    const unknown = 'muster_abcdefghijkl_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf_3UwDdH';
    const [revoked, never] = [await api(key, '/accounts'), await api(unknown, '/accounts')];
    expect(revoked).toMatchObject({ status: 401, body: never.body });
    expect(revoked.headers.get('www-authenticate')).toBe(never.headers.get('www-authenticate'));
    const line = () =>
      linesOf(endpoint.output()).find((one) => one.event === 'refused' && one.credential === id);
    await expect.poll(line).toMatchObject({ reason: 'revoked', at: 'api' });
  });

  test('opens no SCIM endpoint and gets no token', async () => {
    const { id, key } = await issue(list());
    expect((await scim({ ...contoso, token: key }, 'GET', '/Users')).status).toBe(401);
    const line = () =>
      linesOf(endpoint.output()).find((one) => one.event === 'refused' && one.credential === id);
    await expect.poll(line).toMatchObject({ reason: 'appKey' });
    const form = { grant_type: 'client_credentials', client_id: id, client_secret: key };
    const token = await fetch(`${endpoint.baseUrl}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    expect(token.status).toBe(401);
  });

  test('names the product in the records of what it does', async () => {
    const { key } = await issue(list(), { label: 'Desk No. 7', access: 'write' });
    const created = await api(key, '/accounts', 'POST', { attributes: { displayName: 'Anna' } });
    expect(created.status).toBe(201);
    const query = `?credential=${encodeURIComponent('app:Desk No. 7')}&resource=${created.body.id}`;
    const { body } = await endpoint.manage('GET', `/manage/tenants/${contoso.tenantId}/audit${query}`);
    expect(body.records).toMatchObject([{ operation: 'activate', resourceType: 'Account' }]);
  });

  test.each([
    {},
    { label: '' },
    { label: 'a\nb' },
    { label: 'a', access: 'all' },
    { label: 'a', validDays: 731 },
  ])('is not issued with %j', async (body) => {
    const before = (await endpoint.manage('GET', list())).body.appKeys.length;
    expect((await endpoint.manage('POST', list(), body)).status).toBe(400);
    expect((await endpoint.manage('GET', list())).body.appKeys).toHaveLength(before);
  });
});

test('app keys and the keys of the customer leave each other alone', async () => {
  const keys = `/manage/tenants/${contoso.tenantId}/keys`;
  const { id, key } = await issue(`/manage/tenants/${contoso.tenantId}/app-keys`);
  expect((await scim(contoso, 'GET', '/Users')).status).toBe(200);
  const { id: keyId } = (await endpoint.manage('POST', keys, {})).body;
  expect(await statusOf(key)).toBe(200);
  const listed = (await endpoint.manage('GET', keys)).body.keys.map((one: { id: string }) => one.id);
  expect(listed).toContain(keyId);
  expect(listed).not.toContain(id);
  expect((await endpoint.manage('DELETE', `${keys}/${id}`)).status).toBe(404);
  expect((await endpoint.manage('POST', `${keys}/${id}/rotate`, {})).status).toBe(404);
  expect((await endpoint.manage('DELETE', `/manage/app-keys/${id}`)).status).toBe(404);
  expect(await statusOf(key)).toBe(200);
});

test('an app key sends fifty requests a second, and is told when to go on', async () => {
  const { key } = await issue('/manage/app-keys', { label: 'Eager' });
  const other = await issue('/manage/app-keys', { label: 'Calm' });
  // There is nothing at the path, so that no answer waits for the store and the bucket cannot fill meanwhile.
  const answers = await Promise.all(Array.from({ length: 200 }, () => api(key, '/nothing')));
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(100);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
  expect(await statusOf(other.key)).toBe(200);
});

test('the records of the deployment tell of its app keys', async () => {
  const { id } = await issue('/manage/app-keys');
  await endpoint.manage('DELETE', `/manage/app-keys/${id}`);
  const { body } = await endpoint.manage('GET', `/manage/audit?resource=${id}`);
  const told = body.records.map(({ operation }: { operation: string }) => operation).sort();
  expect(told).toEqual(['issue', 'revoke']);
  await endpoint.manage('POST', '/admin/functions/maintenance', {});
  const line = () => linesOf(endpoint.output()).findLast((one) => one.event === 'maintenance');
  await expect.poll(line).toMatchObject({ failures: 0, done: { record: expect.any(Number) } });
  expect(body.records[0]).toMatchObject({ resourceType: 'AppKey', credential: 'management' });
});

import { describe, expect, test } from 'vitest';
import { profiles } from './profiles.ts';
import { inAll, stageOfFile, type Tenant } from './protocol-stage.ts';

const stage = stageOfFile();

/** Answers to a request with these headers, at a path of the host. */
async function at(
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; detail: string }> {
  const { baseUrl } = stage.endpoint;
  const response = await fetch(baseUrl + path, { headers });
  const text = await response.text();
  expect(text, `${path} has a sentence`).not.toBe('');
  return { status: response.status, detail: JSON.parse(text).detail ?? '' };
}
const withKey = ({ token }: Tenant) => ({ authorization: `Bearer ${token}` });

describe('A12: a good key at a wrong path is told the right one', () => {
  test.each([
    '/scim/Groups',
    '/api/scim/v2/Users',
    '/scim/v2.1/Users',
    '/scim/v2.0/Users/1',
    '/scim/Bulk',
    '/scim/Users/.search',
  ])('%s', async (path) => {
    const answers = await stage.inEach(async (tenant) => {
      const { status, detail } = await at(path, withKey(tenant));
      return [status, detail.includes(tenant.tenantUrl)].join(' ');
    });
    expect(answers).toEqual(inAll('401 true'));
  });

  test.each([
    ['/SCIM/V2/Users', /\/scim\/v2/],
    ['/Users', /\/scim\/v2/],
    ['/', /\/scim\/v2/],
    ['/v2/Users', /\/scim\/v2/],
    ['/scimv2/Users', /\/scim\/v2/],
    ['/scim/v2/users', /capital/],
    ['/scim/v2/USERS/1', /capital/],
    ['/scim/v2/User', /check the address/],
    ['/scim/v2/Users/1/groups', /check the address/],
    ['/scim/v2/scim/v2/Users', /check the address/],
    ['/scim/v2/Users.json', /check the address/],
  ])('%s', async (path, sentence) => {
    const answers = await stage.inEach(async (tenant) => {
      const { status, detail } = await at(path, withKey(tenant));
      return [status, sentence.test(detail) || detail].join(' ');
    });
    expect(answers).toEqual(inAll('404 true'));
  });
});

test.each(['/scim/v1/Users', '/scim/v3/ServiceProviderConfig'])(
  'A12: another version in %s is told that of the endpoint',
  async (path) => {
    const answers = await stage.inEach(async (tenant) => {
      const { status, detail } = await at(path, withKey(tenant));
      return [status, detail.includes('v2')].join(' ');
    });
    expect(answers).toEqual(inAll('400 true'));
  },
);

test('A12: the words of a wrong path change nothing about a bad key', async () => {
  const { status, detail } = await at('/scim/Users', { authorization: 'Bearer muster_nobody' });
  expect([status, detail.includes('/scim/v2')]).toEqual([401, false]);
});

test('A12: the path of another tenant is told, and its data is not', async () => {
  const { endpoint } = stage;
  const other = await endpoint.createTenant({ name: 'Elsewhere', path: '/scim' });
  const [here, there] = [withKey(stage.tenant('entra')), withKey(other as unknown as Tenant)];
  const wrong = [await at('/scim/Users', here), await at('/scim/v2/Users', there)];
  expect(wrong.map(({ status }) => status)).toEqual([401, 401]);
  expect(wrong[1]?.detail).toContain(other.tenantUrl);
  expect((await at('/scim/Users', there)).status).toBe(200);
});

/** Headers that administrators make, and words of the sentence that each must get. */
const badHeaders: readonly (readonly [string, (token: string) => string, RegExp])[] = [
  ['the word alone', () => 'Bearer', /no token/],
  ['the word and a space', () => 'Bearer ', /no token/],
  ['the word twice in small letters', (token) => `bearer bearer ${token}`, /begins with the word Bearer/],
  ['the word twice with a colon', (token) => `Bearer Bearer: ${token}`, /begins with the word Bearer/],
  ['the name of the header', (token) => `Bearer Authorization: Bearer ${token}`, /begins with/],
  ['single quotes', (token) => `Bearer '${token}'`, /quotation marks/],
  ['double quotes', (token) => `Bearer "${token}"`, /quotation marks/],
  ['angle brackets', (token) => `Bearer <${token}>`, /quotation marks or brackets/],
  ['square brackets', (token) => `Bearer [${token}]`, /quotation marks or brackets/],
  ['a quote at the front only', (token) => `Bearer "${token}`, /quotation marks|incomplete/],
  ['quotes around the whole header', (token) => `"Bearer ${token}"`, /quotation marks|word Bearer/],
  ['half of it', (token) => `Bearer ${token.slice(0, 30)}`, /incomplete/],
  ['without its first letter', (token) => `Bearer ${token.slice(1)}`, /incomplete/],
  ['without its last letter', (token) => `Bearer ${token.slice(0, -1)}`, /incomplete/],
  ['in capital letters', (token) => `Bearer ${token.toUpperCase()}`, /incomplete/],
  ['twice', (token) => `Bearer ${token}${token}`, /incomplete/],
  ['twice with a comma', (token) => `Bearer ${token}, Bearer ${token}`, /twice|incomplete/],
  ['a placeholder', () => 'Bearer {{token}}', /brackets|incomplete/],
  ['Basic', (token) => `Basic ${btoa(`muster:${token}`)}`, /bearer token/],
  ['another word', (token) => `Token ${token}`, /bearer token|word Bearer/],
  ['a colon after the word', (token) => `Bearer: ${token}`, /word Bearer|bearer token/],
  ['a colon for the space', (token) => `Bearer:${token}`, /word Bearer|bearer token/],
  ['an equals sign for the space', (token) => `Bearer=${token}`, /word Bearer|bearer token/],
  ['no space', (token) => `Bearer${token}`, /word Bearer|bearer token/],
];

describe('A12: a token has its own sentence', () => {
  test.each(badHeaders)('with %s', async (_, header, sentence) => {
    const answers = await stage.inEach(async (tenant) => {
      const { status, detail } = await at('/scim/v2/Users', { authorization: header(tenant.token) });
      expect(detail).not.toContain(tenant.token.slice(8, 30));
      return [status, sentence.test(detail) || detail].join(' ');
    });
    expect(answers).toEqual(inAll('401 true'));
  });

  test.each([
    ['the word in small letters', (token: string) => `bearer ${token}`],
    ['the word in capitals', (token: string) => `BEARER ${token}`],
    ['two spaces', (token: string) => `Bearer  ${token}`],
    ['spaces at the end', (token: string) => `Bearer ${token}  `],
  ])('and is accepted with %s', async (_, header) => {
    const answers = await stage.inEach(
      async (tenant) => (await at('/scim/v2/Users', { authorization: header(tenant.token) })).status,
    );
    expect(answers).toEqual(inAll(200));
  });

  test('or, without a word, is accepted where a client sends it so', async () => {
    const answers = await stage.inEach(async ({ token }) => {
      const { status, detail } = await at('/scim/v2/Users', { authorization: token });
      return [status, /Bearer and a space are missing/.test(detail)].join(' ');
    });
    expect(answers).toEqual(inAll('401 true', { okta: '200 false', generic: '200 false' }));
  });

  test('the key of a revoked, and the key of a deleted tenant, tell whom to ask', async () => {
    const { endpoint } = stage;
    const { tenantId, token } = await endpoint.createTenant({ name: 'Gone' });
    const { body } = await endpoint.manage('GET', `/manage/tenants/${tenantId}/keys`);
    await endpoint.manage('DELETE', `/manage/tenants/${tenantId}/keys/${body.keys[0].id}`);
    const revoked = await at('/scim/v2/Users', { authorization: `Bearer ${token}` });
    const { body: tenant } = await endpoint.manage('GET', `/manage/tenants/${tenantId}`);
    await endpoint.manage('DELETE', `/manage/tenants/${tenantId}?confirm=${tenant.identifier}`);
    const deleted = await at('/scim/v2/Users', { authorization: `Bearer ${token}` });
    for (const { status, detail } of [revoked, deleted]) {
      expect(status).toBe(401);
      expect(detail).toMatch(/ask the provider/);
    }
  });

  test('a key that stands in the address instead is missing', async () => {
    const tenant = stage.tenant('generic');
    const { status, detail } = await at(`/scim/v2/Users?access_token=${tenant.token}`, {});
    expect([status, /no token/.test(detail)]).toEqual([401, true]);
  });

  test('the function key of the host opens nothing', async () => {
    const header = { authorization: `Bearer ${stage.endpoint.functionKey}` };
    const { status, detail } = await at('/scim/v2/Users', header);
    expect([status, /ask the provider/.test(detail)]).toEqual([401, true]);
  });

  test('and any of these with the key of one tenant says the same as with that of another', async () => {
    const details = await stage.inEach(
      async ({ token }) => (await at('/scim/v2/Users', { authorization: `Bearer "${token}"` })).detail,
    );
    expect(new Set(profiles.map((profile) => details[profile])).size).toBe(1);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  claimsAt,
  type Issuer,
  makeKey,
  type SigningKey,
  signClaims,
  startIssuer,
  trustIn,
} from '../auth/issuer.ts';
import { type Answer, type Endpoint, scim, startEndpoint, type TenantAccess } from '../support/endpoint.ts';
import { bulkBody, type Client, clientOf, errorUrn, groupUrn, range, userBody, userUrn } from './client.ts';

let issuer: Issuer;
let signer: SigningKey;
let endpoint: Endpoint;
let tenant: TenantAccess & { readonly tenantId: string };
let client: Client;

beforeAll(async () => {
  issuer = await startIssuer();
  signer = await makeKey('ipsie-1');
  issuer.publish(signer);
  const env = {
    FEDERATION_HOSTS: issuer.host,
    TENANT_REQUESTS_PER_SECOND: '25',
    TENANT_REQUESTS_BURST: '25',
  };
  endpoint = await startEndpoint({ env });
  tenant = await endpoint.createTenant({
    name: 'IPSIE',
    profile: 'ipsie',
    policy: { trusts: [trustIn(issuer)] },
  });
  client = clientOf(tenant);
});
afterAll(async () => {
  await endpoint?.stop();
  await issuer.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: a body of any shape
const json = async (answer: Promise<Response>): Promise<any> => (await answer).json();

async function tokenFor(
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...form });
  return json(fetch(`${endpoint.baseUrl}/oauth/token`, { method: 'POST', headers, body }));
}

async function expectScimToken(token: { access_token: string; expires_in: number; scope: string }) {
  expect(token.scope).toBe('scim');
  expect(token.expires_in).toBe(3_600);
  const access = { ...tenant, token: token.access_token };
  expect((await scim(access, 'GET', '/Users?count=0')).status).toBe(200);
}

const configOf = async () => (await client.get('/ServiceProviderConfig')).body;
const attributesOf = async (urn: string) =>
  (await client.get(`/Schemas/${urn}`)).body.attributes.map(({ name }: { name: string }) => name);
const idsOf = async (path: string, filter: string) => (await client.find(path, filter)).map(({ id }) => id);

interface Row {
  readonly requirement: string;
  run(): Promise<void>;
}

const row = (requirement: string, run: Row['run']): Row => ({ requirement, run });

/** The rows have the words of the draft's sections, and docs/ipsie.md lists those that no request can show. */
const shared: readonly Row[] = [
  row('Every request needs a token', async () => {
    const answer = await scim({ ...tenant, token: 'muster_none' }, 'GET', '/Users');
    expect(answer.status).toBe(401);
  }),
  row('A client gets a token for an assertion (RFC 7523 2.2), with the scope scim', async () => {
    const assertion = await signClaims(signer, claimsAt(Date.now()));
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    await expectScimToken(await tokenFor({ client_assertion_type: type, client_assertion: assertion }));
  }),
  row('A client gets a token for HTTP Basic, which expires', async () => {
    const { body } = await endpoint.manage('POST', `/manage/tenants/${tenant.tenantId}/keys`, {
      kind: 'client',
    });
    const credentials = Buffer.from(`${body.clientId}:${body.clientSecret}`).toString('base64');
    await expectScimToken(await tokenFor({ scope: 'scim' }, { authorization: `Basic ${credentials}` }));
  }),
  row('The metadata of the token endpoint is published (RFC 8414)', async () => {
    const metadata = await json(fetch(`${endpoint.baseUrl}/.well-known/oauth-authorization-server`));
    expect(metadata.token_endpoint).toBe(`${endpoint.baseUrl}/oauth/token`);
    expect(metadata.token_endpoint_auth_methods_supported).toEqual(
      expect.arrayContaining(['private_key_jwt', 'client_secret_basic']),
    );
  }),
  row('The endpoint conforms to the interoperability profile', async () => {
    expect((await configOf()).interopProfileConformant).toBe(true);
    const unknown = await client.post('/Users', userBody('unknown', { shoeSize: 7 }));
    expect(unknown).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
  }),
  row('A tenant may send 25 requests a second', async () => {
    const answers = await Promise.all(range(25).map(() => client.get('/Users?count=0')));
    expect(answers.map(({ status }) => status)).toEqual(range(25).map(() => 200));
  }),
  row('Who guesses tokens faster than that gets 429 with Retry-After', async () => {
    const guess = (n: number) => scim({ ...tenant, token: `muster_guess${n}` }, 'GET', '/Users');
    const answers = await Promise.all(range(60).map(guess));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    for (const { headers } of limited) expect(headers.get('retry-after')).toMatch(/^\d+$/);
  }),
  row('/Bulk is supported', async () => {
    expect((await configOf()).bulk).toMatchObject({ supported: true });
    const data = userBody('bulk');
    const { body } = await client.post(
      '/Bulk',
      bulkBody([{ method: 'POST', path: '/Users', bulkId: 'b', data }]),
    );
    expect(body.Operations).toMatchObject([{ status: '201' }]);
  }),
  row('A PATCH changes several attributes', async () => {
    const { id } = await client.user('several');
    const operations = ['title', 'nickName', 'displayName'].map((path) => ({
      op: 'replace',
      path,
      value: path,
    }));
    const { status, body } = await client.patch(`/Users/${id}`, operations);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { title: 'title', displayName: 'displayName' },
    });
  }),
];

const level1: readonly Row[] = [
  row('A user is deactivated and reactivated by PATCH', async () => {
    const { id } = await client.user('active', { active: true });
    for (const value of [false, true]) {
      await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value }]);
      expect((await client.get(`/Users/${id}`)).body.active).toBe(value);
    }
  }),
  row('After a deletion, a new user may have the userName', async () => {
    const { id } = await client.user('again');
    expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    expect((await client.get(`/Users/${id}`)).status).toBe(404);
    expect((await client.user('AGAIN')).id).not.toBe(id);
  }),
  ...(
    [
      ['username eq', () => 'username eq "found"'],
      ['externalId eq', () => 'externalId eq "found-1"'],
      ['emails[value eq]', () => 'emails[value eq "found@example.com"]'],
      ['emails[type eq and value eq]', () => 'emails[type eq "work" and value eq "found@example.com"]'],
    ] as const
  ).map(([name, filter]) =>
    row(`Users are found by ${name}`, async () => {
      const id = (await idsOf('/Users', 'userName eq "found"'))[0] ?? (await createFound()).id;
      expect(await idsOf('/Users', filter())).toEqual([id]);
    }),
  ),
];

const createFound = () =>
  client.user('found', {
    externalId: 'found-1',
    emails: [
      { type: 'home', value: 'other@example.com' },
      { type: 'work', value: 'found@example.com' },
    ],
  });

/** Sends a password in a way; yields the answer, and the path of the user. */
type Way = (id: string) => Promise<Answer>;
const password = 'Sesame-1';
const ways: Readonly<Record<string, readonly [Way, string]>> = {
  POST: [() => client.post('/Users', userBody('secret', { password })), 'invalidSyntax'],
  PUT: [(id) => client.put(`/Users/${id}`, userBody(`keep ${id}`, { password })), 'invalidSyntax'],
  PATCH: [
    (id) => client.patch(`/Users/${id}`, [{ op: 'add', path: 'password', value: password }]),
    'invalidPath',
  ],
  'a filter': [() => client.get('/Users?filter=password%20pr'), 'invalidFilter'],
};

const level2: readonly Row[] = [
  row('The schema of users has userName, displayName, active and externalId', async () => {
    expect(await attributesOf(userUrn)).toEqual(
      expect.arrayContaining(['userName', 'displayName', 'active', 'externalId']),
    );
  }),
  row('The schema of users has no password, and none can be changed', async () => {
    expect(await attributesOf(userUrn)).not.toContain('password');
    expect((await configOf()).changePassword).toEqual({ supported: false });
  }),
  ...Object.entries(ways).map(([name, [send, scimType]]) =>
    row(`A password in ${name} is refused, and changes nothing`, async () => {
      const { id, meta } = await client.user(`keep ${name}`);
      expect(await send(id)).toMatchObject({ status: 400, body: { scimType } });
      expect((await client.get(`/Users/${id}`)).body.meta.version).toBe(meta.version);
      expect(await idsOf('/Users', 'userName eq "secret"')).toEqual([]);
    }),
  ),
  row('A page has 100 users by default and never more than 1,000, and cursors lead through all', async () => {
    const { pagination, filter } = await configOf();
    expect(pagination).toMatchObject({ cursor: true, index: true, maxPageSize: filter.maxResults });
    expect(pagination.defaultPageSize).toBeGreaterThanOrEqual(100);
    expect(filter.maxResults).toBeLessThanOrEqual(1_000);
    const first = (await client.get('/Users?cursor&count=1')).body;
    const second = (await client.get(`/Users?count=1&cursor=${first.nextCursor}`)).body;
    expect(second.Resources[0].id).not.toBe(first.Resources[0].id);
  }),
  row('The schema of groups has displayName, members and externalId', async () => {
    expect(await attributesOf(groupUrn)).toEqual(
      expect.arrayContaining(['displayName', 'members', 'externalId']),
    );
  }),
  row('A group is created without members, and no second one with its name', async () => {
    const body = { schemas: [groupUrn], displayName: 'Empty' };
    expect((await client.post('/Groups', body)).status).toBe(201);
    expect(await client.post('/Groups', body)).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness' },
    });
  }),
  row('Groups are found by displayName eq, externalId eq and members[value eq]', async () => {
    const user = await client.user('member');
    const members = [{ value: user.id }];
    const body = { schemas: [groupUrn], displayName: 'Found', externalId: 'group-1', members };
    const { id } = (await client.post('/Groups', body)).body;
    for (const filter of [
      'displayName eq "Found"',
      'externalId eq "group-1"',
      `members[value eq "${user.id}"]`,
    ])
      expect([filter, await idsOf('/Groups', filter)]).toEqual([filter, [id]]);
  }),
  row('A PATCH has 50 operations that add members, and 50 that remove them', async () => {
    const users = await client.post(
      '/Bulk',
      bulkBody(
        range(50).map((n) => ({
          method: 'POST',
          path: '/Users',
          bulkId: `u${n}`,
          data: userBody(`fifty ${n}`),
        })),
      ),
    );
    const ids: string[] = users.body.Operations.map(({ location }: { location: string }) =>
      location.split('/').at(-1),
    );
    const { id } = await client.group('Fifty');
    const adding = ids.map((value) => ({ op: 'add', path: 'members', value: [{ value }] }));
    expect((await client.patch(`/Groups/${id}`, adding)).status).toBe(200);
    expect((await client.get(`/Groups/${id}`)).body.members).toHaveLength(50);
    const removing = ids.map((value) => ({ op: 'remove', path: `members[value eq "${value}"]` }));
    expect((await client.patch(`/Groups/${id}`, removing)).status).toBe(200);
    expect((await client.get(`/Groups/${id}`)).body).not.toHaveProperty('members');
  }),
  row('Every write leaves an audit record', async () => {
    const { id } = await client.user('audited');
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'T' }]);
    await client.delete(`/Users/${id}`);
    const { body } = await endpoint.manage('GET', `/manage/tenants/${tenant.tenantId}/audit?resource=${id}`);
    const operations = body.records.map(({ operation }: { operation: string }) => operation);
    expect(operations.sort()).toEqual(['create', 'delete', 'modify']);
  }),
  row('An error has the form of SCIM and tells nothing of the inside', async () => {
    const { status, body } = await client.send('POST', '/Users', '{"userName": ');
    expect(status).toBe(400);
    expect(Object.keys(body).sort()).toEqual(['detail', 'schemas', 'scimType', 'status']);
    expect(body.schemas).toEqual([errorUrn]);
    expect(body.detail).not.toMatch(/node_modules|\.[jt]s:\d|Error:/);
  }),
];

describe.each([
  ['shared prerequisites', shared],
  ['AL1, user deprovisioning', level1],
  ['AL2, user and group management', level2],
])('IPSIE, %s', (_, rows) => {
  test.each(rows)('$requirement', ({ run }) => run());
});

test('a password from before stays a hash that nobody sees, and comes back with another profile', async () => {
  const { tenantId, ...access } = await endpoint.createTenant({ name: 'Before', profile: 'rfc' });
  const before = clientOf(access);
  const { id } = await before.user('before', { password });
  const setProfile = (profile: string) =>
    endpoint.manage('PATCH', `/manage/tenants/${tenantId}`, { policy: { endpoint: { profile } } });
  await setProfile('ipsie');
  const changed = await before.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'T' }]);
  expect(JSON.stringify(changed.body)).not.toMatch(/password|scrypt/);
  const put = await before.put(`/Users/${id}`, userBody('before', { title: 'U' }));
  expect(JSON.stringify(put.body)).not.toMatch(/password|scrypt/);
  await setProfile('rfc');
  const { version } = put.body.meta;
  const same = await before.patch(`/Users/${id}`, [{ op: 'replace', path: 'password', value: password }]);
  expect(same.body.meta.version).toBe(version);
  const refused = await endpoint.manage('PATCH', `/manage/tenants/${tenantId}`, {
    policy: { endpoint: { profile: 'ipsie' }, users: { required: ['password'] } },
  });
  expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringContaining('password') } });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { errorCatalogue } from '../../lib/scim/errors.ts';
import {
  claimsAt,
  type Issuer,
  makeKey,
  type SigningKey,
  signClaims,
  startIssuer,
  trustIn,
} from '../auth/issuer.ts';
import { type Endpoint, scim, startEndpoint, type TenantAccess } from '../support/endpoint.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const tokenType = 'urn:ietf:params:oauth:token-type';

type Tenant = TenantAccess & { readonly tenantId: string };

/** A client secret as the management API answers it. */
interface Client {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenEndpoint: string;
}

let issuer: Issuer;
let signer: SigningKey;
let endpoint: Endpoint;
let contoso: Tenant;
let client: Client;

beforeAll(async () => {
  issuer = await startIssuer();
  signer = await makeKey('entra-1');
  issuer.publish(signer);
  endpoint = await startEndpoint({ env: { FEDERATION_HOSTS: issuer.host, MUSTER_LOG: 'information' } });
  const policy = { trusts: [trustIn(issuer)], keys: { activeMax: 10, tokenDays: 30 } };
  contoso = await endpoint.createTenant({ name: 'Contoso', policy });
  client = await issueClient(contoso);
});
afterAll(async () => {
  await endpoint?.stop();
  await issuer.stop();
});

async function issueClient({ tenantId }: Tenant): Promise<Client> {
  const { status, body } = await endpoint.manage('POST', `/manage/tenants/${tenantId}/keys`, {
    kind: 'client',
  });
  expect(status).toBe(201);
  return body;
}

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request for a token: a record as a form, a text or bytes as they are. */
async function ask(body: Record<string, string> | string | Uint8Array, sent: Sent = {}) {
  const { path = '/oauth/token', method = 'POST', headers = {} } = sent;
  const content =
    typeof body === 'string' || body instanceof Uint8Array ? body : `${new URLSearchParams(body)}`;
  const response = await fetch(endpoint.baseUrl + path, {
    method,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    ...(method === 'POST' && { body: content }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

const secretForm = ({ clientId, clientSecret } = client) => ({
  ...{ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
});
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const assertion = (changes: object = {}) => signClaims(signer, claimsAt(Date.now(), changes));
const assertionForm = async (changes: object = {}) => ({
  ...{ grant_type: 'client_credentials', client_assertion_type: assertionType },
  client_assertion: await assertion(changes),
});
const users = (token: string, { tenantUrl }: TenantAccess = contoso) =>
  scim({ tenantUrl, token }, 'GET', '/Users?count=1');

const refused = (status: number, error: string) => ({
  status,
  body: { error, error_description: expect.stringMatching(/^[\x20\x21\x23-\x5b\x5d-\x7e]{10,300}$/) },
});

describe('POST /oauth/token', () => {
  test('answers a client secret in the body with a token that opens the SCIM endpoint', async () => {
    const { status, headers, body } = await ask({ ...secretForm(), scope: 'scim' });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        ...{ token_type: 'Bearer', expires_in: 30 * 86_400, scope: 'scim' },
      },
    });
    expect(headers.get('content-type')).toBe('application/json');
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    expect((await users(body.access_token)).status).toBe(200);
  });

  test('answers a client secret in the header Authorization', async () => {
    const authorization = basic(client.clientId, client.clientSecret);
    const { status, body } = await ask({ grant_type: 'client_credentials' }, { headers: { authorization } });
    expect(status).toBe(200);
    expect((await users(body.access_token)).status).toBe(200);
  });

  test('answers an assertion with a token of an hour', async () => {
    const { status, body } = await ask({
      ...(await assertionForm()),
      client_id: contoso.tenantId,
      scope: 'scim',
    });
    expect(status).toBe(200);
    expect(body.expires_in).toBe(3_600);
    expect((await users(body.access_token)).status).toBe(200);
  });

  test('answers a token exchange', async () => {
    const { status, body } = await ask({
      ...{
        grant_type: exchangeGrant,
        subject_token: await assertion(),
        subject_token_type: `${tokenType}:jwt`,
      },
      audience: contoso.tenantUrl,
    });
    expect({ status, type: body.issued_token_type }).toEqual({
      status: 200,
      type: `${tokenType}:access_token`,
    });
    expect((await users(body.access_token)).status).toBe(200);
  });

  const grant = 'client_credentials';
  const refusals: [number, string, string, () => Promise<[Record<string, string> | string, Sent?]>][] = [
    [400, 'invalid_request', 'no parameters', async () => ['']],
    [400, 'invalid_request', 'no grant', async () => [{ client_id: 'a', client_secret: 'b' }]],
    [400, 'unsupported_grant_type', 'a password', async () => [{ ...secretForm(), grant_type: 'password' }]],
    [400, 'invalid_scope', 'another scope', async () => [{ ...secretForm(), scope: 'manage' }]],
    [
      400,
      'invalid_request',
      'a parameter twice',
      async () => [`${new URLSearchParams(secretForm())}&client_id=a`],
    ],
    [400, 'invalid_request', 'JSON', async () => ['{}', { headers: { 'content-type': 'application/json' } }]],
    [400, 'invalid_request', 'no media type', async () => ['a', { headers: { 'content-type': '' } }]],
    [
      400,
      'invalid_request',
      'two ways at once',
      async () => [{ ...secretForm(), ...(await assertionForm()) }],
    ],
    [
      400,
      'invalid_request',
      'an assertion of another type',
      async () => [{ ...(await assertionForm()), client_assertion_type: 'jwt' }],
    ],
    [401, 'invalid_client', 'no client', async () => [{ grant_type: grant }]],
    [401, 'invalid_client', 'an unknown secret', async () => [{ ...secretForm(), client_secret: 'secret' }]],
    [
      401,
      'invalid_client',
      'another client id',
      async () => [{ ...secretForm(), client_id: 'aaaaaaaaaaaa' }],
    ],
    [
      401,
      'invalid_client',
      'a bearer key',
      async () => [
        { ...secretForm(), client_id: contoso.token.split('_')[1] ?? '', client_secret: contoso.token },
      ],
    ],
    [
      401,
      'invalid_client',
      'an assertion for another audience',
      async () => [await assertionForm({ aud: 'b' })],
    ],
    [401, 'invalid_client', 'an assertion that has ended', async () => [await assertionForm({ exp: 1 })]],
    [
      401,
      'invalid_client',
      'no token',
      async () => [{ ...(await assertionForm()), client_assertion: 'x.y.z' }],
    ],
    [
      400,
      'invalid_request',
      'an exchange of a token that has ended',
      async () => [
        {
          ...{ grant_type: exchangeGrant, subject_token_type: `${tokenType}:jwt` },
          subject_token: await assertion({ exp: 1 }),
        },
      ],
    ],
    [
      400,
      'invalid_target',
      'an exchange for another place',
      async () => [
        {
          ...{ grant_type: exchangeGrant, subject_token_type: `${tokenType}:jwt` },
          ...{ subject_token: await assertion(), resource: 'https://graph.microsoft.com' },
        },
      ],
    ],
  ];
  test.each(refusals)('answers %d %s to %s', async (status, error, _, make) => {
    const answer = await ask(...(await make()));
    expect(answer).toMatchObject(refused(status, error));
    expect(answer.headers.get('www-authenticate')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test.each(['Basic !', basic(' ', 'b'), 'Bearer x', 'Negotiate'])(
    'answers %j with a challenge',
    async (text) => {
      const answer = await ask({ grant_type: grant }, { headers: { authorization: text } });
      expect(answer).toMatchObject(refused(401, 'invalid_client'));
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Muster"');
    },
  );

  test('answers a wrong secret by Basic with a challenge', async () => {
    const headers = { authorization: basic(client.clientId, 'wrong') };
    const answer = await ask({ grant_type: grant }, { headers });
    expect(answer).toMatchObject(refused(401, 'invalid_client'));
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Muster"');
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('answers %s with 405 and Allow', async (method) => {
    const answer = await ask('', { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });

  test('reads bodies up to its bound', async () => {
    const ofSize = (bytes: number) => {
      const form = `${new URLSearchParams(secretForm())}&padding=`;
      return form + 'x'.repeat(bytes - form.length);
    };
    expect((await ask(ofSize(limits.tokenRequestBytesMax))).status).toBe(200);
    expect(await ask(ofSize(limits.tokenRequestBytesMax + 1))).toMatchObject(refused(413, 'invalid_request'));
    expect(await ask('x'.repeat(2_000_000))).toMatchObject(refused(413, 'invalid_request'));
  });

  test('takes a charset for what it is', async () => {
    const headers = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' };
    expect((await ask(secretForm(), { headers })).status).toBe(200);
  });

  test('answers whatever comes in OAuth words', async () => {
    const names = [
      'grant_type',
      'client_id',
      'client_secret',
      'client_assertion',
      'client_assertion_type',
      'scope',
    ];
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(grant, assertionType, exchangeGrant, 'a.b.c', '%', '%ff'),
    );
    const form = fc
      .array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 8 })
      .map((pairs) => pairs.map(([name, text]) => `${name}=${text}`).join('&'));
    const body = fc.oneof(form, fc.string(), fc.uint8Array());
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const answer = await ask(sent);
        expect([400, 401]).toContain(answer.status);
        expect(answer.body).toEqual({ error: expect.any(String), error_description: expect.any(String) });
      }),
      { numRuns: 200 },
    );
  });
});

describe('POST /authenticate', () => {
  const at = { path: '/authenticate', headers: { 'x-scim': 'true' } };
  const form = () => ({ client_id: client.clientId, client_secret: client.clientSecret });

  test.each([
    ['a form', 'application/x-www-form-urlencoded', () => `${new URLSearchParams(form())}`],
    ['JSON', 'application/json', () => JSON.stringify(form())],
    ['JSON with the grant', 'application/json', () => JSON.stringify(secretForm())],
  ])('answers client id and secret as %s', async (_, type, body) => {
    const answer = await ask(body(), { ...at, headers: { ...at.headers, 'content-type': type } });
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'scim' } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await users(answer.body.access_token)).status).toBe(200);
  });

  test.each([undefined, 'false', ''])('says that the header is missing when X-SCIM is %j', async (value) => {
    const headers = { ...(value !== undefined && { 'x-scim': value }) };
    const answer = await ask(form(), { path: '/authenticate', headers });
    expect(answer).toMatchObject(refused(400, 'invalid_request'));
    expect(answer.body.error_description).toContain('X-SCIM: true');
  });

  test.each([
    [401, 'invalid_client', '{"client_id":"a","client_secret":"b"}'],
    [401, 'invalid_client', '{}'],
    [400, 'invalid_request', '{"client_id":1}'],
    [400, 'invalid_request', '{"client_id":{"a":"b"}}'],
    [400, 'invalid_request', '[]'],
    [400, 'invalid_request', 'null'],
    [400, 'invalid_request', '{'],
    [400, 'unsupported_grant_type', '{"grant_type":"password"}'],
  ])('answers %d %s to %s', async (status, error, body) => {
    const headers = { ...at.headers, 'content-type': 'application/json' };
    expect(await ask(body, { ...at, headers })).toMatchObject(refused(status, error));
  });
});

describe('a token', () => {
  const token = async (of = client): Promise<string> => (await ask(secretForm(of))).body.access_token;

  test('opens neither the management API nor another tenant', async () => {
    const fabrikam = await endpoint.createTenant({ name: 'Fabrikam', path: '/scim' });
    const mine = await token();
    for (const path of ['/manage/tenants', `/manage/tenants/${contoso.tenantId}/keys`]) {
      const headers = { authorization: `Bearer ${mine}`, 'x-functions-key': mine };
      expect((await fetch(endpoint.baseUrl + path, { headers })).status).toBe(401);
    }
    expect((await users(mine, fabrikam)).status).toBe(401);
    const theirs = await token(await issueClient(fabrikam));
    expect((await users(theirs, fabrikam)).status).toBe(200);
    expect((await users(theirs)).status).toBe(401);
  });

  test('is refused as any other credential is, once its secret is revoked', async () => {
    const own = await issueClient(contoso);
    const mine = await token(own);
    expect((await users(mine)).status).toBe(200);
    await endpoint.manage('DELETE', `/manage/tenants/${contoso.tenantId}/keys/${own.id}`);
    const answer = await users(mine);
    expect(answer).toMatchObject({ status: 401, body: { detail: errorCatalogue.unauthenticated.detail } });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
    expect(await ask(secretForm(own))).toMatchObject(refused(401, 'invalid_client'));
  });

  test('is all that a client secret is good for', async () => {
    const answer = await users(client.clientSecret);
    expect(answer).toMatchObject({ status: 401, body: { detail: errorCatalogue.unauthenticated.detail } });
    expect(endpoint.output()).toContain('"reason":"clientSecret"');
  });
});

describe('a token of another issuer', () => {
  test('opens the SCIM endpoint, as Entra ID sends one when the secret is left empty', async () => {
    const entra = trustIn(issuer, {
      issuer: 'https://sts.windows.net/ce5f061f-abe6-4e40-9615-301f87bcb7f0/',
      audience: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621',
    });
    const tenant = await endpoint.createTenant({ name: 'Direct', policy: { trusts: [entra] } });
    const { issuer: iss, audience: aud } = entra;
    const created = await scim(
      { ...tenant, token: await assertion({ iss, aud, ver: '1.0' }) },
      ...[
        'POST',
        '/Users',
        { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'federated' },
      ],
    );
    expect(created.status).toBe(201);
    expect((await scim(tenant, 'GET', `/Users/${created.body.id}`)).status).toBe(200);
    const elsewhere = await assertion({ iss, aud, tid: '11111111-2222-3333-4444-555555555555' });
    expect((await users(elsewhere, tenant)).status).toBe(401);
  });

  test('is refused with a line in the log that says what differs, and nothing of the token', async () => {
    const sent = await assertion({ aud: 'api://elsewhere-and-secret', name: 'adele@contoso.com' });
    expect((await users(sent)).status).toBe(401);
    const lines = endpoint.output().split('\n');
    const line = lines.findLast((text) => text.includes('"event":"refused"')) ?? '';
    expect(JSON.parse(line.slice(line.indexOf('{')))).toMatchObject({
      ...{ event: 'refused', reason: 'untrusted', differs: 'audience', tenant: contoso.tenantId },
    });
    for (const text of ['elsewhere-and-secret', 'adele', ...sent.split('.'), client.clientSecret]) {
      expect(endpoint.output()).not.toContain(text);
    }
  });

  test('leaves it open while the keys of its issuer cannot be had', async () => {
    const trust = trustIn(issuer, { audience: 'outage', jwksUri: `${issuer.jwksUri}/outage` });
    const tenant = await endpoint.createTenant({ name: 'Outage', policy: { trusts: [trust] } });
    issuer.fail({ status: 500 });
    const answer = await ask(await assertionForm({ aud: 'outage' }));
    const direct = await users(await assertion({ aud: 'outage' }), tenant);
    issuer.fail(undefined);
    expect(answer).toMatchObject(refused(503, 'temporarily_unavailable'));
    expect([answer.headers.get('retry-after'), direct.status, direct.headers.get('retry-after')]).toEqual([
      ...['30', 503, '30'],
    ]);
  });
});

describe('the management API', () => {
  test('answers a client secret with what is pasted into a client, and lists it without', async () => {
    expect(client).toEqual({
      id: expect.stringMatching(/^[a-z2-7]{12}$/),
      clientId: client.id,
      clientSecret: expect.stringMatching(/^muster_/),
      tokenEndpoint: `${endpoint.baseUrl}/oauth/token`,
      tenantUrl: contoso.tenantUrl,
      expires: expect.any(String),
    });
    const { body } = await endpoint.manage('GET', `/manage/tenants/${contoso.tenantId}/keys`);
    expect(body.keys).toContainEqual(expect.objectContaining({ id: client.id, kind: 'client' }));
    expect(JSON.stringify(body)).not.toContain(client.clientSecret.split('_')[2]);
  });

  const policy = (trust: object) => ({ name: 'Third', policy: { trusts: [trust] } });

  test('refuses a trust that is another tenant’s', async () => {
    const answer = await endpoint.manage('POST', '/manage/tenants', policy(trustIn(issuer)));
    expect(answer.status).toBe(409);
    expect(answer.body.detail).toMatch(/^policy\.trusts\.0 belongs to another tenant/);
  });

  test('gives a trust free with its tenant, or when it is edited away', async () => {
    const trust = trustIn(issuer, { audience: 'passed on' });
    const create = async () => (await endpoint.manage('POST', '/manage/tenants', policy(trust))).body;
    const first = await create();
    await endpoint.manage('DELETE', `/manage/tenants/${first.id}?confirm=${first.identifier}`);
    const second = await create();
    const taken = await endpoint.manage('PATCH', `/manage/tenants/${contoso.tenantId}`, {
      policy: { trusts: [trustIn(issuer), trust] },
    });
    const edited = await endpoint.manage('PATCH', `/manage/tenants/${second.id}`, { policy: { trusts: [] } });
    const third = await create();
    expect([taken.status, taken.body.detail, edited.status, third.policy.trusts]).toEqual([
      ...[409, expect.stringContaining('policy.trusts.1'), 200, [trust]],
    ]);
  });

  test.each(['https://keys.example.com/keys', 'http://login.microsoftonline.com/keys'])(
    'refuses keys from %s and names the setting',
    async (jwksUri) => {
      const answer = await endpoint.manage('POST', '/manage/tenants', policy(trustIn({ jwksUri })));
      expect(answer.status).toBe(400);
      expect(answer.body.detail).toContain('FEDERATION_HOSTS');
    },
  );
});

describe('GET /ServiceProviderConfig', () => {
  const schemes = async (tenant: TenantAccess) => {
    const { body } = await scim(tenant, 'GET', '/ServiceProviderConfig');
    return body.authenticationSchemes.map(({ type }: { type: string }) => type);
  };

  test('names OAuth 2 to tenants with client secrets or trusts, and how to come by a token', async () => {
    const tenant = await endpoint.createTenant({ name: 'Plain' });
    expect(await schemes(tenant)).toEqual(['oauthbearertoken']);
    expect(await schemes(contoso)).toEqual(['oauthbearertoken', 'oauth2']);
    const { id } = await issueClient(tenant);
    expect(await schemes(tenant)).toEqual(['oauthbearertoken', 'oauth2']);
    const { body } = await scim(tenant, 'GET', '/ServiceProviderConfig');
    expect(body.authenticationSchemes[1].description).toContain(client.tokenEndpoint);
    await endpoint.manage('DELETE', `/manage/tenants/${tenant.tenantId}/keys/${id}`);
    expect(await schemes(tenant)).toEqual(['oauthbearertoken']);
  });
});

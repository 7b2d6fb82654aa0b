import { beforeAll, describe, expect, test } from 'vitest';
import { endpointPaths } from '../../lib/tenants/policy.ts';
import { scim } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';

const resourceMetadata = '/.well-known/oauth-protected-resource';

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

async function read(url: string) {
  const answer = await fetch(url);
  return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) };
}

describe('a client that knows only the Tenant URL', () => {
  test.each(endpointPaths)('finds the token endpoint from the refusal at %s', async (path) => {
    const tenant = await endpoint.createTenant({ name: path, path });
    const { headers } = await fetch(`${tenant.tenantUrl}/Users`);
    const [, address = ''] =
      /^Bearer resource_metadata="([^"]+)"$/.exec(headers.get('www-authenticate') ?? '') ?? [];
    const { body: resource } = await read(address);
    expect(resource.resource).toBe(tenant.tenantUrl);
    const [issuer] = resource.authorization_servers;
    const { body: server } = await read(`${issuer}/.well-known/oauth-authorization-server`);
    expect(server.issuer).toBe(issuer);

    const keys = `/manage/tenants/${tenant.tenantId}/keys`;
    const { body: client } = await endpoint.manage('POST', keys, { kind: 'client' });
    const form = new URLSearchParams({
      grant_type: server.grant_types_supported[0],
      scope: resource.scopes_supported[0],
      client_id: client.clientId,
      client_secret: client.clientSecret,
    });
    const answer = await fetch(server.token_endpoint, { method: 'POST', body: form });
    const { access_token: token } = JSON.parse(await answer.text());
    expect((await scim({ ...tenant, token }, 'GET', '/Users')).status).toBe(200);
  });
});

describe('the metadata', () => {
  test('of the token endpoint says how clients authenticate (RFC 8414 2)', async () => {
    const { status, headers, body } = await read(
      `${endpoint.baseUrl}/.well-known/oauth-authorization-server`,
    );
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(headers.get('cache-control')).toBe('public, max-age=3600');
    expect(body).toEqual({
      issuer: endpoint.baseUrl,
      token_endpoint: `${endpoint.baseUrl}/oauth/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256'],
      grant_types_supported: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      response_types_supported: [],
      scopes_supported: ['scim'],
    });
  });

  test.each([
    `${resourceMetadata}`,
    `${resourceMetadata}/`,
    `${resourceMetadata}/scim/v2/Users`,
    `${resourceMetadata}/manage`,
    '/.well-known/oauth-authorization-server/scim/v2',
  ])('is not at %s', async (path) => {
    const { status, body } = await read(endpoint.baseUrl + path);
    expect([status, body.status]).toEqual([404, '404']);
  });

  test('is read with GET or HEAD only', async () => {
    const address = `${endpoint.baseUrl}${resourceMetadata}/scim/v2`;
    const head = await fetch(address, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const post = await fetch(address, { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

test('several client secrets of one to three years work at once', async () => {
  const policy = { keys: { activeMax: 3, daysMin: 365, daysMax: 1095 } };
  const tenant = await endpoint.createTenant({ name: 'Years', policy });
  const keys = `/manage/tenants/${tenant.tenantId}/keys`;
  for (const validDays of [365, 730, 1095]) {
    const issued = await endpoint.manage('POST', keys, { kind: 'client', validDays });
    expect(issued.status).toBe(201);
  }
  const { body } = await endpoint.manage('GET', keys);
  expect(body.keys.filter(({ kind }: { kind: string }) => kind === 'client')).toHaveLength(3);
});

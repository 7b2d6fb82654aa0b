import { beforeAll, describe, expect, test } from 'vitest';
import type { ClientName } from '../../../tools/client/clients.ts';
import { type PlayOptions, play } from '../../../tools/client/play.ts';
import { scim, type TenantAccess } from '../../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../../support/shared-endpoint.ts';
import { type Spoil, startSpoiled } from './spoiled-service.ts';

const silent = { start: () => {}, advance: () => {}, finish: () => {} };
let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

const playOn = ({ tenantUrl, token }: TenantAccess, options: Partial<PlayOptions> & { client: ClientName }) =>
  play(
    { users: 2, groups: 1, seed: 1, clean: false, timeoutMs: 60_000, tenantUrl, token, ...options },
    silent,
  );

const namesIn = async (tenant: TenantAccess, path: string): Promise<readonly string[]> => {
  const { body } = await scim(tenant, 'GET', path);
  return body.Resources.map((one: Record<string, string>) => one.userName ?? one.displayName);
};

describe('a service that answers wrongly', () => {
  const isPatch =
    (type: string, text: string): Spoil =>
    ({ method, path, body }) =>
      method === 'PATCH' && path.startsWith(`/${type}/`) && body.includes(text) ? { status: 204 } : undefined;
  const posted = new Set<string>();

  test.each<[string, ClientName, Spoil, finding: string]>([
    [
      'creates a user and returns no body',
      'jumpcloud',
      ({ method, path }) => (method === 'POST' && path === '/Users' ? { status: 201 } : undefined),
      'POST user: POST /Users: expected a JSON object as body, got "…"',
    ],
    [
      'does not deactivate',
      'onelogin',
      isPatch('Users', '"path":"active","value":false'),
      'GET user: GET /Users/{id}: expected active with the right value, got another value',
    ],
    [
      'removes nobody from a group',
      'authentik',
      isPatch('Groups', '"op":"remove"'),
      'GET group: GET /Groups/{id}: expected members with the right value, got another value',
    ],
    [
      'does not rename a group',
      'keycloak',
      isPatch('Groups', 'displayName'),
      'PATCH group: all members: PATCH /Groups/{id}: expected displayName with the right value, got another value',
    ],
    [
      'accepts a user twice',
      'authentik',
      ({ method, path, body }) => {
        const isAgain = method === 'POST' && path === '/Users' && posted.has(body);
        if (method === 'POST') posted.add(body);
        return isAgain ? { status: 201, body: '{"id":"again"}' } : undefined;
      },
      'POST user again: POST /Users: expected status 409, got 201',
    ],
    [
      'finds everybody',
      'keycloak',
      ({ path }) =>
        (path.startsWith('/Users?filter') && {
          status: 200,
          body: JSON.stringify({
            schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
            ...{ totalResults: 1, startIndex: 1, itemsPerPage: 1 },
            Resources: [{ id: 'another', userName: 'ann@example.com' }],
          }),
        }) ||
        undefined,
      'GET /Users?filter=userName eq: GET /Users?filter=userName eq "…": expected no user, got 1 of them',
    ],
    [
      'keeps a user that is deleted',
      'google',
      ({ method }) => (method === 'DELETE' ? { status: 204 } : undefined),
      'DELETE user: read it again: GET /Users/{id}: expected status 404, got 200',
    ],
  ])('and %s is found by %s', async (_, client, spoil, finding) => {
    await using spoiled = await startSpoiled(await endpoint.createTenant({ name: 'Spoiled' }), spoil);
    const { deviations } = await playOn(spoiled, { client });
    const lines = deviations.map(
      ({ kind, request, expected, got }) => `${kind}: ${request}: expected ${expected}, got ${got}`,
    );
    expect(lines).toContain(finding);
  });

  test('503 to a creation that took effect is no deviation: the client looks for the user', async () => {
    const lost = new Set<string>();
    const lose: Spoil = async ({ method, path }, pass) => {
      if (method !== 'POST' || lost.has(path)) return undefined;
      lost.add(path);
      await pass();
      return { status: 503, retryAfter: 0 };
    };
    await using spoiled = await startSpoiled(await endpoint.createTenant({ name: 'Lost' }), lose);
    const { deviations, requests } = await playOn(spoiled, { client: 'keycloak' });
    expect(deviations).toEqual([]);
    expect(requests.find(({ kind }) => kind === 'Look again')).toMatchObject({ count: 2 });
    expect(requests.find(({ kind }) => kind === 'POST user')).toMatchObject({ count: 2, unsettled: 1 });
  });

  test('at the test of the connection gets no other requests', async () => {
    const tenant = { ...(await endpoint.createTenant({ name: 'Refused' })), token: 'wrong' };
    const { isConnected, deviations, requests } = await playOn(tenant, { client: 'onelogin', clean: false });
    expect(isConnected).toBe(false);
    expect(deviations[0]).toMatchObject({ request: 'GET /ServiceProviderConfig', got: '401' });
    expect(requests.map(({ count }) => count)).toEqual([1, 1]);
  });

  test('405 to the deletion of a test user is fine for JumpCloud, which deactivates it', async () => {
    const tenant = await endpoint.createTenant({ name: 'No deletions', profile: 'jumpcloud' });
    const refuse: Spoil = ({ method, path }) =>
      method === 'DELETE' && path.startsWith('/Users/') ? { status: 405 } : undefined;
    await using spoiled = await startSpoiled(tenant, refuse);
    expect((await playOn(spoiled, { client: 'jumpcloud' })).deviations).toEqual([]);
    const [test] = (await scim(tenant, 'GET', '/Users?filter=userName sw "test@"')).body.Resources;
    expect(test.active).toBe(false);
  });
});

describe('--clean', () => {
  test.each(['onelogin', 'jumpcloud', 'entra'] as const)(
    'removes what %s made, also in an interrupted run, and nothing else',
    async (client) => {
      const tenant = await endpoint.createTenant({ name: client });
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
      const others = ['ann@example.com', 'user.0@s12.jumpcloud.example', 'x@s1xcontoso.example'];
      for (const userName of others) await scim(tenant, 'POST', '/Users', { schemas, userName });
      let left = 25;
      const stop: Spoil = ({ method }) => {
        left -= 1;
        return left < 0 && method !== 'GET' ? { status: 500 } : undefined;
      };
      {
        await using interrupted = await startSpoiled(tenant, stop);
        expect((await playOn(interrupted, { client, users: 5, groups: 2 })).deviations).not.toEqual([]);
      }
      expect((await namesIn(tenant, '/Users')).length).toBeGreaterThan(others.length);
      if (client !== 'entra') {
        const advice = expect.stringContaining('--clean removes them first');
        expect((await playOn(tenant, { client, users: 1 })).notes).toContainEqual(advice);
        expect((await playOn(tenant, { client, users: 1, isNew: true })).notes).not.toContainEqual(advice);
      }
      const { deviations } = await playOn(tenant, { client, users: 1, clean: true });
      expect(deviations).toEqual([]);
      expect((await namesIn(tenant, '/Users')).toSorted()).toEqual(others.toSorted());
      expect(await namesIn(tenant, '/Groups')).toEqual([]);
    },
  );

  test('removes what a failed run made', async () => {
    const tenant = await endpoint.createTenant({ name: 'Failed', profile: 'rfc' });
    const { deviations } = await playOn(tenant, { client: 'authentik', clean: true });
    expect(deviations).not.toEqual([]);
    expect([await namesIn(tenant, '/Users'), await namesIn(tenant, '/Groups')]).toEqual([[], []]);
  });
});

describe('a tenant without groups', () => {
  test.each(['okta', 'jumpcloud', 'authentik', 'entra'] as const)(
    'is played by %s, which says so',
    async (client) => {
      const policy = { endpoint: { groups: false } };
      const tenant = await endpoint.createTenant({ name: client, policy });
      const { deviations, notes, groups, requests } = await playOn(tenant, { client, users: 1 });
      expect([deviations, groups]).toEqual([[], 0]);
      expect(notes).toContainEqual(expect.stringContaining('has no groups (GET /Groups answers 404)'));
      expect(JSON.stringify(requests)).not.toMatch(/group/i);
    },
  );

  test('is not asked for groups with --no-groups', async () => {
    const asked: string[] = [];
    const note: Spoil = ({ path }) => void asked.push(path);
    await using watched = await startSpoiled(await endpoint.createTenant({ name: 'Watched' }), note);
    const { deviations } = await playOn(watched, { client: 'keycloak', groups: 0, clean: true });
    expect(deviations).toEqual([]);
    expect(asked.filter((path) => /Groups|ResourceTypes/.test(path))).toEqual([]);
  });

  test('is recognised by its resource types', async () => {
    const types = JSON.stringify({ Resources: [{ id: 'User', name: 'User' }] });
    const withoutType: Spoil = ({ path }) =>
      path === '/ResourceTypes' ? { status: 200, body: types } : undefined;
    await using typed = await startSpoiled(await endpoint.createTenant({ name: 'Typed' }), withoutType);
    const { notes } = await playOn(typed, { client: 'google' });
    expect(notes.join()).not.toContain('has no groups');
    expect((await playOn(typed, { client: 'keycloak' })).notes.join()).toContain('lists no type Group');
  });
});

test('the report has no values of users, ids or tokens', async () => {
  const tenant = await endpoint.createTenant({ name: 'Private', profile: 'interop' });
  for (const client of ['authentik', 'entra'] as const) {
    const { deviations } = await playOn(tenant, { client });
    expect(deviations.length).toBeGreaterThan(3);
    expect(JSON.stringify(deviations)).not.toMatch(/\.example|@|[\da-f]{8}-[\da-f]{4}|Vance|Guide|muster_/);
  }
});

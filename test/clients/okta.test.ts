import { beforeAll, describe, expect, test } from 'vitest';
import { scim } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { playRow, type Row } from './play.ts';
import { get, group, patch, user } from './rows.ts';

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';

const sent = {
  userName: 'test.user@okta.local',
  name: { givenName: 'Test', familyName: 'User' },
  emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
  displayName: 'Test User',
  locale: 'en-US',
  externalId: '00ujl29u0le5T6Aj10h7',
  active: true,
};
const creation = { schemas: [userUrn], ...sent, groups: [], password: '1mz050nq' };
const created = { method: 'POST', path: '/Users', as: 'created', body: creation } as const;

const rows: readonly Row[] = [
  {
    name: 'tests the connection by a page of two',
    before: [user('a'), user('b'), user('c')],
    request: get('/Users?startIndex=1&count=2'),
    status: 200,
    list: ['a', 'b'],
    total: 3,
  },
  {
    name: 'looks for a user that does not exist',
    request: get('/Users?filter=userName eq "nobody@okta.local"&startIndex=1&count=100'),
    status: 200,
    list: [],
  },
  {
    name: 'finds a user whatever the case',
    before: [user('a')],
    request: get('/Users?filter=userName eq "A@EXAMPLE.COM"&startIndex=1&count=100'),
    status: 200,
    list: ['a'],
  },
  {
    name: 'creates a user with a placeholder password and empty groups',
    request: created,
    status: 201,
    is: sent,
  },
  {
    name: 'creates the same user again',
    before: [created],
    request: created,
    status: 409,
    scimType: 'uniqueness',
  },
  {
    name: 'replaces a user by all that it read',
    before: [created],
    request: {
      method: 'PUT',
      path: '/Users/{created}',
      body: {
        ...creation,
        id: '{created}',
        title: 'Guide',
        emails: [{ ...sent.emails[0], display: 'test.user@okta.local' }],
        meta: { resourceType: 'User', location: '{base}/Users/{created}' },
      },
    },
    status: 200,
    is: { ...sent, title: 'Guide', emails: [{ ...sent.emails[0], display: 'test.user@okta.local' }] },
  },
  {
    name: 'deactivates without a path',
    before: [created],
    request: patch('/Users/{created}', { op: 'replace', value: { active: false } }),
    status: 200,
    is: { ...sent, active: false },
    reads: [{ path: '/Users?filter=userName eq "test.user@okta.local"', list: ['created'] }],
  },
  {
    name: 'reactivates without a path',
    before: [created, patch('/Users/{created}', { op: 'replace', value: { active: false } })],
    request: patch('/Users/{created}', { op: 'replace', value: { active: true } }),
    status: 200,
    is: sent,
  },
  {
    name: 'changes the password without a path',
    before: [created],
    request: patch('/Users/{created}', { op: 'replace', value: { password: 'an0ther' } }),
    status: 200,
    is: sent,
  },
  {
    name: 'sends numbers for texts',
    request: {
      method: 'POST',
      path: '/Users',
      body: {
        schemas: [userUrn],
        userName: 'n@okta.local',
        externalId: 700,
        addresses: [{ postalCode: 91608 }],
      },
    },
    status: 201,
    is: { userName: 'n@okta.local', externalId: '700', addresses: [{ postalCode: '91608' }] },
  },
  {
    name: 'asks for a user that does not exist',
    request: get('/Users/0190f000-0000-7000-8000-000000000000'),
    status: 404,
  },
  {
    name: 'looks for a group by its name',
    before: [group('Test SCIMv2'.replace(' ', '_')), group('other')],
    request: get('/Groups?filter=displayName eq "test_scimv2"&startIndex=1&count=100'),
    status: 200,
    list: ['Test_SCIMv2'],
  },
  {
    name: 'creates a group without members',
    request: {
      method: 'POST',
      path: '/Groups',
      body: { schemas: [groupUrn], displayName: 'Test SCIMv2', members: [] },
    },
    status: 201,
    is: { displayName: 'Test SCIMv2' },
  },
  {
    name: 'renames a group with its id inside the value',
    before: [user('a'), group('g', ['{a}'])],
    request: patch('/Groups/{g}', { op: 'replace', value: { id: '{g}', displayName: 'New' } }),
    status: 200,
    is: { displayName: 'New', members: [{ value: '{a}' }] },
  },
  {
    name: 'removes and adds members in one request',
    before: [user('a'), user('b'), group('g', ['{a}'])],
    request: patch(
      '/Groups/{g}',
      { op: 'remove', path: 'members[value eq "{a}"]' },
      { op: 'add', path: 'members', value: [{ value: '{b}', display: 'b@example.com' }] },
    ),
    status: 200,
    is: { displayName: 'g', members: [{ value: '{b}' }] },
  },
  {
    name: 'pushes all members of a group',
    before: [user('a'), user('b'), group('g', ['{a}'])],
    request: patch('/Groups/{g}', {
      op: 'replace',
      path: 'members',
      value: [{ value: '{b}', display: 'b@example.com' }],
    }),
    status: 200,
    is: { displayName: 'g', members: [{ value: '{b}' }] },
  },
  {
    name: 'deletes a group that it no longer pushes',
    before: [user('a'), group('g', ['{a}'])],
    request: { method: 'DELETE', path: '/Groups/{g}' },
    status: 204,
    reads: [
      { path: '/Groups/{g}', status: 404 },
      { path: '/Users/{a}', groups: [] },
    ],
  },
];

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

describe('Okta', () => {
  test.each(rows.map((row) => [row.name, row] as const))('%s', (_, row) => playRow(endpoint, 'okta', row));

  test('imports users page by page, each once and in one order', async () => {
    const tenant = await endpoint.createTenant({ name: 'import', profile: 'okta' });
    const names = Array.from({ length: 7 }, (_, index) => `u${index}@okta.local`);
    for (const userName of names) await scim(tenant, 'POST', '/Users', { schemas: [userUrn], userName });
    const seen: string[] = [];
    for (let startIndex = 1; seen.length < names.length; startIndex += 3) {
      const { body } = await scim(tenant, 'GET', `/Users?startIndex=${startIndex}&count=3`);
      expect(body).toMatchObject({ totalResults: names.length, startIndex });
      seen.push(...body.Resources.map(({ userName }: { userName: string }) => userName));
    }
    expect(seen).toEqual(names);
  });

  test('reads entitlements one at a time in its test', async () => {
    const policy = { endpoint: { packs: ['okta-entitlements'] } };
    const tenant = await endpoint.createTenant({ name: 'entitlements', profile: 'okta', policy });
    const urn = 'urn:okta:scim:schemas:core:1.0:Entitlement';
    const entitlement = { schemas: [urn], displayName: 'Licence', type: 'Entitlement' };
    for (const displayName of ['Licence', 'Seat']) {
      await scim(tenant, 'POST', '/Entitlements', { ...entitlement, displayName });
    }
    const { body } = await scim(tenant, 'GET', '/Entitlements?count=1&startIndex=1');
    expect(body).toMatchObject({ totalResults: 2, startIndex: 1, itemsPerPage: 1, Resources: [entitlement] });
  });

  test('gives users entitlements and roles', async () => {
    const tenant = await endpoint.createTenant({ name: 'entitled', profile: 'okta' });
    const given = {
      entitlements: [{ value: '211', display: 'Licence', type: 'License' }],
      roles: [{ value: '1', display: 'Admin' }],
    };
    const answer = await scim(tenant, 'POST', '/Users', { schemas: [userUrn], userName: 'e', ...given });
    expect(answer).toMatchObject({ status: 201, body: given });
  });

  test('may send its key without the word Bearer, as other clients may not', async () => {
    const bare = async (profile: string) => {
      const { tenantUrl, token } = await endpoint.createTenant({ name: profile, profile });
      return fetch(`${tenantUrl}/Users?count=1`, { headers: { authorization: token } });
    };
    expect((await bare('okta')).status).toBe(200);
    expect((await bare('entra')).status).toBe(401);
  });

  test('is told by 401 that its key is wrong', async () => {
    const answer = await scim({ ...endpoint, token: 'wrong' }, 'GET', '/Users?startIndex=1&count=1');
    expect(answer).toMatchObject({ status: 401, body: { status: '401' } });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
  });
});

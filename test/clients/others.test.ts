import { beforeAll, describe, test } from 'vitest';
import type { JsonObject } from '../../lib/scim/json.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { playRow, type Row } from './play.ts';
import { get, group, patch, user } from './rows.ts';

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const members = (...values: readonly string[]) => values.map((value) => ({ value }));
const plain = (name: string, more: JsonObject = {}): JsonObject => ({
  userName: `${name}@example.com`,
  ...more,
});

const oneLogin: readonly Row[] = [
  { name: 'saves the connection', request: get('/ServiceProviderConfig'), status: 200 },
  {
    name: 'creates a user with nulls, one e-mail that is no array, and a date with an offset',
    request: {
      method: 'POST',
      path: '/Users',
      body: {
        schemas: [userUrn],
        userName: 'one@example.com',
        title: null,
        addresses: null,
        'urn:example:unknown': { hired: '2026-01-02T03:04:05-08:00' },
        emails: { value: 'one@example.com', type: 'work' },
      },
    },
    status: 201,
    is: { userName: 'one@example.com', emails: [{ value: 'one@example.com', type: 'work' }] },
  },
  {
    name: 'deactivates a user',
    before: [user('a', { active: true })],
    request: patch('/Users/{a}', { op: 'replace', path: 'active', value: false }),
    status: 200,
    is: plain('a', { active: false }),
  },
  {
    name: 'deletes a user',
    before: [user('a')],
    request: { method: 'DELETE', path: '/Users/{a}' },
    status: 204,
    reads: [{ path: '/Users/{a}', status: 404 }],
  },
  {
    name: 'names a member that does not exist yet beside one that does',
    before: [user('a'), group('g')],
    request: patch('/Groups/{g}', { op: 'add', path: 'members', value: members('{a}', 'later') }),
    status: 200,
    is: { displayName: 'g', members: members('{a}') },
  },
];

const jumpCloud: readonly Row[] = [
  {
    name: 'activates by a test user that it deletes',
    before: [user('test')],
    request: { method: 'DELETE', path: '/Users/{test}' },
    status: 204,
    reads: [{ path: '/Users', list: [] }],
  },
  {
    name: 'activates by a test group that it deletes',
    before: [group('test')],
    request: { method: 'DELETE', path: '/Groups/{test}' },
    status: 204,
    reads: [{ path: '/Groups', list: [] }],
  },
  {
    name: 'changes one attribute for each operation',
    before: [user('a', { active: true })],
    request: patch(
      '/Users/{a}',
      { op: 'replace', path: 'name.givenName', value: 'A' },
      { op: 'replace', path: 'active', value: false },
    ),
    status: 200,
    is: plain('a', { name: { givenName: 'A' }, active: false }),
  },
  {
    name: 'adds a member by its id alone',
    before: [user('a'), group('g')],
    request: patch('/Groups/{g}', { op: 'add', path: 'members', value: members('{a}') }),
    status: 200,
    is: { displayName: 'g', members: members('{a}') },
  },
  {
    name: 'removes a member by a value and leaves the others',
    before: [user('a'), user('b'), group('g', ['{a}', '{b}'])],
    request: patch('/Groups/{g}', { op: 'remove', path: 'members', value: members('{a}') }),
    status: 200,
    is: { displayName: 'g', members: members('{b}') },
  },
];

const authentik: readonly Row[] = [
  { name: 'reads what the service provider can do', request: get('/ServiceProviderConfig'), status: 200 },
  {
    name: 'creates a user that exists',
    before: [user('a')],
    request: user('a'),
    status: 409,
    scimType: 'uniqueness',
  },
  {
    name: 'adopts it by a filter without quotes',
    before: [user('a'), user('b')],
    request: get('/Users?filter=userName eq a@example.com'),
    status: 200,
    list: ['a'],
  },
  {
    name: 'modifies a user by the whole resource without a path',
    before: [user('a', { title: 'Old' })],
    request: patch('/Users/{a}', {
      op: 'replace',
      value: {
        schemas: [userUrn],
        id: '{a}',
        externalId: 'x',
        ...plain('a', { active: true, title: 'New' }),
      },
    }),
    status: 200,
    is: plain('a', { externalId: 'x', active: true, title: 'New' }),
  },
  {
    name: 'modifies a group by the whole resource without a path, its members untouched',
    before: [user('a'), group('g', ['{a}'])],
    request: patch('/Groups/{g}', {
      op: 'replace',
      value: { schemas: [groupUrn], id: '{g}', externalId: 'x', displayName: 'h' },
    }),
    status: 200,
    is: { externalId: 'x', displayName: 'h', members: members('{a}') },
  },
  {
    name: 'adds and removes members by one operation each',
    before: [user('a'), user('b'), user('c'), group('g', ['{a}', '{b}'])],
    request: patch(
      '/Groups/{g}',
      { op: 'remove', path: 'members', value: members('{a}') },
      { op: 'add', path: 'members', value: members('{c}') },
    ),
    status: 200,
    is: { displayName: 'g', members: members('{b}', '{c}') },
  },
  {
    name: 'replaces a user that is gone and is told to create it',
    request: { method: 'PUT', path: '/Users/0190f000-0000-7000-8000-000000000000', body: {} },
    status: 404,
  },
];

const google: readonly Row[] = [
  {
    name: 'deletes a user that is still active',
    before: [user('a', { active: true }), group('g', ['{a}'])],
    request: { method: 'DELETE', path: '/Users/{a}' },
    status: 204,
    reads: [
      { path: '/Users/{a}', status: 404 },
      { path: '/Groups/{g}', is: { displayName: 'g' } },
    ],
  },
  {
    name: 'deletes a user suspended before',
    before: [user('a', { active: false })],
    request: { method: 'DELETE', path: '/Users/{a}' },
    status: 204,
  },
];

/** Keycloak's client has no profile of its own; what it sends, the profile `rfc` takes too. */
const keycloak: readonly Row[] = [
  {
    name: 'sends the whole list of members on any change',
    before: [user('a'), user('b'), group('g', ['{a}'])],
    request: patch('/Groups/{g}', { op: 'replace', path: 'members', value: members('{a}', '{b}') }),
    status: 200,
    is: { displayName: 'g', members: members('{a}', '{b}') },
  },
];

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

const clients = { onelogin: oneLogin, jumpcloud: jumpCloud, authentik, google, rfc: keycloak };

describe.each(Object.entries(clients))('a client of the profile %s', (profile, rows) => {
  test.each(rows.map((row) => [row.name, row] as const))('%s', (_, row) => playRow(endpoint, profile, row));
});

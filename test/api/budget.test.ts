import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/scim/json.ts';
import { makeDefault, type Population, populateStore } from '../../tools/bench/populate.ts';
import { sampleKeys } from '../../tools/bench/sample-user.ts';
import { type Answer, type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { engine, openData, readBeyondPage } from '../support/engine.ts';
import { type Client, clientOf, enterpriseUrn, userBody, userUrn } from './client.ts';

/** The emulator reads every document for each query. */
const sizes = engine === 'cosmos' ? [10, 1_000] : [10, 5_000];

/** What the emulator charges; the embedded engine charges nothing. */
const unitsPerCall = engine === 'cosmos' ? 1 : 0;

interface Cost {
  readonly operations: number;
  readonly examined: number;
}

/** An endpoint whose tenant has `users` users and a group of them all but the last. */
interface Directory {
  readonly folder: string;
  readonly endpoint: Endpoint;
  readonly client: Client;
  readonly population: Population;
}

/** No more than the rows look for. */
function leanUser(index: number): JsonObject {
  const { userName, externalId, email } = sampleKeys(index);
  return { schemas: [userUrn], userName, externalId, emails: [{ value: email, type: 'work' }] };
}

async function openDirectory(users: number): Promise<Directory> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-budget-'));
  const store = await openData(folder);
  const population = await populateStore(store, {
    users,
    members: users - 1,
    records: false,
    user: leanUser,
  });
  await store.close();
  await makeDefault(folder, population);
  const endpoint = await startEndpoint({
    profile: 'entra',
    data: folder,
    env: { MUSTER_COST_HEADER: 'true', MUSTER_LOG: 'information' },
  });
  return { folder, endpoint, client: clientOf(endpoint), population };
}

const directories = new Map<number, Directory>();

beforeAll(async () => {
  for (const size of sizes) directories.set(size, await openDirectory(size));
}, 480_000);

afterAll(async () => {
  for (const { endpoint, folder } of directories.values()) {
    await endpoint.stop();
    await rm(folder, { recursive: true });
  }
});

interface Subject {
  readonly client: Client;
  readonly userId: string;
  /** In no group. */
  readonly outsiderId: string;
  readonly groupId: string;
}

async function costAt(
  size: number,
  send: (subject: Subject) => Promise<Answer>,
): Promise<Cost & { answer: Answer }> {
  const directory = directories.get(size);
  if (!directory) throw new Error(`There is no directory of ${size}`);
  const { client, population } = directory;
  const { userIds, groupId = '' } = population;
  await client.get('/ServiceProviderConfig');
  const answer = await send({ client, userId: userIds[3] ?? '', outsiderId: userIds.at(-1) ?? '', groupId });
  if (answer.status >= 300) throw new Error(`${answer.status}: ${directory.endpoint.output()}`);
  const printed = /operations=(\d+); examined=(\d+)/.exec(answer.headers.get('x-muster-cost') ?? '');
  return { answer, operations: Number(printed?.[1]), examined: Number(printed?.[2]) };
}

const filtered = (path: string, filter: string, selection = '') =>
  `${path}?filter=${encodeURIComponent(filter)}${selection}`;
const { userName, externalId, email } = sampleKeys(5);
const member = (value: string) => ({ op: 'add', path: 'members', value: [{ value }] });
const noGroups = '&excludedAttributes=groups';
const noMembers = '&excludedAttributes=members';

/** What a request does, and the operations and documents that it may cost. */
const rows: readonly (readonly [string, (subject: Subject) => Promise<Answer>, Cost])[] = [
  ['authenticate', ({ client }) => client.get('/ResourceTypes'), { operations: 0, examined: 0 }],
  ['retrieve', ({ client, userId }) => client.get(`/Users/${userId}`), { operations: 2, examined: 2 }],
  [
    'retrieve without groups',
    ({ client, userId }) => client.get(`/Users/${userId}?excludedAttributes=groups`),
    { operations: 1, examined: 1 },
  ],
  [
    'retrieve a group without members',
    ({ client, groupId }) => client.get(`/Groups/${groupId}?excludedAttributes=members`),
    { operations: 1, examined: 1 },
  ],
  [
    'userName eq',
    ({ client }) => client.get(filtered('/Users', `userName eq "${userName}"`)),
    { operations: 3, examined: 3 },
  ],
  [
    'userName eq without groups',
    ({ client }) => client.get(filtered('/Users', `userName eq "${userName}"`, noGroups)),
    { operations: 2, examined: 2 },
  ],
  [
    'externalId eq',
    ({ client }) => client.get(filtered('/Users', `externalId eq "${externalId}"`, noGroups)),
    { operations: 1, examined: 1 },
  ],
  [
    'emails[type eq "work"].value eq',
    ({ client }) => client.get(filtered('/Users', `emails[type eq "work"].value eq "${email}"`, noGroups)),
    { operations: 1, examined: 1 },
  ],
  [
    'emails.value eq of nobody',
    ({ client }) => client.get(filtered('/Users', 'emails.value eq "nobody@contoso.example"')),
    { operations: 1, examined: 0 },
  ],
  [
    'group displayName eq',
    ({ client }) => client.get(filtered('/Groups', 'displayName eq "all of them"', noMembers)),
    { operations: 2, examined: 2 },
  ],
  [
    'id eq G and members eq U',
    ({ client, groupId, userId }) =>
      client.get(filtered('/Groups', `id eq "${groupId}" and members eq "${userId}"`, noMembers)),
    { operations: 2, examined: 2 },
  ],
  [
    'id eq X and manager eq Y',
    ({ client, userId }) =>
      client.get(filtered('/Users', `id eq "${userId}" and ${enterpriseUrn}:manager eq "y"`, noGroups)),
    { operations: 1, examined: 1 },
  ],
  [
    'create',
    ({ client }) =>
      client.post(
        '/Users?excludedAttributes=groups',
        userBody('new', { emails: [{ value: 'new@contoso.example' }] }),
      ),
    { operations: 1, examined: 0 },
  ],
  [
    'modify a user',
    ({ client, userId }) =>
      client.patch(`/Users/${userId}`, [{ op: 'replace', path: 'displayName', value: 'Changed' }]),
    { operations: 2, examined: 1 },
  ],
  [
    'modify a user and answer with groups',
    ({ client, userId }) =>
      client.patch(`/Users/${userId}?attributes=groups`, [
        { op: 'replace', path: 'displayName', value: 'Changed again' },
      ]),
    { operations: 3, examined: 2 },
  ],
  [
    'add one member',
    ({ client, groupId, outsiderId }) => client.patch(`/Groups/${groupId}`, [member(outsiderId)]),
    { operations: 3, examined: 2 },
  ],
  [
    'add a member that is one',
    ({ client, groupId, outsiderId }) => client.patch(`/Groups/${groupId}`, [member(outsiderId)]),
    { operations: 5, examined: 4 },
  ],
  [
    'remove one member',
    ({ client, groupId, outsiderId }) =>
      client.patch(`/Groups/${groupId}`, [{ op: 'remove', path: `members[value eq "${outsiderId}"]` }]),
    { operations: 2, examined: 1 },
  ],
  [
    'remove one member as Entra does',
    ({ client, groupId, userId }) =>
      client.patch(`/Groups/${groupId}`, [{ op: 'Remove', path: 'members', value: [{ value: userId }] }]),
    { operations: 2, examined: 1 },
  ],
  [
    'delete a user of one group',
    ({ client }) =>
      client
        .find('/Users', `userName eq "${sampleKeys(6).userName}"`)
        .then(([user]) => client.delete(`/Users/${user?.id}`)),
    { operations: 5, examined: 2 },
  ],
];

/** The rows before which the outsider is let in. */
const outsiderWithin = ['add a member that is one', 'remove one member'];

describe.each(rows)('%s', (name, send, budget) => {
  test(`takes ${budget.operations} operations and examines ${budget.examined}, whatever the size`, async () => {
    const costs = [];
    for (const size of sizes) {
      await costAt(size, ({ client, groupId, userId, outsiderId }) => {
        const outsider = member(outsiderId);
        const moves = outsiderWithin.includes(name) ? outsider : { ...outsider, op: 'remove' };
        return client.patch(`/Groups/${groupId}`, [member(userId), moves]);
      });
      const { operations, examined } = await costAt(size, send);
      costs.push({ size, operations, examined });
    }
    expect(costs).toEqual(sizes.map((size) => ({ size, ...budget })));
  });
});

describe('the cost of a request', () => {
  test(`is told in the header and in the log line, with ${unitsPerCall} request units for each call`, async () => {
    const path = '?excludedAttributes=groups';
    const { answer } = await costAt(10, ({ client, userId }) => client.get(`/Users/${userId}${path}`));
    expect(answer.headers.get('x-muster-cost')).toBe(`operations=1; examined=1; units=${unitsPerCall}`);
    const line = directories.get(10)?.endpoint.output().trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(line)).toMatchObject({ operations: 1, examined: 1, requestUnits: unitsPerCall });
  });
});

describe('list a page', () => {
  const shards = 16;

  test.each([
    ['the first', '?count=100', 3, 1],
    ['the first without groups', '?count=100&excludedAttributes=groups', 2, 0],
    ['the next without groups', '?startIndex=101&count=100&excludedAttributes=groups', 2, 0],
  ])('%s: a query of the page and one of the totals', async (_, query, operations, memberships) => {
    for (const size of sizes) {
      const cost = await costAt(size, ({ client }) => client.get(`/Users${query}`));
      const returned: number = cost.answer.body.itemsPerPage;
      expect(cost.operations).toBe(operations);
      expect(cost.examined).toBeLessThanOrEqual(returned * (1 + memberships) + readBeyondPage + shards);
      expect(cost.answer.body.totalResults).toBeGreaterThanOrEqual(size - 1);
    }
  });

  test('count 0 costs the totals only', async () => {
    for (const size of sizes) {
      const { operations, examined } = await costAt(size, ({ client }) => client.get('/Users?count=0'));
      expect(operations).toBe(1);
      expect(examined).toBeLessThanOrEqual(shards);
    }
  });
});

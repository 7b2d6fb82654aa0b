import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { touchGroup } from '../../lib/directory/members/groups.ts';
import { addMember } from '../../lib/directory/members/memberships.ts';
import { writeResource } from '../../lib/directory/resources.ts';
import { type DirectoryScope, partitionOf } from '../../lib/directory/scope.ts';
import { groupType } from '../../lib/scim/schema/resource-types.ts';
import { benchScope, populate } from '../../tools/bench/populate.ts';
import { openTenants } from '../keys/instance.ts';
import { type Answer, type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { engine, openData } from '../support/engine.ts';
import { type Client, type Created, clientOf, range } from './client.ts';

const small = 10;
/** The emulator reads every document for each query. */
const large = engine === 'cosmos' ? 2_000 : 10_000;
/** Of the group that is deleted. */
const doomed = large / 2;
const memberUrn = 'urn:ietf:params:scim:schemas:core:2.0:GroupMember';
const extensionUrn = 'urn:ietf:params:scim:schemas:extension:groupMembers:2.0:Group';

/** Groups of these sizes; the first ten members of each are the first ten users. */
interface Directory {
  readonly users: readonly string[];
  readonly groups: ReadonlyMap<number, string>;
}

let folder: string;
let endpoint: Endpoint;
let client: Client;
let directory: Directory;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-large-'));
  const store = await openData(folder);
  const tenants = openTenants({ store, now: Date.now, newId });
  const tenant = await tenants.create({ name: 'Large', policy: { endpoint: { packs: ['group-members'] } } });
  directory = await fill(benchScope(store, tenant.id));
  await store.close();
  endpoint = await startEndpoint({ profile: 'entra', data: folder, env: { MUSTER_COST_HEADER: 'true' } });
  const { body } = await endpoint.manage('POST', `/manage/tenants/${tenant.id}/keys`, {});
  client = clientOf({ tenantUrl: body.tenantUrl, token: body.key });
}, 240_000);

afterAll(async () => {
  await endpoint.stop();
  await rm(folder, { recursive: true });
});

async function fill(scope: DirectoryScope): Promise<Directory> {
  const { userIds } = await populate(scope, { users: 100 });
  const groups = new Map<number, string>();
  for (const size of [small, large, doomed]) groups.set(size, await writeGroupOf(scope, userIds, size));
  return { users: userIds, groups };
}

/** Beyond the first ten, the members are ids alone: no user is read where a membership is. */
async function writeGroupOf(scope: DirectoryScope, users: readonly string[], size: number): Promise<string> {
  const group = scope.newId();
  const resource = { displayName: `Group of ${size}` };
  await writeResource(scope, groupType, { id: group, resource, operation: 'create' });
  const ids = [...users.slice(0, small), ...range(size - small).map(() => scope.newId())];
  const commits: Promise<void>[] = [];
  for (let start = 0; start < size; start += limits.membersPerBatchMax) {
    const some = ids.slice(start, start + limits.membersPerBatchMax);
    const members = some.map((user) => addMember(scope, { group, user, type: 'User' }));
    const changes = [...members, touchGroup(scope, group, { by: some.length })];
    commits.push(scope.store.commit(partitionOf(scope, groupType), changes));
    if (commits.length % 100 === 0) await Promise.all(commits);
  }
  await Promise.all(commits);
  return group;
}

const costOf = (answer: Answer): { operations: number; examined: number } => {
  const printed = /operations=(\d+); examined=(\d+)/.exec(answer.headers.get('x-muster-cost') ?? '');
  return { operations: Number(printed?.[1]), examined: Number(printed?.[2]) };
};
const groupOf = (size: number): string => directory.groups.get(size) ?? '';
const user = (index: number): string => directory.users[index] ?? '';
const values = (from: number, to: number) => directory.users.slice(from, to).map((value) => ({ value }));
const filtered = (path: string, filter: string, more = '') =>
  client.get(`${path}?filter=${encodeURIComponent(filter)}${more}`);
const pageOf = (group: string, startIndex: number, count: number) =>
  filtered('/GroupMembers', `group.value eq "${group}"`, `&startIndex=${startIndex}&count=${count}`);

/** Makes the first ten users and these the only members of a group among the users. */
async function setMembers(group: string, given: readonly object[]): Promise<void> {
  await client.patch(`/Groups/${group}`, [
    { op: 'remove', path: 'members', value: values(small, 100) },
    { op: 'add', path: 'members', value: given },
  ]);
}

type Row = readonly [
  name: string,
  request: (group: string) => Promise<Answer>,
  status: number,
  /** Who else is a member before. */
  given: () => readonly object[],
];

const nobody = () => [];

const rows: readonly Row[] = [
  ['GET without members', (group) => client.get(`/Groups/${group}?excludedAttributes=members`), 200, nobody],
  [
    'PATCH that adds 50 members',
    (group) => client.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: values(10, 60) }]),
    204,
    nobody,
  ],
  [
    'PATCH that adds 50 members again',
    (group) => client.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: values(10, 60) }]),
    204,
    () => values(10, 60),
  ],
  [
    'PATCH that removes one member by a filter',
    (group) => client.patch(`/Groups/${group}`, [{ op: 'remove', path: `members[value eq "${user(10)}"]` }]),
    204,
    () => values(10, 60),
  ],
  [
    'PATCH that removes 49 members',
    (group) => client.patch(`/Groups/${group}`, [{ op: 'remove', path: 'members', value: values(11, 60) }]),
    204,
    () => values(11, 60),
  ],
  [
    'PATCH of the name with 20 members',
    (group) =>
      client.patch(`/Groups/${group}?excludedAttributes=members`, [
        { op: 'replace', path: 'displayName', value: `Renamed ${group}` },
        { op: 'add', path: 'members', value: values(10, 30) },
      ]),
    204,
    nobody,
  ],
  [
    'id eq G and members eq U',
    (group) =>
      filtered('/Groups', `id eq "${group}" and members eq "${user(3)}"`, '&excludedAttributes=members'),
    200,
    nobody,
  ],
  [
    'members.value eq U',
    () => filtered('/Groups', `members.value eq "${user(4)}"`, '&excludedAttributes=members'),
    200,
    nobody,
  ],
  [
    'POST to GroupMembers',
    (group) =>
      client.post('/GroupMembers', {
        schemas: [memberUrn],
        group: { value: group },
        member: { value: user(70) },
      }),
    201,
    nobody,
  ],
  [
    'GET of a GroupMember',
    (group) => client.get(`/GroupMembers/${group}.${user(70)}`),
    200,
    () => values(70, 71),
  ],
  [
    'DELETE of a GroupMember',
    (group) => client.delete(`/GroupMembers/${group}.${user(70)}`),
    204,
    () => values(70, 71),
  ],
  ['GET of the first ten members', (group) => pageOf(group, 1, 10), 200, nobody],
];

describe('what a request costs', () => {
  test.each(rows)('%s: the same in a group of ten and of thousands', async (_, request, status, given) => {
    for (const size of [small, large]) await setMembers(groupOf(size), given());
    const answers = [await request(groupOf(small)), await request(groupOf(large))];
    expect(answers.map((answer) => answer.status)).toEqual([status, status]);
    const [inSmall, inLarge] = answers.map(costOf);
    expect(inLarge?.operations).toBe(inSmall?.operations);
    // A page that more follow reads what tells so.
    expect(inLarge?.examined).toBeLessThanOrEqual((inSmall?.examined ?? 0) + 1);
  });

  test('PATCH of 50 members is 1 read of the group, 1 of the users and 1 batch', async () => {
    await setMembers(groupOf(large), []);
    const operation = { op: 'add', path: 'members', value: values(40, 90) };
    const answer = await client.patch(`/Groups/${groupOf(large)}`, [operation]);
    expect(costOf(answer)).toEqual({ operations: 3, examined: 51 });
  });
});

describe(`a group of ${large} members`, () => {
  test('tells how many they are without reading them', async () => {
    await setMembers(groupOf(large), []);
    const { body } = await client.get(`/Groups/${groupOf(large)}?attributes=${extensionUrn}:membersMetadata`);
    expect(body[extensionUrn].membersMetadata.memberCount).toBe(large);
  });

  test('is walked in pages that cost a page each, and every member is met once', async () => {
    const count = 1_000;
    const seen = new Set<string>();
    let total = Number.POSITIVE_INFINITY;
    for (let startIndex = 1; startIndex <= total; startIndex += count) {
      const page = await pageOf(groupOf(large), startIndex, count);
      const { operations, examined } = costOf(page);
      expect(operations).toBe(2);
      expect(examined).toBeLessThanOrEqual(count + 2);
      for (const { id } of page.body.Resources as readonly Created[]) seen.add(id);
      total = page.body.totalResults;
    }
    expect(total).toBeGreaterThanOrEqual(large);
    expect(seen.size).toBe(total);
  }, 120_000);

  test('is entered anywhere for the price of a page', async () => {
    const page = await pageOf(groupOf(large), large - 1_000, 7);
    expect(page.body).toMatchObject({ startIndex: large - 1_000, itemsPerPage: 7 });
    expect(costOf(page).examined).toBeLessThanOrEqual(9);
  });

  test('is answered whole, while other requests are answered too', async () => {
    let isDone = false;
    const whole = client.get(`/Groups/${groupOf(large)}`).finally(() => {
      isDone = true;
    });
    let others = 0;
    while (!isDone) {
      expect((await client.get('/ServiceProviderConfig')).status).toBe(200);
      others += 1;
    }
    const { members, [extensionUrn]: extension } = (await whole).body;
    expect(new Set(members.map(({ value }: Created) => value)).size).toBe(members.length);
    expect(members).toHaveLength(extension.membersMetadata.memberCount);
    expect(others).toBeGreaterThan(3);
  }, 60_000);

  test.skipIf(large <= limits.filterIdsMax)('leads to more users than a filter may name', async () => {
    const filter = `groups.value eq "${groupOf(large)}"`;
    const answer = await filtered('/Users', `not (${filter})`);
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'tooMany' } });
    expect((await filtered('/Users', `id eq "${user(0)}" and ${filter}`)).body.totalResults).toBe(1);
  });

  test('is deleted with all its memberships before the answer', async () => {
    const all = async () => (await client.get('/GroupMembers?count=0')).body.totalResults;
    const before = await all();
    const answer = await client.delete(`/Groups/${groupOf(doomed)}`);
    expect(answer.status).toBe(204);
    expect(costOf(answer).operations).toBeLessThanOrEqual(doomed / limits.batchChangesMax + 110);
    expect((await pageOf(groupOf(doomed), 1, 1)).body.totalResults).toBe(0);
    const { groups } = (await client.get(`/Users/${user(0)}`)).body;
    expect(groups.map(({ value }: Created) => value)).toEqual([groupOf(small), groupOf(large)]);
    expect(await all()).toBe(before - doomed);
  }, 120_000);
});

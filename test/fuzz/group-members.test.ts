import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../tools/fuzz/in-process.ts';
import { callerOf, type Reply, type Send } from './caller.ts';

const memberUrn = 'urn:ietf:params:scim:schemas:core:2.0:GroupMember';
const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';

let app: InProcess;
let send: Send;
let users: readonly string[];

beforeAll(async () => {
  app = await startInProcess();
  send = callerOf(app, await app.createTenant({ profile: 'rfc', packs: ['group-members'] }));
  users = await create(
    '/Users',
    ['a', 'b', 'c'].map((userName) => ({ schemas: [userUrn], userName })),
  );
});
afterAll(() => app[Symbol.asyncDispose]());

async function create(path: string, bodies: readonly object[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const body of bodies) ids.push((await send('POST', path, body)).body.id);
  return ids;
}

/** One change of one membership, over `/GroupMembers` or by a PATCH of the group. */
const step = fc.record({
  kind: fc.constantFrom('join', 'leave', 'add', 'remove'),
  group: fc.nat({ max: 1 }),
  user: fc.nat({ max: 2 }),
});

const patchOp = (operation: object) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [operation],
});

async function change(kind: string, group: string, user: string): Promise<number> {
  const membership = { schemas: [memberUrn], group: { value: group }, member: { value: user } };
  const requests: Readonly<Record<string, () => Promise<Reply>>> = {
    join: () => send('POST', '/GroupMembers', membership),
    leave: () => send('DELETE', `/GroupMembers/${group}.${user}`),
    add: () =>
      send('PATCH', `/Groups/${group}`, patchOp({ op: 'add', path: 'members', value: [{ value: user }] })),
    remove: () =>
      send('PATCH', `/Groups/${group}`, patchOp({ op: 'remove', path: `members[value eq "${user}"]` })),
  };
  return (await requests[kind]?.())?.status ?? 0;
}

/** The answers to a change for a user who is a member already, and for one who is not. */
const expected: Readonly<Record<string, readonly [member: number, other: number]>> = {
  join: [409, 201],
  leave: [204, 404],
  add: [200, 200],
  remove: [200, 200],
};

const valuesOf = (reply: Reply, side: 'group' | 'member') =>
  reply.body.Resources.map((one: Record<string, { value: string }>) => one[side]?.value).sort();
const listed = (filter: string) => send('GET', `/GroupMembers?filter=${encodeURIComponent(filter)}`);

describe('memberships', () => {
  test('are the same by /GroupMembers, groups and users, whichever way they came and went', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const groups = await create(
          '/Groups',
          ['x', 'y'].map((displayName) => ({ schemas: [groupUrn], displayName })),
        );
        const members = groups.map(() => new Set<string>());
        for (const { kind, group, user } of steps) {
          const [groupId = '', userId = '', set = new Set()] = [groups[group], users[user], members[group]];
          const status = await change(kind, groupId, userId);
          expect(status, kind).toBe(expected[kind]?.[set.has(userId) ? 0 : 1]);
          if (kind === 'join' || kind === 'add') set.add(userId);
          else set.delete(userId);
        }
        for (const [index, group] of groups.entries()) {
          const all = [...(members[index] ?? [])].sort();
          expect(valuesOf(await listed(`group.value eq "${group}"`), 'member')).toEqual(all);
          const { body } = await send('GET', `/Groups/${group}`);
          expect((body.members ?? []).map(({ value }: { value: string }) => value).sort()).toEqual(all);
        }
        for (const user of users) {
          const all = groups.filter((_, index) => members[index]?.has(user)).sort();
          expect(valuesOf(await listed(`member.value eq "${user}"`), 'group')).toEqual(all);
          const { body } = await send('GET', `/Users/${user}`);
          expect((body.groups ?? []).map(({ value }: { value: string }) => value).sort()).toEqual(all);
        }
        for (const group of groups) await send('DELETE', `/Groups/${group}`);
      }),
      { numRuns: 30 },
    );
  }, 120_000);
});

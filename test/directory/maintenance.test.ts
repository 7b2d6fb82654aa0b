import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { deleteFromDirectory, finishDeletion } from '../../lib/directory/deletion.ts';
import { maintainDirectory } from '../../lib/directory/maintenance.ts';
import { readGroup, touchGroup, writeGroup } from '../../lib/directory/members/groups.ts';
import { rollForward } from '../../lib/directory/members/intents.ts';
import { addMember, removeMember } from '../../lib/directory/members/memberships.ts';
import { querySources } from '../../lib/directory/query/query-sources.ts';
import { readResource } from '../../lib/directory/resources.ts';
import type { DirectoryScope } from '../../lib/directory/scope.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import {
  addGroup,
  addUser,
  asMembers,
  type Breakdown,
  breakingStore,
  cutEverywhere,
  type Directory,
  intercept,
  openDirectory,
} from './directory.ts';

/** The time after a deletion in which what is deleted may still be written to. */
const lateWriters = limits.lateWritersSeconds * 1_000;
const graceDays = 30;

const maintain = (directory: Directory, store: DocumentStore = directory.scope.store) =>
  maintainDirectory({ store, now: directory.scope.now, directoryOf: async () => directory.on(store) });

/** Runs work on a store that breaks down and yields whether it was cut off. */
async function cutOff(
  directory: Directory,
  cut: { at: number; when: Breakdown },
  work: (scope: DirectoryScope) => Promise<unknown>,
): Promise<boolean> {
  const { store, broke } = breakingStore(directory.scope.store, cut);
  const outcome = await work(directory.on(store)).then(
    () => 'whole',
    (thrown) => thrown.kind,
  );
  expect(outcome).toBe(broke() ? 'unavailable' : 'whole');
  return broke();
}

async function addUsers(scope: DirectoryScope, count: number): Promise<readonly string[]> {
  const users: string[] = [];
  for (let number = 0; number < count; number += 1) users.push(await addUser(scope, `user${number}`));
  return users;
}

async function membersOf(directory: Directory): Promise<readonly unknown[]> {
  return (await directory.all('groups', 'member')).map(({ user }) => user).sort();
}

async function requireGroup(scope: DirectoryScope, id: string) {
  const group = await readResource(scope, groupType, id);
  if (!group) throw new Error('The group is gone');
  return group;
}

async function deleteUser(scope: DirectoryScope, id: string): Promise<void> {
  const stored = await readResource(scope, userType, id);
  if (stored) await deleteFromDirectory(scope, userType, { stored, graceDays });
}

describe('a large membership change', { timeout: 120_000 }, () => {
  async function prepare(directory: Directory) {
    const users = await addUsers(directory.scope, 230);
    const id = await addGroup(directory.scope, 'group', users.slice(0, 40));
    const before = users.slice(0, 40).toSorted();
    const after = users.slice(20).toSorted();
    const change = async (scope: DirectoryScope) =>
      writeGroup(scope, {
        type: groupType,
        id,
        before: await requireGroup(scope, id),
        members: { add: asMembers(users.slice(40)), remove: new Set(users.slice(0, 20)) },
        operation: 'modify',
      });
    return { users, id, before, after, change };
  }

  test('that is cut off anywhere is whole or absent for the next reader, by id, by key and in a list', async () => {
    await cutEverywhere(async (cut) => {
      await using directory = openDirectory();
      const { id, before, after, change } = await prepare(directory);
      const isCut = await cutOff(directory, cut, change);
      const { scope } = directory;
      if (cut.at % 2 === 0) await readGroup(scope, groupType, id);
      else
        await querySources(scope, {
          sources: [{ type: groupType }],
          descending: false,
          startIndex: 1,
          count: 10,
        });
      const decided = !isCut || cut.at > 1 || cut.when === 'after';
      expect(await membersOf(directory)).toEqual(decided ? after : before);
      const { document } = await requireGroup(scope, id);
      expect(document).toMatchObject({ memberCount: decided ? after.length : before.length });
      expect(document).not.toHaveProperty('intent');
      expect(await directory.all('groups', 'intent')).toEqual([]);
      return isCut;
    });
  });

  test('is finished by maintenance, which itself may be cut off anywhere and run twice', async () => {
    await cutEverywhere(async (cut) => {
      await using directory = openDirectory();
      const { id, after, change } = await prepare(directory);
      await cutOff(directory, { at: 2, when: 'before' }, change);
      const { version } = await requireGroup(directory.scope, id);
      const isCut = await cutOff(directory, cut, ({ store }) => maintain(directory, store));
      await maintain(directory);
      await maintain(directory);
      expect(await membersOf(directory)).toEqual(after);
      const { document, ...done } = await requireGroup(directory.scope, id);
      expect(document).toMatchObject({ memberCount: after.length, revision: 2 });
      expect(done.version).not.toBe(version);
      expect(await directory.all('groups', 'intent')).toEqual([]);
      return isCut;
    });
  });

  test('is not rolled by who comes late, after another finished it and the members changed again', async () => {
    for (const commit of [1, 2, 3, 4]) {
      await using directory = openDirectory();
      const { scope } = directory;
      const { users, id, after, change } = await prepare(directory);
      await cutOff(directory, { at: 2, when: 'before' }, change);

      const late = pausing(scope.store, commit);
      const rolling = rollForward(directory.on(late.store), id);
      await late.reached;
      await rollForward(scope, id);
      const last = users.at(-1) ?? '';
      const before = await requireGroup(scope, id);
      const members = { add: asMembers([]), remove: new Set([last]) };
      await writeGroup(scope, { type: groupType, id, before, members, operation: 'modify' });
      late.resume();
      await rolling;

      expect(await membersOf(directory)).toEqual(after.filter((user) => user !== last));
      expect((await requireGroup(scope, id)).document.memberCount).toBe(after.length - 1);
    }
  });

  test('is left for the next reader when another changes the group before every attempt', async () => {
    await using directory = openDirectory();
    const { scope } = directory;
    const { id, after, change } = await prepare(directory);
    await cutOff(directory, { at: 2, when: 'before' }, change);
    const partition = { container: 'groups', tenantId: scope.tenantId } as const;
    const contended = intercept(scope.store, async (target, changes) => {
      await scope.store.commit(partition, [touchGroup(scope, id, { by: 0 })]);
      await scope.store.commit(target, changes);
    });
    await expect(rollForward(directory.on(contended), id)).rejects.toMatchObject({ kind: 'unavailable' });
    await readGroup(scope, groupType, id);
    expect(await membersOf(directory)).toEqual(after);
  });

  test('is not touched by the timer once the tenant is gone, and keeps nobody else from being served', async () => {
    await using directory = openDirectory();
    const { scope, clock } = directory;
    const { before, change } = await prepare(directory);
    await cutOff(directory, { at: 2, when: 'before' }, change);
    const { store, now } = scope;
    await maintainDirectory({ store, now, directoryOf: async () => undefined });
    expect(await membersOf(directory)).toEqual(before);
    expect(await store.due('groups', ['intent'], { before: clock.time, limit: 1 })).toEqual([]);
  });

  test('ends with the group when that is deleted meanwhile', async () => {
    await using directory = openDirectory();
    const { scope, clock } = directory;
    const { id, change } = await prepare(directory);
    const late = pausing(scope.store, 3);
    const changing = change(directory.on(late.store));
    await late.reached;
    const stored = await readGroup(scope, groupType, id);
    if (stored) await deleteFromDirectory(scope, groupType, { stored, graceDays });
    late.resume();
    await changing;
    expect(await membersOf(directory)).toEqual([]);
    clock.time += lateWriters;
    await maintain(directory);
    for (const kind of ['group', 'intent', 'unlink', 'member']) {
      expect(await directory.all('groups', kind)).toEqual([]);
    }
  });
});

/** A store that waits before its n-th commit until it may resume. */
function pausing(store: DocumentStore, at: number) {
  let commits = 0;
  let reach: () => void = () => {};
  let resume: () => void = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    resume = resolve;
  });
  const pausingStore = intercept(store, async (partition, changes) => {
    commits += 1;
    if (commits === at) {
      reach();
      await gate;
    }
    return store.commit(partition, changes);
  });
  return { store: pausingStore, reached, resume: () => resume() };
}

describe('the deletion of a user', { timeout: 120_000 }, () => {
  const groupCount = 90;

  async function prepare(directory: Directory) {
    const user = await addUser(directory.scope, 'gone');
    const other = await addUser(directory.scope, 'stays');
    const groups: string[] = [];
    for (let number = 0; number < groupCount; number += 1) {
      groups.push(await addGroup(directory.scope, `group${number}`, [user, other]));
    }
    return { user, other, groups };
  }

  async function expectGone(directory: Directory, { other }: { other: string }): Promise<void> {
    expect(new Set(await membersOf(directory))).toEqual(new Set([other]));
    const groups = await directory.all('groups', 'group');
    expect(new Set(groups.map(({ memberCount, revision }) => `${memberCount} ${revision}`))).toEqual(
      new Set(['1 2']),
    );
    expect(await directory.all('users', 'unlink')).toEqual([]);
  }

  test('that is cut off anywhere is finished by maintenance, cut off anywhere itself, and only once', async () => {
    await cutEverywhere(async (cut) => {
      await using directory = openDirectory();
      const { scope, clock } = directory;
      const prepared = await prepare(directory);
      const isCut = await cutOff(directory, cut, (broken) => deleteUser(broken, prepared.user));
      const decided = !isCut || cut.at > 1 || cut.when === 'after';
      expect(await readResource(scope, userType, prepared.user)).toEqual(
        decided ? undefined : expect.anything(),
      );
      if (!decided) return isCut;
      expect((await addUser(scope, 'GONE')).length).toBeGreaterThan(0);
      clock.time += lateWriters;
      await cutOff(directory, cut, ({ store }) => maintain(directory, store));
      await maintain(directory);
      await maintain(directory);
      await expectGone(directory, prepared);
      return isCut;
    });
  });

  test('D1: is swept again for memberships of requests that were under way', async () => {
    await using directory = openDirectory();
    const { scope, clock } = directory;
    const { user, groups } = await prepare(directory);
    await deleteUser(scope, user);
    await maintain(directory);
    const late = addMember(scope, { group: groups[0] ?? '', user, type: 'User' });
    await scope.store.commit({ container: 'groups', tenantId: scope.tenantId }, [late]);
    await maintain(directory);
    expect(await membersOf(directory)).toContain(user);
    clock.time += lateWriters;
    await maintain(directory);
    expect(await membersOf(directory)).not.toContain(user);
  });

  test('that is cut off is finished by the next run of the timer, without waiting', async () => {
    await using directory = openDirectory();
    const prepared = await prepare(directory);
    await cutOff(directory, { at: 2, when: 'before' }, (broken) => deleteUser(broken, prepared.user));
    expect(await membersOf(directory)).toContain(prepared.user);
    await maintain(directory);
    expect(await membersOf(directory)).not.toContain(prepared.user);
  });

  test('that is cut off is finished by whoever asks for it again, without the timer', async () => {
    await using directory = openDirectory();
    const prepared = await prepare(directory);
    await cutOff(directory, { at: 2, when: 'before' }, (broken) => deleteUser(broken, prepared.user));
    await finishDeletion(directory.scope, userType, prepared.other);
    expect(await membersOf(directory)).toContain(prepared.user);
    await finishDeletion(directory.scope, userType, prepared.user);
    expect(await membersOf(directory)).not.toContain(prepared.user);
  });

  test('goes on where another request ended one of the memberships first', async () => {
    await using directory = openDirectory();
    const { scope } = directory;
    const prepared = await prepare(directory);
    const [group = ''] = prepared.groups;
    const late = pausing(scope.store, 2);
    const deleting = deleteUser(directory.on(late.store), prepared.user);
    await late.reached;
    const before = await requireGroup(scope, group);
    const members = { add: asMembers([]), remove: new Set([prepared.user]) };
    await writeGroup(scope, { type: groupType, id: group, before, members, operation: 'modify' });
    late.resume();
    await deleting;
    expect(new Set(await membersOf(directory))).toEqual(new Set([prepared.other]));
    expect((await requireGroup(scope, group)).document).toMatchObject({ memberCount: 1, revision: 2 });
  });
});

describe('the deletion of a group', { timeout: 120_000 }, () => {
  test('that is cut off anywhere leaves no membership after maintenance', async () => {
    await cutEverywhere(async (cut) => {
      await using directory = openDirectory();
      const { scope, clock } = directory;
      const id = await addGroup(scope, 'group', await addUsers(scope, 100));
      const isCut = await cutOff(directory, cut, async (broken) => {
        const stored = await readGroup(broken, groupType, id);
        if (stored) await deleteFromDirectory(broken, groupType, { stored, graceDays });
      });
      if (await readResource(scope, groupType, id)) return isCut;
      clock.time += lateWriters;
      await maintain(directory);
      expect(await membersOf(directory)).toEqual([]);
      expect(await directory.all('groups', 'unlink')).toEqual([]);
      return isCut;
    });
  });
});

describe('removeMember()', () => {
  test('of a membership that is not there is stale and changes nothing beside it', async () => {
    await using directory = openDirectory();
    const { scope } = directory;
    const users = await addUsers(scope, 1);
    const group = await addGroup(scope, 'group', users);
    const changes = [...users, 'nobody'].map((user) => removeMember({ group, user }));
    const partition = { container: 'groups', tenantId: scope.tenantId } as const;
    await expect(scope.store.commit(partition, changes)).rejects.toMatchObject({ kind: 'stale', change: 1 });
    expect(await membersOf(directory)).toEqual(users);
  });
});

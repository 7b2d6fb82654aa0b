import { describe, expect, test } from 'vitest';
import { totalOf } from '../../lib/directory/counts.ts';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { maintainDirectory } from '../../lib/directory/maintenance.ts';
import { readResource } from '../../lib/directory/resources.ts';
import { restoreResource } from '../../lib/directory/restore.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import { addGroup, addUser, breakingStore, type Directory, openDirectory } from './directory.ts';

const day = 86_400_000;
const graceDays = 30;

const maintain = (directory: Directory, store: DocumentStore = directory.scope.store) =>
  maintainDirectory({ store, now: directory.scope.now, directoryOf: async () => directory.on(store) });

async function deletedUser({ scope }: Directory, userName: string): Promise<string> {
  const id = await addUser(scope, userName);
  await remove({ scope }, id);
  return id;
}

async function remove({ scope }: Pick<Directory, 'scope'>, id: string): Promise<void> {
  const stored = await readResource(scope, userType, id);
  if (stored) await deleteFromDirectory(scope, userType, { stored, graceDays });
}

const recordsOf = async (directory: Directory, operation: string) =>
  (await directory.all('users', 'record')).filter((record) => record.operation === operation);

describe('a tombstone', () => {
  test('keeps the resource until the grace period ends, then tells only that it is over', async () => {
    await using directory = openDirectory();
    const { scope, clock } = directory;
    const id = await deletedUser(directory, 'kept');
    clock.time += graceDays * day - 1;
    await maintain(directory);
    expect(await directory.all('users', 'tombstone')).toMatchObject([
      { resourceType: 'User', resource: { id, resource: { userName: 'kept' } } },
    ]);
    clock.time += 1;
    const { store } = breakingStore(scope.store, { at: 1, when: 'before' });
    await expect(maintain(directory, store)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await recordsOf(directory, 'finalise')).toEqual([]);
    await maintain(directory);
    await maintain(directory);

    const left = await directory.all('users', 'tombstone');
    expect(left).toEqual([
      {
        id: `tombstone:${id}`,
        tenantId: 'tenant',
        kind: 'tombstone',
        resourceType: 'User',
        expires: clock.time + 30 * day,
      },
    ]);
    expect(await recordsOf(directory, 'finalise')).toMatchObject([{ resource: id, resourceType: 'User' }]);
    clock.time += 31 * day;
    await maintain(directory);
    expect(await directory.all('users', 'tombstone')).toEqual([]);
  });
});

describe('restoreResource()', () => {
  test('brings a deleted user back under its id, so that groups can have it again', async () => {
    await using directory = openDirectory();
    const { scope, clock } = directory;
    const id = await deletedUser(directory, 'back');
    const restored = await restoreResource(scope, userType, id);
    const group = await addGroup(scope, 'group', [id]);
    clock.time += 40 * day;
    await maintain(directory);

    expect(restored).toMatchObject({ id, resource: { userName: 'back' } });
    expect((await readResource(scope, userType, id))?.document).toEqual(restored);
    expect(await totalOf(scope, userType)).toBe(1);
    expect(await directory.all('groups', 'member')).toMatchObject([{ group, user: id }]);
    expect(await directory.all('users', 'tombstone')).toEqual([]);
    expect(await recordsOf(directory, 'restore')).toMatchObject([{ resource: id }]);
  });

  test('refuses a user whose userName is taken by now, and changes nothing', async () => {
    await using directory = openDirectory();
    const { scope } = directory;
    const id = await deletedUser(directory, 'taken');
    await addUser(scope, 'taken');

    await expect(restoreResource(scope, userType, id)).rejects.toMatchObject({ code: 'uniqueness' });
    expect(await directory.all('users', 'tombstone')).toHaveLength(1);
    expect(await totalOf(scope, userType)).toBe(1);
  });

  test('finds nothing of what was never there, of another type, or when the grace period is over', async () => {
    await using directory = openDirectory();
    const { scope, clock } = directory;
    const id = await deletedUser(directory, 'gone');

    expect(await restoreResource(scope, userType, 'never')).toBeUndefined();
    expect(await restoreResource(scope, groupType, id)).toBeUndefined();
    clock.time += graceDays * day;
    expect(await restoreResource(scope, userType, id)).toBeUndefined();
    await maintain(directory);
    expect(await restoreResource(scope, userType, id)).toBeUndefined();
  });

  test('and the end of the grace period exclude each other', async () => {
    for (let round = 0; round < 20; round += 1) {
      await using directory = openDirectory();
      const { scope, clock } = directory;
      const id = await deletedUser(directory, 'raced');
      clock.time += graceDays * day;
      const behind = { ...scope, now: () => clock.time - 1 };
      const [restored] = await Promise.all([
        restoreResource(behind, userType, id).catch(() => undefined),
        maintain(directory),
      ]);

      const isBack = (await readResource(scope, userType, id)) !== undefined;
      expect(isBack).toBe(restored !== undefined);
      expect(await recordsOf(directory, 'finalise')).toHaveLength(isBack ? 0 : 1);
      expect(await totalOf(scope, userType)).toBe(isBack ? 1 : 0);
    }
  });
});

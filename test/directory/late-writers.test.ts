import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { maintainDirectory } from '../../lib/directory/maintenance.ts';
import { writeGroup } from '../../lib/directory/members/groups.ts';
import { keepPending } from '../../lib/directory/members/pending-members.ts';
import { readResource } from '../../lib/directory/resources.ts';
import type { ResourceType } from '../../lib/scim/schema/attribute.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import { addGroup, addUser, asMembers, breakingStore, type Directory, openDirectory } from './directory.ts';

const lateWriters = limits.lateWritersSeconds * 1_000;

const maintain = ({ scope }: Directory) =>
  maintainDirectory({ store: scope.store, now: scope.now, directoryOf: async () => scope });

async function remove({ scope }: Directory, type: ResourceType, id: string): Promise<void> {
  const stored = await readResource(scope, type, id);
  if (stored) await deleteFromDirectory(scope, type, { stored, graceDays: 30 });
}

describe('D1: the clean-up after a deletion', () => {
  test('waits for a decided membership change that still adds the deleted user', async () => {
    await using directory = openDirectory();
    const { scope, clock, all, on } = directory;
    const user = await addUser(scope, 'gone');
    const id = await addGroup(scope, 'group');
    const others = Array.from({ length: 100 }, () => scope.newId());
    const broken = breakingStore(scope.store, { at: 2, when: 'before' });
    const members = { add: asMembers([...others, user]), remove: new Set<string>() };
    const before = await readResource(scope, groupType, id);
    const change = { type: groupType, id, before, members, operation: 'modify' } as const;
    await writeGroup(on(broken.store), change).catch(() => undefined);
    // No timer comes to the change for a long time.
    const [intent] = await all('groups', 'intent');
    const document = { ...intent, ...{ id: `intent:${id}`, tenantId: scope.tenantId, kind: 'intent' } };
    const later = { ...document, due: clock.time + 5 * lateWriters };
    await scope.store.commit({ container: 'groups', tenantId: scope.tenantId }, [
      { op: 'replace', document: later },
    ]);

    await remove(directory, userType, user);
    for (let time = 0; time < 8; time += 1) {
      clock.time += lateWriters;
      await maintain(directory);
    }
    const memberships = await all('groups', 'member');
    expect(memberships.map((one) => one.user).sort()).toEqual(others.toSorted());
    expect(await all('groups', 'intent')).toEqual([]);
    expect(await all('users', 'unlink')).toEqual([]);
  });

  test('removes members that a late request still keeps pending for a deleted group', async () => {
    await using directory = openDirectory();
    const { scope, clock, all } = directory;
    const id = await addGroup(scope, 'group');
    await remove(directory, groupType, id);
    await maintain(directory);
    const pending = keepPending(scope, id, 'ann@example.com');
    await scope.store.commit({ container: 'groups', tenantId: scope.tenantId }, [pending]);
    clock.time += lateWriters;
    await maintain(directory);
    for (const kind of ['pending', 'unlink']) expect(await all('groups', kind), kind).toEqual([]);
  });
});

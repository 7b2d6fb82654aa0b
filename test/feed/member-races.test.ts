import { v7 as newId } from 'uuid';
import { expect, test } from 'vitest';
import { readGroup, writeGroup } from '../../lib/directory/members/groups.ts';
import type { DirectoryScope } from '../../lib/directory/scope.ts';
import { entryKind, type FeedEntry, feedPartition } from '../../lib/feed/entries.ts';
import { Stamper } from '../../lib/feed/stamp.ts';
import { groupType } from '../../lib/scim/schema/resource-types.ts';
import { range } from '../api/client.ts';
import { addGroup, asMembers, openDirectory } from '../directory/directory.ts';

/** Changes a membership of a group; a request that is too late fails. */
async function change(scope: DirectoryScope, group: string, isAdded: boolean): Promise<void> {
  const before = await readGroup(scope, groupType, group);
  const members = { add: asMembers(isAdded ? ['ann'] : []), remove: new Set(isAdded ? [] : ['ann']) };
  const writing = { type: groupType, id: group, before, members, operation: 'modify' } as const;
  await writeGroup(scope, writing).catch(() => undefined);
}

test('the last of racing changes of a member is right, whatever the clocks of the instances say', async () => {
  await using directory = openDirectory();
  const { scope, clock } = directory;
  const { store, tenantId } = scope;
  const now = () => clock.time;
  const stamper = new Stamper({ store, now, newId, daysOf: async () => 30, entered: () => {} });
  const [slow, fast] = [scope, { ...scope, now: () => clock.time + 300_000 }];
  for (const round of range(6)) {
    const group = await addGroup(scope, `group${round}`, []);
    clock.time += 600_000;
    // Both have read the group before either changes it.
    await Promise.all([change(fast, group, true), change(slow, group, false)]);
    if (round % 3 === 0) await change(slow, group, true);
    await stamper.stampWaiting(tenantId);
    const order = { path: ['order', 'sequence'], descending: false };
    const page = await store.query({ ...feedPartition(tenantId), kind: entryKind, order, limit: 1_000 });
    const entries = page.documents.map(({ document }) => document as FeedEntry);
    let isTold = false;
    for (const { object, added = [], removed = [] } of entries) {
      if (object !== group) continue;
      if (added.includes('ann')) isTold = true;
      if (removed.includes('ann')) isTold = false;
    }
    const { documents } = await store.query({ container: 'groups', tenantId, kind: 'member', limit: 100 });
    expect(isTold).toBe(documents.some(({ document }) => document.group === group));
  }
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { maintainDirectory } from '../../lib/directory/maintenance.ts';
import { readGroup, touchGroup, writeGroup } from '../../lib/directory/members/groups.ts';
import { addMember, type MemberChange, queryMemberships } from '../../lib/directory/members/memberships.ts';
import { readResource, writeResource } from '../../lib/directory/resources.ts';
import { type DirectoryScope, partitionOf } from '../../lib/directory/scope.ts';
import { groupType } from '../../lib/scim/schema/resource-types.ts';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { benchScope } from '../../tools/bench/populate.ts';
import { range } from '../api/client.ts';
import { engine, openData } from '../support/engine.ts';
import { asMembers, breakingStore, intercept } from './directory.ts';

/** Members of the group. MUSTER_TEST_MEMBERS asks for more, such as 100000, or 60000 on the Cosmos engine. */
const size = Number(process.env.MUSTER_TEST_MEMBERS ?? 5_000);
/** In proportion: a document of 2 MB is to a group of 100,000 what this is to the group. */
const documentBytesMax = Math.min(limits.documentBytesMax, (limits.documentBytesMax * size) / 100_000);
const timeout = size > 5_000 ? 3_600_000 : 60_000;
const nobody: MemberChange = { add: new Map(), remove: new Set() };

let folder: string;
let store: DocumentStore;
let scope: DirectoryScope;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-large-'));
  // The emulator looks at every document for each query.
  const attemptMilliseconds = 1_200_000;
  const isQuick = engine === 'embedded' && size <= 5_000;
  store = isQuick
    ? openEmbeddedStore({ path: ':memory:', documentBytesMax })
    : await openData(folder, { documentBytesMax, attemptMilliseconds });
  scope = benchScope(store, `large-${Date.now()}`);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const on = (broken: DocumentStore): DirectoryScope => ({ ...scope, store: broken });

/** Creates a group with members that are ids alone. */
async function fill(): Promise<{ id: string; members: readonly string[] }> {
  const id = scope.newId();
  await writeResource(scope, groupType, { id, resource: { displayName: 'Large' }, operation: 'create' });
  const members = range(size).map(() => scope.newId());
  for (let start = 0; start < size; start += limits.membersPerBatchMax) {
    const some = members.slice(start, start + limits.membersPerBatchMax);
    const changes = some.map((user) => addMember(scope, { group: id, user, type: 'User' }));
    await store.commit(partitionOf(scope, groupType), [
      ...changes,
      touchGroup(scope, id, { by: some.length }),
    ]);
  }
  return { id, members };
}

async function write(
  at: DirectoryScope,
  id: string,
  change: { members: MemberChange; displayName?: string },
): Promise<void> {
  const before = await readResource(at, groupType, id);
  const resource = change.displayName === undefined ? undefined : { displayName: change.displayName };
  const { members } = change;
  await writeGroup(at, { type: groupType, id, before, resource, members, operation: 'modify' });
}

/** The members of a group, for a client that reads the group first. */
async function membersOf(id: string): Promise<ReadonlySet<string>> {
  const group = await readGroup(scope, groupType, id);
  const members = new Set<string>();
  for await (const { user } of queryMemberships(scope, 'group', [id])) members.add(user);
  expect(group?.document.memberCount ?? 0).toBe(members.size);
  expect(group?.document.intent).toBeUndefined();
  return members;
}

const maintain = (now = Date.now()) =>
  maintainDirectory({ store, now: () => now, directoryOf: async () => ({ ...scope, now: () => now }) });

async function expectNoRest(): Promise<void> {
  for (const kind of ['intent', 'intent-part', 'intent-draft']) {
    const left = await store.count({ container: 'groups', tenantId: scope.tenantId, kind });
    expect(left, kind).toBe(0);
  }
}

describe(`D2: a group of ${size} members`, { timeout }, () => {
  test('is emptied', async () => {
    const { id, members } = await fill();
    await write(scope, id, { members: { ...nobody, remove: new Set(members) } });
    expect(await membersOf(id)).toEqual(new Set());
    await expectNoRest();
  });

  test('is deleted', async () => {
    const { id } = await fill();
    const stored = await readGroup(scope, groupType, id);
    if (stored) await deleteFromDirectory(scope, groupType, { stored, graceDays: 30 });
    expect(await membersOf(id)).toEqual(new Set());
  });

  test('is replaced and renamed, and finished by the timer after it was cut off anywhere', async () => {
    const { id, members } = await fill();
    const kept = members.slice(0, 10);
    const added = range(size).map(() => scope.newId());
    const change = { add: asMembers(added), remove: new Set(members.slice(10)) };
    const parts = Math.ceil((2 * size - 10) / limits.membersPerBatchMax);
    const decision = 2 + Math.ceil(parts / limits.partsPerBatchMax);
    // Before and after the decision, while it is carried out, and at its end.
    for (const at of [2, decision, decision + 1, decision + 9, decision + parts + 1]) {
      const broken = breakingStore(store, { at, when: 'before' });
      const written = write(on(broken.store), id, { members: change, displayName: `Name ${at}` });
      await expect(written).rejects.toMatchObject({ kind: 'unavailable' });
      const isDecided = at > decision;
      if (isDecided) await maintain();
      expect(await membersOf(id)).toEqual(new Set(isDecided ? [...kept, ...added] : members));
      if (isDecided)
        await write(scope, id, { members: { add: asMembers(members.slice(10)), remove: new Set(added) } });
    }
    await maintain(Date.now() + limits.lateWritersSeconds * 1_000 + 1);
    await maintain(Date.now() + limits.lateWritersSeconds * 2_000);
    await expectNoRest();
  });
});

describe('D2: a change in parts', { timeout }, () => {
  test('that comes too late to be decided changes nothing and leaves nothing', async () => {
    const { id, members } = await fill();
    let decides = 0;
    const late = intercept(store, async (partition, changes) => {
      const isDecision = changes.some(
        ({ op, ...one }) => op === 'delete' && 'kind' in one && one.kind === 'intent-draft',
      );
      // The process stood still until the timer had taken the parts away.
      if (isDecision && decides++ === 0) await maintain(Date.now() + limits.lateWritersSeconds * 1_000 + 1);
      await store.commit(partition, changes);
    });
    const emptied = write(on(late), id, { members: { ...nobody, remove: new Set(members) } });
    await expect(emptied).rejects.toMatchObject({ kind: 'stale' });
    expect((await membersOf(id)).size).toBe(size);
    await expectNoRest();
  });

  test('that is refused leaves nothing', async () => {
    const { id, members } = await fill();
    await writeResource(scope, groupType, {
      id: scope.newId(),
      resource: { displayName: 'Taken' },
      operation: 'create',
    });
    const change = { members: { ...nobody, remove: new Set(members) }, displayName: 'Taken' };
    await expect(write(scope, id, change)).rejects.toMatchObject({ code: 'uniqueness' });
    expect((await membersOf(id)).size).toBe(size);
    await expectNoRest();
  });

  test('goes with its group', async () => {
    const { id, members } = await fill();
    const broken = breakingStore(store, { at: 5, when: 'before' });
    const emptied = write(on(broken.store), id, { members: { ...nobody, remove: new Set(members) } });
    await emptied.catch(() => undefined);
    const stored = await readResource(scope, groupType, id);
    expect(stored?.document.intent).toBeDefined();
    if (stored) await deleteFromDirectory(scope, groupType, { stored, graceDays: 30 });
    expect(await membersOf(id)).toEqual(new Set());
    await expectNoRest();
  });

  test('does not keep others from writing, and they do not keep it', async () => {
    const { id, members } = await fill();
    const others = range(20).map(() => scope.newId());
    const emptied = write(scope, id, { members: { ...nobody, remove: new Set(members) } });
    for (const user of others) {
      const touch = touchGroup(scope, id, { by: 1 });
      await store.commit(partitionOf(scope, groupType), [
        addMember(scope, { group: id, user, type: 'User' }),
        touch,
      ]);
    }
    await emptied;
    expect(await membersOf(id)).toEqual(new Set(others));
  });
});

test('D2: an intent that an older version left is completed', async () => {
  const { id, members } = await fill();
  const partition = partitionOf(scope, groupType);
  const mark = scope.newId();
  const document = {
    ...{ id: `intent:${id}`, tenantId: scope.tenantId, kind: 'intent', due: Date.now(), group: id, mark },
    add: [[scope.newId(), 'User']],
    remove: members.slice(0, 2_000),
  };
  const { set, ...touch } = touchGroup(scope, id, { by: 0 });
  await store.commit(partition, [
    { ...touch, set: { ...set, intent: mark } },
    { op: 'create', document },
  ]);
  await maintain();
  expect((await membersOf(id)).size).toBe(size - 1_999);
  await expectNoRest();
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import type { DocumentStore, Query } from '../../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';
import { queryAll } from '../../../lib/store/query-all.ts';
import { range } from '../../api/client.ts';

const groups = range(300).map((number) => `group${number}`);
const membersOfEach = 20;
const partition = { container: 'groups', tenantId: 'tenant' } as const;

let store: DocumentStore;

beforeEach(async () => {
  store = openEmbeddedStore({ path: ':memory:' });
  // The ids of a group lie beside each other, as those of groups that were created one after the other.
  for (const [number, group] of groups.entries()) {
    const documents = range(membersOfEach).map((member) => ({
      id: `member:${String(number).padStart(3, '0')}:${String(member).padStart(2, '0')}`,
      tenantId: partition.tenantId,
      kind: 'member',
      group,
      user: `user${member}`,
    }));
    await store.commit(
      partition,
      documents.map((document) => ({ op: 'create', document })),
    );
  }
});
afterEach(() => store.close());

/** The ids of the members of groups, and the CPU time in milliseconds to read them. */
async function membersOf(values: readonly string[]) {
  const condition = { kind: 'in', path: ['group'], values } as const;
  const query: Query = { ...partition, kind: 'member', where: condition, limit: limits.pageSizeMax };
  const started = process.cpuUsage();
  const ids: string[] = [];
  for await (const { document } of queryAll(store, query)) ids.push(document.id);
  const { user, system } = process.cpuUsage(started);
  return { ids, milliseconds: (user + system) / 1_000 };
}

test('D20: the members of many groups cost at most four times as much as those of each group by itself', async () => {
  let [together, apart] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const _ of range(3)) {
    const all = await membersOf(groups);
    expect(all.ids).toEqual(all.ids.toSorted());
    expect(new Set(all.ids).size).toBe(groups.length * membersOfEach);
    together = Math.min(together, all.milliseconds);
    let milliseconds = 0;
    for (const group of groups) milliseconds += (await membersOf([group])).milliseconds;
    apart = Math.min(apart, milliseconds);
  }
  expect(together / apart).toBeLessThan(4);
});

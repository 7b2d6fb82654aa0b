import { afterAll, expect, test } from 'vitest';
import type { Container, Document } from '../../lib/store/document-store.ts';
import { type DueKinds, dueTogether } from '../../lib/store/due-together.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { markingStore } from '../../lib/store/work-mark.ts';
import { countingMeter } from './contract/open-store.ts';

const engine = openEmbeddedStore({ path: ':memory:' });
afterAll(() => engine.close());

const kinds: DueKinds = { users: ['a', 'b'], groups: ['a'], tokens: [], tenants: [], audit: [], feed: [] };
let partitions = 0;

/** A run of the timer in a store with documents of these kinds, and the number of its queries so far. */
async function openRun(...waiting: readonly string[]) {
  partitions += 1;
  const partition = { container: 'users', tenantId: `t${partitions}` } as const;
  const { store, writesIn } = markingStore(engine, Date.now);
  const write = (id: string, kind: string, container: Container = 'users') => {
    const document: Document = { ...partition, id, kind, due: 1 };
    return store.commit({ ...partition, container }, [{ op: 'create', document }]);
  };
  for (const [index, kind] of waiting.entries()) await write(`${index}`, kind);
  const { meter, operations } = countingMeter();
  const run = dueTogether(store.metered(meter), { kinds, writesIn });
  return {
    write,
    async due(kind: string, limit = 500, container: Container = 'users') {
      const found = await run.due(container, [kind], { before: 1, limit });
      return found.map(({ document }) => document).filter(({ tenantId }) => tenantId === partition.tenantId);
    },
    queries: () => operations.length,
  };
}

test('all kinds of a container are found by one query', async () => {
  const { due, queries } = await openRun('a', 'b', 'a', 'other');
  expect(await due('a')).toMatchObject([{ id: '0' }, { id: '2' }]);
  expect(await due('b')).toMatchObject([{ id: '1' }]);
  expect(queries()).toBe(1);
  expect(await due('a', 500, 'groups')).toEqual([]);
  expect(queries()).toBe(2);
});

test('a kind that the table does not name is found too', async () => {
  const { due } = await openRun('other');
  expect(await due('other')).toHaveLength(1);
});

test('what the run itself makes due is found by the jobs after it', async () => {
  const { due, write, queries } = await openRun('a');
  expect(await due('a')).toHaveLength(1);
  await write('late', 'b');
  expect(await due('b')).toMatchObject([{ id: 'late' }]);
  await write('elsewhere', 'a', 'groups');
  expect(await due('a', 500, 'groups')).toMatchObject([{ id: 'elsewhere' }]);
  expect(queries()).toBe(3);
});

test('many documents of one kind hide none of another', async () => {
  const { due } = await openRun('a', 'a', 'a', 'b');
  const all = async (kind: string) => (await engine.due('users', [kind], { before: 1, limit: 500 })).length;
  expect(await due('a', await all('a'))).toHaveLength(3);
  expect(await due('b', await all('a'))).toHaveLength(1);
});

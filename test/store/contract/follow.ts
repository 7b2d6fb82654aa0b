import { describe, expect, test } from 'vitest';
import type {
  Change,
  Document,
  DocumentStore,
  FollowStart,
  Partition,
} from '../../../lib/store/document-store.ts';
import { freshPartition } from './open-store.ts';

const entry = ({ tenantId }: Partition, id: string, rest: object = {}): Document => ({
  ...{ id, tenantId, kind: 'feed-entry', ...rest },
});
const head = ({ tenantId }: Partition, last: string): Document => ({
  id: 'head',
  tenantId,
  kind: 'feed-head',
  last,
});

/** Writes entries in one batch, with a document of another kind that each batch replaces. */
async function write(store: DocumentStore, partition: Partition, ids: readonly string[]): Promise<void> {
  const last = { kind: 'feed-head', id: 'head' };
  const present = await store.read({ ...partition, ...last });
  const document = head(partition, ids.join());
  const changes = ids.map((id): Change => ({ op: 'create', document: entry(partition, id) }));
  await store.commit(partition, [{ op: present ? 'replace' : 'create', document }, ...changes]);
}

/** Follows to the end in pages, and yields the ids of each page. */
async function followAll(store: DocumentStore, from: FollowStart, limit: number) {
  const pages: string[][] = [];
  for (let start = from; ; ) {
    const page = await store.follow('feed', start, limit);
    if (!page) throw new Error('It does not continue');
    if (page.documents.length > 0) pages.push(page.documents.map(({ document }) => document.id));
    start = { cursor: page.next };
    if (page.isWhole) return { pages, next: start };
  }
}

/** What every engine answers to who follows a container; the tests share the container, so they start at its end. */
export function followContract(current: () => DocumentStore): void {
  describe('follow()', () => {
    test('reads what is written over all partitions, in the order of commits and never a part of one', async () => {
      const store = current();
      const [one, other] = [freshPartition('feed'), freshPartition('feed')];
      const { next: start } = await followAll(store, 'now', 10);
      await write(store, one, ['c1', 'a1']);
      await write(store, other, ['x2']);
      await write(store, one, ['b3', 'd3', 'a3']);
      await write(store, other, ['x4']);
      const pages = await Promise.all([1, 2, 3, 100].map(async (limit) => followAll(store, start, limit)));
      for (const { pages: ids } of pages) {
        const commits = ids.flat().map((id) => Number(id.at(-1)));
        expect(commits).toEqual([1, 1, 2, 3, 3, 3, 4]);
        for (const page of ids)
          expect(['1', '12', '2', '3', '34', '4', '123', '1234', '23']).toContain(
            [...new Set(page.map((id) => id.at(-1)))].join(''),
          );
        expect(ids.flat().toSorted()).toEqual(['a1', 'a3', 'b3', 'c1', 'd3', 'x2', 'x4']);
      }
      expect(pages[3]?.pages).toHaveLength(1);
    });

    test('goes on where it ended, also if what was read last is gone', async () => {
      const store = current();
      const partition = freshPartition('feed');
      const { next: start } = await followAll(store, 'now', 10);
      await write(store, partition, ['a']);
      await write(store, partition, ['b']);
      const { next } = await followAll(store, start, 10);
      await store.commit(
        partition,
        ['a', 'b'].map((id) => ({ op: 'delete', kind: 'feed-entry', id }) as const),
      );
      expect((await followAll(store, start, 10)).pages).toEqual([]);
      await write(store, partition, ['c']);
      expect((await followAll(store, next, 10)).pages).toEqual([['c']]);
      expect((await followAll(store, start, 10)).pages).toEqual([['c']]);
    });

    test('from the beginning has all that is there, each once, and nothing from now on', async () => {
      const store = current();
      const partition = freshPartition('feed');
      for (const id of ['p', 'q', 'r']) await write(store, partition, [id]);
      const { pages } = await followAll(store, 'beginning', 2);
      expect(pages.flat().filter((id) => 'pqr'.includes(id))).toEqual(['p', 'q', 'r']);
      expect((await followAll(store, 'now', 2)).pages).toEqual([]);
    });
  });
}

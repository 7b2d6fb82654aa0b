import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import type { Document, DocumentStore, Query } from '../../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';
import { range } from '../../api/client.ts';
import { seed } from '../contract/open-store.ts';

const partition = { container: 'users', tenantId: 'tenant' } as const;
const size = 3_000;

const idOf = (number: number) => `u-${String(number).padStart(5, '0')}`;
const userOf = (number: number, title: string): Document => ({
  id: idOf(number),
  tenantId: partition.tenantId,
  kind: 'user',
  order: { displayName: title },
  // Long, so that reading it takes its time.
  search: { title, notes: range(200).map((line) => `${title} ${line}`) },
});

let scans = 0;
/** Reads more than one slice can hold: `where` has no index, and a path that no search before has looked at. */
function scan(): Query {
  scans += 1;
  const path = ['search', `nothing${scans}`];
  return {
    ...partition,
    kind: 'user',
    where: { kind: 'compare', path, op: 'ne', value: 'nobody' },
    limit: limits.pageSizeMax,
  };
}
const reads = [
  { name: 'a page of a scan', read: () => store.query({ ...scan(), offset: 1_500 }) },
  { name: 'a page', read: () => store.query({ ...scan(), where: undefined, offset: 1_500 }) },
  {
    name: 'a sorted page',
    read: () =>
      store.query({
        ...scan(),
        offset: 1_500,
        order: { path: ['order', 'displayName'], descending: true },
      }),
  },
  { name: 'a count', read: () => store.count(scan()) },
  {
    name: 'many documents by key',
    read: () =>
      store.readMany(range(size).map((number) => ({ ...partition, kind: 'user', id: idOf(number) }))),
  },
];

let store: DocumentStore;
beforeEach(async () => {
  store = openEmbeddedStore({ path: ':memory:' });
  await seed(
    store,
    partition,
    range(size).map((number) => userOf(number, 'first')),
  );
});
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
});

/** Deletes every second document from the end on, gives others a new title, and adds some. */
async function change(from: number, to: number): Promise<void> {
  const numbers = range(size).slice(from, to);
  await store.commit(
    partition,
    numbers.map((number) =>
      number % 2 === 0
        ? { op: 'delete', kind: 'user', id: idOf(number) }
        : { op: 'replace', document: userOf(number, 'second') },
    ),
  );
}

describe.each(reads)('$name', ({ read }) => {
  test('shows one state, though others write between its slices', async () => {
    const before = await read();
    let isOver = false;
    const reading = read().finally(() => {
      isOver = true;
    });
    let written = 0;
    for (let end = 2_500; end > 1_500 && !isOver; end -= 20) {
      await change(end - 20, end);
      if (!isOver) written += 1;
    }
    expect(await reading).toEqual(before);
    expect(written).toBeGreaterThan(0);
    expect(await read()).not.toEqual(before);
  });

  test('fails without harm when the store closes amid it', async () => {
    const reading = read();
    await store.close();
    await expect(reading).rejects.toThrow(/^The store is closed$|^Database is closed$/);
  });
});

test('a query that takes too long goes on with a newer state, and finds once what exists throughout', async () => {
  // Each look at the clock takes a fifth of the time for one state.
  vi.useFakeTimers({ toFake: ['performance'] });
  const look = vi.spyOn(performance, 'now');
  let now = 0;
  look.mockImplementation(() => (now += limits.snapshotSecondsMax * 200));
  const reading = store.query({ ...scan(), limit: size });
  await change(size - 100, size);
  const ids = (await reading).documents.map(({ document }) => document.id);
  look.mockRestore();
  expect(ids).toEqual([...new Set(ids)]);
  const throughout = range(size).filter((number) => number < size - 100 || number % 2 === 1);
  expect(ids).toEqual(throughout.map(idOf));
});

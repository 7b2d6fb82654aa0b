import { open } from 'lmdb';
import { expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import type { Change, DocumentStore } from '../../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';
import { range } from '../../api/client.ts';
import { drawnChoices } from '../../support/chance.ts';

import { create, documentIn, seed } from '../contract/open-store.ts';
import { ownFolder } from './own-folder.ts';

const partition = { container: 'users', tenantId: 'sorted' } as const;
const query = { ...partition, kind: 'user', limit: 10_000 };
const order = { path: ['order', 'title'], descending: false } as const;
const pieces = 5;
const users = range(pieces * limits.documentsPerPieceMax - 1).map((n) => `id-${String(n).padStart(5, '0')}`);

const titled = (id: string, title: string) => documentIn(partition, id, { order: { title } });
const write = (title: string) => (id: string) => titled(id, `${title} ${id.split('').toReversed().join('')}`);

async function filled(path: string): Promise<DocumentStore> {
  const store = openEmbeddedStore({ path });
  await seed(store, partition, users.map(write('first')));
  return store;
}

/** Compares the index with the documents, which are sorted here. */
async function expectSorted(store: DocumentStore): Promise<void> {
  const titleOf = ({ document }: { document: { order?: object } }) =>
    (document.order as { title: string }).title;
  const sorted = (await store.query({ ...query, order })).documents.map(titleOf);
  const all = (await store.query(query)).documents.map(titleOf);
  expect(sorted).toEqual(all.sort());
}

/** Opens the tables of a folder that no store has open. */
async function inspect(path: string) {
  const root = open({ path, noSubdir: false, overlappingSync: false });
  const entries = root.openDB<string, string>('order', { encoding: 'string' }).getKeysCount();
  const orders = [
    ...root.openDB<string, string>('state', { encoding: 'string' }).getRange({ start: 'o', end: 'p' }),
  ].filter(({ key }) => key.startsWith('orders/'));
  await root.close();
  return { entries, orders: orders.map(({ value }) => JSON.parse(value)) };
}

test('an order costs nothing before somebody sorts by it, and is kept from then on', async () => {
  const path = ownFolder();
  const store = openEmbeddedStore({ path });
  await seed(store, partition, users.slice(0, 9).map(write('first')));
  await store.close();
  expect(await inspect(path)).toEqual({ entries: 0, orders: [] });

  const again = openEmbeddedStore({ path });
  await expectSorted(again);
  await again.commit(partition, [
    { op: 'replace', document: write('second')('id-00003') },
    { op: 'delete', kind: 'user', id: 'id-00004' },
    create(partition, 'new', { order: { title: 'a' } }),
  ]);
  await expectSorted(again);
  await again.close();
  expect((await inspect(path)).entries).toBe(9);
});

test('what is written while an order is built is in it', { timeout: 30_000 }, async () => {
  const store = await filled(ownFolder());
  const choices = drawnChoices(1);
  const drawn = (): Change => {
    const id = users[Math.floor(choices.next() * users.length)] ?? '';
    const kind = choices.next();
    if (kind < 0.3) return create(partition, `${id}-${choices.next()}`, { order: { title: `new ${id}` } });
    if (kind < 0.6) return { op: 'delete', kind: 'user', id };
    return { op: 'replace', document: write(`changed ${choices.next()}`)(id) };
  };
  let isBuilding = true;
  let during = 0;
  const built = store.query({ ...query, limit: 1, order }).finally(() => {
    isBuilding = false;
  });
  while (isBuilding) {
    await store.commit(partition, [drawn()]).catch((error) => expect(error.kind).toBe('stale'));
    during += 1;
  }
  await built;
  expect(during).toBeGreaterThanOrEqual(pieces - 1);
  await expectSorted(store);
  await store.close();
});

test('an order that was being built at the end of a process is completed by the next one', async () => {
  const path = ownFolder();
  const store = await filled(path);
  const cut = expect(store.query({ ...query, order })).rejects.toThrow();
  await store.commit(partition, [create(partition, 'id-00000-a', { order: { title: 'a' } })]);
  await store.close();
  await cut;
  const { orders, entries } = await inspect(path);
  expect(orders).toEqual([[{ path: ['order', 'title'], builtUpTo: expect.stringMatching(/^id-/) }]]);
  expect(entries).toBeLessThan(users.length);

  const next = openEmbeddedStore({ path });
  const [first = '', last = ''] = [users[0], users.at(-1)];
  await next.commit(
    partition,
    [first, last].map((id) => ({ op: 'replace', document: write('moved')(id) })),
  );
  await expectSorted(next);
  await next.close();
});

test('the orders of a tenant are forgotten with its last document', async () => {
  const path = ownFolder();
  const store = openEmbeddedStore({ path });
  const other = { ...partition, tenantId: 'other' };
  await store.commit(other, [create(other, 'a', { order: { title: 'a' } })]);
  await seed(store, partition, users.slice(0, 9).map(write('first')));
  for (const { tenantId } of [partition, other]) await store.query({ ...query, tenantId, order });
  while ((await store.drain(partition, 5)) > 0);
  await store.close();
  expect(await inspect(path)).toMatchObject({ entries: 1, orders: [[{ path: ['order', 'title'] }]] });
});

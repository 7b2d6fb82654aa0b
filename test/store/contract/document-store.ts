import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentStore } from '../../../lib/store/document-store.ts';
import { commitContract } from './commit.ts';
import { followContract } from './follow.ts';
import {
  countingMeter,
  create,
  documentIn,
  freshKind,
  freshPartition,
  keyIn,
  type OpenStore,
  seed,
} from './open-store.ts';
import { orderContract } from './order.ts';
import { queryContract } from './query.ts';

export type { OpenStore } from './open-store.ts';

/** What every engine of the document store keeps; uses the port alone, and partitions of its own. */
export function documentStoreContract(name: string, open: () => Promise<OpenStore>): void {
  describe(name, () => {
    let opened: OpenStore;
    let store: DocumentStore;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.dispose());

    commitContract(() => store);
    queryContract(() => store);
    orderContract(() => store);
    readContract(() => store);
    dueContract(() => store);
    meterContract(() => store);
    expiryContract(() => store);
    drainContract(() => store);
    followContract(() => store);

    test('reopened, holds what was committed', async (context) => {
      if (!opened.reopen) return context.skip();
      const partition = freshPartition();
      await seed(store, partition, [documentIn(partition, 'a', { search: { externalId: 'x' }, due: 7 })]);
      const before = await store.read(keyIn(partition, 'a'));
      store = await opened.reopen();

      expect(await store.read(keyIn(partition, 'a'))).toEqual(before);
      await store.commit(partition, [{ op: 'replace', document: documentIn(partition, 'a') }]);
      expect((await store.read(keyIn(partition, 'a')))?.version).not.toBe(before?.version);
    });
  });
}

function readContract(current: () => DocumentStore): void {
  describe('read() and readMany()', () => {
    test('readMany() answers in the order of the keys, repeats and gaps included', async () => {
      const store = current();
      const partition = freshPartition();
      await seed(store, partition, [documentIn(partition, 'a'), documentIn(partition, 'b')]);
      const found = await store.readMany(['b', 'x', 'a', 'b'].map((id) => keyIn(partition, id)));

      expect(found.map((stored) => stored?.document.id)).toEqual(['b', undefined, 'a', 'b']);
      expect(await store.readMany([])).toEqual([]);
    });

    test('keep partitions and containers apart', async () => {
      const store = current();
      const [one, other] = [freshPartition(), freshPartition()];
      await seed(store, one, [documentIn(one, 'a')]);

      expect(await store.read(keyIn(other, 'a'))).toBeUndefined();
      expect(await store.read({ ...keyIn(one, 'a'), container: 'groups' })).toBeUndefined();
      expect(await store.count({ ...other, kind: 'user' })).toBe(0);
      await expect(store.commit(other, [create(one, 'b')])).rejects.toThrow('another partition');
    });

    test.each(['', 'a/b', '../a', 'a~', 'a!', 'a b', 'é', '\u0000', 'x'.repeat(256)])(
      'find nothing under %j, which no document can be named',
      async (id) => {
        const store = current();
        const partition = freshPartition();

        expect(await store.read(keyIn(partition, id))).toBeUndefined();
        await expect(store.commit(partition, [create(partition, id)])).rejects.toThrow('Not an id');
      },
    );

    test('answer with copies', async () => {
      const store = current();
      const partition = freshPartition();
      await seed(store, partition, [documentIn(partition, 'a', { list: [1] })]);
      const first = await store.read(keyIn(partition, 'a'));
      expect(first?.document.list).toEqual([1]);
      if (Array.isArray(first?.document.list)) first.document.list.push(2);

      expect((await store.read(keyIn(partition, 'a')))?.document.list).toEqual([1]);
    });
  });
}

function drainContract(current: () => DocumentStore): void {
  test('drain() empties a partition of all kinds, a number at a time, and touches no other', async () => {
    const store = current();
    const [partition, other] = [freshPartition(), freshPartition()];
    const documents = Array.from({ length: 7 }, (_, n) =>
      documentIn(partition, `id-${n}`, { kind: n % 2 === 0 ? 'user' : 'account', due: 5 }),
    );
    await seed(store, partition, documents);
    await seed(store, other, [documentIn(other, 'a')]);
    const removed: number[] = [];
    while (removed.at(-1) !== 0) removed.push(await store.drain(partition, 3));

    expect(removed).toEqual([3, 3, 1, 0]);
    for (const kind of ['user', 'account']) expect(await store.count({ ...partition, kind })).toBe(0);
    expect(await store.count({ ...other, kind: 'user' })).toBe(1);
  });

  test('drain() leaves the kind that it is told to leave, and does not count it', async () => {
    const store = current();
    const partition = freshPartition();
    const kinds = ['account', 'account', 'account', 'group', 'user'];
    await seed(
      store,
      partition,
      kinds.map((kind, n) => documentIn(partition, `id-${n}`, { kind })),
    );
    const removed: number[] = [];
    while (removed.at(-1) !== 0) removed.push(await store.drain({ ...partition, except: 'account' }, 1));

    expect(removed).toEqual([1, 1, 0]);
    expect(await store.count({ ...partition, kind: 'account' })).toBe(3);
  });
}

function expiryContract(current: () => DocumentStore): void {
  test('sweep() leaves what has not expired, and what does not expire', async () => {
    const store = current();
    const partition = freshPartition();
    const expires = Date.now() + 3_600_000;
    await seed(store, partition, [documentIn(partition, 'a', { expires }), documentIn(partition, 'b')]);
    await store.sweep({ before: expires, limit: 100 });

    expect((await store.read(keyIn(partition, 'a')))?.document).toEqual(
      documentIn(partition, 'a', { expires }),
    );
    expect(await store.count({ ...partition, kind: 'user' })).toBe(2);
  });
}

function dueContract(current: () => DocumentStore): void {
  describe('due()', () => {
    test('finds what is due in all partitions, earliest first, up to the limit', async () => {
      const store = current();
      const kind = freshKind();
      const partitions = [freshPartition(), freshPartition(), freshPartition()];
      for (const [n, partition] of partitions.entries()) {
        await seed(store, partition, [
          documentIn(partition, 'early', { kind, due: 9 + n }),
          documentIn(partition, 'late', { kind, due: 1_700_000_000_000 - n }),
          documentIn(partition, 'never', { kind }),
        ]);
      }
      const dues = async (before: number, limit: number) =>
        (await store.due('users', [kind], { before, limit })).map(({ document }) => document.due);

      expect(await dues(8, 10)).toEqual([]);
      expect(await dues(10, 500)).toEqual([9, 10]);
      expect(await dues(Number.MAX_SAFE_INTEGER, 4)).toEqual([9, 10, 11, 1_699_999_999_998]);
      expect(await store.due('groups', [kind], { before: 10, limit: 500 })).toEqual([]);
    });

    test('finds several kinds in one order of time, and no other kind', async () => {
      const store = current();
      const [one, other, third] = [freshKind(), freshKind(), freshKind()];
      const partition = freshPartition();
      await seed(store, partition, [
        documentIn(partition, 'a', { kind: one, due: 7 }),
        documentIn(partition, 'b', { kind: other, due: 6 }),
        documentIn(partition, 'c', { kind: third, due: 5 }),
        documentIn(partition, 'd', { kind: one, due: 4 }),
      ]);
      const found = async (limit: number) =>
        (await store.due('users', [one, other], { before: 10, limit })).map(({ document: { id } }) => id);
      expect(await found(9)).toEqual(['d', 'b', 'a']);
      expect(await found(2)).toEqual(['d', 'b']);
    });

    test('follows a document whose time moves or ends', async () => {
      const store = current();
      const kind = freshKind();
      const partition = freshPartition();
      const due = async () =>
        (await store.due('users', [kind], { before: 100, limit: 9 })).map(({ document }) => document.due);
      await seed(store, partition, [documentIn(partition, 'a', { kind, due: 5 })]);
      await store.commit(partition, [
        { op: 'increment', kind, id: 'a', by: {}, set: { due: 50 }, ifAbsent: 'fail' },
      ]);
      expect(await due()).toEqual([50]);
      await store.commit(partition, [{ op: 'replace', document: documentIn(partition, 'a', { kind }) }]);
      expect(await due()).toEqual([]);
    });
  });
}

function meterContract(current: () => DocumentStore): void {
  describe('metered()', () => {
    test('tells of each operation and the documents it examined, failed ones included', async () => {
      const { meter, operations } = countingMeter();
      const store = current().metered(meter);
      const partition = freshPartition();
      const where = { kind: 'compare', path: ['search', 'externalId'], op: 'eq', value: 'x' } as const;
      await store.commit(partition, [create(partition, 'a', { search: { externalId: 'x' } })]);
      await store.commit(partition, [create(partition, 'a')]).catch(() => undefined);
      await store.read(keyIn(partition, 'a'));
      await store.read(keyIn(partition, 'b'));
      await store.readMany([keyIn(partition, 'a'), keyIn(partition, 'b')]);
      await store.query({ ...partition, kind: 'user', limit: 10 });
      await store.query({ ...partition, kind: 'user', where, limit: 10 });
      await store.count({ ...partition, kind: 'user' });

      expect(operations).toEqual([
        { name: 'commit', examined: 0 },
        { name: 'commit', examined: 0 },
        { name: 'read', examined: 1 },
        { name: 'read', examined: 0 },
        { name: 'readMany', examined: 1 },
        { name: 'query', examined: 1 },
        { name: 'query', examined: 1 },
        { name: 'count', examined: 0 },
      ]);
    });

    test('leaves the store it came from untold, and tells every meter it was given', async () => {
      const [outer, inner] = [countingMeter(), countingMeter()];
      const once = current().metered(outer.meter);
      const twice = once.metered(inner.meter);
      await current().read(keyIn(freshPartition(), 'a'));
      await once.read(keyIn(freshPartition(), 'a'));
      await twice.read(keyIn(freshPartition(), 'a'));

      expect([outer.operations.length, inner.operations.length]).toEqual([2, 1]);
    });
  });
}

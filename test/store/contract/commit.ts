import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import type { Change, DocumentStore, Partition } from '../../../lib/store/document-store.ts';
import { storeUntil } from '../../../lib/store/store-until.ts';
import { drawnBatches, ids, play, type State, toChange } from './batch-model.ts';
import { create, documentIn, freshPartition, keyIn } from './open-store.ts';

type Current = () => DocumentStore;

export function commitContract(current: Current): void {
  describe('commit()', () => {
    writes(current);
    versions(current);
    refusals(current);
    concurrency(current);
    bounds(current);

    test('writes nothing if its work may not write any more when its turn comes', async () => {
      const partition = freshPartition();
      const times = [0];
      const store = storeUntil(current(), () => times.shift() ?? 1, 1);
      const late = store.commit(partition, [create(partition, 'a')]);
      await expect(late).rejects.toMatchObject({ kind: 'unavailable' });
      expect(await current().read(keyIn(partition, 'a'))).toBeUndefined();
    });

    test('is what a model says of any batches', async () => {
      await fc.assert(
        fc.asyncProperty(drawnBatches, (batches) => agrees(current(), batches)),
        { numRuns: 25 },
      );
    });
  });
}

function writes(current: Current): void {
  test('creates, replaces and deletes a document', async () => {
    const store = current();
    const partition = freshPartition();
    await store.commit(partition, [create(partition, 'a', { name: 'one', nested: { list: [1, null] } })]);
    const created = await store.read(keyIn(partition, 'a'));
    await store.commit(partition, [{ op: 'replace', document: documentIn(partition, 'a', { name: 'two' }) }]);
    const replaced = await store.read(keyIn(partition, 'a'));
    await store.commit(partition, [{ op: 'delete', kind: 'user', id: 'a' }]);

    expect(created?.document).toEqual(
      documentIn(partition, 'a', { name: 'one', nested: { list: [1, null] } }),
    );
    expect(replaced?.document).toEqual(documentIn(partition, 'a', { name: 'two' }));
    expect(await store.read(keyIn(partition, 'a'))).toBeUndefined();
  });
}

function versions(current: Current): void {
  test('gives a document a version that it never had, also after a delete', async () => {
    const store = current();
    const partition = freshPartition();
    const versions: (string | undefined)[] = [];
    const changes: readonly Change[] = [
      create(partition, 'a'),
      { op: 'replace', document: documentIn(partition, 'a') },
      { op: 'increment', kind: 'user', id: 'a', by: {}, ifAbsent: 'fail' },
      { op: 'delete', kind: 'user', id: 'a' },
      create(partition, 'a'),
    ];
    for (const change of changes) {
      await store.commit(partition, [change]);
      const version = (await store.read(keyIn(partition, 'a')))?.version;
      if (version !== undefined) versions.push(version);
    }

    expect(versions).toHaveLength(4);
    expect(new Set(versions).size).toBe(4);
  });

  test('accepts the version that was read, once', async () => {
    const store = current();
    const partition = freshPartition();
    await store.commit(partition, [create(partition, 'a')]);
    const ifVersion = (await store.read(keyIn(partition, 'a')))?.version ?? '';
    const change: Change = { op: 'replace', document: documentIn(partition, 'a', { n: 1 }), ifVersion };
    await store.commit(partition, [change]);

    await expect(store.commit(partition, [change])).rejects.toMatchObject({ kind: 'stale', change: 0 });
    await expect(
      store.commit(partition, [{ op: 'delete', kind: 'user', id: 'a', ifVersion }]),
    ).rejects.toMatchObject({ kind: 'stale' });
  });
}

function refusals(current: Current): void {
  test.each<[string, string, (partition: Partition, version: string) => Change]>([
    ['create of what exists', 'conflict', (partition) => create(partition, 'a')],
    [
      'replace of what is absent',
      'stale',
      (partition) => ({ op: 'replace', document: documentIn(partition, 'z') }),
    ],
    [
      'replace of another version',
      'stale',
      (partition, version) => ({
        op: 'replace',
        document: documentIn(partition, 'a'),
        ifVersion: `${version}0`,
      }),
    ],
    ['delete of what is absent', 'stale', () => ({ op: 'delete', kind: 'user', id: 'z' })],
    [
      'delete of another version',
      'stale',
      (_, version) => ({ op: 'delete', kind: 'user', id: 'a', ifVersion: `${version}0` }),
    ],
    [
      'increment of what must not be absent',
      'stale',
      () => ({ op: 'increment', kind: 'user', id: 'z', by: { n: 1 }, ifAbsent: 'fail' }),
    ],
  ])('refuses a %s as %s in every position and writes nothing', async (_, kind, failing) => {
    const store = current();
    for (const position of [0, 1, 2]) {
      const partition = freshPartition();
      await store.commit(partition, [create(partition, 'a', { untouched: true })]);
      const before = await store.read(keyIn(partition, 'a'));
      const batch = [create(partition, 'b'), create(partition, 'c')];
      batch.splice(position, 0, failing(partition, before?.version ?? ''));

      await expect(store.commit(partition, batch)).rejects.toMatchObject({
        name: 'StoreError',
        kind,
        change: position,
      });
      expect(await store.read(keyIn(partition, 'a'))).toEqual(before);
      expect(await store.count({ ...partition, kind: 'user' })).toBe(1);
    }
  });
}

function concurrency(current: Current): void {
  test('counts 64 increments at once and sets beside them', async () => {
    const store = current();
    const partition = freshPartition();
    await store.commit(partition, [create(partition, 'a', { kept: 'as it was' })]);
    const ifVersion = (await store.read(keyIn(partition, 'a')))?.version ?? '';
    await Promise.all(
      Array.from({ length: 64 }, () =>
        store.commit(partition, [
          {
            op: 'increment',
            kind: 'user',
            id: 'a',
            by: { n: 1, minus: -2 },
            set: { at: 'now' },
            ifAbsent: 'fail',
          },
          { op: 'increment', kind: 'user', id: 'total', by: { n: 3 }, ifAbsent: 'create' },
        ]),
      ),
    );

    const [a, total] = await store.readMany([keyIn(partition, 'a'), keyIn(partition, 'total')]);
    expect(a?.document).toEqual(
      documentIn(partition, 'a', { kept: 'as it was', n: 64, minus: -128, at: 'now' }),
    );
    expect(total?.document).toEqual(documentIn(partition, 'total', { n: 192 }));
    const late: Change = { op: 'replace', document: documentIn(partition, 'a'), ifVersion };
    await expect(store.commit(partition, [late])).rejects.toMatchObject({ kind: 'stale' });
  });

  test.each(['absent', 'present'])('lets no more than fit in where the number is %s', async (before) => {
    const store = current();
    const partition = freshPartition();
    if (before === 'present') await store.commit(partition, [create(partition, 'seats', { used: 0 })]);
    const take = (n: number): readonly Change[] => [
      create(partition, `taker-${n}`),
      {
        op: 'increment',
        kind: 'user',
        id: 'seats',
        by: { used: 1 },
        atMost: { used: 10 },
        ifAbsent: 'create',
      },
    ];
    const attempts = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) => store.commit(partition, take(n))),
    );
    const lost = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []));

    expect(lost).toHaveLength(30);
    for (const reason of lost) expect(reason).toMatchObject({ kind: 'stale', change: 1 });
    expect((await store.read(keyIn(partition, 'seats')))?.document.used).toBe(10);
    expect(await store.count({ ...partition, kind: 'user' })).toBe(11);
  });

  test('lets exactly one of many creators of an id win', async () => {
    const store = current();
    const partition = freshPartition();
    const attempts = await Promise.allSettled(
      Array.from({ length: 16 }, (_, n) =>
        store.commit(partition, [create(partition, 'a', { n }), create(partition, `of-${n}`)]),
      ),
    );
    const won = attempts.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
    const lost = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []));

    expect(won).toHaveLength(1);
    for (const reason of lost) expect(reason).toMatchObject({ kind: 'conflict', change: 0 });
    expect((await store.read(keyIn(partition, 'a')))?.document.n).toBe(won[0]);
    expect(await store.count({ ...partition, kind: 'user' })).toBe(2);
  });
}

function bounds(current: Current): void {
  test('D2: takes a hundred changes and refuses one more', async () => {
    const store = current();
    const partition = freshPartition();
    const batch = Array.from({ length: 101 }, (_, n) => create(partition, `id-${n}`));

    await expect(store.commit(partition, batch)).rejects.toMatchObject({ kind: 'tooLarge' });
    expect(await store.count({ ...partition, kind: 'user' })).toBe(0);
    await store.commit(partition, batch.slice(1));
    expect(await store.count({ ...partition, kind: 'user' })).toBe(100);
  });

  test('D2: takes a document of nearly 2 MB and refuses a larger one, with all beside it', async () => {
    const store = current();
    const partition = freshPartition();
    // Two bytes each in UTF-8.
    const text = (bytes: number) => ({ text: 'é'.repeat(bytes / 2) });
    const batch = [create(partition, 'a'), create(partition, 'b', text(limits.documentBytesMax))];

    await expect(store.commit(partition, batch)).rejects.toMatchObject({ kind: 'tooLarge', change: 1 });
    expect(await store.count({ ...partition, kind: 'user' })).toBe(0);
    await store.commit(partition, [create(partition, 'b', text(limits.documentBytesMax - 200))]);
    expect(await store.count({ ...partition, kind: 'user' })).toBe(1);
  });

  test('D2: refuses documents that are too large together', async () => {
    const store = current();
    const partition = freshPartition();
    const text = 'x'.repeat(limits.batchBytesMax / 2);
    const batch = ['a', 'b'].map((id) => create(partition, id, { text }));

    await expect(store.commit(partition, batch)).rejects.toMatchObject({ kind: 'tooLarge', change: 1 });
    expect(await store.count({ ...partition, kind: 'user' })).toBe(0);
  });

  test('takes a document as it is at the call', async () => {
    const store = current();
    const partition = freshPartition();
    const list = [1];
    const committed = store.commit(partition, [create(partition, 'a', { list })]);
    list.push(2);
    await committed;

    expect((await store.read(keyIn(partition, 'a')))?.document.list).toEqual([1]);
  });
}

/** Commits the batches to a partition of their own and compares the store with the model after each. */
async function agrees(store: DocumentStore, batches: readonly (readonly Parameters<typeof toChange>[1][])[]) {
  const partition = freshPartition();
  let state: State = new Map();
  for (const batch of batches) {
    const changes = batch.map((drawn) => toChange(partition, drawn, state));
    const outcome = play(state, changes, partition.tenantId);
    const failure = await store.commit(partition, changes).then(
      () => undefined,
      ({ kind, change }) => ({ kind, change }),
    );
    expect(failure).toEqual('kind' in outcome ? outcome : undefined);
    if ('state' in outcome)
      state = await withVersions(store, partition, { before: state, after: outcome.state });
    else expect(await readState(store, partition)).toEqual(state);
  }
}

async function withVersions(
  store: DocumentStore,
  partition: Partition,
  { before, after }: { before: State; after: State },
): Promise<State> {
  const stored = await readState(store, partition);
  const documents = (of: State) => new Map([...of].map(([id, { document }]) => [id, document]));
  expect(documents(stored)).toEqual(documents(after));
  for (const [id, { version }] of stored) {
    const old = before.get(id)?.version;
    if (after.get(id)?.version === undefined) expect(version).not.toBe(old);
    else expect(version).toBe(old);
  }
  return stored;
}

async function readState(store: DocumentStore, partition: Partition): Promise<State> {
  const found = await store.readMany(ids.map((id) => keyIn(partition, id)));
  return new Map(found.flatMap((stored) => (stored ? [[stored.document.id, stored]] : [])));
}

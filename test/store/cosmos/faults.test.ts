import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureContainers, openCosmosStore } from '../../../lib/store/cosmos/cosmos-store.ts';
import type { Change, DocumentStore, Partition } from '../../../lib/store/document-store.ts';
import { randomFaults } from '../../emulator/faults.ts';
import type { Fault, FrontOptions } from '../../emulator/front.ts';
import { emulatorKey, startEmulator } from '../../emulator/vercel.ts';
import { create, documentIn, freshPartition, keyIn } from '../contract/open-store.ts';

let nextFault: NonNullable<FrontOptions['nextFault']> = () => undefined;
let emulator: Awaited<ReturnType<typeof startEmulator>>;
let store: DocumentStore;

beforeAll(async () => {
  emulator = await startEmulator({ nextFault: (sent) => nextFault(sent) });
  const options = { endpoint: emulator.endpoint, database: 'muster', auth: { key: emulatorKey } };
  await ensureContainers(options);
  store = openCosmosStore({ ...options, newId: randomUUID, now: Date.now });
});
afterAll(async () => {
  await store.close();
  await emulator.close();
});
beforeEach(() => {
  nextFault = () => undefined;
});

/** These faults, one after the other, and then none. */
function inject(...faults: readonly Fault[]): void {
  const left = [...faults];
  nextFault = () => left.shift();
}

const increment = (id: string, ifAbsent: 'create' | 'fail' = 'create'): Change => ({
  op: 'increment',
  kind: 'count',
  id,
  by: { total: 1 },
  ifAbsent,
});
const totalOf = async (partition: Partition, id: string) =>
  (await store.read(keyIn(partition, id, 'count')))?.document.total;

describe('openCosmosStore() commits once', () => {
  test.each<[string, (partition: Partition) => readonly Change[]]>([
    ['what creates a document', (partition) => [create(partition, 'a'), increment('n')]],
    [
      'what replaces one',
      (partition) => [{ op: 'replace', document: documentIn(partition, 'x') }, increment('n')],
    ],
    ['increments alone', () => [increment('n'), increment('m')]],
    ['deletions and increments', () => [{ op: 'delete', kind: 'user', id: 'x' }, increment('n')]],
    [
      'what it does not know to be absent',
      (partition) => [increment('new'), create(partition, 'a'), increment('n')],
    ],
  ])('%s, though the answer is lost', async (_, changes) => {
    for (const faults of [
      ['lost'],
      ['lost', 'lost'],
      [503, 'lost'],
      ['lost', 503],
      [undefined, 'lost'],
    ] as const) {
      const partition = freshPartition();
      await store.commit(partition, [create(partition, 'x'), increment('n')]);
      inject(...faults);
      await store.commit(partition, changes(partition));

      expect(await totalOf(partition, 'n')).toBe(2);
    }
  });

  test('sets without addends as often as it takes', async () => {
    const partition = freshPartition();
    await store.commit(partition, [create(partition, 'a')]);
    inject('lost', 503);
    await store.commit(partition, [
      { op: 'increment', kind: 'user', id: 'a', by: {}, set: { status: 'used' }, ifAbsent: 'fail' },
    ]);

    expect((await store.read(keyIn(partition, 'a')))?.document).toEqual(
      documentIn(partition, 'a', { status: 'used' }),
    );
  });

  test('what others refuse meanwhile is refused, not taken for its own', async () => {
    const partition = freshPartition();
    await store.commit(partition, [create(partition, 'a')]);
    inject(503);

    await expect(
      store.commit(partition, [create(partition, 'a'), create(partition, 'b')]),
    ).rejects.toMatchObject({
      kind: 'conflict',
      change: 0,
    });
  });

  test('counts all that it acknowledges and nothing twice, with every third request at fault', async () => {
    const partition = freshPartition();
    nextFault = randomFaults({ share: 0.33, seed: 7 });
    const attempts = await Promise.allSettled(
      Array.from({ length: 120 }, (_, n) =>
        store.commit(partition, [
          create(partition, `of-${n}`),
          increment(`count:${n % 4}`),
          increment('all'),
        ]),
      ),
    );
    nextFault = () => undefined;
    const kinds = new Set(attempts.flatMap((one) => (one.status === 'rejected' ? [one.reason.kind] : [])));
    const acknowledged = attempts.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
    const written = await store.query({ ...partition, kind: 'user', limit: 200 });
    const ids = new Set(written.documents.map(({ document }) => document.id));

    expect([...kinds].filter((kind) => kind !== 'throttled' && kind !== 'unavailable')).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(60);
    expect(acknowledged.filter((n) => !ids.has(`of-${n}`))).toEqual([]);
    expect(await totalOf(partition, 'all')).toBe(ids.size);
  });
});

describe('openCosmosStore() answers', () => {
  test.each<[string, Fault, object]>([
    ['throttled and when to come back', 429, { kind: 'throttled', retryAfterSeconds: 1 }],
    ['unavailable', 503, { kind: 'unavailable' }],
    ['unavailable when others are in the way', 449, { kind: 'unavailable' }],
    ['unavailable when every answer is lost', 'lost', { kind: 'unavailable' }],
  ])('%s, soon, when nothing helps', async (_, fault, failure) => {
    const partition = freshPartition();
    nextFault = () => fault;
    const attempts = await Promise.allSettled([
      store.commit(partition, [increment('n')]),
      store.count({ ...partition, kind: 'user' }),
      store.read(keyIn(partition, 'a')),
    ]);
    for (const attempt of attempts) {
      expect(attempt).toMatchObject({ status: 'rejected', reason: { name: 'StoreError', ...failure } });
    }
  });

  test('unavailable when its container is missing, which is not an absent document', async () => {
    inject(404);
    await expect(store.read(keyIn(freshPartition(), 'a'))).rejects.toMatchObject({ kind: 'unavailable' });
  });

  test.each<[Fault, Fault]>([
    [429, 449],
    [503, 'lost'],
    ['lost', 429],
  ])('after %s and %s as if nothing had been', async (...faults) => {
    const partition = freshPartition();
    await store.commit(partition, [create(partition, 'a')]);
    inject(...faults);
    expect(await store.count({ ...partition, kind: 'user' })).toBe(1);
    inject(...faults);
    expect((await store.read(keyIn(partition, 'a')))?.document.id).toBe('a');
  });
});

test('openCosmosStore() reads at session consistency what may be recent, and nothing else', async () => {
  const levels: unknown[] = [];
  nextFault = ({ headers }) => void levels.push(headers['x-ms-consistency-level']);
  const key = keyIn(freshPartition(), 'a');
  await store.read(key, 'recent');
  await store.due('users', ['job', 'mail'], { before: 1, limit: 1 });
  expect(new Set(levels)).toEqual(new Set(['Session']));
  levels.length = 0;
  await store.read(key);
  await store.query({ ...key, limit: 1 });
  expect(new Set(levels)).toEqual(new Set([undefined]));
});

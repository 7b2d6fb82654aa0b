import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { StoreError } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { retryLostRace, unavailable } from '../../lib/store/retry-lost-race.ts';

const partition = { container: 'users', tenantId: 'tenant' } as const;
const counter = { id: 'counter', tenantId: 'tenant', kind: 'counter' };
const key = { ...partition, kind: 'counter', id: 'counter' };

/** A document that holds a number, and what adds one to it by reading and writing it under its version. */
async function openCounter() {
  const store = openEmbeddedStore({ path: ':memory:' });
  await store.commit(partition, [{ op: 'create', document: { ...counter, total: 0 } }]);
  const add = async () => {
    const stored = await store.read(key);
    if (!stored) throw new Error('The counter is gone');
    const document = { ...counter, total: Number(stored.document.total) + 1 };
    await store.commit(partition, [{ op: 'replace', document, ifVersion: stored.version }]);
  };
  return {
    add,
    create: () => store.commit(partition, [{ op: 'create', document: { ...counter, total: 0 } }]),
    total: async () => (await store.read(key))?.document.total,
    [Symbol.asyncDispose]: () => store.close(),
  };
}

describe('retryLostRace()', () => {
  test('loses no write of as many writers as may meet', async () => {
    await using writers = await openCounter();
    const { raceAttemptsMax } = limits;
    await Promise.all(Array.from({ length: raceAttemptsMax }, () => retryLostRace(writers.add)));
    expect(await writers.total()).toBe(raceAttemptsMax);
  });

  test('tells the attempt how many were lost, and gives up with busy at the bound', async () => {
    await using writers = await openCounter();
    const lost: number[] = [];
    const outcome = retryLostRace((count) => {
      lost.push(count);
      return writers.create();
    });
    await expect(outcome).rejects.toMatchObject({ kind: 'busy', cause: { kind: 'conflict', change: 0 } });
    expect(lost).toEqual(Array.from({ length: limits.raceAttemptsMax }, (_, count) => count));
  });

  test('gives up with the error that the caller makes of the lost race', async () => {
    await using writers = await openCounter();
    await expect(retryLostRace(writers.create, unavailable)).rejects.toMatchObject({
      kind: 'unavailable',
      cause: { kind: 'conflict' },
    });
  });

  test.each([new StoreError('throttled'), new StoreError('unavailable'), new Error('a defect')])(
    'passes on at once what is no lost race: %s',
    async (failure) => {
      let attempts = 0;
      const outcome = retryLostRace(async () => {
        attempts += 1;
        throw failure;
      }, unavailable);
      await expect(outcome).rejects.toBe(failure);
      expect(attempts).toBe(1);
    },
  );
});

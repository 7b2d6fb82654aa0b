import { describe, expect, test } from 'vitest';
import { forEachConcurrently } from '../../lib/base/for-each-concurrently.ts';

/** Work that ends when the test says so; `begun` lists what was begun, in order. */
function openWork() {
  const ends = new Map<number, (failure?: Error) => void>();
  const begun: number[] = [];
  return {
    begun,
    work: (thing: number) => {
      begun.push(thing);
      return new Promise<void>((resolve, reject) => {
        ends.set(thing, (failure) => (failure ? reject(failure) : resolve()));
      });
    },
    async end(thing: number, failure?: Error) {
      ends.get(thing)?.(failure);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('forEachConcurrently()', () => {
  test('begins things in their order, no more at once than it may, and ends with the last', async () => {
    const { begun, work, end } = openWork();
    let isOver = false;
    const all = forEachConcurrently(new Set([1, 2, 3, 4]), 2, work).then(() => {
      isOver = true;
    });
    expect(begun).toEqual([1, 2]);
    await end(2);
    expect(begun).toEqual([1, 2, 3]);
    await end(1);
    expect(begun).toEqual([1, 2, 3, 4]);
    await end(4);
    expect(isOver).toBe(false);
    await end(3);
    await all;
  });

  test('begins nothing after a failure, and rejects with the first once what was begun has ended', async () => {
    const { begun, work, end } = openWork();
    let outcome: unknown;
    const all = forEachConcurrently([1, 2, 3, 4, 5], 3, work).catch((thrown: unknown) => {
      outcome = thrown;
    });
    const first = new Error('first');
    await end(2, first);
    await end(1);
    expect(begun).toEqual([1, 2, 3]);
    expect(outcome).toBeUndefined();
    await end(3, new Error('second'));
    await all;
    expect(outcome).toBe(first);
    expect(begun).toEqual([1, 2, 3]);
  });

  test('does nothing where there is nothing', async () => {
    await expect(forEachConcurrently([], 4, () => Promise.reject(new Error('never')))).resolves.toBe(
      undefined,
    );
  });
});

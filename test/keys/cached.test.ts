import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cached } from '../../lib/keys/cached.ts';
import { StoreError } from '../../lib/store/document-store.ts';

const bounds = { staleSecondsMax: 900 };
const outage = new StoreError('unavailable');

interface Value {
  readonly serial: number;
}

/** A source that counts its loads; the clock stands still unless told. */
function source({ entriesMax = 100 } = {}) {
  const clock = { time: 1_000_000 };
  const absent = new Set<string>();
  let loads = 0;
  let failure: Error | undefined;
  const load = async (key: string): Promise<Value | undefined> => {
    loads += 1;
    const serial = loads;
    await Promise.resolve();
    if (failure) throw failure;
    return absent.has(key) ? undefined : { serial };
  };
  const cache = cached(load, { now: () => clock.time, entriesMax, ...bounds });
  return {
    cache,
    absent,
    clock,
    loads: () => loads,
    fail: (error: Error | undefined) => {
      failure = error;
    },
  };
}

describe('cached()', () => {
  test('believes what it found for less than 60 s', async () => {
    const { cache, clock, loads } = source();
    await cache.get('a');
    clock.time += 59_999;
    expect(await cache.get('a')).toEqual({ serial: 1 });
    clock.time += 1;
    expect(await cache.get('a')).toEqual({ serial: 2 });
    expect(loads()).toBe(2);
  });

  test('believes an absence for less than 10 s', async () => {
    const { cache, absent, clock, loads } = source();
    absent.add('a');
    await cache.get('a');
    absent.delete('a');
    clock.time += 9_999;
    expect(await cache.get('a')).toBeUndefined();
    expect(loads()).toBe(1);
    clock.time += 1;
    expect(await cache.get('a')).toEqual({ serial: 2 });
  });

  test('loads again when the clock was set back', async () => {
    const { cache, clock } = source();
    await cache.get('a');
    clock.time -= 3_600_000;
    expect(await cache.get('a')).toEqual({ serial: 2 });
  });

  test('counts the age from before the load', async () => {
    const clock = { time: 0 };
    let loads = 0;
    const load = async () => {
      loads += 1;
      clock.time += 40_000;
      return {};
    };
    const cache = cached(load, { now: () => clock.time, entriesMax: 10, ...bounds });
    await cache.get('a');
    clock.time += 20_000;
    await cache.get('a');
    expect(loads).toBe(2);
  });

  test('shares one load among callers that meet', async () => {
    const { cache, loads } = source();
    const values = await Promise.all(Array.from({ length: 50 }, () => cache.get('a')));
    expect(new Set(values.map((value) => value?.serial))).toEqual(new Set([1]));
    expect(loads()).toBe(1);
  });

  test('forget() makes the next caller load, and drops a load that is under way', async () => {
    const { cache, loads } = source();
    const early = cache.get('a');
    cache.forget('a');
    expect(await cache.get('a')).toEqual({ serial: 2 });
    expect(await early).toEqual({ serial: 1 });
    expect(await cache.get('a')).toEqual({ serial: 2 });
    expect(loads()).toBe(2);
  });

  test('forget() keeps a slow load from overwriting what was loaded after it', async () => {
    const finish: ((value: Value) => void)[] = [];
    const load = () => new Promise<Value>((resolve) => finish.push(resolve));
    const cache = cached(load, { now: () => 0, entriesMax: 10, ...bounds });
    const slow = cache.get('a');
    cache.forget('a');
    const fresh = cache.get('a');
    finish[1]?.({ serial: 2 });
    await fresh;
    finish[0]?.({ serial: 1 });
    expect(await slow).toEqual({ serial: 1 });
    expect(await cache.get('a')).toEqual({ serial: 2 });
  });

  test('rejects every waiting caller and remembers no failure', async () => {
    const { cache, fail } = source();
    fail(new Error('down'));
    const settled = await Promise.allSettled([cache.get('a'), cache.get('a')]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fail(undefined);
    expect(await cache.get('a')).toEqual({ serial: 2 });
  });

  test('a flood of absent keys pushes out nothing that was found', async () => {
    const { cache, absent, loads } = source({ entriesMax: 5 });
    await cache.get('known');
    for (let guess = 0; guess < 100; guess += 1) {
      absent.add(`guess ${guess}`);
      await cache.get(`guess ${guess}`);
    }
    const before = loads();
    await cache.get('known');
    expect(loads()).toBe(before);
  });

  test('holds no more than its bound', async () => {
    const { cache, loads } = source({ entriesMax: 5 });
    for (let key = 0; key < 6; key += 1) await cache.get(`${key}`);
    expect(loads()).toBe(6);
    await cache.get('0');
    expect(loads()).toBe(7);
  });
});

describe('cached(), while loads fail,', () => {
  test.each(['unavailable', 'throttled'] as const)(
    'goes on with what it found less than 900 s ago when they are %s',
    async (kind) => {
      const { cache, clock, fail } = source();
      await cache.get('a');
      fail(new StoreError(kind));
      for (const seconds of [60, 500, 899.999]) {
        clock.time = 1_000_000 + seconds * 1_000;
        expect(await cache.get('a')).toEqual({ serial: 1 });
      }
      clock.time = 1_000_000 + 900_000;
      await expect(cache.get('a')).rejects.toMatchObject({ kind });
    },
  );

  test('asks once in 10 s, and believes the first answer that it gets', async () => {
    const { cache, clock, fail, loads } = source();
    await cache.get('a');
    clock.time += 60_000;
    fail(outage);
    await Promise.all([cache.get('a'), cache.get('a')]);
    clock.time += 9_999;
    expect(await cache.get('a')).toEqual({ serial: 1 });
    expect(loads()).toBe(2);
    fail(undefined);
    clock.time += 1;
    expect(await cache.get('a')).toEqual({ serial: 3 });
  });

  test.each([
    ['is a defect', new Error('defect')],
    ['says that the value is not as expected', new StoreError('conflict')],
  ])('passes on a failure that %s', async (_, failure) => {
    const { cache, clock, fail } = source();
    await cache.get('a');
    clock.time += 60_000;
    fail(failure);
    await expect(cache.get('a')).rejects.toBe(failure);
  });

  test('has nothing to go on with for what was forgotten, or found to be absent meanwhile', async () => {
    const { cache, absent, clock, fail } = source();
    await cache.get('forgotten');
    await cache.get('gone');
    clock.time += 60_000;
    absent.add('gone');
    await cache.get('gone');
    cache.forget('forgotten');
    clock.time += 10_000;
    fail(outage);
    await expect(cache.get('forgotten')).rejects.toBe(outage);
    await expect(cache.get('gone')).rejects.toBe(outage);
  });

  test('stops at once where no value may be older than the bound', async () => {
    const clock = { time: 0 };
    let failure: Error | undefined;
    const load = async () => {
      if (failure) throw failure;
      return {};
    };
    const cache = cached(load, { now: () => clock.time, entriesMax: 10, ...bounds, staleSecondsMax: 0 });
    await cache.get('a');
    failure = outage;
    clock.time = 60_000;
    await expect(cache.get('a')).rejects.toBe(outage);
  });
});

describe('cached(), whatever happens in whatever order,', () => {
  const step = fc.oneof(
    { arbitrary: fc.constantFrom(1, 9, 10, 59, 60, 400), weight: 3 },
    { arbitrary: fc.constant('get' as const), weight: 4 },
    { arbitrary: fc.constantFrom('present' as const, 'absent' as const), weight: 1 },
    { arbitrary: fc.constant('down' as const), weight: 2 },
    { arbitrary: fc.constant('forget' as const), weight: 1 },
  );

  test('answers with the last load that succeeded, no older than its bounds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 80 }), async (steps) => {
        let time = 0;
        let state: 'present' | 'absent' | 'down' = 'present';
        let loads: { readonly at: number; readonly found?: object; readonly failed?: true }[] = [];
        const load = async () => {
          const failed = state === 'down';
          loads.push(
            failed ? { at: time, failed } : { at: time, found: state === 'present' ? {} : undefined },
          );
          if (failed) throw outage;
          return loads.at(-1)?.found;
        };
        const cache = cached(load, { now: () => time, entriesMax: 10, ...bounds });
        for (const one of steps) {
          if (typeof one === 'number') time += one * 1_000;
          else if (one === 'forget') {
            cache.forget('a');
            loads = [];
          } else if (one !== 'get') state = one;
          else {
            const answer = await cache.get('a').catch((error: unknown) => error);
            const known = loads.findLast(({ failed }) => !failed);
            const age = known ? time - known.at : Number.POSITIVE_INFINITY;
            const last = loads.at(-1);
            const failedAgo = last?.failed ? time - last.at : Number.POSITIVE_INFINITY;
            if (answer === outage) {
              expect(failedAgo).toBe(0);
              if (known?.found) expect(age).toBeGreaterThanOrEqual(900_000);
            } else {
              expect(answer).toBe(known?.found);
              expect(age).toBeLessThan(!known?.found ? 10_000 : failedAgo < 10_000 ? 900_000 : 60_000);
            }
          }
        }
      }),
    );
  });
});

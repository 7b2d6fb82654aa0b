import { describe, expect, test } from 'vitest';
import { cached } from '../../lib/keys/cached.ts';

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
  const cache = cached(load, { now: () => clock.time, entriesMax, secondsMax: 60, missSecondsMax: 10 });
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
    const options = { now: () => clock.time, entriesMax: 10, secondsMax: 60, missSecondsMax: 10 };
    const cache = cached(load, options);
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
    const cache = cached(load, { now: () => 0, entriesMax: 10, secondsMax: 60, missSecondsMax: 10 });
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

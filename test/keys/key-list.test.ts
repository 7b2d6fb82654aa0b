import { describe, expect, test } from 'vitest';
import { isActive, type KeyRef, withKey, withKeyEnding, withoutKey } from '../../lib/keys/key-list.ts';

const ref = (id: string, expires = 1_000, status: KeyRef['status'] = 'active'): KeyRef => ({
  ...{ id, kind: 'key', status, expires },
});

describe('isActive()', () => {
  test.each([
    ['before its end', ref('a'), 999, true],
    ['at its end', ref('a'), 1_000, false],
    ['when revoked', ref('a', 1_000, 'revoked'), 0, false],
  ])('%s', (_, key, now, active) => {
    expect(isActive(key, now)).toBe(active);
  });
});

describe('withKey()', () => {
  test('refuses a key above the bound, with the number', () => {
    expect(() => withKey([ref('a'), ref('b')], ref('c'), { now: 0, max: 2 })).toThrow(
      'The tenant has 2 active keys and policy.keys.activeMax is 2: revoke one first',
    );
  });

  test('counts neither expired nor revoked keys', () => {
    const keys = [ref('a', 10), ref('b', 1_000, 'revoked')];
    expect(withKey(keys, ref('c'), { now: 10, max: 1 }).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('keeps the latest 50 retired keys and every active one', () => {
    const retired = Array.from({ length: 60 }, (_, index) => ref(`r${index}`, 1_000, 'revoked'));
    const keys = withKey([ref('first'), ...retired], ref('new'), { now: 0, max: 2 });
    expect(keys).toHaveLength(52);
    expect(keys.slice(0, 1)).toEqual([ref('r10', 1_000, 'revoked')]);
    expect(keys.slice(-2)).toEqual([ref('first'), ref('new')]);
  });
});

describe('withoutKey()', () => {
  test('marks the key and leaves the others', () => {
    expect(withoutKey([ref('a'), ref('b')], 'a')).toEqual([ref('a', 1_000, 'revoked'), ref('b')]);
  });

  test('refuses a key that is not listed', () => {
    expect(() => withoutKey([ref('a')], 'b')).toThrow('There is no key with this id here');
  });
});

describe('withKeyEnding()', () => {
  test('brings the end forward and never puts it off', () => {
    expect(withKeyEnding([ref('a')], 'a', 500)).toEqual([ref('a', 500)]);
    expect(withKeyEnding([ref('a')], 'a', 5_000)).toEqual([ref('a')]);
  });
});

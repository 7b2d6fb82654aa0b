import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesVersion, versionOf } from '../../lib/scim/version.ts';

test('versionOf() gives a weak entity tag that differs for each revision', () => {
  expect(versionOf(3)).toBe('W/"3"');
  fc.assert(fc.property(fc.nat(), fc.nat(), (a, b) => (versionOf(a) === versionOf(b)) === (a === b)));
});

describe('matchesVersion()', () => {
  test.each(['*', ' * ', 'W/"3"', '"3"', 'W/"1", W/"3"', '"a,b" ,, "3"', ',W/"3",'])(
    'finds version 3 in %j',
    (header) => {
      expect(matchesVersion(header, 'W/"3"')).toBe(true);
    },
  );

  test.each([
    '',
    ',',
    '3',
    'W/3',
    'w/"3"',
    'W/"4"',
    '"W/"3""',
    '"1" "3"',
    '"3',
    '*, "1"',
    '"3" x',
    '"x y", "3"',
  ])('does not find version 3 in %j', (header) => {
    expect(matchesVersion(header, 'W/"3"')).toBe(false);
  });

  test('answers a long hostile header at once', () => {
    const started = performance.now();
    expect(matchesVersion(`${','.repeat(100_000)}x${'W/"1",'.repeat(20_000)}`, 'W/"3"')).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

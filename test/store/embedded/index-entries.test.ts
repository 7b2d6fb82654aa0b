import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import { isIdentifier } from '../../../lib/store/change-rules.ts';
import { rangeOf } from '../../../lib/store/embedded/ids.ts';
import {
  documentKey,
  dueRange,
  dueTarget,
  equalityPrefix,
  indexKeysOf,
  orderKeys,
} from '../../../lib/store/embedded/index-entries.ts';

const identifiers = fc.stringMatching(/^[A-Za-z0-9_:.-]{1,20}$/);
const user = { id: 'a', tenantId: 't', kind: 'user' };

describe('isIdentifier()', () => {
  test('accepts the alphabet of ids up to 255 characters', () => {
    expect(isIdentifier('AZaz09_:.-')).toBe(true);
    expect(isIdentifier('x'.repeat(255))).toBe(true);
  });

  test.each(['', 'x'.repeat(256), 'a/b', 'a!', 'a~', 'a b', 'a\n', 'a\u0000', 'é', 5, undefined])(
    'rejects %j',
    (text) => {
      expect(isIdentifier(text)).toBe(false);
    },
  );
});

describe('documentKey()', () => {
  test.each([{ tenantId: 'a/b' }, { kind: '../user' }, { id: 'a/b' }, { tenantId: '' }])(
    'throws on %j',
    (part) => {
      expect(() => documentKey({ container: 'users', ...user, ...part })).toThrow('Not a');
    },
  );

  test('never leaves the range of its kind nor enters that of another', () => {
    fc.assert(
      fc.property(identifiers, identifiers, identifiers, identifiers, (tenantId, kind, id, other) => {
        const key = documentKey({ container: 'users', tenantId, kind, id });
        const lies = (prefix: string) => key >= rangeOf(prefix).start && key < rangeOf(prefix).end;

        expect(lies(`users/${tenantId}/${kind}/`)).toBe(true);
        expect(lies(`users/${tenantId}/${other}/`)).toBe(other === kind);
        expect(lies(`users/${other}/${kind}/`)).toBe(other === tenantId);
      }),
    );
  });

  test('sorts as the ids do, and a range behind an id begins after it', () => {
    fc.assert(
      fc.property(identifiers, identifiers, (id, after) => {
        const key = documentKey({ container: 'users', ...user, id });

        expect(key >= rangeOf('users/t/user/', after).start).toBe(id > after);
      }),
    );
  });
});

describe('the equality keys of indexKeysOf()', () => {
  test('has one for each distinct value of every element, and none for what is absent or no value', () => {
    const emails = [
      { value: 'x' },
      { value: 'y' },
      { value: 'x' },
      { type: 'work' },
      { value: null },
      { value: {} },
    ];
    const document = { ...user, search: { externalId: '', emails } };
    const source = { container: 'users', tenantId: 't', kind: 'user' } as const;

    expect(indexKeysOf('users', document).equality).toEqual([
      `${equalityPrefix(source, ['search', 'externalId'], '')}a`,
      `${equalityPrefix(source, ['search', 'emails', 'value'], 'x')}a`,
      `${equalityPrefix(source, ['search', 'emails', 'value'], 'y')}a`,
    ]);
  });

  const source = { container: 'users', tenantId: 't', kind: 'record' } as const;
  const id = '01a22f10-0422-71b1-9b5e-c0b975fe1c7d';
  const values = fc.oneof(
    fc.string({ maxLength: 60, unit: 'binary' }),
    fc.constantFrom(
      'true',
      'jtrue',
      true,
      false,
      1,
      '1',
      '',
      ' ',
      id,
      `=${id}`,
      id.toUpperCase(),
      'a/b',
      '#',
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  );
  const paths = fc.constantFrom(['credential'], ['operation'], ['run']);

  test('has a range of its own for each path and value', () => {
    fc.assert(
      fc.property(paths, values, paths, values, identifiers, (path, value, otherPath, other, key) => {
        const isSame = path.join() === otherPath.join() && value === other;
        const { start, end } = rangeOf(equalityPrefix(source, path, value));
        const entry = equalityPrefix(source, otherPath, other) + key;
        expect(entry >= start && entry < end).toBe(isSame);
      }),
    );
  });

  test('is short for a UUID and for a long text, and plain for a short text', () => {
    const lengthOf = (value: string) => equalityPrefix(source, ['run'], value).length;
    expect(equalityPrefix(source, ['run'], 'adele vance')).toBe('ut/record/5tadele vance/');
    expect(lengthOf(id)).toBe(lengthOf('x'.repeat(25)));
    expect(lengthOf('x'.repeat(1_000))).toBe(lengthOf('x'.repeat(43)));
  });

  test('stays within the keys that LMDB takes, whatever the identifiers and the text to sort by', () => {
    const longest = { id: 'i'.repeat(255), tenantId: 't'.repeat(255), kind: 'k'.repeat(255) };
    const order = { 'name.familyName': '\u{10ffff}'.repeat(limits.sortedCharactersMax) };
    const document = { ...longest, order, search: { externalId: 'x'.repeat(5_000) }, due: 1, expires: 1 };
    const { equality, due, expiry } = indexKeysOf('users', document);
    const ordered = orderKeys('users', document, [['order', 'name.familyName']]);
    for (const key of [...equality, ...due, ...expiry, ...ordered]) expect(key.length).toBeLessThan(1_978);
  });

  test('is not misled by a kind or a property that every object has', () => {
    expect(indexKeysOf('users', { ...user, kind: 'constructor' }).equality).toEqual([]);
    expect(indexKeysOf('users', { ...user, kind: 'member' }).equality).toEqual([]);
  });
});

describe('the due keys of indexKeysOf()', () => {
  test('sort by time, name their document and lie in the range exactly from their time on', () => {
    const times = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 1 });
    fc.assert(
      fc.property(times, times, identifiers, (due, before, id) => {
        const [key = ''] = indexKeysOf('users', { ...user, id, due }).due;
        const { start, end } = dueRange('users', 'user', before);

        expect(key >= start && key < end).toBe(due <= before);
        expect(dueTarget(key)).toEqual({ container: 'users', ...user, id });
      }),
    );
  });

  test('are none without a time', () => {
    expect(indexKeysOf('users', user).due).toEqual([]);
  });

  test.each([-1, -Infinity])('have an empty range before %d', (before) => {
    const { start, end } = dueRange('users', 'user', before);

    expect(`${start}0000000000000000` >= end).toBe(true);
  });
});

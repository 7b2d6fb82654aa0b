import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isIdentifier } from '../../../lib/store/change-rules.ts';
import { rangeOf } from '../../../lib/store/embedded/ids.ts';
import {
  documentKey,
  dueRange,
  dueTarget,
  equalityPrefix,
  indexKeys,
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

describe('indexKeys.equality()', () => {
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

    expect([...indexKeys.equality('users', document)]).toEqual([
      `${equalityPrefix(source, ['search', 'externalId'], '')}a`,
      `${equalityPrefix(source, ['search', 'emails', 'value'], 'x')}a`,
      `${equalityPrefix(source, ['search', 'emails', 'value'], 'y')}a`,
    ]);
  });

  test('tells paths, types of values and their borders apart', () => {
    const source = { container: 'users', tenantId: 't', kind: 'user' } as const;
    const prefixes = [
      equalityPrefix(source, ['a'], 'true'),
      equalityPrefix(source, ['a'], true),
      equalityPrefix(source, ['b'], 'true'),
      equalityPrefix(source, ['a', 'b'], 'c'),
      equalityPrefix(source, ['a'], 'b","c'),
    ];

    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  test('is not misled by a kind or a property that every object has', () => {
    expect([...indexKeys.equality('users', { ...user, kind: 'constructor' })]).toEqual([]);
    expect([...indexKeys.equality('users', { ...user, kind: 'member' })]).toEqual([]);
  });
});

describe('indexKeys.due()', () => {
  test('sort by time, name their document and lie in the range exactly from their time on', () => {
    const times = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 1 });
    fc.assert(
      fc.property(times, times, identifiers, (due, before, id) => {
        const [key = ''] = indexKeys.due('users', { ...user, id, due });
        const { start, end } = dueRange('users', 'user', before);

        expect(key >= start && key < end).toBe(due <= before);
        expect(dueTarget(key)).toEqual({ container: 'users', ...user, id });
      }),
    );
  });

  test('are none without a time', () => {
    expect([...indexKeys.due('users', user)]).toEqual([]);
  });

  test.each([-1, -Infinity])('have an empty range before %d', (before) => {
    const { start, end } = dueRange('users', 'user', before);

    expect(`${start}0000000000000000` >= end).toBe(true);
  });
});

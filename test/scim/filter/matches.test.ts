import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompareOp, CompValue } from '../../../lib/scim/filter/ast.ts';
import type { Condition } from '../../../lib/scim/filter/condition.ts';
import { matches } from '../../../lib/scim/filter/matches.ts';

const operators: readonly CompareOp[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'];

function holding(value: unknown, literal: CompValue): readonly CompareOp[] {
  return operators.filter((op) => matches({ kind: 'compare', path: [], op, value: literal }, value));
}

describe('matches() compares', () => {
  test.each<[unknown, CompValue, readonly CompareOp[]]>([
    ['abc', 'abc', ['eq', 'co', 'sw', 'ew', 'ge', 'le']],
    ['abc', 'b', ['ne', 'co', 'lt', 'le']],
    ['abc', 'ab', ['ne', 'co', 'sw', 'gt', 'ge']],
    ['abc', 'bc', ['ne', 'co', 'ew', 'lt', 'le']],
    ['abc', '', ['ne', 'co', 'sw', 'ew', 'gt', 'ge']],
    ['B', 'a', ['ne', 'lt', 'le']],
    ['\u{1f600}', '\uffee', ['ne', 'lt', 'le']],
    ['10', '9', ['ne', 'lt', 'le']],
    [10, 9, ['ne', 'gt', 'ge']],
    [9, 9, ['eq', 'ge', 'le']],
    [true, true, ['eq']],
    [true, false, ['ne']],
    ['true', true, ['ne']],
    ['1', 1, ['ne']],
    [1, '1', ['ne']],
    [undefined, 'a', ['ne']],
    [null, 'a', ['ne']],
    [undefined, '', ['ne']],
    [undefined, 0, ['ne']],
    [undefined, false, ['ne']],
    [undefined, null, ['eq']],
    [null, null, ['eq']],
    ['', null, ['ne']],
    ['a', null, ['ne']],
    [{ a: 1 }, 'a', ['ne']],
    [['a'], 'a', ['ne']],
  ])('%j with %j: exactly %j hold', (value, literal, expected) => {
    expect(holding(value, literal)).toEqual(expected);
  });

  test.each<[readonly string[], boolean]>([
    [['name', 'givenName'], true],
    [['name', 'familyName'], false],
    [['title', 'givenName'], false],
    [['emails', '0', 'givenName'], false],
    [['constructor', 'name'], false],
    [['__proto__', 'givenName'], false],
  ])('the value at %j', (path, expected) => {
    const document = { name: { givenName: 'Ada' }, title: 'Ada', emails: [] };
    expect(matches({ kind: 'compare', path, op: 'eq', value: 'Ada' }, document)).toBe(expected);
    expect(matches({ kind: 'compare', path, op: 'ne', value: 'Ada' }, document)).toBe(!expected);
  });
});

describe('matches() finds present', () => {
  test.each([['a'], [0], [false], [true], [['']], [{ a: null }]])('%j', (value) => {
    expect(matches({ kind: 'present', path: ['x'] }, { x: value })).toBe(true);
  });

  test.each([[undefined], [null], [''], [[]], [{}]])('not %j', (value) => {
    expect(matches({ kind: 'present', path: ['x'] }, { x: value })).toBe(false);
  });
});

describe('matches()', () => {
  const isWork: Condition = { kind: 'compare', path: ['type'], op: 'eq', value: 'work' };
  const isX: Condition = { kind: 'compare', path: ['value'], op: 'eq', value: 'x' };
  const some = (condition: Condition): Condition => ({ kind: 'any', path: ['emails'], condition });

  test('finds any element that satisfies the whole condition', () => {
    const split = {
      emails: [
        { type: 'work', value: 'y' },
        { type: 'home', value: 'x' },
      ],
    };
    const both: Condition = { kind: 'and', conditions: [isWork, isX] };
    expect(matches(some(both), split)).toBe(false);
    expect(matches(some(both), { emails: [...split.emails, { type: 'work', value: 'x' }] })).toBe(true);
    expect(matches({ kind: 'and', conditions: [some(isWork), some(isX)] }, split)).toBe(true);
  });

  test.each([[{}], [{ emails: null }], [{ emails: [] }], [{ emails: { type: 'work' } }], [null], ['text']])(
    'finds no element in %j, not even for ne',
    (document) => {
      expect(matches(some({ ...isWork, op: 'ne' }), document)).toBe(false);
      expect(matches({ kind: 'not', condition: some(isWork) }, document)).toBe(true);
    },
  );

  test('compares the elements of an array of text themselves', () => {
    const condition = some({ kind: 'compare', path: [], op: 'sw', value: 'b' });
    expect(matches(condition, { emails: ['a', 'bc'] })).toBe(true);
    expect(matches(condition, { emails: ['a', 'cb'] })).toBe(false);
  });

  test.each<[unknown, boolean]>([
    ['a', true],
    ['c', false],
    [1, false],
    [undefined, false],
  ])('finds %j in a list of text: %j', (value, expected) => {
    expect(matches({ kind: 'in', path: ['id'], values: ['a', '1'] }, { id: value })).toBe(expected);
  });

  test('obeys the laws of not, and, or', () => {
    const leaf = fc
      .constantFrom('a', 'b', 'c')
      .map((value): Condition => ({ kind: 'compare', path: ['x'], op: 'le', value }));
    fc.assert(
      fc.property(
        fc.array(leaf, { maxLength: 4 }),
        fc.constantFrom('a', 'b', 'c', 'd', undefined),
        (terms, x) => {
          const conjunction: Condition = { kind: 'and', conditions: terms };
          const opposite: Condition = {
            kind: 'or',
            conditions: terms.map((condition) => ({ kind: 'not', condition })),
          };
          expect(matches(opposite, { x })).toBe(!matches(conjunction, { x }));
        },
      ),
    );
  });
});

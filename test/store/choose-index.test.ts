import { describe, expect, test } from 'vitest';
import type { Condition } from '../../lib/scim/filter/condition.ts';
import { chooseIndex } from '../../lib/store/choose-index.ts';

const name = ['search', 'displayName'];
const eq = (path: string[], value: string | boolean | null): Condition => ({
  kind: 'compare',
  path,
  op: 'eq',
  value,
});
const within = (...values: string[]): Condition => ({ kind: 'in', path: name, values });
const work: Condition = {
  kind: 'any',
  path: ['search', 'emails'],
  condition: { kind: 'and', conditions: [eq(['type'], 'work'), eq(['value'], 'x')] },
};
const and = (...conditions: Condition[]): Condition => ({ kind: 'and', conditions });

describe('chooseIndex()', () => {
  test.each<[string, Condition, object]>([
    ['an equality', eq(name, 'x'), { path: name, values: ['x'] }],
    ['a boolean', eq(name, true), { path: name, values: [true] }],
    ['a list', within('x', 'y'), { path: name, values: ['x', 'y'] }],
    ['a term of an element', work, { path: ['search', 'emails', 'value'], values: ['x'] }],
    ['a nested conjunction', and(eq(['title'], 'x'), and(within('x'))), { path: name, values: ['x'] }],
    ['the fewest values', and(within('x', 'y'), work, within()), { path: name, values: [] }],
    ['the id before all', and(within(), eq(['id'], 'x')), { path: ['id'], values: ['x'] }],
  ])('takes %s', (_, where, access) => {
    expect(chooseIndex(where, 'user')).toEqual(access);
  });

  test.each<[string, Condition]>([
    ['a path without index', eq(['title'], 'x')],
    ['a part of an indexed path', eq(['search', 'emails'], 'x')],
    ['what is absent', eq(name, null)],
    ['another operator', { kind: 'compare', path: name, op: 'sw', value: 'x' }],
    ['presence', { kind: 'present', path: name }],
    ['a negation', { kind: 'not', condition: eq(name, 'x') }],
    ['an alternative', { kind: 'or', conditions: [eq(name, 'x'), eq(['title'], 'x')] }],
    ['an id of an element', { kind: 'any', path: ['list'], condition: eq(['id'], 'x') }],
  ])('leaves %s to a scan', (_, where) => {
    expect(chooseIndex(where, 'user')).toBeUndefined();
  });

  test('leaves a value that nearly all documents of a kind have to a scan, or to another index', () => {
    const usual = eq(['outcome'], 'done');
    expect(chooseIndex(usual, 'record')).toBeUndefined();
    expect(chooseIndex(and(usual, eq(['run'], 'x')), 'record')).toEqual({ path: ['run'], values: ['x'] });
    expect(chooseIndex(eq(['outcome'], 'refused'), 'record')).toBeDefined();
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import { toSearchForm } from '../../lib/scim/schema/search-form.ts';
import {
  bindSort,
  compareSortValues,
  parseDescending,
  type SortValue,
  sortValue,
} from '../../lib/scim/sort.ts';
import { failure } from '../support/failure.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

describe('bindSort()', () => {
  test.each([
    ['username', 'userName', ['userName']],
    ['urn:ietf:params:scim:schemas:core:2.0:user:NAME.FAMILYNAME', 'name.familyName', ['name', 'familyName']],
    ['emails', 'emails.value', ['emails', 'value']],
    ['emails.type', 'emails.type', ['emails', 'type']],
    ['meta.lastModified', 'meta.lastModified', ['meta', 'lastModified']],
    ['schemas', 'schemas', ['schemas']],
    [`${enterprise}:department`, `${enterprise}:department`, [enterprise, 'department']],
    [
      `${enterprise.toUpperCase()}:manager.value`,
      `${enterprise}:manager.value`,
      [enterprise, 'manager', 'value'],
    ],
  ])('resolves %s', (sortBy, name, path) => {
    expect(bindSort(sortBy, [userType])).toEqual([{ name, path }]);
  });

  test('has no key for a type without the attribute', () => {
    expect(bindSort('userName', [groupType, userType])).toEqual([
      undefined,
      { name: 'userName', path: ['userName'] },
    ]);
  });

  test.each([
    ['name', 'has sub-attributes: name one of them to sort by'],
    ['meta', 'has sub-attributes: name one of them to sort by'],
    ['addresses', 'has sub-attributes: name one of them to sort by'],
    [enterprise, 'has sub-attributes: name one of them to sort by'],
    ['password', 'is not sortable: choose another attribute'],
    ['meta.version', 'is not sortable: choose another attribute'],
    ['meta.location', 'is not sortable: choose another attribute'],
  ])('throws invalidValue for %s', (sortBy, reason) => {
    expect(failure(() => bindSort(sortBy, [userType]))).toEqual({
      code: 'invalidValue',
      detail: `sortBy '${sortBy}' ${reason}`,
    });
  });

  test('throws invalidValue for a secret inside of a complex attribute', () => {
    const pins = {
      name: 'pin',
      type: 'complex',
      description: 'P',
      subAttributes: [{ name: 'value', returned: 'never', description: 'V' }],
    } as const;
    const type = { ...userType, schema: { ...userType.schema, attributes: [pins] } };
    expect(failure(() => bindSort('pin.value', [type]))).toMatchObject({ code: 'invalidValue' });
  });

  test('throws invalidValue naming what it was given, cut short', () => {
    expect(failure(() => bindSort('nick', [userType, groupType]))).toEqual({
      code: 'invalidValue',
      detail: "sortBy 'nick' is not defined: choose an attribute that /Schemas lists",
    });
    expect(failure(() => bindSort('x'.repeat(500), [userType]))).toEqual({
      code: 'invalidValue',
      detail: `sortBy '${'x'.repeat(120)}…' is not defined: choose an attribute that /Schemas lists`,
    });
    expect(failure(() => bindSort('x'.repeat(120), [userType]))).toEqual({
      code: 'invalidValue',
      detail: `sortBy '${'x'.repeat(120)}' is not defined: choose an attribute that /Schemas lists`,
    });
  });
});

describe('parseDescending()', () => {
  test.each([
    [undefined, false],
    ['ascending', false],
    ['descending', true],
    ['DESCENDING', true],
  ])('reads %j', (sortOrder, descending) => {
    expect(parseDescending(sortOrder)).toBe(descending);
  });

  test.each(['', 'desc', 'ascending '])('throws invalidValue for %j', (sortOrder) => {
    expect(failure(() => parseDescending(sortOrder))).toEqual({
      code: 'invalidValue',
      detail: 'The parameter sortOrder must be ascending or descending',
    });
  });
});

const found = (sortBy: string, resource: Parameters<typeof toSearchForm>[0]): SortValue => {
  const [key] = bindSort(sortBy, [userType]);
  return key && sortValue(toSearchForm(resource, userType), key);
};

describe('sortValue()', () => {
  test.each<[string, Parameters<typeof toSearchForm>[0], SortValue]>([
    ['userName', { userName: 'ADA' }, 'ada'],
    ['externalId', { externalId: 'ADA' }, 'ADA'],
    ['active', { active: false }, false],
    ['title', {}, undefined],
    ['name.givenName', { name: { familyName: 'x' } }, undefined],
    ['emails', { emails: [{ value: 'b' }, { value: 'a', primary: true }] }, 'a'],
    ['emails', { emails: [{ value: 'b', primary: false }, { value: 'a' }] }, 'b'],
    ['emails.type', { emails: [{ value: 'b' }, { value: 'a', type: 'home' }] }, undefined],
    ['emails', { emails: [] }, undefined],
    [`${enterprise}:department`, { [enterprise]: { department: 'Art' } }, 'art'],
  ])('finds %s of %j', (sortBy, resource, value) => {
    expect(found(sortBy, resource)).toBe(value);
  });

  test('finds numbers, and nothing in an object', () => {
    const numbers = { name: 'floor', path: ['floor'] };
    expect(sortValue({ floor: 7 }, numbers)).toBe(7);
    expect(sortValue({ floor: { value: 7 } }, numbers)).toBeUndefined();
    expect(sortValue({ floor: null }, numbers)).toBeUndefined();
  });

  test('counts characters, not halves of them, up to the bound', () => {
    const max = limits.sortedCharactersMax;

    expect(found('title', { title: 'x'.repeat(max + 1) })).toBe('x'.repeat(max));
    expect(found('title', { title: '\u{1f600}'.repeat(max + 1) })).toBe('\u{1f600}'.repeat(max));
    expect(found('title', { title: `${'x'.repeat(max - 1)}\u{1f600}y` })).toBe(
      `${'x'.repeat(max - 1)}\u{1f600}`,
    );
  });
});

describe('compareSortValues()', () => {
  test.each<[SortValue, SortValue]>([
    ['a', 'b'],
    ['', 'a'],
    ['a', 'aa'],
    ['a', 'ä'],
    // By code point, though the code units of the second are less.
    ['\uffee', '\u{1f600}'],
    [2, 10],
    [-1, 0],
    [false, true],
    ['\u{10ffff}', undefined],
    [true, undefined],
  ])('puts %j before %j', (before, after) => {
    expect(Math.sign(compareSortValues(before, after))).toBe(-1);
    expect(Math.sign(compareSortValues(after, before))).toBe(1);
    expect(compareSortValues(before, before)).toBe(0);
  });

  test('orders any texts as their code points', () => {
    const points = (text: string) => Array.from(text, (character) => character.codePointAt(0) ?? 0);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const [as, bs] = [points(a), points(b)];
        const at = as.findIndex((point, index) => point !== bs[index]);
        const expected = at < 0 ? as.length - bs.length : (as[at] ?? -1) - (bs[at] ?? -1);
        expect(Math.sign(compareSortValues(a, b))).toBe(Math.sign(expected));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalJson, isJsonArray, isJsonObject, type JsonValue } from '../../lib/scim/json.ts';

describe('isJsonObject() and isJsonArray()', () => {
  test.each<[unknown, boolean, boolean]>([
    [{}, true, false],
    [[], false, true],
    [null, false, false],
    [undefined, false, false],
    ['text', false, false],
    [1, false, false],
  ])('of %j are %j and %j', (value, object, array) => {
    expect([isJsonObject(value), isJsonArray(value as JsonValue)]).toEqual([object, array]);
  });
});

describe('equalJson()', () => {
  test.each<[JsonValue | undefined, JsonValue | undefined]>([
    [1, 2],
    ['1', 1],
    [null, undefined],
    [null, {}],
    [{}, null],
    [{}, []],
    [[], {}],
    [[], null],
    [[1], [1, 2]],
    [[1, 2], [1]],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: 1, b: 1 }, { a: 1 }],
    [{ a: [1, { b: 1 }] }, { a: [1, { b: 2 }] }],
  ])('tells %j from %j', (a, b) => {
    expect([equalJson(a, b), equalJson(b, a)]).toEqual([false, false]);
  });

  test('takes the same names in another order for the same', () => {
    expect(equalJson({ a: 1, b: [{ c: 1, d: null }] }, { b: [{ d: null, c: 1 }], a: 1 })).toBe(true);
  });

  test('holds for every copy', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(equalJson(value as JsonValue, structuredClone(value) as JsonValue)).toBe(true);
      }),
    );
  });
});

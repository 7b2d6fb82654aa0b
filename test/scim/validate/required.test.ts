import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../lib/scim/json.ts';
import { isMissing } from '../../../lib/scim/validate/read.ts';

describe('isMissing()', () => {
  test.each<[JsonValue | undefined, boolean]>([
    [undefined, true],
    ['', true],
    [' \n', true],
    ['x', false],
    [0, false],
    [false, false],
    [[], false],
  ])('of %j is %j where it is required', (value, expected) => {
    const object: JsonObject = value === undefined ? {} : { a: value };
    const attribute = { name: 'a', description: 'A' };
    expect(isMissing(object, { ...attribute, required: true })).toBe(expected);
    expect(isMissing(object, attribute)).toBe(false);
    expect(isMissing(object, { ...attribute, required: true, mutability: 'readOnly' })).toBe(false);
  });
});

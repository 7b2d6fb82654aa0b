import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../lib/scim/json.ts';
import type { Attribute } from '../../../lib/scim/schema/attribute.ts';
import { distinctValues } from '../../../lib/scim/validate/read.ts';

const description = 'D';
const aliases: Attribute = { name: 'aliases', multiValued: true, description };
const emails: Attribute = {
  ...aliases,
  name: 'emails',
  type: 'complex',
  subAttributes: [
    { name: 'value', description },
    { name: 'type', description },
    { name: 'display', description },
  ],
};
const keys: Attribute = { ...emails, subAttributes: [{ name: 'value', caseExact: true, description }] };
const links: Attribute = { ...aliases, type: 'reference' };
const codes: Attribute = { ...aliases, caseExact: true };
const bare: Attribute = { ...aliases, type: 'complex' };

describe('distinctValues()', () => {
  test.each<[string, Attribute, readonly JsonValue[], readonly JsonValue[]]>([
    ['texts in another case', aliases, ['Straße', 'STRAßE', 'b'], ['Straße', 'b']],
    [
      'elements of the same type and value',
      emails,
      [
        { value: 'A', type: 'x' },
        { value: 'a', type: 'X' },
      ],
      [{ value: 'A', type: 'x' }],
    ],
    [
      'elements that say more, whose first word counts',
      emails,
      [
        { value: 'a', display: 'one' },
        { value: 'a', display: 'two', type: null },
      ],
      [{ value: 'a', display: 'one', type: null }],
    ],
    [
      'elements without a value that are all the same',
      emails,
      [{ type: 'x' }, { type: 'x' }],
      [{ type: 'x' }],
    ],
    ['numbers', aliases, [1, 1, 2], [1, 2]],
    ['elements of an attribute without a value', bare, [{ value: 'a' }, { value: 'b' }], [{ value: 'a' }]],
  ])('joins %s', (_what, attribute, elements, expected) => {
    expect(distinctValues(elements, attribute)).toEqual(expected);
  });

  test.each<[string, Attribute, readonly JsonValue[]]>([
    ['texts', aliases, ['a', 'b']],
    ['texts whose case counts', codes, ['a', 'A']],
    ['references in another case', links, ['a:B', 'a:b']],
    ['a text and a number', aliases, ['1', 1]],
    [
      'elements of another type',
      emails,
      [{ value: 'a', type: 'x' }, { value: 'a', type: 'y' }, { value: 'a' }],
    ],
    ['values whose case counts', keys, [{ value: 'a' }, { value: 'A' }]],
    ['elements without a value that differ', emails, [{ type: 'x' }, { type: 'x', display: 'd' }, {}]],
  ])('keeps %s', (_what, attribute, elements) => {
    expect(distinctValues(elements, attribute)).toEqual(elements);
  });
});

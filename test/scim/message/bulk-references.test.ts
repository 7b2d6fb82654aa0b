import { describe, expect, test } from 'vitest';
import {
  referencesIn,
  resolveReferences,
  resolveText,
  textsIn,
} from '../../../lib/scim/message/bulk-references.ts';

const resolve = (bulkId: string) => `<${bulkId}>`;

describe('resolveText()', () => {
  test.each([
    ['bulkId:qwerty', '<qwerty>', ['qwerty']],
    ['bulkId:a/b "c"', '<a/b "c">', ['a/b "c"']],
    ['bulkId:bulkId:x', '<bulkId:x>', ['bulkId:x']],
    ['/Users/bulkId:x', '/Users/<x>', ['x']],
    ['https://example.com/v2/Users/bulkId:x', 'https://example.com/v2/Users/<x>', ['x']],
    [
      'members[value eq "bulkId:x" or value eq "bulkId:y"]',
      'members[value eq "<x>" or value eq "<y>"]',
      ['x', 'y'],
    ],
    ['a bulkId:x in a text', 'a bulkId:x in a text', []],
    ['bulkid:x', 'bulkid:x', []],
    ['bulkId:', 'bulkId:', []],
    ['', '', []],
  ])('reads %o as %o', (text, resolved, references) => {
    expect(resolveText(text, resolve)).toBe(resolved);
    expect(referencesIn(text)).toEqual(references);
  });
});

describe('resolveReferences()', () => {
  test('resolves wherever a text is, but never in a name', () => {
    const value = { 'bulkId:n': ['bulkId:a', { value: 'bulkId:b' }], number: 1, nothing: null, yes: true };
    expect(resolveReferences(value, resolve)).toEqual({
      'bulkId:n': ['<a>', { value: '<b>' }],
      number: 1,
      nothing: null,
      yes: true,
    });
  });

  test('yields the very value where there is nothing to resolve', () => {
    const value = { a: [{ b: 'c' }] };
    expect(resolveReferences(value, resolve)).toBe(value);
  });

  test('keeps a member called __proto__ a member', () => {
    const value = JSON.parse('{"__proto__":{"polluted":"bulkId:x"}}');
    const resolved = resolveReferences(value, resolve);
    expect(Object.entries(resolved as object)).toEqual([['__proto__', { polluted: '<x>' }]]);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('textsIn()', () => {
  test('finds every text', () => {
    expect([...textsIn({ a: ['b', { c: 'd' }], e: 1, f: null })]).toEqual(['b', 'd']);
  });
});

import { describe, expect, test } from 'vitest';
import { ScimError } from '../../../lib/scim/errors.ts';
import { parsePatchPath } from '../../../lib/scim/filter/parser.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const typeIsWork = { kind: 'compare', path: { name: 'type' }, op: 'eq', value: 'work' };

describe('parsePatchPath()', () => {
  test.each([
    ['members', { path: { name: 'members' } }],
    ['name.familyName', { path: { name: 'name', sub: 'familyName' } }],
    ['addresses[type eq "work"]', { path: { name: 'addresses' }, filter: typeIsWork }],
    ['emails[type eq "work"].value', { path: { name: 'emails' }, filter: typeIsWork, sub: 'value' }],
    ['members[type eq "work"].$ref', { path: { name: 'members' }, filter: typeIsWork, sub: '$ref' }],
    [' emails [ type EQ "work" ].value ', { path: { name: 'emails' }, filter: typeIsWork, sub: 'value' }],
    [`${enterprise}:manager.displayName`, { path: { urn: enterprise, name: 'manager', sub: 'displayName' } }],
    [`${enterprise}:x[type eq "work"]`, { path: { urn: enterprise, name: 'x' }, filter: typeIsWork }],
    [enterprise, { path: { urn: enterprise.slice(0, -':User'.length), name: 'User' } }],
    [
      'roles[value eq "a:b.c]d[e"].display',
      {
        path: { name: 'roles' },
        filter: { kind: 'compare', path: { name: 'value' }, op: 'eq', value: 'a:b.c]d[e' },
        sub: 'display',
      },
    ],
  ])('reads %s', (text, path) => {
    expect(parsePatchPath(text)).toEqual(path);
  });

  test.each([
    ['', 'an attribute name at position 0'],
    ['.value', 'an attribute name at position 0'],
    ['name.', 'an attribute name at position 0'],
    ['name.a.b', 'an attribute name at position 0'],
    ['__proto__', 'an attribute name at position 0'],
    ['members extra', 'the end of the path or a filter in brackets at position 8'],
    ['emails[]', 'an attribute name at position 7'],
    ['emails[type eq]', 'a value at position 14'],
    ['emails[type eq "work"', 'and, or, or a closing bracket at position 21'],
    ['emails[type eq "work"].', 'a sub-attribute at position 23'],
    ['emails[type eq "work"].__proto__', 'a sub-attribute at position 23'],
    ['emails[type eq "work"]value', 'the end of the path or a sub-attribute at position 22'],
    ['emails[type eq "work"].value and', 'the end of the path or a sub-attribute at position 29'],
    ['emails[a[b pr]]', 'eq, ne, co, sw, ew, gt, ge, lt, le or pr at position 8'],
    ['userName eq "x"', 'the end of the path or a filter in brackets at position 9'],
  ])('refuses "%s" and names the position', (text, expected) => {
    expect(() => parsePatchPath(text)).toThrow(
      new ScimError('invalidPath', { detail: `Cannot parse path: expected ${expected}` }),
    );
  });

  test('refuses with invalidPath', () => {
    expect(() => parsePatchPath('emails[')).toThrow(expect.objectContaining({ code: 'invalidPath' }));
  });
});

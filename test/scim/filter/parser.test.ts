import { describe, expect, test } from 'vitest';
import { ScimError } from '../../../lib/scim/errors.ts';
import type { CompareOp, CompValue, Filter } from '../../../lib/scim/filter/ast.ts';
import { parseAttrPath, parseFilter } from '../../../lib/scim/filter/parser.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function compare(path: string, op: CompareOp, value: CompValue): Filter {
  const attrPath = parseAttrPath(path);
  if (!attrPath) throw new Error(`${path} is no attribute path`);
  return { kind: 'compare', path: attrPath, op, value };
}
const present = (name: string): Filter => ({ kind: 'present', path: { name } });
const and = (...filters: Filter[]): Filter => ({ kind: 'and', filters });
const or = (...filters: Filter[]): Filter => ({ kind: 'or', filters });
const not = (filter: Filter): Filter => ({ kind: 'not', filter });
const valuePath = (name: string, filter: Filter): Filter => ({ kind: 'valuePath', path: { name }, filter });
const [a, b, c, d] = [present('a'), present('b'), present('c'), present('d')];
const work = compare('type', 'eq', 'work');

describe('parseFilter() reads the examples of RFC 7644 3.4.2.2:', () => {
  test.each<[string, Filter]>([
    ['userName Eq "john"', compare('userName', 'eq', 'john')],
    ['name.familyName co "O\'Malley"', compare('name.familyName', 'co', "O'Malley")],
    [
      'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"',
      compare('urn:ietf:params:scim:schemas:core:2.0:User:userName', 'sw', 'J'),
    ],
    ['title pr', present('title')],
    [
      'meta.lastModified gt "2011-05-13T04:42:34Z"',
      compare('meta.lastModified', 'gt', '2011-05-13T04:42:34Z'),
    ],
    ['title pr and userType eq "Employee"', and(present('title'), compare('userType', 'eq', 'Employee'))],
    ['title pr or userType eq "Intern"', or(present('title'), compare('userType', 'eq', 'Intern'))],
    [`schemas eq "${enterprise}"`, compare('schemas', 'eq', enterprise)],
    [
      'userType ne "Employee" and not (emails co "example.com" or\n  emails.value co "example.org")',
      and(
        compare('userType', 'ne', 'Employee'),
        not(or(compare('emails', 'co', 'example.com'), compare('emails.value', 'co', 'example.org'))),
      ),
    ],
    [
      'userType eq "Employee" and (emails.type eq "work")',
      and(compare('userType', 'eq', 'Employee'), compare('emails.type', 'eq', 'work')),
    ],
    [
      'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
      or(
        valuePath('emails', and(work, compare('value', 'co', '@example.com'))),
        valuePath('ims', and(compare('type', 'eq', 'xmpp'), compare('value', 'co', '@foo.com'))),
      ),
    ],
  ])('%s', (text, filter) => {
    expect(parseFilter(text)).toEqual(filter);
  });
});

describe('parseFilter()', () => {
  test.each<[string, Filter]>([
    ['a pr or b pr and c pr', or(a, and(b, c))],
    ['a pr and b pr or c pr and d pr', or(and(a, b), and(c, d))],
    ['(a pr or b pr) and c pr', and(or(a, b), c)],
    ['not (a pr) and b pr', and(not(a), b)],
    ['NOT(a pr) OR(b pr)AND c pr', or(not(a), and(b, c))],
    ['a pr and (b pr and (c pr and d pr))', and(a, b, c, d)],
    ['((a pr or b pr) or c pr)', or(a, b, c)],
    ['not pr and not (or pr)', and(present('not'), not(present('or')))],
  ])('gives %s its precedence', (text, filter) => {
    expect(parseFilter(text)).toEqual(filter);
  });

  test.each<[string, Filter]>([
    ['emails[type eq "work"].value eq "x"', valuePath('emails', and(work, compare('value', 'eq', 'x')))],
    [
      'emails[type eq "work" and primary eq true].value EQ "x" and a pr',
      and(valuePath('emails', and(work, compare('primary', 'eq', true), compare('value', 'eq', 'x'))), a),
    ],
    ['emails[type eq "work" or a pr].value pr', valuePath('emails', and(or(work, a), present('value')))],
    ['not (emails[not (type eq "work")])', not(valuePath('emails', not(work)))],
  ])('reads the value path %s', (text, filter) => {
    expect(parseFilter(text)).toEqual(filter);
  });

  test.each<[string, CompValue]>([
    ['""', ''],
    ['"a:b.c"', 'a:b.c'],
    ['"urn:x:2.0:User:manager.value eq 1"', 'urn:x:2.0:User:manager.value eq 1'],
    ['"] ) and (["', '] ) and (['],
    ['"\\"\\\\\\/\\b\\n\\u00e9\\ud83d\\ude00"', '"\\/\b\né😀'],
    ['"\\\\"', '\\'],
    ['true', true],
    ['false', false],
    ['null', null],
    ['0', 0],
    ['-12.5e-1', -1.25],
    ['9007199254740991', 9007199254740991],
    ['1e300', 1e300],
  ])('reads the value %s', (text, value) => {
    expect(parseFilter(`(x eq ${text})`)).toEqual(compare('x', 'eq', value));
  });

  test.each([
    [`${enterprise}:manager.displayName`, { urn: enterprise, name: 'manager', sub: 'displayName' }],
    [`${enterprise}:department`, { urn: enterprise, name: 'department' }],
    ['members.$ref', { name: 'members', sub: '$ref' }],
    ['a-b_1$', { name: 'a-b_1$' }],
  ])('reads the attribute path %s', (text, path) => {
    expect(parseFilter(`${text} pr`)).toEqual({ kind: 'present', path });
  });

  test.each([
    ['', 'an attribute name at position 0'],
    ['  ', 'an attribute name at position 2'],
    ['userName', 'eq, ne, co, sw, ew, gt, ge, lt, le or pr at position 8'],
    ['userName regex "x"', 'eq, ne, co, sw, ew, gt, ge, lt, le or pr at position 9'],
    ['userName "x"', 'eq, ne, co, sw, ew, gt, ge, lt, le or pr at position 9'],
    ['userName eq', 'a value at position 11'],
    ['userName eq )', 'a value at position 12'],
    ['userName eq bjensen', 'a value, with text in quotation marks, at position 12'],
    ['active eq True', 'a value, with text in quotation marks, at position 10'],
    ['a eq 01', 'a value, with text in quotation marks, at position 5'],
    ['a eq 9007199254740993', 'a value, with text in quotation marks, at position 5'],
    ['a eq 1e999', 'a value, with text in quotation marks, at position 5'],
    ['a eq "b', 'a closing quotation mark at position 7'],
    ['a eq "b\\"', 'a closing quotation mark at position 9'],
    ['a eq "\\', 'a closing quotation mark at position 7'],
    ['a eq "\\x"', 'a JSON string with valid escapes at position 5'],
    ['a eq "\n"', 'a JSON string with valid escapes at position 5'],
    ['a eq"b"', 'a space at position 4'],
    ['a eq "b"and c pr', 'a space at position 8'],
    ['a eq "b""c"', 'a space at position 8'],
    ['a pr b pr', 'and, or, or the end of the filter at position 5'],
    ['a pr xor b pr', 'and, or, or the end of the filter at position 5'],
    ['a pr and', 'an attribute name at position 8'],
    ['and a pr', 'eq, ne, co, sw, ew, gt, ge, lt, le or pr at position 4'],
    ['not a pr', 'eq, ne, co, sw, ew, gt, ge, lt, le or pr at position 4'],
    ['(a pr', 'and, or, or a closing parenthesis at position 5'],
    ['a pr)', 'and, or, or the end of the filter at position 4'],
    ['(a pr]', 'and, or, or a closing parenthesis at position 5'],
    ['()', 'an attribute name at position 1'],
    ['e[type pr', 'and, or, or a closing bracket at position 9'],
    ['e[type pr)', 'and, or, or a closing bracket at position 9'],
    ['e[f[type pr]]', 'eq, ne, co, sw, ew, gt, ge, lt, le or pr at position 3'],
    ['e[type pr] .value', 'eq, ne, co, sw, ew, gt, ge, lt, le or pr at position 17'],
    ['e[type pr].a.b eq 1', 'a sub-attribute at position 11'],
    ['__proto__ pr', 'an attribute name at position 0'],
    ['a.__proto__ pr', 'an attribute name at position 0'],
    ['a..b pr', 'an attribute name at position 0'],
    ['a.b.c pr', 'an attribute name at position 0'],
    [':a pr', 'an attribute name at position 0'],
    ['urn:a: pr', 'an attribute name at position 0'],
    ['1a pr', 'an attribute name at position 0'],
    ['"a" eq "b"', 'an attribute name at position 0'],
    ['é pr', 'an attribute name at position 0'],
  ])('refuses "%s" and names the position', (text, expected) => {
    expect(() => parseFilter(text)).toThrow(
      new ScimError('invalidFilter', { detail: `Cannot parse filter: expected ${expected}` }),
    );
  });

  test('refuses with invalidFilter', () => {
    expect(() => parseFilter('x')).toThrow(expect.objectContaining({ code: 'invalidFilter' }));
  });
});

describe('parseFilter() with bareWords', () => {
  test.each<[string, Filter]>([
    ['externalId eq jyoung', compare('externalId', 'eq', 'jyoung')],
    ['(userName eq j.o+x@example.com)', compare('userName', 'eq', 'j.o+x@example.com')],
    ['id eq a-1 and members eq b-2', and(compare('id', 'eq', 'a-1'), compare('members', 'eq', 'b-2'))],
    ['externalId eq 007', compare('externalId', 'eq', '007')],
    ['externalId eq 12345678901234567890', compare('externalId', 'eq', '12345678901234567890')],
    ['floor eq 7', compare('floor', 'eq', 7)],
    ['active eq true', compare('active', 'eq', true)],
    ['userName eq "x"', compare('userName', 'eq', 'x')],
  ])('reads %s', (text, filter) => {
    expect(parseFilter(text, { bareWords: true })).toEqual(filter);
  });

  test.each(['userName co x', 'userName eq', 'userName eq a b', 'userName eq a"b"'])('refuses %s', (text) => {
    expect(() => parseFilter(text, { bareWords: true })).toThrow(ScimError);
  });
});

describe('parseAttrPath()', () => {
  test.each([
    ['userName', { name: 'userName' }],
    ['name.givenName', { name: 'name', sub: 'givenName' }],
    [`${enterprise}:manager.value`, { urn: enterprise, name: 'manager', sub: 'value' }],
    [enterprise, { urn: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0', name: 'User' }],
    ['', undefined],
    ['name.', undefined],
    ['urn:a b:c', undefined],
    ['urn:ietf:params:scim:schemas:core:2.0', undefined],
  ])('reads "%s"', (text, path) => {
    expect(parseAttrPath(text)).toEqual(path);
  });
});

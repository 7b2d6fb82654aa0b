import { describe, expect, test } from 'vitest';
import { ScimError } from '../../../lib/scim/errors.ts';
import type { CompareOp, CompValue } from '../../../lib/scim/filter/ast.ts';
import { bindFilter, bindValueFilter } from '../../../lib/scim/filter/bind.ts';
import type { Condition, Path } from '../../../lib/scim/filter/condition.ts';
import { matches } from '../../../lib/scim/filter/matches.ts';
import { parseFilter } from '../../../lib/scim/filter/parser.ts';
import type { JsonObject } from '../../../lib/scim/json.ts';
import { elementSearchForm, toSearchForm } from '../../../lib/scim/schema/search-form.ts';
import { badgeType, vehicleUrn } from './badge.ts';

const bound = (text: string): Condition =>
  bindFilter(parseFilter(text), badgeType, (path) => ['search', ...path]);
const compare = (path: Path, op: CompareOp, value: CompValue): Condition => ({
  kind: 'compare',
  path,
  op,
  value,
});
const any = (path: Path, condition: Condition): Condition => ({ kind: 'any', path, condition });
const present = (path: Path): Condition => ({ kind: 'present', path });
const not = (condition: Condition): Condition => ({ kind: 'not', condition });
const and = (...conditions: Condition[]): Condition => ({ kind: 'and', conditions });

describe('bindFilter() resolves', () => {
  test.each<[string, Condition]>([
    ['USERNAME eq "BJensen"', compare(['search', 'userName'], 'eq', 'bjensen')],
    ['serial eq "AbC"', compare(['search', 'serial'], 'eq', 'AbC')],
    ['profileUrl sw "HTTPS:"', compare(['search', 'profileUrl'], 'sw', 'HTTPS:')],
    ['photo eq "QUJD"', compare(['search', 'photo'], 'eq', 'QUJD')],
    ['active ne false', compare(['search', 'active'], 'ne', false)],
    ['floor ge 3', compare(['search', 'floor'], 'ge', 3)],
    ['weight lt 1.5', compare(['search', 'weight'], 'lt', 1.5)],
    [
      'expires gt "2011-05-13T04:42:34+02:00"',
      compare(['search', 'expires'], 'gt', '2011-05-13T02:42:34.000Z'),
    ],
    ['name.GIVENNAME co "Bar"', compare(['search', 'name', 'givenName'], 'co', 'bar')],
    ['userName eq null', compare(['search', 'userName'], 'eq', null)],
  ])('%s', (text, condition) => {
    expect(bound(text)).toEqual(condition);
  });

  test.each<[string, Condition]>([
    ['id eq "A-1"', compare(['search', 'id'], 'eq', 'A-1')],
    ['externalId eq "A-1"', compare(['search', 'externalId'], 'eq', 'A-1')],
    ['meta.resourceType eq "Badge"', compare(['search', 'meta', 'resourceType'], 'eq', 'Badge')],
    [
      'meta.lastModified gt "2011-05-13T04:42:34Z"',
      compare(['search', 'meta', 'lastModified'], 'gt', '2011-05-13T04:42:34.000Z'),
    ],
    [`schemas eq "${vehicleUrn}"`, any(['search', 'schemas'], compare([], 'eq', vehicleUrn))],
  ])('the common attribute in %s', (text, condition) => {
    expect(bound(text)).toEqual(condition);
  });

  test.each<[string, Condition]>([
    [`${badgeType.schema.id}:userName eq "X"`, compare(['search', 'userName'], 'eq', 'x')],
    [`${vehicleUrn}:plate sw "M"`, compare(['search', vehicleUrn, 'plate'], 'sw', 'm')],
    [
      `${vehicleUrn.toUpperCase()}:OWNER eq "A"`,
      compare(['search', vehicleUrn, 'owner', 'value'], 'eq', 'A'),
    ],
    [`${vehicleUrn}:owner.displayName pr`, present(['search', vehicleUrn, 'owner', 'displayName'])],
    [`${vehicleUrn}:owner[value eq "A"]`, compare(['search', vehicleUrn, 'owner', 'value'], 'eq', 'A')],
    [`${vehicleUrn} pr`, present(['search', vehicleUrn])],
  ])('the URN in %s', (text, condition) => {
    expect(bound(text)).toEqual(condition);
  });

  test.each<[string, Condition]>([
    ['emails co "Example.com"', any(['search', 'emails'], compare(['value'], 'co', 'example.com'))],
    ['emails.type eq "Work"', any(['search', 'emails'], compare(['type'], 'eq', 'work'))],
    ['emails.primary pr', any(['search', 'emails'], present(['primary']))],
    ['emails pr', present(['search', 'emails'])],
    ['emails eq null', not(present(['search', 'emails']))],
    ['emails ne null', present(['search', 'emails'])],
    ['emails.type eq null', any(['search', 'emails'], compare(['type'], 'eq', null))],
    ['aliases eq "X"', any(['search', 'aliases'], compare([], 'eq', 'x'))],
    ['aliases[value sw "X"]', any(['search', 'aliases'], compare([], 'sw', 'x'))],
    ['name pr', present(['search', 'name'])],
    ['name eq null', not(present(['search', 'name']))],
    [
      'emails[TYPE eq "WORK" and not (Value co "@X")]',
      any(['search', 'emails'], and(compare(['type'], 'eq', 'work'), not(compare(['value'], 'co', '@x')))),
    ],
    [
      'emails[type eq "work"].value eq "X"',
      any(['search', 'emails'], and(compare(['type'], 'eq', 'work'), compare(['value'], 'eq', 'x'))),
    ],
    ['emails[value pr]', any(['search', 'emails'], present(['value']))],
  ])('the complex or multi-valued attribute in %s', (text, condition) => {
    expect(bound(text)).toEqual(condition);
  });

  test('the logical operators as they stand', () => {
    expect(bound('id pr and (serial pr or not (floor pr))')).toEqual(
      and(present(['search', 'id']), {
        kind: 'or',
        conditions: [present(['search', 'serial']), not(present(['search', 'floor']))],
      }),
    );
  });

  test('paths from the root it is given', () => {
    expect(bindFilter(parseFilter('userName pr'), badgeType)).toEqual(present(['userName']));
  });
});

const undefinedIn = (path: string) => `Attribute '${path}' is not defined: /Schemas lists the attributes`;
const notSearchable = (path: string) => `Attribute '${path}' cannot be used in a filter: leave it out`;
const booleanLiteral = (path: string) =>
  `Attribute '${path}' must be compared with true or false without quotation marks`;

describe('bindFilter() refuses', () => {
  test.each([
    ['unknown eq "x"', undefinedIn('unknown')],
    ['userName pr and name.unknown eq "x"', undefinedIn('name.unknown')],
    ['userName.value eq "x"', undefinedIn('userName.value')],
    ['plate eq "x"', undefinedIn('plate')],
    ['urn:x:2.0:Y:plate eq "x"', undefinedIn('urn:x:2.0:Y:plate')],
    ['constructor pr', undefinedIn('constructor')],
    ['emails[unknown eq "x"]', undefinedIn('emails.unknown')],
    ['emails[emails.type eq "x"]', undefinedIn('emails.emails.type')],
    ['aliases[type eq "x"]', undefinedIn('aliases.type')],
    ['emails[type eq "work"].unknown eq "x"', undefinedIn('emails.unknown')],
  ])('the undefined attribute in %s', (text, detail) => {
    expect(() => bound(text)).toThrow(new ScimError('invalidFilter', { detail }));
  });

  test.each([
    ['password eq "x"', notSearchable('password')],
    ['Password pr', notSearchable('Password')],
    [`not (${badgeType.schema.id}:password sw "x")`, notSearchable(`${badgeType.schema.id}:password`)],
    ['pins eq "1234"', notSearchable('pins')],
    ['pins.value sw "1"', notSearchable('pins.value')],
    ['pins[value sw "1"]', notSearchable('pins.value')],
    ['pins[hint eq "x"].value pr', notSearchable('pins.value')],
    ['meta.version eq "1"', notSearchable('meta.version')],
    ['meta[location sw "https:"]', notSearchable('meta.location')],
  ])('the secret or unkept attribute in %s', (text, detail) => {
    expect(() => bound(text)).toThrow(new ScimError('invalidFilter', { detail }));
  });

  const cannot = (path: string, type: string, op: string) =>
    `Attribute '${path}' is of type ${type} and cannot be compared with ${op}: use ${operatorsOf(type)}`;
  const operatorsOf = (type: string) =>
    type === 'boolean' || type === 'binary' ? 'eq, ne' : 'eq, ne, gt, ge, lt, le';
  test.each([
    ...['gt', 'ge', 'lt', 'le', 'co', 'sw', 'ew'].flatMap((op) => [
      [`active ${op} true`, cannot('active', 'boolean', op)],
      [`photo ${op} "QUJD"`, cannot('photo', 'binary', op)],
    ]),
    ...['co', 'sw', 'ew'].flatMap((op) => [
      [`floor ${op} 1`, cannot('floor', 'integer', op)],
      [`weight ${op} 1`, cannot('weight', 'decimal', op)],
      [`expires ${op} "2011"`, cannot('expires', 'dateTime', op)],
    ]),
    ['emails[primary gt true]', cannot('emails.primary', 'boolean', 'gt')],
  ])('the operator in %s', (text, detail) => {
    expect(() => bound(text)).toThrow(new ScimError('invalidFilter', { detail }));
  });

  test.each([
    ['active eq "True"', booleanLiteral('active')],
    ['active eq 1', booleanLiteral('active')],
    ['emails[primary eq "False"]', booleanLiteral('emails.primary')],
    ['userName eq 1', "Attribute 'userName' must be compared with text in quotation marks"],
    ['emails eq true', "Attribute 'emails' must be compared with text in quotation marks"],
    ['floor eq "1"', "Attribute 'floor' must be compared with a number"],
    [
      'expires eq "yesterday"',
      'Attribute \'expires\' must be compared with a date and time such as "2011-05-13T04:42:34Z"',
    ],
    ['userName co null', "Attribute 'userName' can only be compared with null by eq or ne"],
    ['emails gt null', "Attribute 'emails' can only be compared with null by eq or ne"],
    ['name eq "x"', "Attribute 'name' has sub-attributes: compare one of them"],
    [`${vehicleUrn} eq "x"`, `Attribute '${vehicleUrn}' has sub-attributes: compare one of them`],
    [
      'userName[value eq "x"]',
      "Attribute 'userName' cannot have a filter in brackets: compare it without brackets",
    ],
    [
      'emails.value[type eq "x"]',
      "Attribute 'emails.value' cannot have a filter in brackets: compare it without brackets",
    ],
    [
      `${vehicleUrn}[plate eq "x"]`,
      `Attribute '${vehicleUrn}' cannot have a filter in brackets: compare it without brackets`,
    ],
  ])('the comparison %s', (text, detail) => {
    expect(() => bound(text)).toThrow(new ScimError('invalidFilter', { detail }));
  });

  test('with invalidFilter, and repeats only the beginning of a long name', () => {
    const refusal = expect.objectContaining({
      code: 'invalidFilter',
      message: expect.stringMatching(/^.{100,180}$/),
    });
    expect(() => bound(`${'x'.repeat(8_000)} pr`)).toThrow(refusal);
  });
});

describe('bindValueFilter()', () => {
  const emails = badgeType.schema.attributes.find(({ name }) => name === 'emails') ?? {
    name: '',
    description: '',
  };
  const selects = (text: string, element: Parameters<typeof elementSearchForm>[0]) =>
    matches(bindValueFilter(parseFilter(text), emails), elementSearchForm(element, emails));

  test.each([
    ['type eq "work"', { type: 'Work', value: 'A' }, true],
    ['type eq "work" and value eq "a"', { type: 'Work', value: 'A' }, true],
    ['type eq "work" and value eq "b"', { type: 'Work', value: 'A' }, false],
    ['primary eq true', { value: 'A', primary: true }, true],
    ['primary eq true', { value: 'A' }, false],
    ['not (primary eq true)', { value: 'A' }, true],
    ['primary eq false', { value: 'A' }, true],
    ['primary eq false', { value: 'A', primary: false }, true],
    ['primary eq false', { value: 'A', primary: true }, false],
    ['primary ne false', { value: 'A' }, false],
    ['primary ne false', { value: 'A', primary: true }, true],
    ['type eq null', { value: 'A' }, true],
  ])('binds %s so that it judges %j: %j', (text, element, expected) => {
    expect(selects(text, element)).toBe(expected);
  });

  test.each(['unknown pr', 'emails.value pr', 'other[value pr]'])('refuses %s', (text) => {
    expect(() => bindValueFilter(parseFilter(text), emails)).toThrow(ScimError);
  });
});

describe('bindFilter() with matches() and toSearchForm()', () => {
  const resource: JsonObject = {
    userName: 'BJensen',
    active: true,
    floor: 3,
    expires: '2026-01-01T00:00:00+02:00',
    name: { givenName: 'Zoe\u0308' },
    emails: [
      { value: 'B@Example.com', type: 'work', primary: true },
      { value: 'b@home.org', type: 'home' },
    ],
    [vehicleUrn]: { plate: 'M:1.0', owner: { value: 'u1' } },
  };
  const document = { search: toSearchForm(resource, badgeType) };

  test.each([
    ['userName eq "bjensen"', true],
    ['userName sw "BJ" and not (active eq false)', true],
    ['name.givenName eq "ZO\u00cb"', true],
    ['emails[type eq "work"].value eq "b@example.com"', true],
    ['emails[type eq "home"].value eq "b@example.com"', false],
    ['emails.type eq "home" and emails.value co "@example"', true],
    ['emails[type eq "home" and value co "@example"]', false],
    ['emails ew "HOME.ORG"', true],
    ['emails ne "b@home.org"', true],
    ['not (emails eq "b@home.org")', false],
    ['aliases ne "x"', false],
    ['aliases eq null', true],
    ['serial ne "x"', true],
    ['serial eq null', true],
    ['expires lt "2025-12-31T22:00:00.001Z"', true],
    ['expires eq "2025-12-31T22:00:00Z"', true],
    ['floor gt 2 and floor le 3', true],
    [`${vehicleUrn}:plate eq "m:1.0"`, true],
    [`${vehicleUrn}:owner eq "u1"`, true],
    [`${vehicleUrn}:owner eq "U1"`, false],
    [`${vehicleUrn} pr`, true],
    ['name[givenName sw "z"]', true],
  ])('answers %s with %j', (text, expected) => {
    expect(matches(bound(text), document)).toBe(expected);
  });
});

import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import type { JsonObject } from '../../../lib/scim/json.ts';
import { enterpriseUserSchema } from '../../../lib/scim/schema/enterprise-user.ts';
import { groupType } from '../../../lib/scim/schema/resource-types.ts';
import { validateResource } from '../../../lib/scim/validate.ts';
import { failure } from '../../support/failure.ts';
import { createdBadge } from './badge.ts';
import { createdUser } from './created-user.ts';

const enterprise = enterpriseUserSchema.id;
const create = { context: 'create' } as const;

describe('validateResource() rejects values that do not fit', () => {
  test.each<[JsonObject, string]>([
    [{ title: 7 }, 'title must be a string of Unicode characters'],
    [{ title: ['x'] }, 'title must be a string of Unicode characters'],
    [{ title: { value: 'x' } }, 'title must be a string of Unicode characters'],
    [{ title: '\ud800' }, 'title must be a string of Unicode characters'],
    [{ profileUrl: 1 }, 'profileUrl must be a string with a valid URI'],
    [{ profileUrl: 'https://example.com/a b' }, 'profileUrl must be a string with a valid URI'],
    [{ profileUrl: 'https://example.com/%4' }, 'profileUrl must be a string with a valid URI'],
    [{ profileUrl: '<script>' }, 'profileUrl must be a string with a valid URI'],
    [{ active: 'True' }, 'active must be true or false'],
    [{ active: 1 }, 'active must be true or false'],
    [{ name: 'Babs' }, 'name must be an object'],
    [{ name: [{ givenName: 'B' }] }, 'name must be an object'],
    [{ NAME: { givenname: 1 } }, 'name.givenName must be a string of Unicode characters'],
    [{ emails: { value: 'a@b.c' } }, 'emails must be an array'],
    [{ emails: 'a@b.c' }, 'emails must be an array'],
    [{ emails: ['a@b.c'] }, 'emails[0] must be an object'],
    [{ emails: [{ value: 'a' }, { value: 2 }] }, 'emails[1].value must be a string of Unicode characters'],
    [{ emails: [[[[]]]] }, 'emails[0] must be an object'],
    [{ x509Certificates: [{ value: 'no base64!' }] }, 'x509Certificates[0].value must be a string in base64'],
    [{ [enterprise]: 'x' }, `${enterprise} must be an object`],
    [{ [enterprise]: { manager: 'm' } }, `${enterprise}:manager must be an object`],
    [
      { [enterprise]: { manager: { value: 1 } } },
      `${enterprise}:manager.value must be a string of Unicode characters`,
    ],
    [
      {
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      'emails has 2 primary values: set primary to true in at most one',
    ],
    [
      { emails: Array.from({ length: limits.valuesPerAttributeMax + 1 }, () => ({})) },
      'emails has 501 values: send at most 500',
    ],
    [{ userName: null }, 'userName is required and must not be empty'],
    [{ userName: '  ' }, 'userName is required and must not be empty'],
  ])('%j', (attributes, detail) => {
    expect(failure(() => createdUser(attributes))).toEqual({ code: 'invalidValue', detail });
  });

  test('names given twice in different case throw invalidSyntax', () => {
    expect(failure(() => createdUser({ USERNAME: 'x' }))).toEqual({
      code: 'invalidSyntax',
      detail: 'userName is sent twice, in different case: send it once',
    });
    expect(failure(() => createdUser({ name: { givenName: null, givenname: 'x' } }))).toEqual({
      code: 'invalidSyntax',
      detail: 'name.givenName is sent twice, in different case: send it once',
    });
  });

  test('a group without displayName throws invalidValue', () => {
    const body = { schemas: [groupType.schema.id] };
    expect(failure(() => validateResource(body, groupType, create))).toEqual({
      code: 'invalidValue',
      detail: 'displayName is required and must not be empty',
    });
  });
});

describe('validateResource() on data types and requirements', () => {
  test.each<[JsonObject]>([
    [{ level: 0 }],
    [{ level: -9007199254740991 }],
    [{ height: 1.5 }],
    [{ doors: ['a', 'b'] }],
    [{ since: '2008-01-23T04:56:22Z' }],
    [{ since: '2008-02-29T24:00:00.000+14:00' }],
    [{ since: '2008-01-23T04:56:22.123456' }],
  ])('accepts %j', (attributes) => {
    expect(createdBadge(attributes)).toMatchObject(attributes);
  });

  test.each<[JsonObject, string]>([
    [{ level: 1.5 }, 'level must be a whole number'],
    [{ level: '1' }, 'level must be a whole number'],
    [{ level: 1e300 }, 'level must be a whole number'],
    [{ height: '1.5' }, 'height must be a number'],
    [{ height: Number.POSITIVE_INFINITY }, 'height must be a number'],
    [{ doors: ['a', 1] }, 'doors[1] must be a string of Unicode characters'],
    [{ issuer: { note: 'x' } }, 'issuer.value is required and must not be empty'],
    [{ 'urn:example:Site': null }, 'urn:example:Site is required'],
    [{ 'urn:example:Site': { site: ' ' } }, 'urn:example:Site:site is required and must not be empty'],
    ...[
      '2008-01-23',
      '2008-01-23T04:56Z',
      '2008-02-30T00:00:00Z',
      '2007-02-29T00:00:00Z',
      '1900-02-29T00:00:00Z',
      '2008-04-31T00:00:00Z',
      '2008-13-01T00:00:00Z',
      '2008-01-01T24:00:01Z',
      '2008-01-01T00:00:00+15:00',
      '2008-01-23 04:56:22Z',
      '0000-01-01T00:00:00Z',
      'yesterday',
      7,
    ].map((since): [JsonObject, string] => [
      { since },
      'since must be a date and time such as "2026-01-31T08:00:00Z"',
    ]),
  ])('rejects %j', (attributes, detail) => {
    expect(failure(() => createdBadge(attributes))).toEqual({ code: 'invalidValue', detail });
  });

  test('drops values of a simple attribute that are given again', () => {
    expect(createdBadge({ doors: ['a', 'b', 'A', 'a'] }).doors).toEqual(['a', 'b']);
  });

  test.each(['', 'QQ==', 'QQ', 'QUI=', 'QUJD', '-_-_'])('takes %j for base64', (value) => {
    expect(createdUser({ x509Certificates: [{ value }] })).toEqual({ x509Certificates: [{ value }] });
  });

  test.each(['Q', 'QQ=', 'QUJD=', 'QQ==QQ==', 'Q Q=', '+_AA', 'ä'])(
    'does not take %j for base64',
    (value) => {
      expect(failure(() => createdUser({ x509Certificates: [{ value }] }))).toMatchObject({
        code: 'invalidValue',
      });
    },
  );
});

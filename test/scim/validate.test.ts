import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import type { JsonObject, JsonValue } from '../../lib/scim/json.ts';
import { enterpriseUserSchema } from '../../lib/scim/schema/enterprise-user.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import { userSchema } from '../../lib/scim/schema/user.ts';
import { validateResource } from '../../lib/scim/validate.ts';
import { failure } from '../support/failure.ts';
import { createdUser, userBody } from './validate/created-user.ts';

const enterprise = enterpriseUserSchema.id;
const create = { context: 'create' } as const;

describe('validateResource() in canonical form', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'takes names in any case',
      { NICKNAME: 'B', Name: { GIVENNAME: 'b' } },
      { name: { givenName: 'b' }, nickName: 'B' },
    ],
    ['drops null and []', { title: null, emails: [], name: null, externalId: null }, {}],
    ['drops an empty extension', { [enterprise]: { department: null, manager: null } }, {}],
    ['keeps an empty string', { title: '' }, { title: '' }],
    [
      'takes an extension that schemas does not name',
      { [enterprise.toUpperCase()]: { department: 'D' } },
      { [enterprise]: { department: 'D' } },
    ],
    [
      'ignores readOnly attributes of any form',
      { id: 'x', meta: 7, groups: 'none', [enterprise]: { manager: { value: '1', displayName: 5 } } },
      { [enterprise]: { manager: { value: '1' } } },
    ],
    [
      'accepts values that are not canonical',
      { emails: [{ type: 'office', value: 'a@b.c' }] },
      { emails: [{ value: 'a@b.c', type: 'office' }] },
    ],
    [
      'accepts any locale, time zone and URL',
      { locale: 'ECRNKKFCCWRQ', timezone: 'x', profileUrl: 'UTIS' },
      { profileUrl: 'UTIS', locale: 'ECRNKKFCCWRQ', timezone: 'x' },
    ],
    [
      'keeps one of the same type and value',
      { roles: [{ value: 'A' }, { value: 'a', display: 'D' }, { value: 'a', type: 't' }] },
      {
        roles: [
          { value: 'A', display: 'D' },
          { value: 'a', type: 't' },
        ],
      },
    ],
    [
      'keeps one of identical values',
      { addresses: [{ locality: 'X' }, { locality: 'X' }, { locality: 'x' }] },
      { addresses: [{ locality: 'X' }, { locality: 'x' }] },
    ],
    [
      'tells certificates apart by case',
      { x509Certificates: [{ value: 'AAAA' }, { value: 'aaaa' }] },
      { x509Certificates: [{ value: 'AAAA' }, { value: 'aaaa' }] },
    ],
    ['ignores names of the prototype', JSON.parse('{"__proto__":{"active":true},"constructor":{"x":1}}'), {}],
  ])('%s', (_, attributes, expected) => {
    expect(createdUser(attributes)).toEqual(expected);
  });

  test('orders attributes as the schema does', () => {
    const resource = createdUser({
      [enterprise]: { manager: { value: '1' }, department: 'D' },
      title: 'T',
      displayName: 'B',
      externalId: 'e',
    });

    expect(Object.keys(resource)).toEqual(['externalId', 'displayName', 'title', enterprise]);
    expect(Object.keys(resource[enterprise] ?? {})).toEqual(['department', 'manager']);
  });

  test('reports unknown attributes with their paths and ignores them', () => {
    const unknown: string[] = [];
    const body = userBody({
      schemas: [userSchema.id, enterprise, 'urn:x:y'],
      favourite: 1,
      name: { givenName: 'B', middle: 'x' },
      emails: [{ value: 'a', x: 1 }],
      [enterprise]: { y: 1 },
    });

    const onUnknown = (name: string, kind: string) => unknown.push(`${kind} ${name}`);
    const resource = validateResource(body, userType, { ...create, onUnknown });

    expect(resource).toEqual({
      userName: 'bjensen',
      name: { givenName: 'B' },
      emails: [{ value: 'a' }],
    });
    const attributes = ['favourite', 'name.middle', 'emails[0].x', `${enterprise}:y`];
    expect(unknown).toEqual(['schema urn:x:y', ...attributes.map((name) => `attribute ${name}`)]);
  });

  test('keeps the members of a group', () => {
    const body = {
      schemas: [groupType.schema.id],
      displayName: 'G',
      members: [{ value: '1', $ref: null, display: 'x' }],
    };
    expect(validateResource(body, groupType, create)).toEqual({
      displayName: 'G',
      members: [{ value: '1' }],
    });
  });

  test('takes more members than values of any other attribute', () => {
    const members = Array.from({ length: limits.valuesPerAttributeMax + 1 }, (_, index) => ({
      value: `${index}`,
    }));
    const body = { schemas: [groupType.schema.id], displayName: 'G', members };
    expect(validateResource(body, groupType, create).members).toHaveLength(members.length);
  });
});

describe('validateResource() checks schemas', () => {
  const absent = `schemas must be an array that contains "${userSchema.id}"`;
  test.each<[JsonValue | undefined, string]>([
    [undefined, absent],
    [null, absent],
    [[], absent],
    [userSchema.id, absent],
    [[enterprise], `schemas must contain "${userSchema.id}"`],
    [[userSchema.id, 7], 'schemas must be an array of strings'],
  ])('%j throws invalidSyntax', (schemas, detail) => {
    const body = { userName: 'x', ...(schemas !== undefined && { schemas }) };
    expect(failure(() => validateResource(body, userType, create))).toEqual({
      code: 'invalidSyntax',
      detail,
    });
  });

  test('URNs and the name count in any case, and an extension may be named without being there', () => {
    const body = { Schemas: [userSchema.id.toUpperCase(), enterprise], userName: 'x' };
    expect(validateResource(body, userType, create)).toEqual({ userName: 'x' });
  });

  test.each<JsonValue>([null, 'x', 7, true, [], [{}]])('a body of %j throws invalidSyntax', (body) => {
    expect(failure(() => validateResource(body, userType, create))).toMatchObject({ code: 'invalidSyntax' });
  });
});

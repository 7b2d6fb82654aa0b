import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../lib/scim/json.ts';
import type { QueryParameters } from '../../lib/scim/message/search-request.ts';
import { defaultSelection, parseSelection, project, selects } from '../../lib/scim/project.ts';
import type { ResourceType } from '../../lib/scim/schema/attribute.ts';
import { enterpriseUserSchema } from '../../lib/scim/schema/enterprise-user.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import { userSchema } from '../../lib/scim/schema/user.ts';
import { failure } from '../support/failure.ts';

const core = userSchema.id;
const enterprise = enterpriseUserSchema.id;
const schemas = [core, enterprise];
const meta = { resourceType: 'User', version: 'W/"1"' };

const user: JsonObject = {
  [enterprise]: { department: 'D', manager: { value: 'm', $ref: 'https://example.com/Users/m' } },
  meta,
  emails: [{ value: 'a@example.com', type: 'work' }, { type: 'home' }],
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  userName: 'bjensen',
  externalId: 'e',
  password: 'secret',
  id: '1',
  favourite: 'unknown to the schema',
};

function projected(parameters: QueryParameters): JsonObject {
  return project(user, userType, parseSelection(parameters, userType));
}

describe('project() by default', () => {
  test('returns what is returned by default, in order, and nothing else', () => {
    const representation = project(user, userType, defaultSelection(userType));

    const { password: _, favourite: __, ...returned } = user;
    expect(representation).toEqual({ schemas, ...returned });
    expect(Object.keys(representation)).toEqual([
      'schemas',
      'id',
      'externalId',
      'userName',
      'name',
      'emails',
      enterprise,
      'meta',
    ]);
  });

  test('names an extension in schemas only when the resource has it', () => {
    expect(project({ id: '1' }, userType, defaultSelection(userType))).toEqual({ schemas: [core], id: '1' });
  });

  test('changes nothing in the resource', () => {
    const before = structuredClone(user);
    projected({ attributes: 'emails.type,name.givenName' });
    expect(user).toEqual(before);
  });
});

describe('project() with attributes', () => {
  const minimum = { schemas, id: '1' };

  test.each<[JsonValue, JsonObject]>([
    ['userName', { userName: 'bjensen' }],
    ['USERNAME, externalid', { externalId: 'e', userName: 'bjensen' }],
    [['userName', 'meta'], { userName: 'bjensen', meta }],
    ['name.givenName', { name: { givenName: 'Barbara' } }],
    ['NAME.GIVENNAME', { name: { givenName: 'Barbara' } }],
    ['name.givenName,name', { name: { givenName: 'Barbara', familyName: 'Jensen' } }],
    ['emails.value', { emails: [{ value: 'a@example.com' }] }],
    ['emails.type,emails.value', { emails: [{ value: 'a@example.com', type: 'work' }, { type: 'home' }] }],
    ['emails.display', {}],
    ['meta.version', { meta: { version: 'W/"1"' } }],
    [`${core}:userName`, { userName: 'bjensen' }],
    [`${core.toUpperCase()}:name.familyName`, { name: { familyName: 'Jensen' } }],
    [core, { userName: 'bjensen', name: user.name ?? null, emails: user.emails ?? null }],
    [enterprise, { [enterprise]: user[enterprise] ?? null }],
    [`${enterprise.toLowerCase()}:department`, { [enterprise]: { department: 'D' } }],
    [`${enterprise}:manager.value`, { [enterprise]: { manager: { value: 'm' } } }],
    ['department', {}],
    ['password', {}],
    ['id', {}],
    ['schemas', {}],
    ['favourite,__proto__,constructor,name.middle,urn:x:y,:,.', {}],
  ])('%j returns the minimum and what is named', (attributes, expected) => {
    expect(projected({ attributes })).toEqual({ ...minimum, ...expected });
  });
});

describe('project() with excludedAttributes', () => {
  const whole = projected({});

  test.each<[JsonValue, readonly string[]]>([
    ['userName', ['userName']],
    ['EMAILS,meta', ['emails', 'meta']],
    ['id,schemas', []],
    [['externalId', 'unknown'], ['externalId']],
    [core, ['userName', 'name', 'emails']],
    [enterprise, [enterprise]],
  ])('%j leaves out what is named, but never the minimum', (excludedAttributes, missing) => {
    const expected = Object.entries(whole).filter(([name]) => !missing.includes(name));
    expect(projected({ excludedAttributes })).toEqual(Object.fromEntries(expected));
  });

  test('leaves out sub-attributes, and values of which nothing is left', () => {
    const representation = projected({
      excludedAttributes: `name.givenName,emails.type,${enterprise}:manager.$ref,${enterprise}:department`,
    });

    expect(representation).toEqual({
      ...whole,
      name: { familyName: 'Jensen' },
      emails: [{ value: 'a@example.com' }],
      [enterprise]: { manager: { value: 'm' } },
    });
  });
});

describe('project() on each kind of "returned"', () => {
  const returnedType: ResourceType = {
    name: 'Thing',
    endpoint: '/Things',
    description: 'Things',
    schema: {
      id: 'urn:example:Thing',
      name: 'Thing',
      description: 'Things',
      attributes: [
        { name: 'always', returned: 'always', description: 'A' },
        { name: 'never', returned: 'never', description: 'N' },
        { name: 'request', returned: 'request', description: 'R' },
        {
          name: 'parts',
          type: 'complex',
          description: 'P',
          subAttributes: [
            { name: 'always', returned: 'always', description: 'A' },
            { name: 'never', returned: 'never', description: 'N' },
            { name: 'request', returned: 'request', description: 'R' },
            { name: 'normal', description: 'D' },
          ],
        },
      ],
    },
    extensions: [
      {
        required: false,
        schema: {
          id: 'urn:example:More',
          name: 'More',
          description: 'More',
          attributes: [
            { name: 'kept', returned: 'always', description: 'K' },
            { name: 'other', description: 'O' },
          ],
        },
      },
    ],
  };
  const parts = { always: 1, never: 2, request: 3, normal: 4 };
  const thing = {
    always: 1,
    never: 2,
    request: 3,
    parts,
    'urn:example:More': { kept: 1, other: 2 },
  };
  const minimum = { always: 1, 'urn:example:More': { kept: 1 } };

  test.each<[QueryParameters, JsonObject]>([
    [{}, { ...minimum, parts: { always: 1, normal: 4 }, 'urn:example:More': { kept: 1, other: 2 } }],
    [{ attributes: 'never' }, minimum],
    [{ attributes: 'request' }, { ...minimum, request: 3 }],
    [{ attributes: 'parts' }, { ...minimum, parts: { always: 1, normal: 4 } }],
    [{ attributes: 'parts.normal' }, { ...minimum, parts: { always: 1, normal: 4 } }],
    [{ attributes: 'parts.request' }, { ...minimum, parts: { always: 1, request: 3 } }],
    [{ attributes: 'parts.never' }, { ...minimum, parts: { always: 1 } }],
    [{ attributes: 'urn:example:More' }, { always: 1, 'urn:example:More': { kept: 1, other: 2 } }],
    [{ excludedAttributes: 'always,parts,urn:example:More' }, minimum],
    [
      { excludedAttributes: 'parts.always,parts.normal,urn:example:More:other' },
      { ...minimum, parts: { always: 1 } },
    ],
    [
      { excludedAttributes: 'request' },
      { ...minimum, parts: { always: 1, normal: 4 }, 'urn:example:More': { kept: 1, other: 2 } },
    ],
  ])('%j', (parameters, expected) => {
    const representation = project(thing, returnedType, parseSelection(parameters, returnedType));
    expect(representation).toEqual({ schemas: ['urn:example:Thing', 'urn:example:More'], ...expected });
  });
});

describe('parseSelection()', () => {
  // RFC 7644 3.9: "either of the mutually exclusive URL query parameters".
  test('throws invalidValue when both parameters are given', () => {
    const both = { attributes: 'userName', excludedAttributes: 'emails' };
    expect(failure(() => parseSelection(both, userType))).toEqual({
      code: 'invalidValue',
      detail: 'The parameters attributes and excludedAttributes cannot be used together: send one of them',
    });
  });

  test.each<JsonValue>([7, {}, ['userName', 7], [['userName']]])(
    'throws invalidValue for %j',
    (attributes) => {
      expect(failure(() => parseSelection({ attributes }, userType))).toEqual({
        code: 'invalidValue',
        detail: 'The parameter attributes must be a list of attribute names',
      });
    },
  );

  test.each<QueryParameters>([
    {},
    { attributes: '' },
    { attributes: ' , ' },
    { attributes: [], excludedAttributes: null },
  ])('takes %j for the default', (parameters) => {
    expect(parseSelection(parameters, userType)).toBe(defaultSelection(userType));
  });
});

describe('selects()', () => {
  test.each<[QueryParameters, boolean]>([
    [{}, true],
    [{ attributes: 'members.value' }, true],
    [{ attributes: 'displayName' }, false],
    [{ excludedAttributes: 'members' }, false],
    [{ excludedAttributes: 'members.display' }, true],
  ])('tells of %j whether members are needed', (parameters, expected) => {
    expect(selects(parseSelection(parameters, groupType), 'members')).toBe(expected);
  });
});

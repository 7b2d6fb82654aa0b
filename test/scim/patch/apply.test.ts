import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import type { JsonObject, JsonValue } from '../../../lib/scim/json.ts';
import { applyPatch } from '../../../lib/scim/patch/apply.ts';
import type { ResourceType } from '../../../lib/scim/schema/attribute.ts';
import { groupType, userType } from '../../../lib/scim/schema/resource-types.ts';
import { enterprise, operationsOf, patch, scimErrorOf } from './patching.ts';

const work = { type: 'work', value: 'w@example.com', primary: true };
const home = { type: 'home', value: 'h@example.com' };
const user: JsonObject = {
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'King' },
  emails: [work, home],
  [enterprise]: { department: 'Engines', manager: { value: 'm1' } },
};

type Row = readonly [
  name: string,
  operation: JsonValue,
  changed: { readonly [name: string]: JsonValue | undefined },
];

/** The operation changes exactly these attributes of the user; `undefined` stands for absent. */
function holds(rows: readonly Row[]): void {
  test.each(rows)('%s', (_, operation, changed) => {
    const expected = JSON.parse(JSON.stringify({ ...user, ...changed }));
    expect(patch(user, [operation])).toEqual(expected);
  });
}

/** The operation is refused with this code, and a detail that names the operation and holds the text. */
function refuses(
  rows: readonly (readonly [name: string, operation: JsonValue, code: string, detail: string])[],
): void {
  test.each(rows)('%s', (_, operation, code, detail) => {
    const error = scimErrorOf(() => patch(user, [{ op: 'add', value: {} }, operation]));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^Operation 2: /);
    expect(error.message).toContain(detail);
  });
}

describe('applyPatch() adds (RFC 7644 3.5.2.1)', () => {
  holds([
    ['a single value', { op: 'add', path: 'title', value: 'Dr' }, { title: 'Dr' }],
    ['a single value over another', { op: 'add', path: 'userName', value: 'al' }, { userName: 'al' }],
    ['under the canonical name', { op: 'add', path: 'NICKNAME', value: 'A' }, { nickName: 'A' }],
    ['an empty string, which is a value', { op: 'add', path: 'title', value: '' }, { title: '' }],
    [
      'a core attribute by its URN',
      { op: 'add', path: 'urn:ietf:params:scim:schemas:core:2.0:User:title', value: 'Dr' },
      { title: 'Dr' },
    ],
    [
      'sub-attributes to a complex value',
      { op: 'add', path: 'name', value: { MiddleName: 'B' } },
      { name: { givenName: 'Ada', familyName: 'King', middleName: 'B' } },
    ],
    [
      'a sub-attribute',
      { op: 'add', path: 'name.middleName', value: 'B' },
      { name: { givenName: 'Ada', familyName: 'King', middleName: 'B' } },
    ],
    [
      'elements of an array',
      { op: 'add', path: 'emails', value: [{ Value: 'o@example.com', TYPE: 'other' }] },
      { emails: [work, home, { value: 'o@example.com', type: 'other' }] },
    ],
    [
      'one element without an array',
      { op: 'add', path: 'emails', value: { value: 'o@example.com' } },
      { emails: [work, home, { value: 'o@example.com' }] },
    ],
    ['nothing that is there already', { op: 'add', path: 'emails', value: [home, work] }, {}],
    [
      'nothing that differs only in case',
      { op: 'add', path: 'emails', value: [{ type: 'HOME', value: 'H@example.com' }] },
      {},
    ],
    [
      'nothing that differs only in a false primary',
      { op: 'add', path: 'emails', value: [{ ...home, primary: false }] },
      {},
    ],
    [
      'an element twice in one value only once',
      { op: 'add', path: 'roles', value: [{ value: 'a' }, { value: 'a' }] },
      { roles: [{ value: 'a' }] },
    ],
    [
      'to the element of the same type and value',
      { op: 'add', path: 'emails', value: [{ ...home, display: 'Home' }] },
      { emails: [work, { ...home, display: 'Home' }] },
    ],
    [
      'a primary element and takes primary from the other',
      { op: 'add', path: 'emails', value: [{ ...home, primary: true }] },
      {
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      },
    ],
    [
      'an attribute of an extension',
      { op: 'add', path: `${enterprise}:costCenter`, value: '7' },
      { [enterprise]: { department: 'Engines', manager: { value: 'm1' }, costCenter: '7' } },
    ],
    [
      'a sub-attribute of an extension',
      { op: 'add', path: `${enterprise}:manager.value`, value: 'm2' },
      { [enterprise]: { department: 'Engines', manager: { value: 'm2' } } },
    ],
    [
      'an extension as a whole, attribute by attribute',
      { op: 'add', path: enterprise.toUpperCase(), value: { costcenter: '7', 'manager.value': 'm2' } },
      { [enterprise]: { department: 'Engines', costCenter: '7', manager: { value: 'm2' } } },
    ],
    [
      'to the element that a filter selects',
      { op: 'add', path: 'emails[type eq "home"]', value: { display: 'H' } },
      { emails: [work, { ...home, display: 'H' }] },
    ],
    [
      'a sub-attribute to the element that a filter selects',
      { op: 'add', path: 'emails[value ew "EXAMPLE.com" and type eq "home"].display', value: 'H' },
      { emails: [work, { ...home, display: 'H' }] },
    ],
    [
      'a sub-attribute to all elements without a filter',
      { op: 'add', path: 'emails.display', value: 'X' },
      {
        emails: [
          { ...work, display: 'X' },
          { ...home, display: 'X' },
        ],
      },
    ],
    [
      'the first element by a sub-attribute',
      { op: 'add', path: 'photos.value', value: 'https://example.com/p' },
      { photos: [{ value: 'https://example.com/p' }] },
    ],
    [
      'no URN to "schemas", which follows from the attributes',
      { op: 'add', path: 'schemas', value: [enterprise] },
      {},
    ],
  ]);
});

describe('applyPatch() creates the element that a filter describes', () => {
  holds([
    [
      'for a canonical type, in its canonical case',
      { op: 'replace', path: 'phoneNumbers[type eq "MOBILE"].value', value: '1' },
      { phoneNumbers: [{ type: 'mobile', value: '1' }] },
    ],
    [
      'for an add as well',
      { op: 'add', path: 'addresses[type eq "work"].locality', value: 'London' },
      { addresses: [{ type: 'work', locality: 'London' }] },
    ],
    [
      'for primary eq true',
      { op: 'replace', path: 'roles[primary eq true].value', value: 'admin' },
      { roles: [{ primary: true, value: 'admin' }] },
    ],
    [
      'for both, taking primary from the other',
      { op: 'add', path: 'emails[type eq "other" and primary eq true]', value: { value: 'o@example.com' } },
      {
        emails: [{ ...work, primary: false }, home, { type: 'other', primary: true, value: 'o@example.com' }],
      },
    ],
    [
      'but not for a null value',
      { op: 'replace', path: 'phoneNumbers[type eq "fax"].value', value: null },
      {},
    ],
  ]);

  refuses([
    [
      'but not for another type',
      { op: 'replace', path: 'emails[type eq "nonexistent"].value', value: 'x' },
      'noTarget',
      'emails[…].value',
    ],
    [
      'nor for an add with another type',
      { op: 'add', path: 'emails[type eq "x"]', value: { value: 'x' } },
      'noTarget',
      'emails[…]',
    ],
    [
      'nor for another attribute',
      { op: 'replace', path: 'emails[value eq "x"].display', value: 'x' },
      'noTarget',
      '',
    ],
    [
      'nor for another operator',
      { op: 'replace', path: 'phoneNumbers[type sw "work"].value', value: 'x' },
      'noTarget',
      '',
    ],
    [
      'nor for primary eq false',
      { op: 'replace', path: 'roles[primary eq false].value', value: 'x' },
      'noTarget',
      '',
    ],
    [
      'nor for an or',
      { op: 'replace', path: 'ims[type eq "aim" or type eq "icq"].value', value: 'x' },
      'noTarget',
      '',
    ],
    [
      'nor for two types at once',
      { op: 'replace', path: 'ims[type eq "aim" and type eq "icq"].value', value: 'x' },
      'noTarget',
      '',
    ],
    ['nor for a presence', { op: 'add', path: 'ims[type pr].value', value: 'x' }, 'noTarget', ''],
    ['nor for null', { op: 'add', path: 'ims[type eq null].value', value: 'x' }, 'noTarget', ''],
    [
      'nor for a presence beside it',
      { op: 'add', path: 'ims[type eq "aim" and value pr].value', value: 'x' },
      'noTarget',
      '',
    ],
    [
      'nor where no type is canonical',
      { op: 'replace', path: 'roles[type eq "work"].value', value: 'x' },
      'noTarget',
      '',
    ],
  ]);
});

describe('applyPatch() replaces (RFC 7644 3.5.2.3)', () => {
  holds([
    ['a single value', { op: 'replace', path: 'userName', value: 'al' }, { userName: 'al' }],
    ['an absent value as an add', { op: 'replace', path: 'title', value: 'Dr' }, { title: 'Dr' }],
    [
      'the sub-attributes that the value lists',
      { op: 'replace', path: 'name', value: { givenName: 'Al' } },
      { name: { givenName: 'Al', familyName: 'King' } },
    ],
    [
      'a sub-attribute by null in the value',
      { op: 'replace', path: 'name', value: { givenName: null, familyName: 'King' } },
      { name: { familyName: 'King' } },
    ],
    [
      'all values of a multi-valued attribute',
      { op: 'replace', path: 'emails', value: [{ value: 'n@example.com' }] },
      { emails: [{ value: 'n@example.com' }] },
    ],
    [
      'sub-attributes of all elements that match',
      { op: 'replace', path: 'emails[value ew "example.com"]', value: { display: 'X' } },
      {
        emails: [
          { ...work, display: 'X' },
          { ...home, display: 'X' },
        ],
      },
    ],
    [
      'a sub-attribute of the matching element',
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'n@example.com' },
      { emails: [{ ...work, value: 'n@example.com' }, home] },
    ],
    [
      'primary and takes it from the other',
      { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
      {
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      },
    ],
    ['a complex value by null', { op: 'replace', path: 'name', value: null }, { name: undefined }],
    [
      'a multi-valued attribute by an empty array',
      { op: 'replace', path: 'emails', value: [] },
      { emails: undefined },
    ],
    [
      'a multi-valued attribute by null',
      { op: 'replace', path: 'emails', value: null },
      { emails: undefined },
    ],
    [
      'an element by null',
      { op: 'replace', path: 'emails[type eq "home"]', value: null },
      { emails: [work] },
    ],
    [
      'a reference by an empty string',
      { op: 'replace', path: `${enterprise}:manager`, value: '' },
      { [enterprise]: { department: 'Engines' } },
    ],
    [
      'a reference by an empty id',
      { op: 'replace', path: `${enterprise}:manager`, value: { value: '' } },
      { [enterprise]: { department: 'Engines' } },
    ],
    [
      'a reference, ignoring its null and readOnly sub-attributes',
      { op: 'replace', path: `${enterprise}:manager`, value: { value: 'm2', $ref: null, displayName: 'M' } },
      { [enterprise]: { department: 'Engines', manager: { value: 'm2' } } },
    ],
    ['an extension by null', { op: 'replace', path: enterprise, value: null }, { [enterprise]: undefined }],
    ['nothing for an empty object', { op: 'replace', path: enterprise, value: {} }, {}],
  ]);
});

describe('applyPatch() takes an add of nothing as no value for one, and as nothing new for many', () => {
  holds([
    [
      'null for a single value',
      { op: 'add', path: 'name.givenName', value: null },
      { name: { familyName: 'King' } },
    ],
    ['null for a multi-valued attribute', { op: 'add', path: 'emails', value: null }, {}],
    ['an empty array', { op: 'add', path: 'emails', value: [] }, {}],
  ]);
});

describe('applyPatch() removes (RFC 7644 3.5.2.2)', () => {
  holds([
    ['a complex value', { op: 'remove', path: 'name' }, { name: undefined }],
    ['a sub-attribute', { op: 'remove', path: 'name.givenName' }, { name: { familyName: 'King' } }],
    ['all values', { op: 'remove', path: 'emails' }, { emails: undefined }],
    [
      'the values that match',
      { op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' },
      { emails: [home] },
    ],
    ['the last values that match', { op: 'remove', path: 'emails[value pr]' }, { emails: undefined }],
    [
      'a sub-attribute of the values that match',
      { op: 'remove', path: 'emails[type eq "work"].primary' },
      { emails: [{ type: 'work', value: 'w@example.com' }, home] },
    ],
    [
      'only what its value names',
      { op: 'remove', path: 'emails', value: [{ value: 'W@example.com' }] },
      { emails: [home] },
    ],
    [
      'only what its value names in full',
      { op: 'remove', path: 'emails', value: [{ ...work, type: 'home' }] },
      {},
    ],
    ['all for a null value', { op: 'remove', path: 'emails', value: null }, { emails: undefined }],
    ['nothing for a false primary alone', { op: 'remove', path: 'emails', value: [{ primary: false }] }, {}],
    [
      'a value that is not primary',
      { op: 'remove', path: 'emails', value: [{ ...home, primary: false }] },
      { emails: [work] },
    ],
    [
      'an attribute of an extension',
      { op: 'remove', path: `${enterprise}:department` },
      { [enterprise]: { manager: { value: 'm1' } } },
    ],
    ['an extension', { op: 'remove', path: enterprise }, { [enterprise]: undefined }],
    ['nothing where nothing is', { op: 'remove', path: 'title' }, {}],
    ['nothing where nothing matches', { op: 'remove', path: 'emails[type eq "x"]' }, {}],
    ['nothing where no sub-attribute is', { op: 'remove', path: 'addresses[type eq "work"].locality' }, {}],
  ]);

  test('the last sub-attribute leaves the attribute and the extension unassigned', () => {
    const lone = { userName: 'ada', name: { givenName: 'Ada' }, [enterprise]: { manager: { value: 'm' } } };
    const operations = [
      { op: 'remove', path: 'name.givenName' },
      { op: 'remove', path: `${enterprise}:manager.value` },
    ];
    expect(patch(lone, operations)).toEqual({ userName: 'ada' });
  });

  test('the last sub-attribute of an element takes the element out', () => {
    const lone: JsonObject = { userName: 'ada', roles: [{ value: 'a' }, { display: 'b' }] };
    expect(patch(lone, [{ op: 'remove', path: 'roles[display eq "b"].display' }])).toEqual({
      userName: 'ada',
      roles: [{ value: 'a' }],
    });
  });
});

describe('applyPatch() reads each key of a value without path as a path', () => {
  holds([
    [
      'attributes',
      { op: 'add', value: { emails: [{ value: 'o@example.com' }], nickname: 'A' } },
      { emails: [work, home, { value: 'o@example.com' }], nickName: 'A' },
    ],
    [
      'the whole of a multi-valued attribute on replace',
      { op: 'replace', value: { emails: [home] } },
      { emails: [home] },
    ],
    [
      'dotted keys',
      { op: 'replace', value: { 'name.givenName': 'Al', 'NAME.middlename': 'B' } },
      { name: { givenName: 'Al', familyName: 'King', middleName: 'B' } },
    ],
    [
      'keys with a URN',
      { op: 'add', value: { [`${enterprise}:department`]: 'Sums', [`${enterprise}:manager.value`]: 'm2' } },
      { [enterprise]: { department: 'Sums', manager: { value: 'm2' } } },
    ],
    [
      'keys with a filter',
      { op: 'replace', value: { 'emails[type eq "work"].value': 'n@example.com' } },
      { emails: [{ ...work, value: 'n@example.com' }, home] },
    ],
    [
      'extension objects, dropping their "schemas"',
      { op: 'replace', value: { [enterprise]: { Department: 'Sums', schemas: ['x'] } } },
      { [enterprise]: { department: 'Sums', manager: { value: 'm1' } } },
    ],
    [
      'null as unassigned',
      { op: 'replace', value: { emails: null, [enterprise]: null } },
      { emails: undefined, [enterprise]: undefined },
    ],
    [
      'what is readOnly as nothing',
      {
        op: 'replace',
        value: {
          id: 'x',
          meta: { version: '1' },
          'meta.location': 'x',
          groups: [],
          schemas: ['x'],
          title: 'Dr',
          [`${enterprise}:manager.displayName`]: 'M',
        },
      },
      { title: 'Dr' },
    ],
  ]);
});

describe('applyPatch() refuses', () => {
  test('a remove without a path', () => {
    const error = scimErrorOf(() => applyPatch(user, [{ number: 3, op: 'remove' }], userType));
    expect([error.code, error.message]).toEqual(['noTarget', 'Operation 3: A remove needs a "path"']);
  });

  const long = 'x'.repeat(300);
  test.each<[string, JsonObject, string]>([
    ['a path', { op: 'add', path: long, value: 1 }, `"${long.slice(0, 200)}…" is not an attribute of User`],
    [
      'a path of just the length that is shown',
      { op: 'add', path: long.slice(0, 200), value: 1 },
      `"${long.slice(0, 200)}" is not an attribute of User`,
    ],
    [
      'the name of a sub-attribute',
      { op: 'add', path: 'name', value: { [long]: 1 } },
      `name has no sub-attribute "${long.slice(0, 200)}"`,
    ],
    [
      'a key of a value without path',
      { op: 'add', value: { [`!${long}`]: 1 } },
      `"!${long.slice(0, 199)}": Cannot parse path: expected an attribute name at position 0`,
    ],
  ])('%s in a detail of bounded length', (_, operation, detail) => {
    expect(scimErrorOf(() => patch(user, [operation])).message).toBe(`Operation 1: ${detail}`);
  });

  refuses([
    ['an unknown attribute', { op: 'add', path: 'shoeSize', value: 1 }, 'invalidPath', '"shoeSize"'],
    ['an unknown sub-attribute', { op: 'add', path: 'name.shoe', value: 1 }, 'invalidPath', '"name.shoe"'],
    [
      'an unknown sub-attribute behind brackets',
      { op: 'add', path: 'emails[type eq "work"].shoe', value: 1 },
      'invalidPath',
      '"shoe"',
    ],
    ['an unknown URN', { op: 'add', path: 'urn:x:y:title', value: 1 }, 'invalidPath', '"urn:x:y:title"'],
    [
      'an unknown attribute in a filter',
      { op: 'remove', path: 'emails[shoe eq 1]' },
      'invalidFilter',
      'shoe',
    ],
    [
      'a filter on a single value',
      { op: 'replace', path: 'name[givenName eq "x"]', value: { givenName: 'y' } },
      'invalidPath',
      '"name" takes no filter',
    ],
    [
      'a filter on an extension',
      { op: 'remove', path: `${enterprise}[a eq 1]` },
      'invalidPath',
      'takes no filter',
    ],
    [
      'a filter behind a sub-attribute',
      { op: 'remove', path: 'emails.value[value eq "x"]' },
      'invalidPath',
      'takes no filter',
    ],
    ['an unknown key', { op: 'add', value: { shoeSize: 1 } }, 'invalidPath', '"shoeSize"'],
    [
      'an unknown key of an extension',
      { op: 'add', value: { [enterprise]: { shoe: 1 } } },
      'invalidPath',
      `"${enterprise}:shoe"`,
    ],
    ['a malformed key', { op: 'add', value: { 'a b': 1 } }, 'invalidPath', '"a b"'],
    [
      'an unknown sub-attribute in a value',
      { op: 'add', path: 'name', value: { shoe: 1 } },
      'invalidPath',
      'name has no sub-attribute "shoe"',
    ],
    ['a value without path that is no object', { op: 'add', value: 'x' }, 'invalidValue', 'without "path"'],
    [
      'an extension that is no object',
      { op: 'add', path: enterprise, value: 'x' },
      'invalidValue',
      enterprise,
    ],
    [
      'a complex value that is no object',
      { op: 'add', path: 'name', value: 'x' },
      'invalidValue',
      'name must be an object',
    ],
    [
      'an element that is no object',
      { op: 'add', path: 'emails', value: [home, 'x'] },
      'invalidValue',
      'emails[1]',
    ],
    [
      'a value of another type',
      { op: 'replace', path: 'active', value: 'yes' },
      'invalidValue',
      'active must be true or false',
    ],
    ['an array for a single value', { op: 'replace', path: 'title', value: ['x'] }, 'invalidValue', 'title'],
    [
      'an object for a string',
      { op: 'replace', path: 'name.givenName', value: {} },
      'invalidValue',
      'name.givenName',
    ],
    [
      'a wrong type in an element',
      { op: 'add', path: 'emails', value: [{ value: 7 }] },
      'invalidValue',
      'emails[0].value',
    ],
    [
      'two primary values',
      { op: 'replace', path: 'emails', value: [work, { ...home, primary: true }] },
      'invalidValue',
      'primary',
    ],
    [
      'several made primary at once',
      { op: 'replace', path: 'emails.primary', value: true },
      'invalidValue',
      'primary',
    ],
    ['the removal of a required attribute', { op: 'remove', path: 'userName' }, 'mutability', 'userName'],
    ['null for a required attribute', { op: 'replace', value: { userName: null } }, 'mutability', 'userName'],
    ['the removal of "schemas"', { op: 'remove', path: 'schemas' }, 'mutability', 'schemas'],
    ['a path to id', { op: 'replace', path: 'id', value: 'x' }, 'mutability', 'id'],
    ['a path into meta', { op: 'replace', path: 'meta.version', value: 'x' }, 'mutability', 'meta.version'],
    ['a path to groups', { op: 'remove', path: 'groups[value eq "g"]' }, 'mutability', 'groups'],
    [
      'a path to a readOnly sub-attribute',
      { op: 'add', path: `${enterprise}:manager.displayName`, value: 'M' },
      'mutability',
      'manager.displayName',
    ],
  ]);

  test('more values than an attribute may hold', () => {
    const value = Array.from({ length: limits.valuesPerAttributeMax }, (_, index) => ({
      value: `r${index}`,
    }));
    const full = patch(user, [{ op: 'add', path: 'roles', value }]);
    expect(full.roles).toHaveLength(limits.valuesPerAttributeMax);
    const error = scimErrorOf(() => patch(full, [{ op: 'add', path: 'roles', value: { value: 'more' } }]));
    expect([error.code, error.message]).toEqual(['invalidValue', expect.stringContaining('roles')]);
  });

  test('an empty string for an element, though for a single reference it means unassigned', () => {
    const operation = { op: 'add', path: 'members', value: [''] };
    const error = scimErrorOf(() => patch({ displayName: 'A' }, [operation], groupType));
    expect([error.code, error.message]).toEqual(['invalidValue', expect.stringContaining('members[0]')]);
  });

  test('a remove without path, should one come past parsePatchOp()', () => {
    expect(scimErrorOf(() => applyPatch(user, [{ number: 1, op: 'remove' }], userType)).code).toBe(
      'noTarget',
    );
  });
});

describe('applyPatch() with other characteristics (RFC 7643 7)', () => {
  const badge = 'urn:example:badge';
  const type: ResourceType = {
    ...userType,
    extensions: [
      {
        required: false,
        schema: {
          id: badge,
          name: 'Badge',
          description: 'A badge.',
          attributes: [
            { name: 'number', description: 'The number.', mutability: 'immutable' },
            { name: 'doors', description: 'The doors it opens.', multiValued: true },
            { name: 'colour', description: 'The colour.', required: true },
          ],
        },
      },
    ],
  };
  const badged: JsonObject = { userName: 'ada', [badge]: { number: '1', doors: ['A', 'B'], colour: 'red' } };
  const patchBadge = (resource: JsonObject, operation: JsonValue): JsonValue | undefined =>
    patch(resource, [operation], type)[badge];

  test('an immutable attribute can be added while it has no value', () => {
    const blank = { userName: 'ada' };
    expect(patchBadge(blank, { op: 'add', path: `${badge}:number`, value: '1' })).toEqual({ number: '1' });
  });

  test('an immutable attribute accepts its own value', () => {
    expect(patchBadge(badged, { op: 'replace', path: `${badge}:number`, value: '1' })).toEqual(badged[badge]);
  });

  test.each([
    ['another value', { op: 'replace', path: `${badge}:number`, value: '2' }, `${badge}:number is immutable`],
    ['its removal', { op: 'remove', path: `${badge}:number` }, `${badge}:number is immutable`],
    ['the removal of the extension', { op: 'remove', path: badge }, `${badge}:number is immutable`],
    [
      'the removal of a required attribute',
      { op: 'remove', path: `${badge}:colour` },
      `${badge}:colour is required`,
    ],
  ])('the type refuses %s', (_, operation, detail) => {
    const error = scimErrorOf(() => patch(badged, [operation], type));
    expect([error.code, error.message]).toEqual(['mutability', expect.stringContaining(detail)]);
  });

  test.each<[string, JsonValue, readonly string[]]>([
    ['an add keeps what is there', { op: 'add', path: `${badge}:doors`, value: ['b', 'C'] }, ['A', 'B', 'C']],
    ['a filter selects by the value itself', { op: 'remove', path: `${badge}:doors[value eq "a"]` }, ['B']],
    [
      'a replace takes the place of what matches',
      { op: 'replace', path: `${badge}:doors[value eq "A"]`, value: 'Z' },
      ['Z', 'B'],
    ],
    [
      'a remove with a value takes out that value',
      { op: 'remove', path: `${badge}:doors`, value: ['A'] },
      ['B'],
    ],
  ])('of simple multi-valued attributes, %s', (_, operation, doors) => {
    expect(patchBadge(badged, operation)).toEqual({ number: '1', doors, colour: 'red' });
  });
});

describe('applyPatch() as a whole', () => {
  test('applies operations in order, each on the result of the one before', () => {
    const operations: JsonObject[] = [
      { op: 'remove', path: 'emails' },
      { op: 'add', path: 'emails', value: [{ value: 'a@example.com', type: 'other' }] },
      { op: 'replace', path: 'emails[type eq "other"].value', value: 'b@example.com' },
      { op: 'add', path: 'emails', value: [{ value: 'b@example.com', type: 'other' }] },
    ];
    expect(patch(user, operations)).toEqual({ ...user, emails: [{ value: 'b@example.com', type: 'other' }] });
  });

  test('yields the very resource when nothing changes', () => {
    const operations: JsonObject[] = [
      { op: 'add', path: 'userName', value: 'ada' },
      { op: 'replace', path: 'name', value: { givenName: 'Ada' } },
      { op: 'add', path: 'emails', value: [home] },
      { op: 'replace', path: 'emails', value: [work, home] },
      { op: 'remove', path: 'title' },
      { op: 'remove', path: 'emails[type eq "x"]' },
      { op: 'remove', path: 'urn:ietf:params:scim:schemas:core:2.0:User:nickName' },
    ];
    expect(patch(user, operations)).toBe(user);
    expect(patch(user, [{ op: 'add', value: { [enterprise]: { department: 'Engines' } } }])).toBe(user);
    const plain = { userName: 'ada', addresses: [{ type: 'work', locality: 'London' }] };
    expect(patch(plain, [{ op: 'remove', path: enterprise }])).toBe(plain);
    expect(
      patch(plain, [{ op: 'add', path: 'addresses', value: { ...plain.addresses[0], primary: false } }]),
    ).toBe(plain);
  });

  test('answers for a thousand operations on five hundred values in time', () => {
    const value = Array.from({ length: limits.valuesPerAttributeMax }, (_, index) => ({
      value: `r${index}`,
    }));
    const filled = patch(user, [{ op: 'add', path: 'roles', value }]);
    const operations = Array.from({ length: limits.patchOperationsMax }, (_, index) => ({
      op: 'replace',
      path: `roles[value eq "r${index % limits.valuesPerAttributeMax}"].display`,
      value: `d${index}`,
    }));
    const patched = applyPatch(filled, operationsOf(operations), userType);
    expect(patched.roles).toContainEqual({ value: 'r0', display: `d${limits.valuesPerAttributeMax}` });
  });
});

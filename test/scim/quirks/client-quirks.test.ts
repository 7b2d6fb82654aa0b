import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFilter } from '../../../lib/scim/filter/parser.ts';
import { printFilter } from '../../../lib/scim/filter/printer.ts';
import type { JsonValue } from '../../../lib/scim/json.ts';
import { patchOpUrn } from '../../../lib/scim/message/patch-op.ts';
import { clientQuirks } from '../../../lib/scim/quirks/client-quirks.ts';
import { normalisePatchBody, normaliseResourceBody, readFilter } from '../../../lib/scim/quirks/normalise.ts';
import type { ClientProfile } from '../../../lib/scim/quirks/quirk.ts';
import type { Attribute, ResourceType } from '../../../lib/scim/schema/attribute.ts';
import { groupType, userType } from '../../../lib/scim/schema/resource-types.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const group = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const malformed = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User';
const directoryGroup = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';

const older = 'urn:scim:schemas:extension:enterprise';

interface Case {
  readonly fired: readonly string[];
  readonly given: JsonValue;
  readonly expected: JsonValue;
  readonly profile?: ClientProfile;
  readonly type?: ResourceType;
}

/** Bodies of POST and PUT. */
const bodies: readonly Case[] = [
  { fired: ['string-boolean'], given: { active: 'False' }, expected: { active: false } },
  { fired: ['string-boolean'], given: { Active: 'TRUE' }, expected: { Active: true } },
  {
    fired: ['string-boolean'],
    given: { roles: [{ primary: 'True', value: 'Admin' }] },
    expected: { roles: [{ primary: true, value: 'Admin' }] },
  },
  {
    fired: ['directory-group-urn'],
    given: { schemas: [group, directoryGroup], displayName: 'Sales' },
    expected: { schemas: [group], displayName: 'Sales' },
    type: groupType,
  },
  {
    fired: ['singular-property-name'],
    given: { email: [{ type: 'work', value: 'a@b.c' }], PhoneNumber: [{ value: '1' }] },
    expected: { emails: [{ type: 'work', value: 'a@b.c' }], phoneNumbers: [{ value: '1' }] },
  },
  {
    fired: ['singular-attribute-name'],
    given: { email: 'x', Emails: [{ value: 'a@b.c' }], role: 'x' },
    expected: { email: 'x', Emails: [{ value: 'a@b.c' }], role: 'x' },
  },
  {
    fired: [],
    given: { email: [], phoneNumber: [] },
    expected: { email: [], phoneNumber: [] },
    type: groupType,
  },
  ...['okta', 'interop', 'rfc'].map((profile) => ({
    fired: [],
    given: { email: [{ value: 'a@b.c' }] },
    expected: { email: [{ value: 'a@b.c' }] },
    profile: profile as ClientProfile,
  })),
  {
    fired: ['malformed-enterprise-schema'],
    given: { schemas: [core, malformed], userName: 'u' },
    expected: { schemas: [core, enterprise], userName: 'u' },
  },
  {
    fired: ['malformed-enterprise-schema'],
    given: { schemas: [core, malformed, enterprise] },
    expected: { schemas: [core, enterprise] },
  },
  {
    fired: ['older-urn', 'older-schema'],
    given: { schemas: ['urn:scim:schemas:core:1.0'], [`${older}:1.0`]: { department: 'Sales' } },
    expected: { schemas: [core], [enterprise]: { department: 'Sales' } },
    profile: 'google',
  },
  {
    fired: ['older-schema'],
    given: { schemas: ['urn:scim:schemas:core:2.0', `${older}:2.0`, enterprise] },
    expected: { schemas: [core, enterprise] },
    profile: 'onelogin',
  },
  {
    fired: ['malformed-enterprise-path'],
    given: { [malformed]: { department: 'Sales' } },
    expected: { [enterprise]: { department: 'Sales' } },
  },
  {
    fired: ['malformed-enterprise-path', 'string-boolean'],
    given: { [malformed]: { department: 'Sales' }, [enterprise]: { division: 'EU' }, active: 'true' },
    expected: { [enterprise]: { department: 'Sales', division: 'EU' }, active: true },
  },
  {
    fired: ['unknown-null'],
    given: { userName: 'u', department: null, manager: null, nonsense: null, title: null },
    expected: { userName: 'u', title: null },
  },
  {
    fired: ['extension-attribute-without-urn'],
    given: { userName: 'u', department: 'Sales', Manager: { value: 'm' } },
    expected: { userName: 'u', [enterprise]: { department: 'Sales', manager: { value: 'm' } } },
  },
  {
    fired: ['extension-attribute-without-urn'],
    given: { department: 'top', division: 'EU', [enterprise]: { Department: 'inside' } },
    expected: { [enterprise]: { Department: 'inside', division: 'EU' } },
  },
  {
    fired: ['extension-attribute-without-urn', 'bare-string-for-complex'],
    given: { manager: 'm' },
    expected: { [enterprise]: { manager: { value: 'm' } } },
  },
  {
    fired: ['array-for-single-value', 'null-ref'],
    given: { [enterprise]: { manager: [{ $ref: null, value: 'm' }] } },
    expected: { [enterprise]: { manager: { value: 'm' } } },
  },
  {
    fired: ['empty-for-unassigned'],
    given: { [enterprise]: { manager: { value: '' } }, profileUrl: '', nickName: '' },
    expected: { [enterprise]: { manager: null }, profileUrl: null, nickName: '' },
  },
  {
    fired: ['array-for-single-value', 'string-boolean'],
    given: { active: ['False'] },
    expected: { active: false },
  },
  {
    fired: ['array-for-single-value'],
    given: { active: [false] },
    expected: { active: false },
    profile: 'okta',
  },
  {
    fired: ['json-role'],
    given: {
      roles: [{ value: '{"id":"1","value":"Admin","displayName":"Administrator"}' }, { value: 'User' }],
    },
    expected: { roles: [{ value: 'Admin', display: 'Administrator' }, { value: 'User' }] },
  },
  { fired: [], given: { roles: [{ value: '{"id":"1"' }] }, expected: { roles: [{ value: '{"id":"1"' }] } },
  {
    fired: ['bare-string-for-complex'],
    given: { roles: ['Admin', 'User'] },
    expected: { roles: [{ value: 'Admin' }, { value: 'User' }] },
  },
  {
    fired: ['single-value-for-array'],
    given: { emails: { value: 'a@b.c', primary: true } },
    expected: { emails: [{ value: 'a@b.c', primary: true }] },
    profile: 'onelogin',
  },
  {
    fired: ['number-for-string'],
    given: { externalId: 7, addresses: [{ postalCode: 91608 }], [enterprise]: { employeeNumber: 701984 } },
    expected: {
      externalId: '7',
      addresses: [{ postalCode: '91608' }],
      [enterprise]: { employeeNumber: '701984' },
    },
    profile: 'okta',
  },
];

const patch = (...operations: readonly JsonValue[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

/** Single operations of a PATCH. */
const operations: readonly Case[] = [
  {
    fired: ['string-boolean'],
    given: { op: 'Replace', path: 'active', value: 'False' },
    expected: { op: 'Replace', path: 'active', value: false },
  },
  {
    fired: ['string-boolean'],
    given: { op: 'add', path: 'emails[type eq "work"].primary', value: 'True' },
    expected: { op: 'add', path: 'emails[type eq "work"].primary', value: true },
  },
  {
    fired: ['string-boolean'],
    given: { op: 'add', value: { active: 'true', 'emails.primary': 'False' } },
    expected: { op: 'add', value: { active: true, 'emails.primary': false } },
  },
  {
    fired: ['string-boolean-in-filter'],
    given: { op: 'add', path: 'roles[primary eq "True"].value', value: 'Admin' },
    expected: { op: 'add', path: 'roles[primary eq true].value', value: 'Admin' },
  },
  {
    fired: ['empty-path'],
    given: { op: 'replace', path: '', value: { title: 'T' } },
    expected: { op: 'replace', value: { title: 'T' } },
  },
  {
    fired: ['malformed-enterprise-path'],
    given: { op: 'add', path: `${malformed}:department`, value: 'Sales' },
    expected: { op: 'add', path: `${enterprise}:department`, value: 'Sales' },
  },
  {
    fired: ['malformed-enterprise-path', 'number-for-string'],
    given: { op: 'add', path: malformed, value: { employeeNumber: 7 } },
    expected: { op: 'add', path: enterprise, value: { employeeNumber: '7' } },
  },
  {
    fired: ['malformed-enterprise-path'],
    given: { op: 'add', value: { [`${malformed}:department`]: 'Sales' } },
    expected: { op: 'add', value: { [`${enterprise}:department`]: 'Sales' } },
  },
  {
    fired: ['extension-attribute-without-urn'],
    given: { op: 'Add', path: 'department', value: 'Sales' },
    expected: { op: 'Add', path: `${enterprise}:department`, value: 'Sales' },
  },
  {
    fired: ['extension-attribute-without-urn'],
    given: { op: 'Add', path: `${core}:department`, value: 'Sales' },
    expected: { op: 'Add', path: `${enterprise}:department`, value: 'Sales' },
  },
  {
    fired: ['extension-attribute-without-urn'],
    given: { op: 'add', value: { employeeNumber: 'E', title: 'T', department: null } },
    expected: {
      op: 'add',
      value: { [`${enterprise}:employeeNumber`]: 'E', title: 'T', [`${enterprise}:department`]: null },
    },
  },
  {
    fired: ['extension-attribute-without-urn', 'array-for-single-value'],
    given: { op: 'Add', path: 'manager', value: [{ $ref: 'https://h/Users/m', value: 'm' }] },
    expected: { op: 'Add', path: `${enterprise}:manager`, value: { $ref: 'https://h/Users/m', value: 'm' } },
  },
  {
    fired: ['bare-string-for-complex'],
    given: { op: 'replace', path: `${enterprise}:manager`, value: 'm' },
    expected: { op: 'replace', path: `${enterprise}:manager`, value: { value: 'm' } },
  },
  {
    fired: ['empty-for-unassigned'],
    given: { op: 'replace', path: `${enterprise}:manager`, value: { value: '' } },
    expected: { op: 'remove', path: `${enterprise}:manager` },
  },
  {
    fired: ['extension-attribute-without-urn', 'empty-for-unassigned'],
    given: { op: 'Add', path: 'manager', value: '' },
    expected: { op: 'remove', path: `${enterprise}:manager` },
  },
  {
    fired: ['empty-for-unassigned'],
    given: { op: 'replace', value: { [`${enterprise}:manager`]: '' } },
    expected: { op: 'replace', value: { [`${enterprise}:manager`]: null } },
  },
  {
    fired: [],
    given: { op: 'Replace', path: 'name.givenName', value: ['Kim'] },
    expected: { op: 'Replace', path: 'name.givenName', value: ['Kim'] },
  },
  {
    fired: ['list-for-pathless-value', 'string-boolean'],
    given: { op: 'replace', value: [{ active: 'False' }] },
    expected: { op: 'replace', value: { active: false } },
  },
  {
    fired: ['empty-path', 'list-for-pathless-value'],
    given: { op: 'replace', path: '', value: [{ title: 'T' }] },
    expected: { op: 'replace', value: { title: 'T' } },
  },
  {
    fired: [],
    given: { op: 'replace', value: [{ title: 'T' }, { title: 'U' }] },
    expected: { op: 'replace', value: [{ title: 'T' }, { title: 'U' }] },
  },
  {
    fired: ['json-role'],
    given: { op: 'Add', path: 'roles', value: [{ value: '{"id":"1","value":"A","displayName":"B"}' }] },
    expected: { op: 'Add', path: 'roles', value: [{ value: 'A', display: 'B' }] },
  },
  {
    fired: ['json-role', 'remove-with-value'],
    given: { op: 'Remove', path: 'roles', value: [{ value: '{"id":"1","value":"A","displayName":"B"}' }] },
    expected: { op: 'remove', path: 'roles[value eq "A"]' },
  },
  {
    fired: ['remove-with-value'],
    given: { op: 'Remove', path: 'emails', value: [{ type: 'work', value: 'a"b' }, { value: 'c' }] },
    expected: {
      op: 'remove',
      path: 'emails[value eq "a\\"b" and type eq "work" or value eq "c"]',
    },
  },
  {
    fired: ['remove-with-value'],
    given: { op: 'remove', path: 'addresses', value: { type: 'work', country: 'DE' } },
    expected: { op: 'remove', path: 'addresses[type eq "work" and country eq "DE"]' },
    profile: 'jumpcloud',
  },
  {
    fired: ['null-ref'],
    given: { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u1' }] },
    expected: { op: 'Remove', path: 'members', value: [{ value: 'u1' }] },
    type: groupType,
  },
  {
    fired: ['bare-string-for-complex', 'single-value-for-array'],
    given: { op: 'add', path: 'members', value: 'u1' },
    expected: { op: 'add', path: 'members', value: [{ value: 'u1' }] },
    type: groupType,
  },
  {
    fired: ['single-value-for-array'],
    given: { op: 'remove', path: 'members', value: { value: 'u1' } },
    expected: { op: 'remove', path: 'members', value: [{ value: 'u1' }] },
    type: groupType,
  },
  {
    fired: ['single-value-for-array'],
    given: { op: 'replace', value: { members: { value: 'u1' } } },
    expected: { op: 'replace', value: { members: [{ value: 'u1' }] } },
    type: groupType,
  },
  {
    fired: ['number-for-string'],
    given: { op: 'replace', path: 'externalId', value: 12 },
    expected: { op: 'replace', path: 'externalId', value: '12' },
  },
  {
    fired: ['directory-group-urn'],
    given: { op: 'replace', value: { schemas: [group, directoryGroup], displayName: 'N' } },
    expected: { op: 'replace', value: { schemas: [group], displayName: 'N' } },
    type: groupType,
  },
  {
    fired: ['unknown-null'],
    given: { op: 'replace', value: { nonsense: null, title: null } },
    expected: { op: 'replace', value: { title: null } },
  },
];

/** Filters, as the client writes them and as the core is to read them. */
const filters: readonly {
  readonly fired: readonly string[];
  readonly given: string;
  readonly expected: string;
}[] = [
  {
    fired: ['extension-attribute-without-urn'],
    given: 'id eq "X" and manager eq "Y"',
    expected: `id eq "X" and ${enterprise}:manager eq "Y"`,
  },
  {
    fired: ['extension-attribute-without-urn'],
    given: 'manager.value pr or not (department eq "D")',
    expected: `${enterprise}:manager.value pr or not (${enterprise}:department eq "D")`,
  },
  {
    fired: ['malformed-enterprise-path'],
    given: `${malformed}:department eq "D"`,
    expected: `${enterprise}:department eq "D"`,
  },
  {
    fired: ['string-boolean-in-filter'],
    given: 'roles[primary eq "True" and value eq "True"]',
    expected: 'roles[primary eq true and value eq "True"]',
  },
  { fired: ['string-boolean-in-filter'], given: 'active eq "false"', expected: 'active eq false' },
  {
    fired: ['string-boolean-in-filter'],
    given: 'emails.primary eq "tRue"',
    expected: 'emails.primary eq true',
  },
  { fired: ['number-for-string-in-filter'], given: 'externalId eq 42', expected: 'externalId eq "42"' },
  { fired: ['number-for-string-in-filter'], given: 'userName eq true', expected: 'userName eq "true"' },
  { fired: [], given: 'active eq "perhaps"', expected: 'active eq "perhaps"' },
  { fired: [], given: 'nonsense eq "True"', expected: 'nonsense eq "True"' },
  { fired: [], given: `${enterprise}:manager.value eq "Y"`, expected: `${enterprise}:manager.value eq "Y"` },
];

describe('normaliseResourceBody()', () => {
  test.each(bodies)(
    'applies $fired to $given',
    ({ given, expected, fired, type = userType, profile = 'entra' }) => {
      const before = structuredClone(given);
      expect(normaliseResourceBody(given, type, profile)).toEqual({ body: expected, fired });
      expect(given).toEqual(before);
    },
  );

  test.each(bodies)('leaves $given as it is under rfc', ({ given, type = userType }) => {
    const { body, fired } = normaliseResourceBody(given, type, 'rfc');
    expect(body).toBe(given);
    expect(fired).toEqual([]);
  });

  test('fires nothing for a resource that follows the schema', () => {
    for (const type of [userType, groupType]) {
      fc.assert(
        fc.property(resourceOf(type), (resource) => {
          const { body, fired } = normaliseResourceBody(resource, type, 'entra');
          expect(fired).toEqual([]);
          expect(body).toBe(resource);
        }),
        { numRuns: 300 },
      );
    }
  });

  test('passes any JSON without throwing and leaves what is no object to validation', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const value = json as JsonValue;
        const { body } = normaliseResourceBody(value, userType, 'entra');
        if (typeof value !== 'object' || value === null || Array.isArray(value)) expect(body).toBe(value);
      }),
    );
  });

  test('keeps a property named __proto__ a plain property', () => {
    const hostile = JSON.parse(
      `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"department":"D",
        "active":"True","${enterprise}":{"__proto__":{"polluted":true},"costCenter":7}}`,
    );
    const { body } = normaliseResourceBody(hostile, userType, 'entra');
    expect(JSON.parse(JSON.stringify(body))).toMatchObject({
      active: true,
      [enterprise]: { costCenter: '7', department: 'D' },
    });
    expect(Object.hasOwn(body as object, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('normalisePatchBody()', () => {
  test('adds the schemas that a PATCH lacks', () => {
    const { schemas, ...message } = patch({ op: 'remove', path: 'title' });
    expect(normalisePatchBody(message, userType, 'authentik')).toEqual({
      body: { ...message, schemas },
      fired: ['patch-without-schemas'],
    });
    expect(normalisePatchBody(message, userType, 'entra')).toEqual({ body: message, fired: [] });
  });

  test('puts the URN of the message in place of older ones', () => {
    const message = { schemas: ['urn:scim:schemas:core:2.0', `${older}:2.0`], Operations: [] };
    expect(normalisePatchBody(message, userType, 'onelogin')).toEqual({
      body: { schemas: [patchOpUrn], Operations: [] },
      fired: ['older-schema-of-patch'],
    });
    expect(normalisePatchBody(message, userType, 'entra')).toEqual({ body: message, fired: [] });
  });

  test.each(operations)(
    'applies $fired to $given',
    ({ given, expected, fired, type = userType, profile = 'entra' }) => {
      const message = patch(given);
      const before = structuredClone(message);
      expect(normalisePatchBody(message, type, profile)).toEqual({ body: patch(expected), fired });
      expect(message).toEqual(before);
    },
  );

  test.each(operations)('leaves $given as it is under rfc', ({ given, type = userType }) => {
    const message = patch(given);
    const { body, fired } = normalisePatchBody(message, type, 'rfc');
    expect(body).toBe(message);
    expect(fired).toEqual([]);
  });

  test('names each row once and keeps the order and number of the operations', () => {
    const given = patch(
      { op: 'Add', path: 'active', value: 'True' },
      { op: 'Remove', path: 'roles', value: [{ value: 'r' }] },
      { op: 'replace', value: { active: 'False' } },
    );
    expect(normalisePatchBody(given, userType, 'entra')).toEqual({
      body: patch(
        { op: 'Add', path: 'active', value: true },
        { op: 'remove', path: 'roles[value eq "r"]' },
        { op: 'replace', value: { active: false } },
      ),
      fired: ['string-boolean', 'remove-with-value'],
    });
  });

  test.each<JsonValue>([
    { op: 'replace', path: 'displayName', value: 'N' },
    { op: 'add', path: 'emails', value: [{ type: 'work', value: 'a@b.c', primary: true }] },
    { op: 'replace', path: 'emails[type eq "work" and primary eq true].value', value: 'a@b.c' },
    { op: 'remove', path: 'emails[type eq "work"]' },
    { op: 'remove', path: 'emails' },
    { op: 'remove', path: 'emails', value: [] },
    { op: 'remove', path: 'emails', value: [{}] },
    { op: 'remove', path: 'emails', value: [{ value: 'a' }, null] },
    { op: 'replace', path: 'emails', value: [] },
    { op: 'replace', path: `${enterprise}:manager`, value: { value: 'm' } },
    { op: 'replace', path: `${enterprise}:manager.value`, value: 'm' },
    { op: 'replace', path: `${enterprise}:manager`, value: null },
    { op: 'add', path: enterprise, value: { department: 'D' } },
    { op: 'add', value: { active: false, 'name.givenName': 'K', [`${enterprise}:employeeNumber`]: 'E' } },
  ])('fires nothing for %j', (operation) => {
    const message = patch(operation);
    const { body, fired } = normalisePatchBody(message, userType, 'entra');
    expect(fired).toEqual([]);
    expect(body).toBe(message);
  });

  test.each<JsonValue>([
    null,
    [],
    'x',
    {},
    { Operations: null },
    { Operations: {} },
    patch(null, [], 7, 'op', {}, { op: 1, path: 2, value: 3 }),
    patch({ op: 'replace', path: 'emails[type eq', value: 'True' }),
    patch({ op: 'replace', path: '__proto__.polluted', value: 'True' }),
    patch({ op: 'replace', path: 'constructor.prototype', value: {} }),
    patch({ op: 'remove', path: ']]][[[', value: [1] }),
  ])('leaves %j to the core to refuse', (message) => {
    const { body, fired } = normalisePatchBody(message, userType, 'entra');
    expect(body).toBe(message);
    expect(fired).toEqual([]);
  });

  test('passes any JSON as an operation without throwing', () => {
    const operation = fc.record(
      { op: fc.constantFrom('add', 'Remove', 'replace'), path: fc.string(), value: fc.jsonValue() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(operation, (given) => {
        expect(normalisePatchBody(patch(given as JsonValue), userType, 'entra').body).toHaveProperty(
          'Operations',
        );
      }),
    );
  });
});

describe('readFilter() normalises', () => {
  test.each(filters)('$given as $expected', ({ given, expected, fired }) => {
    const normalised = readFilter(given, userType, 'entra');
    expect({ ...normalised, filter: printFilter(normalised.filter) }).toEqual({ filter: expected, fired });
  });

  test.each(filters)('nothing of $given under rfc', ({ given }) => {
    expect(readFilter(given, userType, 'rfc')).toEqual({ filter: parseFilter(given), fired: [] });
  });

  test('no attribute without URN where no extension declares it', () => {
    const given = 'id eq "G" and members eq "U"';
    expect(readFilter(given, groupType, 'entra')).toEqual({ filter: parseFilter(given), fired: [] });
  });
});

describe('readFilter()', () => {
  test.each([
    ['externalId eq jyoung', 'externalId eq "jyoung"', ['unquoted-filter-value']],
    [
      'manager eq m-1',
      `${enterprise}:manager eq "m-1"`,
      ['extension-attribute-without-urn', 'unquoted-filter-value'],
    ],
    ['userName eq "quoted"', 'userName eq "quoted"', []],
  ])('reads %s as %s', (given, expected, fired) => {
    const read = readFilter(given, userType, 'entra');
    expect({ ...read, filter: printFilter(read.filter) }).toEqual({ filter: expected, fired });
  });

  test.each<[ClientProfile, string]>([
    ['rfc', 'externalId eq jyoung'],
    ['okta', 'externalId eq jyoung'],
    ['entra', 'externalId eq'],
    ['entra', 'externalId eq a b'],
  ])('under %s refuses %s', (profile, text) => {
    expect(() => readFilter(text, userType, profile)).toThrow(
      expect.objectContaining({ code: 'invalidFilter' }),
    );
  });
});

describe('readFilter() reads a value without quotes', () => {
  test.each<[ClientProfile, boolean]>([
    ['entra', true],
    ['authentik', true],
    ['okta', false],
    ['rfc', false],
  ])('of %s: %s', (profile, expected) => {
    const read = () => readFilter('externalId eq jyoung', userType, profile).fired;
    if (expected) expect(read()).toEqual(['unquoted-filter-value']);
    else expect(read).toThrow(expect.objectContaining({ code: 'invalidFilter' }));
  });
});

describe('clientQuirks', () => {
  const hooks = ['message', 'operation', 'path', 'resource', 'value', 'removal', 'comparison', 'bareWords'];

  test.each(clientQuirks)('$id has one hook, clients other than rfc, and its evidence', (row) => {
    expect(hooks.filter((hook) => hook in row)).toHaveLength(1);
    expect(row.clients.length).toBeGreaterThan(0);
    expect(row.clients).not.toContain('rfc');
    for (const text of [row.deviation, row.normalisation, row.evidence]) expect(text).not.toBe('');
  });

  test('has each id once', () => {
    expect(new Set(clientQuirks.map(({ id }) => id)).size).toBe(clientQuirks.length);
  });

  test.each(clientQuirks)('$id is seen to fire by a case of this table', ({ id }) => {
    const seen = new Set([...bodies, ...operations, ...filters].flatMap(({ fired }) => fired));
    const elsewhere = ['patch-without-schemas', 'older-schema-of-patch', 'unquoted-filter-value'];
    expect(seen.has(id) || elsewhere.includes(id)).toBe(true);
  });
});

/** Resources that hold any of the type's attributes with values as RFC 7643 wants them. */
function resourceOf(type: ResourceType): fc.Arbitrary<Record<string, JsonValue>> {
  const attributes = attributesOf(type.schema.attributes);
  const extensions = type.extensions.map(
    ({ schema }) => [schema.id, attributesOf(schema.attributes)] as const,
  );
  const all = {
    ...attributes,
    ...Object.fromEntries(extensions.map(([id, record]) => [id, fc.record(record)])),
  };
  return fc
    .record(all, { requiredKeys: [] })
    .map((resource) => ({ schemas: [type.schema.id, ...Object.keys(resource).filter(isUrn)], ...resource }));
}

function isUrn(name: string): boolean {
  return name.startsWith('urn:');
}

function attributesOf(attributes: readonly Attribute[]): Record<string, fc.Arbitrary<JsonValue>> {
  return Object.fromEntries(attributes.map((attribute) => [attribute.name, anyValueOf(attribute)]));
}

function anyValueOf(attribute: Attribute): fc.Arbitrary<JsonValue> {
  if (attribute.multiValued)
    return fc.array(anyValueOf({ ...attribute, multiValued: false }), { maxLength: 3 });
  if (attribute.type === 'boolean') return fc.boolean();
  if (attribute.type === 'reference') return fc.webUrl();
  if (attribute.type !== 'complex')
    return fc.string({ minLength: 1 }).filter((text) => !text.startsWith('{'));
  return fc.record(attributesOf(attribute.subAttributes ?? []), {
    requiredKeys: [],
  }) as fc.Arbitrary<JsonValue>;
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../lib/scim/json.ts';
import { buildUser, differences, flattenUser } from '../../../tools/entra/attributes.ts';
import { person } from '../../../tools/entra/people.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

describe('flattenUser()', () => {
  test('reads every person back that buildUser() wrote', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, index) => {
        const attributes = person(seed, index);
        expect(differences(attributes, flattenUser(buildUser(attributes)))).toEqual([]);
      }),
    );
  });

  test('names attributes by the paths of the attribute mapping', () => {
    const resource: JsonObject = {
      schemas: ['x'],
      id: '1',
      meta: { version: 'W/"1"' },
      userName: 'a',
      name: { givenName: 'A' },
      emails: [{ type: 'work', value: 'a@b.c', primary: true, display: 'A' }],
      roles: [{ primary: true, value: 'Admin' }, { value: '{"value":"Reader"}' }, { value: 'Writer' }],
      [enterprise]: { department: 'R&D', manager: { value: 'm', displayName: 'M', $ref: '../Users/m' } },
    };
    expect([...flattenUser(resource)]).toEqual([
      ['userName', 'a'],
      ['name.givenName', 'A'],
      ['emails[type eq "work"].value', 'a@b.c'],
      ['emails[type eq "work"].primary', true],
      ['roles[primary eq "True"].primary', true],
      ['roles[primary eq "True"].value', 'Admin'],
      ['roles[value eq "Reader"].value', 'Reader'],
      ['roles[value eq "Writer"].value', 'Writer'],
      [`${enterprise}:department`, 'R&D'],
      [`${enterprise}:manager`, 'm'],
    ]);
  });

  test('keeps a second element of one type apart, so that it shows as a difference', () => {
    const phoneNumbers = [
      { type: 'work', value: '1' },
      { type: 'work', value: '2' },
    ];
    const expected = new Map([['phoneNumbers[type eq "work"].value', '1']]);
    expect(differences(expected, flattenUser({ phoneNumbers }))).toEqual([
      { path: 'phoneNumbers[type eq "work"] again.value', expected: undefined, got: '2' },
    ]);
  });
});

describe('differences()', () => {
  test('tells the boolean from the string that looks like it', () => {
    expect(differences(new Map([['active', false]]), new Map([['active', 'False']]))).toEqual([
      { path: 'active', expected: false, got: 'False' },
    ]);
  });
});

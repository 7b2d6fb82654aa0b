import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../lib/scim/json.ts';
import { applyPatch } from '../../../lib/scim/patch/apply.ts';
import { userType } from '../../../lib/scim/schema/resource-types.ts';
import { failure } from '../../support/failure.ts';
import { operationsOf } from './patching.ts';

const work = { type: 'work', value: 'w@example.com' };
const home = { type: 'home', value: 'h@example.com' };
const user: JsonObject = { userName: 'ada', emails: [work, home, { ...home, value: 'g@example.com' }] };

/** The user after an operation whose filter has to select one value, as the interoperability profile has it. */
function patchOne(operation: JsonValue): JsonObject {
  const operations = operationsOf([operation]).map((one) => ({
    ...one,
    selectsOne: true,
    mustSelect: one.op === 'replace',
  }));
  return applyPatch(user, operations, userType);
}

describe('applyPatch() of an operation that has to select one value', () => {
  test('changes the one that its filter selects', () => {
    const operation = { op: 'replace', path: 'emails[type eq "work"].value', value: 'x@example.com' };
    expect(patchOne(operation).emails).toEqual([
      { ...work, value: 'x@example.com' },
      ...(user.emails as JsonValue[]).slice(1),
    ]);
  });

  test.each(['add', 'replace', 'remove'])('refuses to %s what its filter selects twice', (op) => {
    expect(failure(() => patchOne({ op, path: 'emails[type eq "home"].display', value: 'X' }))).toEqual({
      code: 'invalidFilter',
      detail: 'Operation 1: emails[…].display selects 2 values: use a filter that selects one',
    });
  });

  test('refuses a replace whose filter selects nothing, also where it describes a value', () => {
    const operation = { op: 'replace', path: 'emails[type eq "other"].value', value: 'x@example.com' };
    expect(failure(() => patchOne(operation))).toEqual({
      code: 'noTarget',
      detail: 'Operation 1: emails[…].value selects no value: add the value to emails instead',
    });
  });

  test('adds the value that its filter describes, and changes nothing by a remove', () => {
    const added = patchOne({ op: 'add', path: 'emails[type eq "other"].value', value: 'x@example.com' });
    expect(added.emails).toContainEqual({ type: 'other', value: 'x@example.com' });
    expect(patchOne({ op: 'remove', path: 'emails[type eq "other"].value' })).toBe(user);
  });

  test('changes all values, or adds one, by a path without a filter', () => {
    const changed = patchOne({ op: 'replace', path: 'emails.display', value: 'X' });
    expect((changed.emails as JsonObject[]).map(({ display }) => display)).toEqual(['X', 'X', 'X']);
    expect(patchOne({ op: 'replace', path: 'roles.value', value: 'r' }).roles).toEqual([{ value: 'r' }]);
  });
});

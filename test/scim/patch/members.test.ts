import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../lib/scim/json.ts';
import { foldMembers, readMembers, separateMembers } from '../../../lib/scim/patch/members.ts';
import { groupType, userType } from '../../../lib/scim/schema/resource-types.ts';
import { failure } from '../../support/failure.ts';
import { operationsOf, scimErrorOf } from './patching.ts';

const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const separate = (...operations: JsonValue[]) => separateMembers(operationsOf(operations), groupType);
const stepsOf = (...operations: JsonValue[]) => separate(...operations).steps;

describe('separateMembers() reads', () => {
  test.each<[string, JsonObject, readonly JsonObject[]]>([
    [
      'the members of an add',
      {
        op: 'add',
        path: 'members',
        value: [
          { $ref: null, value: 'u1' },
          { VALUE: 'g1', type: 'Group', display: 'G' },
        ],
      },
      [{ kind: 'add', number: 1, members: [{ value: 'u1' }, { value: 'g1', type: 'Group' }] }],
    ],
    [
      'one member without an array',
      { op: 'add', path: 'Members', value: { value: 'u1', type: null } },
      [{ kind: 'add', number: 1, members: [{ value: 'u1' }] }],
    ],
    [
      'a path with the URN of the schema',
      { op: 'replace', path: `${groupUrn}:members`, value: [{ value: 'u1' }] },
      [{ kind: 'replace', number: 1, members: [{ value: 'u1' }] }],
    ],
    ['an add of nothing', { op: 'add', path: 'members', value: [] }, []],
    ['an add of null', { op: 'add', path: 'members', value: null }, []],
    [
      'a replace by nothing',
      { op: 'replace', path: 'members', value: [] },
      [{ kind: 'removeAll', number: 1 }],
    ],
    [
      'a replace by null',
      { op: 'replace', path: 'members', value: null },
      [{ kind: 'removeAll', number: 1 }],
    ],
    ['a remove without value', { op: 'remove', path: 'members' }, [{ kind: 'removeAll', number: 1 }]],
    [
      'a remove that carries values as only these',
      { op: 'remove', path: 'members', value: [{ $ref: null, value: 'u1' }] },
      [{ kind: 'remove', number: 1, values: ['u1'] }],
    ],
    [
      'a remove that carries null as everybody',
      { op: 'remove', path: 'members', value: null },
      [{ kind: 'removeAll', number: 1 }],
    ],
    [
      'a remove by one id',
      { op: 'remove', path: 'members[value eq "u1"]' },
      [{ kind: 'remove', number: 1, values: ['u1'] }],
    ],
    [
      'a remove by several ids, leaving out what can be none',
      { op: 'remove', path: 'members[value eq "u1" or VALUE eq "u2" or value eq ""]' },
      [{ kind: 'remove', number: 1, values: ['u1', 'u2'] }],
    ],
  ])('%s', (_, operation, steps) => {
    expect(separate(operation)).toEqual({ operations: [], steps });
  });

  test.each([
    ['value eq "u1" and type eq "user"', [true, true, false, false, false]],
    ['value ne "u1"', [false, false, false, true, true]],
    ['value sw "u" or type eq "Group"', [true, true, true, false, true]],
    ['Type pr', [true, true, true, true, true]],
    ['not (VALUE eq "u1")', [false, false, false, true, true]],
    ['value eq null', [false, false, false, false, false]],
    ['value eq "u1" or type eq "Group"', [true, true, true, false, false]],
  ])('a remove by %s as a predicate', (filter, expected) => {
    const [step] = stepsOf({ op: 'remove', path: `members[${filter}]` });
    if (step?.kind !== 'removeWhere') throw new Error('Not a removeWhere');
    const members = [
      { value: 'u1' },
      { value: 'u1', type: 'User' },
      { value: 'u1', type: 'Group' },
      { value: 'U1' },
      { value: 'u2' },
    ];
    expect(members.map(step.selects)).toEqual(expected);
  });

  test.each([
    'display eq "A"',
    'values eq "u1"',
    'xvalue eq "u1"',
    'value eq "u1" and display pr',
    'value eq "u1" or not (display pr)',
  ])('no remove by %s', (filter) => {
    expect(failure(() => stepsOf({ op: 'remove', path: `members[${filter}]` }))).toEqual({
      code: 'invalidFilter',
      detail: 'Operation 1: A filter on members can use only "value" and "type"',
    });
  });
});

describe('separateMembers()', () => {
  test('keeps the order, the numbers and all other operations', () => {
    const title = { op: 'replace', path: 'displayName', value: 'A' };
    const separated = separate(
      title,
      { op: 'remove', path: 'members' },
      { op: 'remove', path: 'externalId' },
      { op: 'add', path: 'members', value: { value: 'u1' } },
    );
    expect(separated.operations).toEqual(
      operationsOf([title, title, { op: 'remove', path: 'externalId' }]).filter(({ number }) => number !== 2),
    );
    expect(separated.steps.map(({ kind, number }) => [kind, number])).toEqual([
      ['removeAll', 2],
      ['add', 4],
    ]);
  });

  test('takes the members out of a value without path, in any spelling', () => {
    const value = {
      id: 'g',
      displayName: 'A',
      Members: [{ value: 'u1' }],
      [`${groupUrn}:members`]: [{ value: 'u2' }],
    };
    expect(separate({ op: 'add', value })).toEqual({
      operations: [{ number: 1, op: 'add', value: { id: 'g', displayName: 'A' } }],
      steps: [
        { kind: 'add', number: 1, members: [{ value: 'u1' }] },
        { kind: 'add', number: 1, members: [{ value: 'u2' }] },
      ],
    });
  });

  test('drops a value without path that held nothing but members', () => {
    expect(separate({ op: 'replace', value: { members: null } })).toEqual({
      operations: [],
      steps: [{ kind: 'removeAll', number: 1 }],
    });
  });

  test('leaves what names no members as it came', () => {
    const operations = operationsOf([
      { op: 'add', value: {} },
      { op: 'add', value: 'x' },
      { op: 'add', path: 'shoes', value: 1 },
      { op: 'add', path: 'members.shoes', value: 1 },
    ]);
    expect(separateMembers(operations, groupType)).toEqual({ operations, steps: [] });
  });

  test('bounds the removes by a filter, but not those by ids', () => {
    const byType = { op: 'remove', path: 'members[type eq "User"]' };
    const byId = { op: 'remove', path: 'members[value eq "u1"]' };
    const most = new Array<JsonValue>(20).fill(byType);
    expect(stepsOf(...most, ...most.map(() => byId))).toHaveLength(40);
    const error = scimErrorOf(() => stepsOf(...most, byType));
    expect([error.code, error.message]).toEqual([
      'invalidFilter',
      expect.stringMatching(/^Operation 21: .*20 filters/),
    ]);
  });

  test('leaves the operations on a type without members as they came', () => {
    const operations = operationsOf([{ op: 'add', value: { members: 1 } }]);
    expect(separateMembers(operations, userType)).toEqual({ operations, steps: [] });
  });

  test.each<[string, JsonObject, string, string]>([
    [
      'a member that is no object',
      { op: 'add', path: 'members', value: [{ value: 'u1' }, 'u2'] },
      'invalidValue',
      'members[1]',
    ],
    [
      'a member without value',
      { op: 'add', path: 'members', value: [{ display: 'x' }] },
      'invalidValue',
      'members[0].value',
    ],
    [
      'a value that is no string',
      { op: 'replace', path: 'members', value: [{ value: 1 }] },
      'invalidValue',
      'members[0].value',
    ],
    [
      'an empty value',
      { op: 'add', path: 'members', value: [{ value: '' }] },
      'invalidValue',
      'members[0].value',
    ],
    [
      'a value that names nobody',
      { op: 'add', path: 'members', value: [{ value: 'a\nb' }] },
      'invalidValue',
      'members[0].value',
    ],
    [
      'a value that is too long',
      { op: 'add', path: 'members', value: [{ value: 'x'.repeat(257) }] },
      'invalidValue',
      'members[0].value',
    ],
    [
      'a type that is no string',
      { op: 'add', path: 'members', value: [{ value: 'u', type: 1 }] },
      'invalidValue',
      'members[0].type',
    ],
    [
      'a removed member that is no object',
      { op: 'remove', path: 'members', value: ['u1'] },
      'invalidValue',
      'members[0]',
    ],
    ['a wrong member without path', { op: 'add', value: { members: ['u1'] } }, 'invalidValue', 'members[0]'],
    [
      'a change to the type of a member',
      { op: 'replace', path: 'members[value eq "u"].type', value: 'User' },
      'mutability',
      'members.type',
    ],
    [
      'a change to the values of members',
      { op: 'replace', path: 'members.value', value: 'u' },
      'mutability',
      'members.value',
    ],
    [
      'the removal of a sub-attribute',
      { op: 'remove', path: 'members[value eq "u"].display' },
      'mutability',
      'members.display',
    ],
    [
      'a change to a selected member',
      { op: 'replace', path: 'members[value eq "u"]', value: { value: 'v' } },
      'mutability',
      'members',
    ],
    [
      'an unknown sub-attribute',
      { op: 'remove', path: 'members[value eq "u"].shoe' },
      'invalidPath',
      '"shoe"',
    ],
    [
      'an unknown name in the filter',
      { op: 'remove', path: 'members[shoe eq "u"]' },
      'invalidFilter',
      '"value" and "type"',
    ],
    [
      'a name that memberships do not hold',
      { op: 'remove', path: 'members[value eq "u" and not (display pr)]' },
      'invalidFilter',
      '"value" and "type"',
    ],
    [
      'a value of another type in the filter',
      { op: 'remove', path: 'members[value eq 1]' },
      'invalidFilter',
      'value',
    ],
    ['a malformed key', { op: 'add', value: { 'members[': [] } }, 'invalidPath', '"members["'],
  ])('refuses %s and names the operation', (_, operation, code, detail) => {
    const error = scimErrorOf(() => separate({ op: 'remove', path: 'externalId' }, operation));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^Operation 2: /);
    expect(error.message).toContain(detail);
  });
});

describe('foldMembers()', () => {
  const add = (...ids: string[]) => ({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) });
  const remove = (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` });
  const fold = (...operations: JsonValue[]) => {
    const { clear, add, remove, where } = foldMembers(stepsOf(...operations));
    return { clear, add: [...add.keys()], remove: [...remove], where: where.length };
  };
  const nothing = { clear: false, add: [], remove: [], where: 0 };

  test.each<[string, readonly JsonObject[], object]>([
    ['nothing changes nothing', [], nothing],
    ['members are added once', [add('a', 'b'), add('b')], { ...nothing, add: ['a', 'b'] }],
    ['an add undoes a remove', [remove('a'), add('a')], { ...nothing, add: ['a'] }],
    ['a remove undoes an add and still removes', [add('a'), remove('a')], { ...nothing, remove: ['a'] }],
    [
      'a remove of all forgets what was before',
      [add('a'), remove('b'), { op: 'remove', path: 'members' }],
      { ...nothing, clear: true },
    ],
    [
      'a replace clears and adds',
      [add('a'), { ...add('b'), op: 'replace' }],
      { ...nothing, clear: true, add: ['b'] },
    ],
    [
      'after a clear only what was added can be removed',
      [{ ...add('a', 'b'), op: 'replace' }, remove('a'), remove('c')],
      { ...nothing, clear: true, add: ['b'] },
    ],
    [
      'a filter takes out what was added before',
      [add('a'), { op: 'remove', path: 'members[type eq "User"]' }],
      { ...nothing, where: 1 },
    ],
    [
      'a filter spares what is added after',
      [{ op: 'remove', path: 'members[type eq "User"]' }, add('a')],
      { ...nothing, add: ['a'], where: 1 },
    ],
    [
      'a filter after a clear concerns only what was added',
      [
        { ...add('a'), op: 'replace' },
        { op: 'remove', path: 'members[value pr]' },
      ],
      { ...nothing, clear: true },
    ],
  ])('%s', (_, operations, expected) => {
    expect(fold(...operations)).toEqual(expected);
  });

  test('keeps the type that a client gives', () => {
    const { add } = foldMembers(
      stepsOf({ op: 'add', path: 'members', value: [{ value: 'g', type: 'Group' }] }),
    );
    expect([...add]).toEqual([['g', { value: 'g', type: 'Group' }]]);
  });

  const id = fc.constantFrom('a', 'b', 'c', 'd');
  const typeOf = (value: string) => (value < 'c' ? 'User' : 'Group');
  const listed = fc
    .array(id, { maxLength: 3 })
    .map((ids) => ids.map((value) => ({ value, type: typeOf(value) })));
  const operation = fc.oneof(
    listed.map((value) => ({ op: 'add', path: 'members', value })),
    listed.map((value) => ({ op: 'replace', path: 'members', value })),
    listed.filter((value) => value.length > 0).map((value) => ({ op: 'remove', path: 'members', value })),
    id.map(remove),
    fc
      .constantFrom('type eq "Group"', 'type eq "User" and value ne "a"', 'not (value eq "b")')
      .map((filter) => ({ op: 'remove', path: `members[${filter}]` })),
    fc.constant({ op: 'remove', path: 'members' }),
  );

  test('makes the same group as the steps one after the other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id), fc.array(operation, { maxLength: 8 }), (present, operations) => {
        const steps = stepsOf(...operations);
        const { clear, add, remove, where } = foldMembers(steps);
        const selected = (value: string) => where.some((selects) => selects({ value, type: typeOf(value) }));
        const staying = present.filter((value) => !clear && !remove.has(value) && !selected(value));
        expect(new Set([...staying, ...add.keys()])).toEqual(steps.reduce(takeStep, new Set(present)));
      }),
    );
  });

  type Step = Parameters<typeof foldMembers>[0][number];

  function takeStep(present: ReadonlySet<string>, step: Step): ReadonlySet<string> {
    const member = (value: string) => ({ value, type: typeOf(value) });
    switch (step.kind) {
      case 'removeAll':
        return new Set();
      case 'replace':
        return new Set(step.members.map(({ value }) => value));
      case 'add':
        return new Set([...present, ...step.members.map(({ value }) => value)]);
      case 'remove':
        return new Set([...present].filter((value) => !step.values.includes(value)));
      case 'removeWhere':
        return new Set([...present].filter((value) => !step.selects(member(value))));
    }
  }
});

describe('readMembers()', () => {
  test.each<[JsonValue | undefined, readonly object[]]>([
    [undefined, []],
    [null, []],
    [[], []],
    [{ value: 'a' }, [{ value: 'a' }]],
    [[{ VALUE: 'a', Type: 'Group', display: 'A' }], [{ value: 'a', type: 'Group' }]],
    [[{ value: 'a', type: null }], [{ value: 'a' }]],
  ])('reads %j', (value, members) => {
    expect(readMembers(value)).toStrictEqual(members);
  });

  const id = 'members[1].value must be the id of a user or group';
  test.each<[JsonValue, string]>([
    ['a', 'members[1] must be an object with a "value"'],
    [null, 'members[1] must be an object with a "value"'],
    [{}, id],
    [{ value: 7 }, id],
    [{ value: '' }, id],
    [{ value: 'a\u0007' }, id],
    [{ value: 'x'.repeat(201) }, id],
    [{ value: 'a', type: 7 }, 'members[1].type must be a string'],
  ])('refuses %j', (element, detail) => {
    const refusal = failure(() => readMembers([{ value: 'first' }, element]));
    expect(refusal).toEqual({ code: 'invalidValue', detail });
  });
});

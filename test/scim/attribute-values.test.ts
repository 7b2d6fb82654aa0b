import { describe, expect, test } from 'vitest';
import { attributeValues } from '../../lib/scim/attribute-values.ts';
import type { JsonValue } from '../../lib/scim/json.ts';
import { failure } from '../support/failure.ts';
import { badgeType, vehicleUrn } from './filter/badge.ts';

const emails: readonly JsonValue[] = [
  { value: 'w@b.c', type: 'work' },
  { value: 'h@b.c', type: 'home' },
  { type: 'work' },
  { value: null, type: 'work' },
  'stray',
];
const badge = {
  userName: 'ada',
  active: false,
  floor: 0,
  aliases: ['one', '', 'two'],
  name: { givenName: 'Ada' },
  emails,
  pins: 'stray',
  [vehicleUrn]: { plate: 'M-XY 1', owner: { value: 'Ab' } },
};

describe('attributeValues()', () => {
  test.each<[string, readonly unknown[]]>([
    ['userName', ['ada']],
    ['USERNAME', ['ada']],
    ['active', [false]],
    ['floor', [0]],
    ['aliases', ['one', 'two']],
    ['name', [{ givenName: 'Ada' }]],
    ['name.givenName', ['Ada']],
    ['emails.value', ['w@b.c', 'h@b.c']],
    ['emails[type eq "work"].value', ['w@b.c']],
    ['emails[type eq "work"]', [emails[0], emails[2], emails[3]]],
    ['emails[type eq "other"].value', []],
    ['pins', ['stray']],
    ['pins.hint', []],
    ['weight', []],
    [`${vehicleUrn}:plate`, ['M-XY 1']],
    [`${vehicleUrn}:owner.value`, ['Ab']],
    [`${vehicleUrn}:owner.displayName`, []],
  ])('finds %s: %j', (path, expected) => {
    expect(attributeValues(badge, badgeType, path)).toEqual(expected);
    expect(attributeValues(badge, badgeType, path)).toEqual(expected);
  });

  test.each([[null], [''], [[]]])('counts %j as unassigned', (value) => {
    expect(attributeValues({ userName: value }, badgeType, 'userName')).toEqual([]);
  });

  test.each(['plate', 'owner.value'])('finds no %s where the resource lacks the extension', (name) => {
    expect(
      attributeValues({ plate: 'x', owner: { value: 'x' } }, badgeType, `${vehicleUrn}:${name}`),
    ).toEqual([]);
    expect(attributeValues({ [vehicleUrn]: 'x' }, badgeType, `${vehicleUrn}:${name}`)).toEqual([]);
  });

  test('finds no value of a whole extension, which is no attribute', () => {
    expect(attributeValues(badge, badgeType, vehicleUrn)).toEqual([]);
  });

  test('keeps the paths of one type from those of another', () => {
    const other = { ...badgeType, schema: { ...badgeType.schema, attributes: [] } };
    expect(attributeValues(badge, badgeType, 'userName')).toEqual(['ada']);
    expect(failure(() => attributeValues(badge, other, 'userName'))).toMatchObject({ code: 'invalidPath' });
  });

  test.each([
    ['shoeSize', 'invalidPath'],
    ['emails[size eq 1].value', 'invalidFilter'],
  ])('throws for %s', (path, code) => {
    expect(failure(() => attributeValues(badge, badgeType, path))).toMatchObject({ code });
  });
});

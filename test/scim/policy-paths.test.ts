import { describe, expect, test } from 'vitest';
import { requiringPaths } from '../../lib/scim/policy-paths.ts';
import type { Attribute, ResourceType } from '../../lib/scim/schema/attribute.ts';
import { failure } from '../support/failure.ts';
import { badgeType, vehicleUrn } from './filter/badge.ts';

/** What a type requires, by its paths. */
function requiredIn({ schema, extensions }: ResourceType): readonly string[] {
  const names = (attributes: readonly Attribute[], prefix: string): readonly string[] =>
    attributes.flatMap(({ name, required, subAttributes = [] }) => [
      ...(required ? [prefix + name] : []),
      ...names(subAttributes, `${prefix}${name}.`),
    ]);
  return [
    ...names(schema.attributes, ''),
    ...extensions.flatMap((one) => [
      ...(one.required ? [one.schema.id] : []),
      ...names(one.schema.attributes, `${one.schema.id}:`),
    ]),
  ];
}

describe('requiringPaths()', () => {
  test.each<[readonly string[], readonly string[]]>([
    [[], []],
    [['userName'], ['userName']],
    [
      ['USERNAME', 'floor'],
      ['userName', 'floor'],
    ],
    [['name'], ['name']],
    [['name.givenName'], ['name', 'name.givenName']],
    [['emails.value'], ['emails']],
    [['emails[type eq "work"].value'], ['emails']],
    [[`${vehicleUrn}:plate`], [vehicleUrn, `${vehicleUrn}:plate`]],
    [
      [`${vehicleUrn}:owner.value`, 'userName'],
      ['userName', vehicleUrn, `${vehicleUrn}:owner`, `${vehicleUrn}:owner.value`],
    ],
    [[vehicleUrn], []],
  ])('of %j requires %j', (paths, expected) => {
    expect(requiredIn(requiringPaths(badgeType, paths))).toEqual(expected);
    expect(requiredIn(badgeType)).toEqual([]);
  });

  test('changes nothing else of the type', () => {
    const type = requiringPaths(badgeType, ['name.givenName', `${vehicleUrn}:plate`]);
    const bare = (one: ResourceType) =>
      JSON.parse(JSON.stringify(one, (key, value) => (key === 'required' ? undefined : value)));
    expect(bare(type)).toEqual(bare(badgeType));
  });

  test('leaves other extensions as they are', () => {
    const other = { required: false, schema: { ...badgeType.schema, id: 'urn:example:other' } };
    const type = { ...badgeType, extensions: [other, ...badgeType.extensions] };
    expect(requiringPaths(type, [`${vehicleUrn}:plate`]).extensions[0]).toBe(other);
  });

  test('throws for what the type does not have', () => {
    expect(failure(() => requiringPaths(badgeType, ['shoeSize']))).toMatchObject({ code: 'invalidPath' });
  });
});

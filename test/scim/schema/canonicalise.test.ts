import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../lib/scim/json.ts';
import type { Attribute, ResourceType } from '../../../lib/scim/schema/attribute.ts';
import { canonicalise } from '../../../lib/scim/schema/canonical-form.ts';

const description = 'D';
const size: Attribute = { name: 'size', canonicalValues: ['small', 'large'], description };
const address: Attribute = {
  name: 'address',
  type: 'complex',
  description,
  subAttributes: [{ name: 'value', canonicalForm: 'email', description }, size],
};
const shelf = 'urn:example:Shelf';
const boxType: ResourceType = {
  name: 'Box',
  endpoint: '/Boxes',
  description,
  schema: {
    id: 'urn:example:Box',
    name: 'Box',
    description,
    attributes: [
      size,
      { ...size, name: 'sizes', multiValued: true },
      address,
      { ...address, name: 'addresses', multiValued: true },
      { name: 'weight', type: 'integer', description },
      { name: 'odd', type: 'complex', description },
    ],
  },
  extensions: [
    { required: false, schema: { id: shelf, name: 'Shelf', description, attributes: [size, address] } },
  ],
};

describe('canonicalise()', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['a text', { size: 'SMALL' }, { size: 'small' }],
    ['each of several texts', { sizes: ['LARGE', 'other'] }, { sizes: ['large', 'other'] }],
    [
      'the parts of a complex value',
      { address: { value: 'A@B.C', size: 'Small', other: 'SMALL' } },
      { address: { value: 'A@b.c', size: 'small', other: 'SMALL' } },
    ],
    [
      'the parts of each complex value',
      { addresses: [{ value: 'A@B.C' }, { size: 'LARGE' }] },
      { addresses: [{ value: 'A@b.c' }, { size: 'large' }] },
    ],
    ['an extension', { [shelf]: { size: 'SMALL', x: 'SMALL' } }, { [shelf]: { size: 'small', x: 'SMALL' } }],
    [
      'a complex value in an extension',
      { [shelf]: { address: { size: 'SMALL' } } },
      { [shelf]: { address: { size: 'small' } } },
    ],
  ])('writes %s in canonical form', (_what, resource, expected) => {
    expect(canonicalise(resource, boxType)).toEqual(expected);
  });

  test.each<[JsonObject]>([
    [{ weight: 7, size: null }],
    [{ unknown: 'SMALL', id: 'SMALL', schemas: ['urn:example:BOX'] }],
    [{ [shelf]: 'SMALL' }],
    [{ odd: { size: 'SMALL' } }],
  ])('leaves %j as it is', (resource) => {
    expect(canonicalise(resource, boxType)).toEqual(resource);
  });

  test('changes nothing of what it was given', () => {
    const resource = { size: 'SMALL', addresses: [{ value: 'A@B.C' }] };
    const before = structuredClone(resource);
    canonicalise(resource, boxType);
    expect(resource).toEqual(before);
  });
});

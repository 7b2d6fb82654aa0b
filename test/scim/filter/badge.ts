import type { Attribute, ResourceType } from '../../../lib/scim/schema/attribute.ts';

const described = (attributes: readonly Omit<Attribute, 'description'>[]): readonly Attribute[] =>
  attributes.map((attribute) => ({ description: attribute.name, ...attribute }));

export const vehicleUrn = 'urn:example:params:scim:schemas:extension:vehicle:2.0:Badge';

/** A resource type that has an attribute of every data type and shape. */
export const badgeType: ResourceType = {
  name: 'Badge',
  endpoint: '/Badges',
  description: 'Badge',
  schema: {
    id: 'urn:example:params:scim:schemas:core:2.0:Badge',
    name: 'Badge',
    description: 'Badge',
    attributes: described([
      { name: 'userName' },
      { name: 'serial', caseExact: true },
      { name: 'active', type: 'boolean' },
      { name: 'floor', type: 'integer' },
      { name: 'weight', type: 'decimal' },
      { name: 'expires', type: 'dateTime' },
      { name: 'photo', type: 'binary' },
      { name: 'profileUrl', type: 'reference', referenceTypes: ['external'] },
      { name: 'aliases', multiValued: true },
      { name: 'password', mutability: 'writeOnly', returned: 'never' },
      { name: 'name', type: 'complex', subAttributes: described([{ name: 'givenName' }]) },
      {
        name: 'emails',
        type: 'complex',
        multiValued: true,
        subAttributes: described([
          { name: 'value' },
          { name: 'type', canonicalValues: ['work', 'home'] },
          { name: 'primary', type: 'boolean' },
        ]),
      },
      {
        name: 'pins',
        type: 'complex',
        multiValued: true,
        subAttributes: described([{ name: 'value', returned: 'never' }, { name: 'hint' }]),
      },
    ]),
  },
  extensions: [
    {
      required: false,
      schema: {
        id: vehicleUrn,
        name: 'Vehicle',
        description: 'Vehicle',
        attributes: described([
          { name: 'plate' },
          {
            name: 'owner',
            type: 'complex',
            subAttributes: described([{ name: 'value', caseExact: true }, { name: 'displayName' }]),
          },
        ]),
      },
    },
  ],
};

import type { JsonObject } from '../../../lib/scim/json.ts';
import type { ResourceType } from '../../../lib/scim/schema/attribute.ts';
import { validateResource } from '../../../lib/scim/validate.ts';

/** A type with every mutability and data type, as an extension of the deployment might have them. */
export const badgeType: ResourceType = {
  name: 'Badge',
  endpoint: '/Badges',
  description: 'Badges',
  schema: {
    id: 'urn:example:Badge',
    name: 'Badge',
    description: 'Badges',
    attributes: [
      { name: 'serial', required: true, mutability: 'immutable', description: 'S' },
      { name: 'pin', mutability: 'writeOnly', returned: 'never', description: 'P' },
      { name: 'level', type: 'integer', description: 'L' },
      { name: 'height', type: 'decimal', description: 'H' },
      { name: 'since', type: 'dateTime', description: 'S' },
      { name: 'doors', multiValued: true, description: 'D' },
      {
        name: 'issuer',
        type: 'complex',
        description: 'I',
        subAttributes: [
          { name: 'value', required: true, mutability: 'immutable', description: 'V' },
          { name: 'note', description: 'N' },
        ],
      },
    ],
  },
  extensions: [
    {
      required: true,
      schema: {
        id: 'urn:example:Site',
        name: 'Site',
        description: 'Site',
        attributes: [{ name: 'site', required: true, mutability: 'immutable', description: 'S' }],
      },
    },
  ],
};

/** The least that a badge must have. */
export const badge = { serial: 'A1', 'urn:example:Site': { site: 'B' } };

/** A badge as a create request with these attributes yields it. */
export function createdBadge(attributes: JsonObject): JsonObject {
  const body = { schemas: ['urn:example:Badge'], ...badge, ...attributes };
  return validateResource(body, badgeType, { context: 'create' });
}

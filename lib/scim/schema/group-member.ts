import type { Attribute, ResourceType, Schema } from './attribute.ts';
import { readOnly, reference } from './declare.ts';

/** The extension of groups with the place and the number of their members (draft-zollner-scim-group-members-01). */
export const groupMembersExtension: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:groupMembers:2.0:Group',
  name: 'GroupMembers',
  description: 'The place and the number of the members of a group.',
  attributes: readOnly([
    {
      name: 'membersMetadata',
      type: 'complex',
      description: 'Metadata about the members of the group.',
      subAttributes: [
        {
          name: 'policy',
          canonicalValues: ['inline', 'external', 'hybrid'],
          description: 'The place of the members: in the group, in resources of their own, or both.',
        },
        reference('ref', ['GroupMember'], 'The URI that lists the members page by page.'),
        { name: 'memberCount', type: 'integer', description: 'The number of direct members.' },
        {
          name: 'allowedMemberTypes',
          multiValued: true,
          caseExact: true,
          description: 'The resource types that members may have.',
        },
      ],
    },
  ]),
};

/** Declares the attribute for one end of a membership, a resource of one of `types`, with `more` sub-attributes. */
function end(
  { name, description }: Attribute,
  types: readonly string[],
  more: readonly Attribute[] = [],
): Attribute {
  const fixed = { required: true, mutability: 'immutable' } as const;
  return {
    ...fixed,
    name,
    type: 'complex',
    description,
    subAttributes: [
      { ...fixed, name: 'value', caseExact: true, description: `The id of the ${name}.` },
      ...readOnly([
        reference('$ref', types, `The URI of the ${name}.`),
        ...more,
        { name: 'display', returned: 'request', description: `The display name of the ${name}.` },
      ]),
    ],
  };
}

/** The schema of a membership as a resource of its own (draft-zollner-scim-group-members-01). */
const groupMemberSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:GroupMember',
  name: 'GroupMember',
  description: 'A direct membership of a user or group in a group.',
  attributes: [
    end({ name: 'group', description: 'The group that has the member.' }, ['Group']),
    end(
      { name: 'member', description: 'The member of the group.' },
      ['User', 'Group'],
      [{ name: 'type', canonicalValues: ['User', 'Group'], description: 'The resource type of the member.' }],
    ),
  ],
};

/** Memberships as resources. They are created, retrieved and deleted, but never changed. */
export const groupMemberType = {
  name: 'GroupMember',
  endpoint: '/GroupMembers',
  description: 'Memberships of users and groups in groups',
  schema: groupMemberSchema,
  extensions: [],
} as const satisfies ResourceType;

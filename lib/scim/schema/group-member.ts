import type { Attribute, ResourceType, Schema } from './attribute.ts';
import { attribute, complex, readOnly, reference } from './declare.ts';

/** The extension of groups with the place and the number of their members (draft-zollner-scim-group-members-01). */
export const groupMembersExtension: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:groupMembers:2.0:Group',
  name: 'GroupMembers',
  description: 'The place and the number of the members of a group.',
  attributes: readOnly([
    complex('membersMetadata', 'Metadata about the members of the group.', [
      attribute('policy', 'The place of the members: in the group, in resources of their own, or both.', {
        canonicalValues: ['inline', 'external', 'hybrid'],
      }),
      reference('ref', ['GroupMember'], 'The URI that lists the members page by page.'),
      attribute('memberCount', 'The number of direct members.', { type: 'integer' }),
      attribute('allowedMemberTypes', 'The resource types that members may have.', {
        multiValued: true,
        caseExact: true,
      }),
    ]),
  ]),
};

/** Declares the attribute for one end of a membership, a resource of one of `types`, with `more` sub-attributes. */
function end(
  { name, description }: Attribute,
  types: readonly string[],
  more: readonly Attribute[] = [],
): Attribute {
  const fixed = { required: true, mutability: 'immutable' } as const;
  const inside = complex(name, description, [
    attribute('value', `The id of the ${name}.`, { ...fixed, caseExact: true }),
    ...readOnly([
      reference('$ref', types, `The URI of the ${name}.`),
      ...more,
      attribute('display', `The display name of the ${name}.`, { returned: 'request' }),
    ]),
  ]);
  return { ...inside, ...fixed };
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
      [attribute('type', 'The resource type of the member.', { canonicalValues: ['User', 'Group'] })],
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

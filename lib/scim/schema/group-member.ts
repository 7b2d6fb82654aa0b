import type { ResourceType, Schema } from './attribute.ts';

/** The schema of a membership as a resource of its own (draft-zollner-scim-group-members-01). */
const groupMemberSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:GroupMember',
  name: 'GroupMember',
  description: 'A direct membership of a user or group in a group.',
  attributes: [
    {
      name: 'group',
      type: 'complex',
      required: true,
      mutability: 'immutable',
      description: 'The group that has the member.',
      subAttributes: [
        {
          name: 'value',
          required: true,
          caseExact: true,
          mutability: 'immutable',
          description: 'The id of the group.',
        },
        {
          name: '$ref',
          type: 'reference',
          referenceTypes: ['Group'],
          caseExact: true,
          mutability: 'readOnly',
          description: 'The URI of the group.',
        },
        {
          name: 'display',
          mutability: 'readOnly',
          returned: 'request',
          description: 'The display name of the group.',
        },
      ],
    },
    {
      name: 'member',
      type: 'complex',
      required: true,
      mutability: 'immutable',
      description: 'The member of the group.',
      subAttributes: [
        {
          name: 'value',
          required: true,
          caseExact: true,
          mutability: 'immutable',
          description: 'The id of the member.',
        },
        {
          name: '$ref',
          type: 'reference',
          referenceTypes: ['User', 'Group'],
          caseExact: true,
          mutability: 'readOnly',
          description: 'The URI of the member.',
        },
        {
          name: 'type',
          canonicalValues: ['User', 'Group'],
          mutability: 'readOnly',
          description: 'The resource type of the member.',
        },
        {
          name: 'display',
          mutability: 'readOnly',
          returned: 'request',
          description: 'The display name of the member.',
        },
      ],
    },
  ],
} as const satisfies Schema;

/** Memberships as resources, which are created, retrieved and deleted but never changed. */
export const groupMemberType = {
  name: 'GroupMember',
  endpoint: '/GroupMembers',
  description: 'Memberships of users and groups in groups',
  schema: groupMemberSchema,
  extensions: [],
} as const satisfies ResourceType;

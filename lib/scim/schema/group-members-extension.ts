import type { Schema } from './attribute.ts';

/** The extension of groups that tells where their members are (draft-zollner-scim-group-members-01). */
export const groupMembersExtension = {
  id: 'urn:ietf:params:scim:schemas:extension:groupMembers:2.0:Group',
  name: 'GroupMembers',
  description: 'Where the members of a group are found and how many there are.',
  attributes: [
    {
      name: 'membersMetadata',
      type: 'complex',
      mutability: 'readOnly',
      description: 'What is known about the members of the group as a whole.',
      subAttributes: [
        {
          name: 'policy',
          canonicalValues: ['inline', 'external', 'hybrid'],
          mutability: 'readOnly',
          description: 'Whether members are in the group, resources of their own, or both.',
        },
        {
          name: 'ref',
          type: 'reference',
          referenceTypes: ['GroupMember'],
          caseExact: true,
          mutability: 'readOnly',
          description: 'The URI that lists the members page by page.',
        },
        {
          name: 'memberCount',
          type: 'integer',
          mutability: 'readOnly',
          description: 'The number of direct members.',
        },
        {
          name: 'allowedMemberTypes',
          multiValued: true,
          caseExact: true,
          mutability: 'readOnly',
          description: 'The resource types that members may have.',
        },
      ],
    },
  ],
} as const satisfies Schema;

import { groupMembersExtension, groupMemberType } from '../scim/schema/group-member.ts';
import { groupType } from '../scim/schema/resource-types.ts';

const { name, endpoint, description, schema } = groupMemberType;

/** The pack of memberships. Its resources are the members of groups, so it has code of its own. */
export const groupMembersPack = {
  id: 'group-members',
  description: 'Memberships as resources of their own, for groups of any size',
  schemas: [schema, groupMembersExtension],
  resourceTypes: [{ name, endpoint, description, schema: schema.id }],
  extensions: [{ resourceType: groupType.name, schema: groupMembersExtension.id }],
};

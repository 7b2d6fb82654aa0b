import type { ResourceDocument } from '../../directory/resource-document.ts';
import type { JsonObject } from '../../scim/json.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { groupMemberType, groupMembersExtension } from '../../scim/schema/group-member.ts';
import { findExtension } from '../../scim/schema/lookup.ts';
import { memberTypes } from '../../scim/schema/resource-types.ts';
import type { Context } from '../context.ts';

/** Tells of a group, where the tenant has the extension, where its members are; from the group's document alone. */
export function membersMetadata(
  { baseUrl }: Context,
  type: ResourceType,
  { id, memberCount = 0 }: ResourceDocument,
): JsonObject {
  if (!findExtension(type, groupMembersExtension.id)) return {};
  const filter = encodeURIComponent(`group.value eq "${id}"`);
  return {
    [groupMembersExtension.id]: {
      membersMetadata: {
        policy: 'hybrid',
        ref: `${baseUrl}${groupMemberType.endpoint}?filter=${filter}`,
        memberCount,
        allowedMemberTypes: Object.keys(memberTypes),
      },
    },
  };
}

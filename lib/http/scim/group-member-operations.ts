import {
  createGroupMember,
  deleteGroupMember,
  queryGroupMembers,
  retrieveGroupMember,
} from '../../provisioning/group-members/group-members.ts';
import { groupMemberType } from '../../scim/schema/group-member.ts';
import { createOperation, deleteOperation, retrieveOperation } from './resource-operations.ts';
import { queryOperation, searchOperation } from './search-operations.ts';

const { name } = groupMemberType;

/** The operations on memberships: parsed and answered like other resources, stored as group members. */
export const groupMemberOperations = {
  create: { ...createOperation(name), run: createGroupMember },
  delete: { ...deleteOperation(name), run: deleteGroupMember },
  query: { ...queryOperation(name), run: queryGroupMembers },
  retrieve: { ...retrieveOperation(name), run: retrieveGroupMember },
  search: { ...searchOperation(name), run: queryGroupMembers },
};

import {
  createGroupMember,
  deleteGroupMember,
  queryGroupMembers,
  retrieveGroupMember,
} from '../provisioning/group-members.ts';
import { groupMemberType } from '../scim/schema/group-member.ts';
import {
  createOperation,
  deleteOperation,
  queryOperation,
  retrieveOperation,
} from './resource-operations.ts';

const { name } = groupMemberType;

/** The operations on memberships: parsed and answered like those of any resource, but kept as their groups' members. */
export const groupMemberOperations = {
  create: { ...createOperation(name), run: createGroupMember },
  retrieve: { ...retrieveOperation(name), run: retrieveGroupMember },
  query: { ...queryOperation(name), run: queryGroupMembers },
  delete: { ...deleteOperation(name), run: deleteGroupMember },
};

import type { ResourceType } from './attribute.ts';
import { enterpriseUserSchema } from './enterprise-user.ts';
import { groupSchema } from './group.ts';
import { userSchema } from './user.ts';

/** Users with the enterprise extension (RFC 7643 4.1 and 4.3). */
export const userType = {
  name: 'User',
  endpoint: '/Users',
  description: 'User accounts',
  schema: userSchema,
  extensions: [{ schema: enterpriseUserSchema, required: false }],
} as const satisfies ResourceType;

/** Groups of users (RFC 7643 4.2). */
export const groupType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Groups of users',
  schema: groupSchema,
  extensions: [],
} as const satisfies ResourceType;

/** The resource types that a member of a group can have, by name (RFC 7643 4.2). */
export const memberTypes = { [userType.name]: userType, [groupType.name]: groupType } as const;

/** The core resource types, in the order in which discovery lists them. */
export const resourceTypes: readonly ResourceType[] = [userType, groupType];

/** Finds the User type of an endpoint, with the extensions that its packs add. */
export function userTypeOf(types: readonly ResourceType[]): ResourceType {
  return types.find(({ name }) => name === userType.name) ?? userType;
}

import { displayNames } from '../../directory/members/member-pages.ts';
import type { Membership, MemberType } from '../../directory/members/memberships.ts';
import type { JsonObject } from '../../scim/json.ts';
import { selects } from '../../scim/project.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { groupType, memberTypes, userType } from '../../scim/schema/resource-types.ts';
import { versionOf } from '../../scim/version.ts';
import type { Context } from '../context.ts';
import { locationOf, type Representation, type View } from '../represent.ts';

/** A membership never changes, so it has one version. */
export const membershipVersion = versionOf(1);

/** One membership with the type of its member. */
export interface TypedMembership extends Membership {
  readonly type: MemberType;
}

/** Completes memberships to SCIM resources; names are looked up only where the client asks for them. */
export async function representMemberships(
  context: Context,
  memberships: readonly TypedMembership[],
  view: View,
): Promise<readonly Representation[]> {
  const names = await namesOf(context, memberships, view);
  const end = (value: string, type: ResourceType): JsonObject => {
    const $ref = locationOf(context, type, value);
    const display = names.get(value);
    return display === undefined ? { value, $ref } : { value, $ref, display };
  };
  return memberships.map(({ group, user, type }) => {
    const id = membershipId({ group, user });
    const resource = {
      id,
      group: end(group, groupType),
      member: { ...end(user, memberTypes[type]), type },
      meta: {
        resourceType: view.type.name,
        location: locationOf(context, view.type, id),
        version: membershipVersion,
      },
    };
    return { resource, version: membershipVersion };
  });
}

/** The names of groups and members by their ids, which are of one space. */
async function namesOf(
  { directory }: Context,
  memberships: readonly TypedMembership[],
  { selection }: View,
): Promise<ReadonlyMap<string, string>> {
  const ofGroups = selects(selection, 'group', 'display');
  const ofMembers = selects(selection, 'member', 'display');
  const membersOf = (type: MemberType) =>
    memberships.filter((one) => ofMembers && one.type === type).map(({ user }) => user);
  const groups = ofGroups ? memberships.map(({ group }) => group) : [];
  const [users, others] = await Promise.all([
    displayNames(directory, userType, membersOf(userType.name)),
    displayNames(directory, groupType, [...groups, ...membersOf(groupType.name)]),
  ]);
  return new Map([...users, ...others]);
}

/** Makes the id of a membership as a resource from the ids of its two ends, neither of which has a dot. */
function membershipId({ group, user }: Membership): string {
  return `${group}.${user}`;
}

import { membershipsBy } from '../directory/members/memberships.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { existingDocuments } from '../directory/resources.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import type { Policy } from '../tenants/policy.ts';
import type { Facts } from './facts.ts';
import type { AccountScope } from './scope.ts';

/** Reads what the account of a user follows from; memberships only where the policy asks for them. */
export async function gatherFacts(
  scope: AccountScope,
  { id, resource }: ResourceDocument,
): Promise<Omit<Facts, 'account' | 'obstacle'>> {
  const { policy, userType: type } = scope;
  return { policy, type, user: resource, groups: await groupsOf(scope, id) };
}

async function groupsOf(scope: AccountScope, user: string): Promise<Facts['groups']> {
  if (!asksForGroups(scope.policy)) return [];
  const memberships = (await membershipsBy(scope.directory, 'user', [user])).get(user) ?? [];
  const ids = memberships.map(({ group }) => group);
  if (scope.policy.groups.toRoles.length === 0) return ids.map(() => ({}));
  const groups = await existingDocuments(scope.directory, groupType, ids);
  return groups.map(({ resource: { externalId } }) => (typeof externalId === 'string' ? { externalId } : {}));
}

/** Whether accounts depend on the groups that their users are in. */
function asksForGroups({ groups }: Policy): boolean {
  return groups.required || groups.teams === 'each' || groups.toRoles.length > 0;
}

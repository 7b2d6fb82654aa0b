import { membershipsBy } from '../directory/members/memberships.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { existingDocuments } from '../directory/resources.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import type { Policy } from '../tenants/policy.ts';
import type { Account } from './account.ts';
import type { AccountScope } from './scope.ts';

/** All that an account follows from; the rules know nothing else. */
export interface Facts {
  readonly policy: Policy;
  readonly type: ResourceType;
  /** The user as it was given over SCIM. */
  readonly user: JsonObject;
  /** The account as it is; absent for a user that has none so far. */
  readonly account?: Account;
  /** The groups of the user, by their externalId where they have one; empty where no rule asks for them. */
  readonly groups: readonly { readonly externalId?: string | undefined }[];
  /** What stands in the way of a live account, as the store has told. */
  readonly obstacle?: Obstacle;
}

/** Why the store refuses an account that would be live. */
export type Obstacle = 'noLicence' | 'addressTaken' | 'loginTaken';

/** One step from what the user is to what the account becomes. */
export type AccountRule = (draft: Account, facts: Facts) => Account;

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

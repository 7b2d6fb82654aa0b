import { membershipsBy } from '../directory/members/memberships.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { existingDocuments } from '../directory/resources.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import type { Policy } from '../tenants/policy.ts';
import type { Account } from './account.ts';
import type { AccountScope } from './scope.ts';

/** The facts from which an account is derived. The rules use nothing else. */
export interface Facts {
  readonly policy: Policy;
  readonly type: ResourceType;
  /** The user as the client sent it. */
  readonly user: JsonObject;
  /** The present account; absent if the user has none yet. */
  readonly account?: Account;
  /** The user's groups, with their externalId if a rule needs it; empty if no rule needs the groups. */
  readonly groups: readonly { readonly externalId?: string | undefined }[];
  /** The reason why the store refused a live account. */
  readonly obstacle?: Obstacle;
}

/** A reason why the store refuses a live account. */
export type Obstacle = 'noLicence' | 'addressTaken' | 'loginTaken';

/** Reads the facts of a user's account. It reads memberships only if the policy needs them. */
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

/** Checks if accounts depend on the groups of their users. */
function asksForGroups({ groups }: Policy): boolean {
  return groups.required || groups.teams === 'each' || groups.toRoles.length > 0;
}

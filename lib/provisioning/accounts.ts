import { findCandidate } from '../accounts/adoption.ts';
import { requestResettling } from '../accounts/maintenance.ts';
import type { AccountScope } from '../accounts/scope.ts';
import { settleAccounts } from '../accounts/settle.ts';
import { limits } from '../base/limits.ts';
import { membershipsBy } from '../directory/members/memberships.ts';
import type { StoredResource } from '../directory/resources.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { userTypeOf } from '../scim/schema/resource-types.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Context } from './context.ts';

/** The accounts that the tenant's users yield. */
function accountScopeOf({ directory, tenant, types }: Context): AccountScope {
  return { directory, policy: tenant.policy, userType: userTypeOf(types) };
}

/** Whose accounts a request concerns; they follow once it is done. */
interface Concern {
  /** For the directory of the request; absent where the tenant has no accounts. */
  readonly concern?: (users: readonly string[]) => void;
  /** Brings the accounts in step; the timer does so for those beyond a bound, and where this rejects. */
  settle(context: Context): Promise<void>;
}

/** Begins to collect for one request of a tenant. */
export function createConcern({ policy }: Tenant): Concern {
  if (!policy.accounts.enabled) return { settle: async () => {} };
  const concerned = new Set<string>();
  return {
    concern(users) {
      for (const user of users) concerned.add(user);
    },
    async settle(context) {
      const first = [...concerned].slice(0, limits.settlingsPerRequestMax);
      await settleAccounts(accountScopeOf(context), first);
    },
  };
}

/**
 * Members whose roles may change with the externalId of their group, by which it is mapped; those of a large group the
 * timer looks after, once the group is written.
 */
export async function membersConcerned(
  context: Context,
  { document: { id, resource: before, memberCount = 0 } }: StoredResource,
  after: JsonObject = before,
): Promise<readonly string[]> {
  const { accounts, groups } = context.tenant.policy;
  const isMapped = ({ group }: { group: string }) =>
    group === before.externalId || group === after.externalId;
  const isMoved = before.externalId !== after.externalId && groups.toRoles.some(isMapped);
  if (!accounts.enabled || !isMoved) return [];
  if (memberCount > limits.membersPerBatchMax) {
    await requestResettling(accountScopeOf(context), { inSeconds: limits.resettleSeconds });
    return [];
  }
  const memberships = await membershipsBy(context.directory, 'group', [id]);
  return (memberships.get(id) ?? []).map(({ user }) => user);
}

/**
 * Refuses a new user whose work e-mail is that of an account made by hand which the policy lets nobody take over.
 *
 * Whoever controls the address in the client's directory would get the account. Throws ScimError `uniqueness`.
 */
export async function refuseTakeover(context: Context, user: JsonObject): Promise<void> {
  if (!context.tenant.policy.accounts.enabled) return;
  const candidate = await findCandidate(accountScopeOf(context), user);
  if (!candidate || candidate.mayAdopt || candidate.account.document.user !== undefined) return;
  context.notes.met(['takeover']);
  throw new ScimError('uniqueness', {
    detail:
      'emails[type eq "work"].value is the address of a local account that provisioning may not take over: ' +
      'enable it or allow it in the policy, or change either address',
  });
}

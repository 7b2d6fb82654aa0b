import { findCandidates } from '../accounts/adoption.ts';
import { requestResettling } from '../accounts/maintenance.ts';
import type { AccountScope } from '../accounts/scope.ts';
import { settleAccounts } from '../accounts/settle.ts';
import { limits } from '../base/limits.ts';
import { membershipsBy } from '../directory/members/memberships.ts';
import type { StoredResource } from '../directory/resources.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { userTypeOf } from '../scim/schema/resource-types.ts';
import { exactPathOf } from '../tenants/login-policy.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Context } from './context.ts';

/** The scope of the accounts that are derived from the tenant's users. */
function accountScopeOf({ directory, tenant, types }: Context): AccountScope {
  return { directory, policy: tenant.policy, userType: userTypeOf(types) };
}

/** Collects the users whose accounts a request may change, and updates these accounts after it. */
interface Concern {
  /** The `concern` of the request's directory; absent if the tenant has no accounts. */
  readonly concern?: (users: readonly string[]) => void;
  /**
   * Settles the first `limits.settlingsPerRequestMax` accounts. The timer settles the others, and all of them if
   * this rejects.
   */
  settle(context: Context): Promise<void>;
}

/** Creates an empty Concern for one request of a tenant. */
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
 * The ids of members whose roles may change because the externalId of their group changes, which the policy maps
 * to roles. For a group of more than `limits.membersPerBatchMax` members there are none: the timer settles all
 * accounts of the tenant once the group is written.
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
 * Refuses a new user with the work e-mail or the exact login of an account that was made by hand and that the policy
 * protects from being taken over. Anyone who controls such a value in the client's directory could get the account
 * otherwise.
 *
 * Throws ScimError `uniqueness`.
 */
export async function refuseTakeover(context: Context, user: JsonObject): Promise<void> {
  const { accounts } = context.tenant.policy;
  if (!accounts.enabled) return;
  const candidates = await findCandidates(accountScopeOf(context), user);
  const kept = candidates.find(({ mayAdopt, account }) => !mayAdopt && account.document.user === undefined);
  if (!kept) return;
  context.notes.met(['takeover']);
  if (kept.by === 'login') {
    throw new ScimError('uniqueness', {
      detail:
        `${exactPathOf(accounts.login)} is the login of a local account that provisioning may not take over: ` +
        'change one of the two, or ask an operator to enable the account or to allow it in accounts.adopt',
    });
  }
  throw new ScimError('uniqueness', {
    detail:
      'emails[type eq "work"].value is the address of a local account that provisioning may not take over: ' +
      'change one of the two addresses, or ask an operator to enable the account, to correct its login, or to allow ' +
      'it in accounts.adopt',
  });
}

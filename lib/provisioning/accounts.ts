import { findCandidate } from '../accounts/adoption.ts';
import type { AccountScope } from '../accounts/scope.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Context } from './context.ts';
import { userTypeOf } from './user-type.ts';

/** The accounts that the tenant's users yield. */
export function accountScopeOf({ directory, tenant, types }: Context): AccountScope {
  return { directory, policy: tenant.policy, userType: userTypeOf(types) };
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
  context.note(['takeover']);
  throw new ScimError('uniqueness', {
    detail:
      'emails[type eq "work"].value is the address of a local account that provisioning may not take over: ' +
      'allow it in the policy, or change either address',
  });
}

import { type Hold, holds } from '../accounts/account.ts';
import { requestResettling } from '../accounts/maintenance.ts';
import type { AccountScope } from '../accounts/scope.ts';
import { releaseHeld } from '../accounts/settle.ts';
import { clearTeam } from '../accounts/team-members.ts';
import type { Cause } from '../audit/deliver-records.ts';
import { admitPending } from '../directory/members/pending-members.ts';
import { readResource } from '../directory/resources.ts';
import type { Keys } from '../keys/keys.ts';
import type { FollowUp } from '../store/change-document.ts';
import { unmapTeam } from '../tenants/mappings.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';

/** The services that complete the work that follows from a change. */
interface FollowUpServices {
  readonly keys: Pick<Keys, 'review'>;
  readonly tenants: Tenants;
  readonly accountsOf: (tenant: Tenant, cause: Cause) => AccountScope;
}

/**
 * Completes work that follows from a recorded change, in case the request was cut off after its commit. Does
 * nothing if it is done already.
 */
export async function follow(services: FollowUpServices, cause: Cause, followUp: FollowUp): Promise<void> {
  const { keys, tenants, accountsOf } = services;
  const [kind, id = ''] = followUp.split(':');
  if (kind === 'tenant') return tenants.finishRemoval(id);
  if (kind === 'key') return keys.review(id);
  // A change of the policy counts from its record on.
  const tenant = await (kind === 'accounts' ? tenants.retrieveFresh : tenants.retrieve)(cause.tenantId);
  if (!tenant) return;
  const scope = accountsOf(tenant, cause);
  if (kind === 'team') {
    await unmapTeam(tenants.by(cause), tenant.id, id);
    return clearTeam(scope, id);
  }
  if (kind === 'pending') {
    const user = await readResource(scope.directory, scope.userType, id);
    if (user) await admitPending(scope.directory, user.document);
    return;
  }
  if (!tenant.policy.accounts.enabled) return;
  if (kind === 'accounts') return requestResettling(scope);
  if (isHoldReason(id)) await releaseHeld(scope, id);
}

function isHoldReason(text: string): text is Hold {
  return holds.some((hold) => hold === text);
}

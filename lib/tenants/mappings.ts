import type { Tenant } from './tenant.ts';
import type { TenantChanges } from './tenants.ts';

/** Removes the mappings of groups to a team. Writes nothing if there are none. */
export function unmapTeam(
  changes: TenantChanges,
  tenantId: string,
  team: string,
): Promise<Tenant | undefined> {
  return changes.edit(tenantId, ({ policy }) => {
    const toTeams = policy.groups.toTeams.filter((row) => row.team !== team);
    return { policy: { ...policy, groups: { ...policy.groups, toTeams } } };
  });
}

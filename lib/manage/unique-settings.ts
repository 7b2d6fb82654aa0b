import { totalOf } from '../directory/counts.ts';
import { conflict } from '../scim/errors.ts';
import { groupType, userType } from '../scim/schema/resource-types.ts';
import type { Policy } from '../tenants/policy.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { ManageContext } from './row.ts';

/**
 * Refuses a policy that makes more attributes unique while the tenant has resources of the type. A value is claimed in
 * the batch that writes its resource, so resources from before would be neither found nor deleted. Throws ScimError
 * `conflict`.
 */
export async function requireNoNewUnique(
  context: ManageContext,
  tenant: Tenant,
  after: Policy,
): Promise<void> {
  for (const [type, setting, uniqueOf] of settings) {
    const before = uniqueOf(tenant.policy);
    const added = uniqueOf(after).filter((one) => !before.includes(one));
    if (added.length === 0 || (await totalOf(context.directoryOf(tenant), type)) === 0) continue;
    throw conflict(
      `policy.${setting} can make ${added.join(', ')} unique only while the tenant has no resources of type ` +
        `${type.name}: keep the setting, or create another tenant with it`,
    );
  }
}

const settings = [
  [userType, 'users.unique', ({ users }: Policy) => users.unique],
  [userType, 'users.uniqueUserName', ({ users }: Policy) => (users.uniqueUserName ? ['userName'] : [])],
  [groupType, 'groups.unique', ({ groups }: Policy) => groups.unique],
] as const;

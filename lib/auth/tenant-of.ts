import { limits } from '../base/limits.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { AuthScope } from './scope.ts';

/** A tenant, and the entry that it must list for a credential to be accepted. */
interface Listing {
  readonly tenantId: string;
  readonly lists: (tenant: Tenant) => boolean;
  /** True if the entry may be newer than the tenant in memory. */
  readonly isNew: boolean;
}

/** Retrieves a tenant from memory, or from the store if memory lacks an entry that may be new. */
export async function tenantOf(
  tenants: AuthScope['tenants'],
  { tenantId, lists, isNew }: Listing,
): Promise<Tenant | undefined> {
  const tenant = await tenants.retrieve(tenantId);
  return !isNew || (tenant && lists(tenant)) ? tenant : tenants.retrieveFresh(tenantId);
}

/** Tests if a tenant in memory may be older than a moment; both times are in milliseconds since 1970. */
export function mayBeNews(moment: number, now: number): boolean {
  return now - moment < (limits.credentialCacheSecondsMax + limits.clockSkewSeconds) * 1000;
}

import { limits } from '../base/limits.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { AuthScope } from './scope.ts';

/** What a tenant must list for a credential to count. */
interface Listing {
  readonly tenantId: string;
  readonly lists: (tenant: Tenant) => boolean;
  /** Whether it may be so new that a remembered tenant does not list it yet. */
  readonly isNew: boolean;
}

/** Answers a tenant from memory; when it lacks what another instance may just have added, it is read again. */
export async function tenantOf(
  tenants: AuthScope['tenants'],
  { tenantId, lists, isNew }: Listing,
): Promise<Tenant | undefined> {
  const tenant = await tenants.retrieve(tenantId);
  return !isNew || (tenant && lists(tenant)) ? tenant : tenants.retrieveFresh(tenantId);
}

/** Whether a remembered tenant may be older than this moment; both in milliseconds since 1970. */
export function mayBeNews(moment: number, now: number): boolean {
  return now - moment < (limits.credentialCacheSecondsMax + limits.clockSkewSeconds) * 1000;
}

import { limits } from '../base/limits.ts';

/** A tenant, and the entry that it must list for a credential to be accepted. */
interface Listing<T> {
  readonly tenantId: string;
  readonly lists: (tenant: T) => boolean;
  /** True if the entry may be newer than the tenant in memory. */
  readonly isNew: boolean;
}

/** Tenants, or holders of app keys. */
export interface Retrieval<T> {
  retrieve(id: string): Promise<T | undefined>;
  retrieveFresh(id: string): Promise<T | undefined>;
}

/** Retrieves a tenant from memory, or from the store if memory lacks an entry that may be new. */
export async function tenantOf<T>(
  tenants: Retrieval<T>,
  { tenantId, lists, isNew }: Listing<T>,
): Promise<T | undefined> {
  const tenant = await tenants.retrieve(tenantId);
  return !isNew || (tenant && lists(tenant)) ? tenant : tenants.retrieveFresh(tenantId);
}

/** Tests if a tenant in memory may be older than a moment; both times are in milliseconds since 1970. */
export function mayBeNews(moment: number, now: number): boolean {
  return now - moment < (limits.credentialCacheSecondsMax + limits.clockSkewSeconds) * 1000;
}

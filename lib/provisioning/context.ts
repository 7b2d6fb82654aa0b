import type { DirectoryScope } from '../directory/scope.ts';
import type { Tenant } from '../tenants/tenant.ts';

/** What an operation works in: the tenant of the authenticated client and its directory. */
export interface Context {
  readonly tenant: Tenant;
  readonly directory: DirectoryScope;
  /** The tenant URL, without a slash at its end. */
  readonly baseUrl: string;
}

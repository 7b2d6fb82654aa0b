import type { DirectoryScope } from '../directory/scope.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Partition } from '../store/document-store.ts';
import type { Policy } from '../tenants/policy.ts';

/** The accounts of one tenant: its directory and its policy. */
export interface AccountScope {
  readonly directory: DirectoryScope;
  readonly policy: Policy;
  /** The tenant's User type, with its extensions. */
  readonly userType: ResourceType;
  /** True while the tenant's synchronisation ends: no account follows from a user any more. */
  readonly isEnding?: boolean;
}

/** The partition of a tenant's accounts, which is that of its users. */
export function accountPartition({ directory }: Pick<AccountScope, 'directory'>): Partition {
  return { container: 'users', tenantId: directory.tenantId };
}

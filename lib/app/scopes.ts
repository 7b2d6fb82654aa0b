import type { AccountScope } from '../accounts/scope.ts';
import type { DirectoryScope } from '../directory/scope.ts';
import { uniqueAttributesOf } from '../directory/unique-values.ts';
import type { Catalogue } from '../packs/catalogue.ts';
import { userTypeOf } from '../provisioning/user-type.ts';
import type { Meter } from '../store/document-store.ts';
import type { Tenant } from '../tenants/tenant.ts';

/** What one request does in a directory: who acts, what it costs, and who hears of whom it concerns. */
interface Work extends Pick<DirectoryScope, 'actor' | 'concern'> {
  readonly cost: Meter;
}

interface ScopeParts extends Pick<DirectoryScope, 'store' | 'now' | 'newId' | 'marks'> {
  readonly catalogue: Catalogue;
}

/** Makes what one request works in: a tenant's directory, and its accounts. */
export function createScopes({ catalogue, store, ...parts }: ScopeParts) {
  const directoryOf = ({ id: tenantId, policy }: Tenant, { cost, ...work }: Work): DirectoryScope => {
    const declared = uniqueAttributesOf(catalogue.typesOf(policy.endpoint));
    const uniqueAttributes = {
      ...declared,
      User: [...(declared.User ?? []), ...policy.users.unique],
      Group: policy.groups.unique,
    };
    return { tenantId, store: store.metered(cost), ...parts, uniqueAttributes, ...work };
  };
  const accountsOf = (tenant: Tenant, work: Work): AccountScope => ({
    directory: directoryOf(tenant, work),
    policy: tenant.policy,
    userType: userTypeOf(catalogue.typesOf(tenant.policy.endpoint)),
  });
  return { directoryOf, accountsOf };
}

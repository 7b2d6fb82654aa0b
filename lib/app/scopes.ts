import type { AccountScope } from '../accounts/scope.ts';
import { limits } from '../base/limits.ts';
import type { Actor, DirectoryScope, DirectoryServices } from '../directory/scope.ts';
import { uniqueAttributesOf } from '../directory/unique-values.ts';
import type { Catalogue } from '../packs/catalogue.ts';
import { userTypeOf } from '../scim/schema/resource-types.ts';
import type { Meter } from '../store/document-store.ts';
import { storeUntil } from '../store/store-until.ts';
import type { Tenant } from '../tenants/tenant.ts';

/** One request, or one run of the timer, in a tenant. */
interface Work {
  readonly actor: Actor;
  /** Counts the store operations. */
  readonly cost: Meter;
  readonly concern?: DirectoryScope['concern'];
}

/**
 * Makes the scopes in which requests and timers work: the directory of a tenant, and its accounts. A scope writes
 * nothing once it is older than `limits.writingSecondsMax`.
 */
export function createScopes(catalogue: Catalogue, services: DirectoryServices) {
  const directoryOf = (tenant: Tenant, { actor, cost, concern }: Work): DirectoryScope => {
    const { endpoint, users, groups } = tenant.policy;
    const declared = uniqueAttributesOf(catalogue.typesOf(endpoint));
    const ofUsers = (declared.User ?? []).filter((name) => users.uniqueUserName || name !== 'userName');
    const uniqueAttributes = {
      ...declared,
      User: [...ofUsers, ...users.unique],
      Group: groups.unique,
    };
    const end = services.now() + limits.writingSecondsMax * 1_000;
    const store = storeUntil(services.store.metered(cost), services.now, end);
    const auditLevel = tenant.policy.audit.level;
    return { ...services, tenantId: tenant.id, store, uniqueAttributes, actor, auditLevel, concern };
  };
  const accountsOf = (tenant: Tenant, work: Work): AccountScope => ({
    directory: directoryOf(tenant, work),
    policy: tenant.policy,
    userType: userTypeOf(catalogue.typesOf(tenant.policy.endpoint)),
    isEnding: tenant.ending !== undefined,
  });
  return { directoryOf, accountsOf };
}

import type { AccountScope } from '../accounts/scope.ts';
import type { DirectoryScope } from '../directory/scope.ts';
import type { Actor } from '../store/change-document.ts';
import type { Meter } from '../store/document-store.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { services } from './services.ts';

/** The scopes in which work goes on that requests have begun. */
export interface TimerScopes {
  readonly retrieve: Tenants['retrieve'];
  /** The actor of work that no request has caused. */
  readonly timer: Actor;
  readonly scopeFor: (tenant: Tenant, actor: Actor) => AccountScope;
  /** `undefined` if the tenant does not exist. */
  readonly directoryOf: (tenantId: string) => Promise<DirectoryScope | undefined>;
  /** `undefined` if the tenant does not exist or has no accounts. */
  readonly accountsOf: (tenantId: string, actor?: Actor) => Promise<AccountScope | undefined>;
}

/** Makes the scopes of one run. `cost` counts its store operations. */
export async function timerScopes(retrieve: Tenants['retrieve'], cost: Meter): Promise<TimerScopes> {
  const { newId, ...scopes } = await services();
  const timer: Actor = { credential: 'timer', requestId: newId() };
  // Changes that are completed write records that name the users concerned. Delivering those settles the accounts.
  const workOf = (actor: Actor) => ({ actor, cost, concern: () => undefined });
  const scopeFor = (tenant: Tenant, actor: Actor) => scopes.accountsOf(tenant, workOf(actor));
  return {
    retrieve,
    timer,
    scopeFor,
    async directoryOf(tenantId) {
      const tenant = await retrieve(tenantId);
      return tenant && scopes.directoryOf(tenant, workOf(timer));
    },
    async accountsOf(tenantId, actor = timer) {
      const tenant = await retrieve(tenantId);
      return tenant?.policy.accounts.enabled ? scopeFor(tenant, actor) : undefined;
    },
  };
}

import { maintainAccounts } from './accounts/maintenance.ts';
import type { AccountScope } from './accounts/scope.ts';
import { settleAccounts } from './accounts/settle-accounts.ts';
import { catalogue, config, log, now, parts } from './app.ts';
import { deliverEvents } from './audit/deliver-events.ts';
import { maintainDirectory } from './directory/maintenance.ts';
import type { DirectoryScope } from './directory/scope.ts';
import { readyHandler } from './http/health.ts';
import { createCost } from './http/request-cost.ts';
import { expireKeys, type KeyWarning } from './keys/expire-keys.ts';
import { currentPepper } from './keys/hash.ts';
import { runMaintenance } from './maintenance-run.ts';
import { userTypeOf } from './provisioning/user-type.ts';
import { purgeTenants } from './tenants/remove-tenant.ts';

/** Finishes what requests began and moves events into the audit trail; safe to run twice or beside requests. */
export async function maintain(): Promise<void> {
  const cost = createCost();
  const open = async () => {
    const { store, marks, tenants, keys, secrets, newId } = await parts();
    const work = store.metered(cost);
    const scopeOf = (tenantId: string): DirectoryScope => ({
      tenantId,
      store: work,
      now,
      newId,
      marks,
      uniqueAttributes: {},
      actor: { credential: 'timer', requestId: newId() },
      // What is rolled forward here leaves events of its own.
      concern: () => undefined,
    });
    const accountsOf = async (tenantId: string): Promise<AccountScope | undefined> => {
      const policy = (await tenants.retrieve(tenantId))?.policy;
      if (!policy?.accounts.enabled) return undefined;
      const userType = userTypeOf(catalogue.typesOf(policy.endpoint));
      return { directory: scopeOf(tenantId), policy, userType };
    };
    const settle = async (tenantId: string, users: readonly string[]) => {
      const scope = await accountsOf(tenantId);
      if (scope) await settleAccounts(scope, users);
    };
    return { store: work, now, scopeOf, accountsOf, settle, tenants, secrets, removeKey: keys.remove };
  };
  await runMaintenance({ log, now, cost }, [
    async (done) => maintainDirectory({ ...(await open()), done }),
    async (done) => {
      const { accountsOf, ...work } = await open();
      await maintainAccounts({ ...work, scopeOf: accountsOf, done });
    },
    async (done) => deliverEvents({ ...(await open()), done }),
    async (done) => {
      const { tenants: holders, ...work } = await open();
      await expireKeys({ ...work, holders, warn, done });
    },
    async (done) => purgeTenants({ ...(await open()), done }),
  ]);
}

/** Tells operators by the log, and the tenant's administrators by mail. */
async function warn({ tenantId, keyId, expires }: KeyWarning): Promise<void> {
  const end = new Date(expires).toISOString();
  log('warning', { event: 'key-expiry', tenant: tenantId, credential: keyId, expires: end });
}

const checkStore = async () => {
  const { store } = await parts();
  await store.read({ container: 'tenants', tenantId: '_registry', kind: 'tenant-ref', id: '_health' });
};
const checkVault = async () => {
  const { secrets } = await parts();
  await secrets.serverSecret(currentPepper);
};

/** Whether the service provider can answer requests: asks what none can be answered without. */
export const ready = readyHandler({
  dependencies: [
    { name: 'store', check: checkStore },
    ...(config.secrets.kind === 'vault' ? [{ name: 'vault', check: checkVault }] : []),
  ],
  now,
  log: (line) => log('error', line),
});

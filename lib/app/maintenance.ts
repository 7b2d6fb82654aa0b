import { countAccounts } from '../accounts/list-accounts.ts';
import { maintainAccounts } from '../accounts/maintenance.ts';
import type { AccountScope } from '../accounts/scope.ts';
import { settleAccounts } from '../accounts/settle-accounts.ts';
import type { ClosingParts } from '../audit/close-runs.ts';
import { deliverEvents } from '../audit/deliver-events.ts';
import type { Cause } from '../audit/settle-concerned.ts';
import { maintainDirectory } from '../directory/maintenance.ts';
import type { Actor, DirectoryScope } from '../directory/scope.ts';
import { readyHandler } from '../http/health.ts';
import { createCost } from '../http/request-cost.ts';
import { expireKeys, type KeyWarning } from '../keys/expire-keys.ts';
import { currentPepper } from '../keys/hash.ts';
import { readKeyRecord } from '../keys/key-record.ts';
import { mailChange } from '../mail/mail-document.ts';
import { userTypeOf } from '../provisioning/user-type.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Meter } from '../store/document-store.ts';
import { purgeTenants } from '../tenants/remove-tenant.ts';
import { runMaintenance } from './run-maintenance.ts';
import { catalogue, config, log, now, services } from './services.ts';

/** Finishes what requests began and moves events into the audit trail; safe to run twice or beside requests. */
export async function maintain(): Promise<void> {
  const cost = createCost();
  const step =
    (run: (work: Awaited<ReturnType<typeof openWork>>) => Promise<void>) =>
    async (done: (kind: string) => void) =>
      run(await openWork(cost, done));
  await runMaintenance({ log, now, cost }, [
    step(maintainDirectory),
    step(({ accountsOf, ...work }) => maintainAccounts({ ...work, scopeOf: accountsOf })),
    step(deliverEvents),
    step(expireKeys),
    step(purgeTenants),
  ]);
}

/** What the steps of the timer work with. */
async function openWork(meter: Meter, done: (kind: string) => void) {
  const { store: whole, marks, tenants, keys, secrets, newId } = await services();
  const store = whole.metered(meter);
  const requestId = newId();
  const scopeOf = (tenantId: string, actor: Actor = { credential: 'timer', requestId }): DirectoryScope => ({
    tenantId,
    store,
    now,
    newId,
    marks,
    uniqueAttributes: {},
    actor,
    // What is rolled forward here leaves events of its own.
    concern: () => undefined,
  });
  const policyOf = async (tenantId: string) => (await tenants.retrieve(tenantId))?.policy;
  const accountsOf = async (tenantId: string, actor?: Actor): Promise<AccountScope | undefined> => {
    const policy = await policyOf(tenantId);
    if (!policy?.accounts.enabled) return undefined;
    const userType = userTypeOf(catalogue.typesOf(policy.endpoint));
    return { directory: scopeOf(tenantId, actor), policy, userType };
  };
  return {
    ...{ store, now, done, scopeOf, accountsOf, policyOf, secrets },
    holders: tenants,
    warn: (warning: KeyWarning) => warn({ store, policyOf }, warning),
    removeKey: keys.remove,
    settle: async ({ tenantId, ...actor }: Cause, users: readonly string[]) => {
      const scope = await accountsOf(tenantId, actor);
      if (scope) await settleAccounts(scope, users);
    },
    lastUseOf: async (keyId: string) => (await readKeyRecord(store, keyId))?.lastUsed,
    beyondLicence: async (tenantId: string) => {
      const scope = await accountsOf(tenantId);
      return scope ? countAccounts(scope, { hold: 'noLicence' }) : 0;
    },
  };
}

/** Tells operators by the log, and the tenant's administrators by mail. */
async function warn(
  { store, policyOf }: Pick<ClosingParts, 'store' | 'policyOf'>,
  { tenantId, keyId: key, expires, days }: KeyWarning,
): Promise<void> {
  const end = new Date(expires).toISOString();
  log('warning', { event: 'key-expiry', tenant: tenantId, credential: key, expires: end });
  const policy = await policyOf(tenantId);
  if (!policy || policy.notifications.administrators.length === 0) return;
  const mail = mailChange({ tenantId, now }, { template: 'keyExpiry', key, days }, `key:${key}:${days}`);
  await commitOnce(store, { container: 'users', tenantId }, [mail]);
}

const checkStore = async () => {
  const { store } = await services();
  await store.read({ container: 'tenants', tenantId: '_registry', kind: 'tenant-ref', id: '_health' });
};
const checkVault = async () => {
  const { secrets } = await services();
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

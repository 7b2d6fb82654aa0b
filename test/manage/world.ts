import { createHash } from 'node:crypto';
import { maintainAccounts } from '../../lib/accounts/maintenance.ts';
import type { AccountScope } from '../../lib/accounts/scope.ts';
import { settleAccounts } from '../../lib/accounts/settle.ts';
import { endSynchronizations } from '../../lib/app/end-synchronizations.ts';
import { follow } from '../../lib/app/follow-up.ts';
import { removeLateWrites } from '../../lib/app/remove-late-writes.ts';
import { createScopes } from '../../lib/app/scopes.ts';
import { deliverRecords } from '../../lib/audit/deliver-records.ts';
import { createTrail } from '../../lib/audit/query.ts';
import { maintainDirectory } from '../../lib/directory/maintenance.ts';
import { createPageMarks } from '../../lib/directory/query/page-marks.ts';
import { Stamper } from '../../lib/feed/stamp.ts';
import { createWaiting } from '../../lib/feed/waiting.ts';
import { openWebhooks } from '../../lib/feed/webhooks/open-webhooks.ts';
import { expireKeys } from '../../lib/keys/expire-keys.ts';
import { createKeys } from '../../lib/keys/keys.ts';
import { createLocalSecretStore } from '../../lib/keys/local-secret-store.ts';
import { createSealer } from '../../lib/keys/sealer.ts';
import type { ManageContext } from '../../lib/manage/row.ts';
import { manageRows } from '../../lib/manage/rows.ts';
import { createCatalogue } from '../../lib/packs/catalogue.ts';
import { loadPacks } from '../../lib/packs/load-packs.ts';
import type { JsonObject, JsonValue } from '../../lib/scim/json.ts';
import type { Actor } from '../../lib/store/change-document.ts';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import { purgeTenants } from '../../lib/tenants/remove-tenant.ts';
import type { Tenant } from '../../lib/tenants/tenant.ts';
import { registry } from '../../lib/tenants/tenant-documents.ts';
import { createTenants } from '../../lib/tenants/tenants.ts';
import { reviewClaims } from '../../lib/tenants/trust-registry.ts';

export const operator: Actor = { credential: 'management', requestId: 'request' };
const recordDays = 3_650;
const catalogue = createCatalogue(loadPacks(undefined));

/** The request that an operation of the management API gets. */
export interface Call {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
}

/** One instance on a store that others may share. */
export interface Instance {
  /** Carries out an operation of the management API; yields the body of the answer. */
  call(name: string, call?: Call): Promise<JsonObject>;
  /** The accounts of a tenant, as a client changes them. */
  accounts(tenant: string): Promise<AccountScope>;
  /** Runs the timer once. */
  timer(): Promise<void>;
}

/** A deployment in this process, with a clock that the test turns. */
export interface World {
  readonly clock: { time: number };
  readonly store: DocumentStore;
  /** An instance on the store, or on one that breaks down. */
  start(store?: DocumentStore): Instance;
}

export function openWorld(store: DocumentStore): World {
  const clock = { time: Date.UTC(2030, 0, 1) };
  let calls = 0;
  const randomBytes = (bytes: number) => {
    calls += 1;
    return createHash('sha512').update(`${calls}`).digest().subarray(0, bytes);
  };
  const newId = () => {
    calls += 1;
    return `${String(calls).padStart(6, '0')}${createHash('sha256').update(`${calls}`).digest('hex').slice(0, 16)}`;
  };
  return {
    clock,
    store,
    start: (on = store) => startInstance({ store: on, now: () => clock.time, newId, randomBytes }),
  };
}

interface Parts {
  readonly store: DocumentStore;
  readonly now: () => number;
  readonly newId: () => string;
  readonly randomBytes: (bytes: number) => Buffer;
}

function startInstance(parts: Parts): Instance {
  const { store, now, newId, randomBytes } = parts;
  const secrets = createLocalSecretStore({ store, randomBytes });
  const tenants = createTenants({ store, now, newId, recordDays });
  const keys = createKeys({ store, secrets, holders: tenants, now, randomBytes });
  const scopes = createScopes(catalogue, { store, now, newId, marks: createPageMarks() });
  const { awaitEntries, entered } = createWaiting(store);
  const feedDaysOf = async (id: string) => (await tenants.retrieve(id))?.policy.feed.days;
  const stamper = new Stamper({ store, now, newId, entered, daysOf: feedDaysOf });
  const cost = { operation: () => undefined };
  const accountsOf = (tenant: Tenant, actor: Actor) =>
    scopes.accountsOf(tenant, { actor, cost, concern: () => undefined });
  const directoryOf = (tenant: Tenant, actor: Actor) =>
    scopes.directoryOf(tenant, { actor, cost, concern: () => undefined });
  const opened = openWebhooks({
    ...{ store, now, newId, tenants, secretStore: secrets, hosts: [], chance: () => 0 },
    ...{ baseUrl: 'https://scim.example.com', apiUrl: 'https://scim.example.com/api/v1' },
    ...{ scopeOf: async () => undefined, log: () => undefined, undelivered: () => undefined },
  });
  const context: ManageContext = {
    ...{ tenants, keys, catalogue, trail: createTrail(store), baseUrl: 'https://scim.example.com' },
    ...{ federationHosts: ['login.microsoftonline.com'], operator: 'function key', actor: operator },
    links: { openToken: async () => undefined },
    feed: {
      ...{ store, baseUrl: 'https://scim.example.com', apiUrl: 'https://scim.example.com/api/v1' },
      ...{ sealer: createSealer({ secrets, name: 'feed-v1', randomBytes }), awaitEntries },
      ...{ stampWaiting: (id: string) => stamper.stampWaiting(id), now, newId, isEnabled: true },
    },
    webhooks: opened,
    directoryOf: (tenant) => directoryOf(tenant, operator),
    accountsOf: (tenant) => accountsOf(tenant, operator),
  };
  const tenantOf = (id: string) => tenants.retrieveFresh(id);
  const timer: Actor = { credential: 'timer', requestId: 'timer' };
  const within = async (id: string, actor = timer) => {
    const tenant = await tenantOf(id);
    return tenant?.policy.accounts.enabled ? accountsOf(tenant, actor) : undefined;
  };
  const run = { store, now };
  return {
    async call(name, { params = {}, query = {}, body = {} } = {}) {
      const row = manageRows.find((one) => one.name === name);
      if (!row) throw new Error(`There is no operation ${name}`);
      const perform = row.prepare({ params, query: new URLSearchParams(query), body });
      return (await perform(context)) ?? {};
    },
    async accounts(id) {
      const tenant = await tenantOf(id);
      if (!tenant) throw new Error(`There is no tenant ${id}`);
      return accountsOf(tenant, { credential: 'client', requestId: 'request' });
    },
    async timer() {
      const directory = async (id: string) => {
        const tenant = await tenantOf(id);
        return tenant && directoryOf(tenant, timer);
      };
      await maintainDirectory({ ...run, directoryOf: directory });
      await deliverRecords({
        ...run,
        stamp: (id, records) => stamper.stamp(id, records),
        policyOf: async (id) => (await tenantOf(id))?.policy,
        daysOf: async (id) =>
          id === registry.tenantId ? recordDays : (await tenantOf(id))?.policy.audit.days,
        removeLateWrites: (id, records) =>
          removeLateWrites({ retrieve: tenantOf, accountsOf, catalogue, timer }, id, records),
        settle: async ({ tenantId, ...actor }, users) => {
          const scope = await within(tenantId, actor);
          if (scope) await settleAccounts(scope, users);
        },
        follow: (cause, followUp) => follow({ tenants, keys, accountsOf }, cause, followUp),
        lastUseOf: async () => undefined,
        beyondLicence: async () => 0,
      });
      await maintainAccounts({ ...run, accountsOf: within });
      const warn = async () => undefined;
      await expireKeys({ ...run, secrets, holders: tenants, warn, removeKey: keys.remove });
      await reviewClaims({ ...run, listed: async (id) => (await tenantOf(id))?.policy.trusts ?? [] });
      await endSynchronizations({ ...run, tenants, catalogue, removeKey: keys.remove, accountsOf });
      await purgeTenants({
        ...{ ...run, removeKey: keys.remove, finishRemoval: tenants.finishRemoval },
        removeWebhooks: (id) => opened.webhooks.removeTenant(id),
      });
    },
  };
}

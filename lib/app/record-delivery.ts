import { LRUCache } from 'lru-cache';
import { countAccounts } from '../accounts/list-accounts.ts';
import { settleAccounts } from '../accounts/settle.ts';
import { deliverSoon, type RecordDelivery } from '../audit/deliver-records.ts';
import { limits } from '../base/limits.ts';
import { feedsOf } from '../feed/draft.ts';
import { createCost } from '../http/request-cost.ts';
import { readKeyRecord } from '../keys/key-record.ts';
import type { Container, DocumentStore } from '../store/document-store.ts';
import { registry } from '../tenants/tenant-documents.ts';
import { follow } from './follow-up.ts';
import { removeLateWrites } from './remove-late-writes.ts';
import { services } from './services.ts';
import { catalogue, config, now } from './start.ts';
import { type TimerScopes, timerScopes } from './timer-scopes.ts';

/** The last batch of each tenant that this process has counted and concluded. */
const delivered = new LRUCache<string, number>({ max: limits.tenantsRemembered });

/** The services that deliver records in one run, with the work that follows from a record. */
export async function deliveryOf(
  store: DocumentStore,
  { retrieve, timer, scopeFor, accountsOf }: TimerScopes,
): Promise<RecordDelivery> {
  const { tenants, keys, stamper, openWebhooks } = await services();
  const policyOf = async (tenantId: string) => (await retrieve(tenantId))?.policy;
  return {
    ...{ store, now, policyOf, delivered },
    async stamp(tenantId, records) {
      await stamper.stamp(tenantId, records);
      const { webhooks } = await openWebhooks();
      for (const feed of feedsOf(tenantId, records)) await webhooks.wake(feed);
    },
    daysOf: async (tenantId) =>
      tenantId === registry.tenantId ? config.tenantAuditDays : (await policyOf(tenantId))?.audit.days,
    removeLateWrites: (tenantId, records) =>
      removeLateWrites({ retrieve, accountsOf: scopeFor, catalogue, timer }, tenantId, records),
    follow: (cause, followUp) => follow({ tenants, keys, accountsOf: scopeFor }, cause, followUp),
    async settle({ tenantId, ...actor }, users) {
      const scope = await accountsOf(tenantId, actor);
      if (scope) await settleAccounts(scope, users);
    },
    lastUseOf: async (keyId) => (await readKeyRecord(store, keyId))?.lastUsed,
    async beyondLicence(tenantId) {
      const scope = await accountsOf(tenantId);
      return scope ? countAccounts(scope, { hold: 'noLicence' }) : 0;
    },
  };
}

/** Delivers the changes of a partition right after they were made. The timer repeats deliveries that fail. */
export async function deliver(place: string): Promise<void> {
  const [container, tenantId] = JSON.parse(place) as [Container, string];
  const { store, tenants } = await services();
  const cost = createCost();
  const scopes = await timerScopes(tenants.retrieve, cost);
  await deliverSoon(await deliveryOf(store.metered(cost), scopes), { container, tenantId });
}

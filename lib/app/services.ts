import { randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { createTrail } from '../audit/query.ts';
import { createRequestAudit } from '../audit/request-audit.ts';
import { createSeenClients } from '../audit/seen-clients.ts';
import { createAuth } from '../auth/auth.ts';
import type { Refusal } from '../auth/refusal.ts';
import { limits } from '../base/limits.ts';
import { once } from '../base/once.ts';
import { thinLines } from '../base/thin-lines.ts';
import { createPageMarks } from '../directory/query/page-marks.ts';
import type { FeedServices } from '../feed/feed.ts';
import { noStamper, Stamper } from '../feed/stamp.ts';
import { createWaiting } from '../feed/waiting.ts';
import { createCost } from '../http/request-cost.ts';
import { createFingerprint } from '../keys/fingerprint.ts';
import { createKeys } from '../keys/keys.ts';
import { createLocalSecretStore } from '../keys/local-secret-store.ts';
import { createSealer } from '../keys/sealer.ts';
import type { SecretStore } from '../keys/secret-store.ts';
import { createLinks } from '../notifications/links.ts';
import { createPasswords } from '../provisioning/password.ts';
import { type DocumentStore, type Partition, StoreError } from '../store/document-store.ts';
import { markingStore } from '../store/work-mark.ts';
import { createTenants, type Tenants } from '../tenants/tenants.ts';
import { createScopes } from './scopes.ts';
import { catalogue, changeListeners, closings, config, log, now, undelivered } from './start.ts';
import { watchStore } from './store-health.ts';

/** The clients and services of requests and timers, made when first needed. Rejects with a StoreError. */
export const services = once(openServices);

async function openServices() {
  const { store: watched, checkStore } = watchStore(await openStore(), { now, newId });
  const changed = (place: Partition) => changeListeners.forEach((listener) => void listener(place));
  const { store, ...work } = markingStore(watched, now, changed);
  closings.push(() => store.close());
  const secrets = await openSecrets(store);
  const tenants = createTenants({ store, now, newId, recordDays: config.tenantAuditDays });
  const keys = createKeys({
    store,
    secrets,
    holders: tenants,
    now,
    randomBytes,
    log: (message, cause) => log('warning', { event: 'keys', message, cause }),
  });
  const auth = createAuth({
    keys,
    tenants,
    secrets,
    now,
    newId,
    baseUrl: config.publicBaseUrl,
    federationHosts: config.federationHosts,
    operators: config.operators,
    refusalRate: config.tenantRate,
    refused: logRefusal,
    log: (message, cause) => log('warning', { event: 'federation', message, cause }),
  });
  const scopes = createScopes(catalogue, { store, now, newId, marks: createPageMarks() });
  return {
    ...{ store, checkStore, secrets, newId, tenants, keys },
    ...work,
    ...auth,
    ...scopes,
    requestAudit: createRequestAudit({
      store,
      now,
      newId,
      log: (cause) => log('warning', { event: 'unaudited', cause }),
    }),
    noteClient: createSeenClients({
      store,
      now,
      newId,
      misfit: (misfit) => log('warning', { event: 'client', ...misfit }),
      log: (cause) => log('warning', { event: 'unseen', cause }),
    }),
    ...openFeed({ store, secrets, tenants }),
    openWebhooks: once(() => openWebhooks({ store, secrets, tenants }, scopes)),
    trail: createTrail(store),
    passwords: createPasswords({ randomBytes }),
    fingerprint: createFingerprint(secrets),
    sealer: createSealer({ secrets, name: 'cursor-v1', randomBytes }),
    links: createLinks({
      sealer: createSealer({ secrets, name: 'links-v1', randomBytes }),
      now,
      baseUrl: config.publicBaseUrl,
    }),
  };
}

function openFeed({ store, secrets, tenants }: FeedParts) {
  const { awaitEntries, entered } = createWaiting(store);
  const daysOf = async (tenantId: string) => (await tenants.retrieve(tenantId))?.policy.feed.days;
  const stamper = config.feedEnabled ? new Stamper({ store, now, newId, entered, daysOf }) : noStamper;
  const feed: FeedServices = {
    ...{ store, now, newId, awaitEntries, isEnabled: config.feedEnabled },
    ...{ baseUrl: config.publicBaseUrl, apiUrl: `${config.publicBaseUrl}/api/v1` },
    sealer: createSealer({ secrets, name: 'feed-v1', randomBytes }),
    stampWaiting: (tenantId) => stamper.stampWaiting(tenantId),
  };
  return { stamper, feed };
}

async function openWebhooks(
  { store, secrets, tenants }: FeedParts,
  { accountsOf }: ReturnType<typeof createScopes>,
) {
  const { openWebhooks: open } = await import('../feed/webhooks/open-webhooks.ts');
  const opened = open({
    ...{ store, now, newId, tenants, secretStore: secrets, hosts: config.webhookHosts, chance: Math.random },
    ...{ baseUrl: config.publicBaseUrl, apiUrl: `${config.publicBaseUrl}/api/v1` },
    async scopeOf(tenantId) {
      const tenant = await tenants.retrieve(tenantId);
      const actor = { credential: 'timer', requestId: newId() };
      return tenant && accountsOf(tenant, { actor, cost: createCost() });
    },
    log,
    undelivered,
  });
  closings.unshift(() => opened.webhooks.close());
  return opened;
}

interface FeedParts {
  readonly store: DocumentStore;
  readonly secrets: SecretStore;
  readonly tenants: Tenants;
}

const thinRefusals = thinLines(limits.refusedLinesPerMinute, now, (count) =>
  log('warning', { event: 'left-out', lines: 'refused', count }),
);

function logRefusal({ keyId: credential, tenantId: tenant, differs, ...refusal }: Refusal): void {
  thinRefusals(() =>
    log('warning', { event: 'refused', ...refusal, tenant, credential, differs: differs?.join(' ') }),
  );
}

async function openStore(): Promise<DocumentStore> {
  try {
    return await openEngine();
  } catch (cause) {
    throw cause instanceof StoreError ? cause : new StoreError('unavailable', { cause });
  }
}

async function openEngine(): Promise<DocumentStore> {
  if (config.store.engine === 'embedded') {
    const { openEmbeddedStore } = await import('../store/embedded/embedded-store.ts');
    const onRebuild = (done: number, total: number) => log('information', { event: 'rebuild', done, total });
    return openEmbeddedStore({ path: config.store.folder, onRebuild });
  }
  const { access, ...account } = config.store;
  const { ensureContainers, openCosmosStore } = await import('../store/cosmos/cosmos-store.ts');
  if ('key' in access) {
    await ensureContainers({ ...account, auth: access });
    return openCosmosStore({ ...account, auth: access, newId, now });
  }
  return openCosmosStore({ ...account, auth: { credential: await identify(access) }, newId, now });
}

async function openSecrets(store: DocumentStore): Promise<SecretStore> {
  if (config.secrets.kind === 'local') return createLocalSecretStore({ store, randomBytes });
  const { uri, access } = config.secrets;
  const { createKeyVaultSecretStore } = await import('../keys/key-vault.ts');
  const auth = 'token' in access ? access : { credential: await identify(access) };
  return createKeyVaultSecretStore({ uri, auth, store, randomBytes });
}

async function identify(access: { readonly clientId: string }) {
  const { ManagedIdentityCredential } = await import('@azure/identity');
  return new ManagedIdentityCredential(access);
}

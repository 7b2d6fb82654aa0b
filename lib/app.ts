import { randomBytes } from 'node:crypto';
import { app } from '@azure/functions';
import { v7 as newId } from 'uuid';
import type { AccountScope } from './accounts/scope.ts';
import { createAuthenticator } from './auth/authenticate.ts';
import { readConfig } from './config.ts';
import { createPageMarks } from './directory/page-marks.ts';
import type { DirectoryScope } from './directory/scope.ts';
import { uniqueAttributesOf } from './directory/unique-values.ts';
import { createFingerprint } from './keys/fingerprint.ts';
import { createKeys } from './keys/keys.ts';
import { createLocalSecretStore } from './keys/local-secret-store.ts';
import { createSealer } from './keys/sealer.ts';
import { createLog } from './log.ts';
import { once } from './once.ts';
import { createCatalogue } from './packs/catalogue.ts';
import { loadPacks } from './packs/load-packs.ts';
import { createPasswords } from './provisioning/password.ts';
import { userTypeOf } from './provisioning/user-type.ts';
import { type DocumentStore, type Meter, StoreError } from './store/document-store.ts';
import type { Tenant } from './tenants/tenant.ts';
import { createTenants } from './tenants/tenants.ts';

export const config = readConfig();
export const now = Date.now;
export const log = createLog(config.logLevel);
export const catalogue = createCatalogue(loadPacks(config.packsFolder));

/** What requests and timers work with, made when first needed; rejects with a StoreError when it cannot be made. */
export const parts = once(openParts);

const closings: (() => Promise<void>)[] = [];

app.setup({ enableHttpStream: true });
app.hook.appTerminate(async () => {
  for (const close of closings) await close();
});

/** What one request does in a directory: who acts, what it costs, and who hears of whom it concerns. */
interface Work extends Pick<DirectoryScope, 'actor' | 'concern'> {
  readonly cost: Meter;
}

async function openParts() {
  const store = await openStore();
  closings.push(() => store.close());
  const secrets = createLocalSecretStore({ store, randomBytes });
  const marks = createPageMarks();
  const tenants = createTenants({ store, now, newId });
  const keys = createKeys({
    store,
    secrets,
    holders: tenants,
    now,
    randomBytes,
    log: (message, cause) => log('warning', { event: 'keys', message, cause }),
  });
  const authenticate = createAuthenticator({
    keys,
    tenants,
    now,
    log: ({ keyId: credential, tenantId: tenant, ...refusal }) =>
      log('warning', { event: 'refused', ...refusal, tenant, credential }),
  });
  /** A tenant's directory, as one request works in it. */
  const directoryOf = ({ id: tenantId, policy }: Tenant, { cost, ...work }: Work): DirectoryScope => {
    const declared = uniqueAttributesOf(catalogue.typesOf(policy.endpoint));
    const uniqueAttributes = {
      ...declared,
      User: [...(declared.User ?? []), ...policy.users.unique],
      Group: policy.groups.unique,
    };
    return { tenantId, store: store.metered(cost), now, newId, marks, uniqueAttributes, ...work };
  };
  /** A tenant's accounts, likewise. */
  const accountsOf = (tenant: Tenant, work: Work): AccountScope => ({
    directory: directoryOf(tenant, work),
    policy: tenant.policy,
    userType: userTypeOf(catalogue.typesOf(tenant.policy.endpoint)),
  });
  return {
    store,
    newId,
    marks,
    accountsOf,
    tenants,
    keys,
    authenticate,
    directoryOf,
    passwords: createPasswords({ randomBytes }),
    fingerprint: createFingerprint(secrets),
    sealer: createSealer({ secrets, name: 'cursor-v1', randomBytes }),
  };
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
    const { openEmbeddedStore } = await import('./store/embedded.ts');
    return openEmbeddedStore({ path: config.store.folder });
  }
  const { access, ...account } = config.store;
  const { ensureContainers, openCosmosStore } = await import('./store/cosmos.ts');
  if ('key' in access) {
    await ensureContainers({ ...account, auth: access });
    return openCosmosStore({ ...account, auth: access, newId, now });
  }
  const { ManagedIdentityCredential } = await import('@azure/identity');
  const credential = new ManagedIdentityCredential(access);
  return openCosmosStore({ ...account, auth: { credential }, newId, now });
}

import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { createAuth } from '../../lib/auth/auth.ts';
import type { Refusal } from '../../lib/auth/refusal.ts';
import type { KeyRef } from '../../lib/keys/key-list.ts';
import { createKeys, type KeyChanges, type Keys } from '../../lib/keys/keys.ts';
import { createLocalSecretStore } from '../../lib/keys/local-secret-store.ts';
import type { SecretStore } from '../../lib/keys/secret-store.ts';
import type { DocumentStore, Meter, StoreOperation } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import type { Tenant } from '../../lib/tenants/tenant.ts';
import { createTenants, type TenantChanges, type Tenants } from '../../lib/tenants/tenants.ts';

export const day = 86_400_000;
export const baseUrl = 'https://scim.example.com';

/** A store, a clock and a source of randomness that several instances share, as in one deployment. */
export interface Deployment {
  readonly store: DocumentStore;
  readonly clock: { time: number };
  readonly randomBytes: (bytes: number) => Buffer;
  /** Where secrets are kept; in the store by default. */
  readonly openSecrets?: (parts: Pick<Deployment, 'store' | 'randomBytes'>) => SecretStore;
}

/** One instance of the app, with caches of its own; `work` names the store operations it has done. */
export interface Instance extends ReturnType<typeof createAuth> {
  readonly tenants: OperatedTenants;
  readonly keys: Keys & KeyChanges;
  readonly secrets: SecretStore;
  /** The ids of keys that were written, whether they came to be listed or not. */
  readonly written: string[];
  readonly work: StoreOperation[];
  readonly refusals: Refusal[];
  readonly failures: string[];
}

/** The actor who changes tenants and keys if a test names none. */
export const operator = { credential: 'management', requestId: 'request' };

/** Tenants, and what the operator does to them. */
export type OperatedTenants = Tenants &
  TenantChanges & {
    replaceKeys(id: string, change: (tenant: Tenant) => readonly KeyRef[]): Promise<Tenant | undefined>;
  };

export function openTenants(
  services: Omit<Parameters<typeof createTenants>[0], 'recordDays'>,
): OperatedTenants {
  const tenants = createTenants({ ...services, recordDays: 30 });
  const act = { actor: operator, operation: 'issue', keyId: 'key' } as const;
  return {
    ...tenants,
    ...tenants.by(operator),
    replaceKeys: (id, change) => tenants.editKeys(id, change, act),
  };
}

export async function openDeployment(): Promise<Deployment> {
  const store = openEmbeddedStore({ path: ':memory:' });
  onTestFinished(() => store.close());
  return { store, clock: { time: Date.UTC(2026, 0, 1) }, randomBytes: countingRandom() };
}

export function startInstance(deployment: Deployment, federationHosts: readonly string[] = []): Instance {
  const { store, clock, randomBytes, openSecrets = createLocalSecretStore } = deployment;
  const work: StoreOperation[] = [];
  const refusals: Refusal[] = [];
  const failures: string[] = [];
  const meter: Meter = { operation: (name) => work.push(name) };
  const metered = store.metered(meter);
  const now = () => clock.time;
  const newId = () => randomBytes(8).toString('hex');
  const tenants = openTenants({ store: metered, now, newId });
  const written: string[] = [];
  const opened = openSecrets({ store: metered, randomBytes });
  const secrets: SecretStore = {
    ...opened,
    put(keyId, record) {
      written.push(keyId);
      return opened.put(keyId, record);
    },
  };
  const keys = createKeys({
    store: metered,
    secrets,
    holders: tenants,
    now,
    randomBytes,
    log: (message, cause) => failures.push(`${message}: ${cause}`),
  });
  const auth = createAuth({
    ...{ keys, tenants, secrets, baseUrl, federationHosts, now, newId },
    refusalRate: { perSecond: 50, burst: 1_000 },
    refused: (refusal) => refusals.push(refusal),
    log: (message, cause) => failures.push(`${message}: ${cause}`),
  });
  return {
    ...auth,
    tenants,
    keys: { ...keys, ...keys.by(operator) },
    secrets,
    written,
    work,
    refusals,
    failures,
  };
}

/** Waits until work that no one awaits is done. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** The same bytes in every run, and never the same twice. */
function countingRandom(): (bytes: number) => Buffer {
  let calls = 0;
  return (bytes) => {
    calls += 1;
    return createHash('sha512').update(`${calls}`).digest().subarray(0, bytes);
  };
}

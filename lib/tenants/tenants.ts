import type { Clock } from '../base/clock.ts';
import { cached } from '../keys/cached.ts';
import type { KeyRef } from '../keys/key-list.ts';
import type { Document, DocumentStore } from '../store/document-store.ts';
import { retryLostRace } from '../store/retry-lost-race.ts';
import { removeTenant } from './remove-tenant.ts';
import {
  identifierOf,
  type Tenant,
  type TenantEdit,
  type TenantInput,
  tenantIdForm,
  tenantSchema,
} from './tenant.ts';
import { fromStored, refKind, registry, tenantKey, tenantPartition } from './tenant-documents.ts';
import { compareTrusts, createTrustRegistry, type TrustRegistry } from './trust-registry.ts';

/** Tenants in the order of their ids; `more` is true if others follow. */
interface TenantPage {
  readonly tenants: readonly Tenant[];
  readonly more: boolean;
}

/** The operations on tenants. Promises reject with StoreError; an absent tenant is `undefined`. */
export interface Tenants {
  /** Rejects with TrustError, as `edit` does, if a trust of the policy belongs to another tenant. */
  create(input: TenantInput): Promise<Tenant>;
  /** Answers from memory for a minute; changes by this instance show at once. */
  retrieve(id: string): Promise<Tenant | undefined>;
  /** Reads from the store, past the memory. */
  retrieveFresh(id: string): Promise<Tenant | undefined>;
  /** Lists tenants in the order of their ids, beginning after the id `after`. */
  list(page: { after?: string; limit: number }): Promise<TenantPage>;
  /** Edits a tenant; rejects with StoreError `stale` only if many writers conflict. */
  edit(id: string, change: (tenant: Tenant) => TenantEdit): Promise<Tenant | undefined>;
  /** Deletes a tenant for its clients at once; the timer removes its data. Does nothing if it is absent. */
  remove(id: string): Promise<void>;
  /** Changes the list of keys under a version check. */
  editKeys(id: string, change: (tenant: Tenant) => readonly KeyRef[]): Promise<Tenant | undefined>;
  /** Finds the tenant of a trust. */
  readonly trusts: Pick<TrustRegistry, 'find' | 'near'>;
}

interface TenantServices {
  readonly store: DocumentStore;
  readonly now: Clock;
  readonly newId: () => string;
}

/** Creates the operations on the tenants of the deployment. */
export function createTenants({ store, now, newId }: TenantServices): Tenants {
  const readTenant = async (id: string) => (await readVersion(store, id))?.tenant;
  const memory = cached(readTenant, {
    now,
    // A stale tenant could still list a key as active that is revoked.
    staleSecondsMax: 0,
  });
  const listed = async (id: string) => (await readTenant(id))?.policy.trusts ?? [];
  const trusts = createTrustRegistry({ store, now, listed });
  const thenForget = <T>(id: string, change: Promise<T>) => change.finally(() => memory.forget(id));

  return {
    async create(input) {
      const identifier = input.identifier ?? identifierOf(input.name);
      const tenant = tenantSchema.parse({ ...input, identifier, id: newId() });
      await trusts.claim(tenant.id, compareTrusts([], tenant.policy.trusts).added);
      await createTenant(store, tenant);
      memory.forget(tenant.id);
      return tenant;
    },
    retrieve: memory.get,
    retrieveFresh: (id) => {
      memory.forget(id);
      return memory.get(id);
    },
    list: (page) => listTenants(store, page),
    edit: (id, edit) => thenForget(id, editTenant({ store, trusts }, id, edit)),
    editKeys: (id, edit) => thenForget(id, editKeys(store, id, edit)),
    async remove(id) {
      const ending = await trusts.claimsOf(id, await listed(id));
      await removeTenant(store, id, now());
      await trusts.release(ending);
      memory.forget(id);
    },
    trusts,
  };
}

/** Drops the undefined properties of an edit, which change nothing. */
function named(edit: TenantEdit): TenantEdit {
  return Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined));
}

async function createTenant(store: DocumentStore, tenant: Tenant): Promise<void> {
  await store.commit(tenantPartition(tenant.id), [{ op: 'create', document: tenantDocument(tenant) }]);
  const ref: Document = { id: tenant.id, tenantId: registry.tenantId, kind: refKind };
  await store.commit(registry, [{ op: 'create', document: ref }]);
}

interface TenantVersion {
  readonly tenant: Tenant;
  readonly version: string;
}

/** Reads a tenant and its version, without a call to the store if the id cannot be a tenant's. */
async function readVersion(store: DocumentStore, id: string): Promise<TenantVersion | undefined> {
  const stored = tenantIdForm.test(id) ? await store.read(tenantKey(id)) : undefined;
  const tenant = fromStored(stored);
  return stored && tenant && { tenant, version: stored.version };
}

async function listTenants(
  store: DocumentStore,
  { after, limit }: { after?: string; limit: number },
): Promise<TenantPage> {
  const page = await store.query({ ...registry, kind: refKind, limit, after });
  const stored = await store.readMany(page.documents.map(({ document }) => tenantKey(document.id)));
  return { tenants: stored.flatMap((one) => fromStored(one) ?? []), more: page.more };
}

/** Claims the trusts that are added, writes the tenant, and then releases those that are removed. */
function editTenant(
  { store, trusts }: { store: DocumentStore; trusts: TrustRegistry },
  id: string,
  edit: (tenant: Tenant) => TenantEdit,
): Promise<Tenant | undefined> {
  return retryLostRace(async () => {
    const current = await readVersion(store, id);
    if (!current) return undefined;
    const { tenant, version } = current;
    const edited = tenantSchema.parse({ ...tenant, ...named(edit(tenant)) });
    const { added, removed } = compareTrusts(tenant.policy.trusts, edited.policy.trusts);
    await trusts.claim(id, added);
    // Read before the tenant is written, so that a claim that is renewed afterwards is not released.
    const ending = await trusts.claimsOf(id, removed);
    await replaceTenant(store, edited, version);
    await trusts.release(ending);
    return edited;
  });
}

function editKeys(
  store: DocumentStore,
  id: string,
  edit: (tenant: Tenant) => readonly KeyRef[],
): Promise<Tenant | undefined> {
  return retryLostRace(async () => {
    const current = await readVersion(store, id);
    if (!current) return undefined;
    const { tenant, version } = current;
    const edited = { ...tenant, keys: edit(tenant) };
    await replaceTenant(store, edited, version);
    return edited;
  });
}

function tenantDocument(tenant: Tenant): Document {
  return { ...tenant, tenantId: tenant.id, kind: 'tenant' };
}

async function replaceTenant(store: DocumentStore, tenant: Tenant, ifVersion: string): Promise<void> {
  const document = tenantDocument(tenant);
  await store.commit(tenantPartition(tenant.id), [{ op: 'replace', document, ifVersion }]);
}

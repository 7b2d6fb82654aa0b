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

/** Tenants in the order of their ids, and whether others follow. */
interface TenantPage {
  readonly tenants: readonly Tenant[];
  readonly more: boolean;
}

/** All reject with a StoreError; an absent tenant answers `undefined`. */
export interface Tenants {
  /** Rejects with TrustError when a trust of the policy is another tenant's, as `edit` does. */
  create(input: TenantInput): Promise<Tenant>;
  /** Answers from memory for a minute; what this instance wrote shows at once. */
  retrieve(id: string): Promise<Tenant | undefined>;
  /** Reads past the memory. */
  retrieveFresh(id: string): Promise<Tenant | undefined>;
  /** In the order of their ids, behind `after`. */
  list(page: { after?: string; limit: number }): Promise<TenantPage>;
  /** Changes name, identifier, description, policy or whether it is enabled; `stale` only when many writers meet. */
  edit(id: string, change: (tenant: Tenant) => TenantEdit): Promise<Tenant | undefined>;
  /** Ends a tenant: for its clients at once; the timer removes what it had. Absence is no failure. */
  remove(id: string): Promise<void>;
  /** Changes the list of keys under a version check. */
  editKeys(id: string, change: (tenant: Tenant) => readonly KeyRef[]): Promise<Tenant | undefined>;
  /** Which tenants the trusts of all policies lead to. */
  readonly trusts: Pick<TrustRegistry, 'find' | 'near'>;
}

interface TenantServices {
  readonly store: DocumentStore;
  readonly now: Clock;
  readonly newId: () => string;
}

/** The tenants of the deployment, kept in a partition each. */
export function createTenants({ store, now, newId }: TenantServices): Tenants {
  const readTenant = async (id: string) => (await readVersion(store, id))?.tenant;
  const memory = cached(readTenant, {
    now,
    // A tenant says which of its keys are revoked: that has to be known.
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

/** An undefined property leaves what there is. */
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

/** What cannot be a tenant's id, such as the registry, is absent without a question to the store. */
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
    // Read before the tenant is written: what is claimed again after that is not to be released.
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

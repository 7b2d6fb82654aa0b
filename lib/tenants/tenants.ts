import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { cached } from '../keys/cached.ts';
import type { KeyRef } from '../keys/key-list.ts';
import type { Change, Document, DocumentStore, Stored } from '../store/document-store.ts';
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

import { fromStored, refKind, registry, tenantKey, tenantPartition, toDocument } from './tenant-documents.ts';
import { createTrustRegistry, type TrustRegistry } from './trust-registry.ts';

/** Tenants in the order of their ids, and whether others follow. */
export interface TenantPage {
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

interface TenantsParts {
  readonly store: DocumentStore;
  readonly now: Clock;
  readonly newId: () => string;
}

/** The tenants of the deployment, kept in a partition each. */
export function createTenants({ store, now, newId }: TenantsParts): Tenants {
  const memory = cached((id) => readTenant(store, id), {
    now,
    entriesMax: limits.credentialCacheEntriesMax,
    secondsMax: limits.credentialCacheSecondsMax,
    missSecondsMax: limits.credentialMissSecondsMax,
    // A tenant says which of its keys are revoked: that has to be known.
    staleSecondsMax: 0,
  });
  const listed = async (id: string) => (await readTenant(store, id))?.policy.trusts ?? [];
  const trusts = createTrustRegistry({ store, now, listed });
  const change = async (id: string, changeTenant: (tenant: Tenant) => unknown) => {
    try {
      return await changeStored({ store, trusts }, id, changeTenant);
    } finally {
      memory.forget(id);
    }
  };

  return {
    async create(input) {
      const identifier = input.identifier ?? identifierOf(input.name);
      const tenant = tenantSchema.parse({ ...input, identifier, id: newId() });
      const added = { tenantId: tenant.id, from: [], to: tenant.policy.trusts };
      await trusts.keep(added, () => createTenant(store, tenant));
      memory.forget(tenant.id);
      return tenant;
    },
    retrieve: (id) => memory.get(id),
    retrieveFresh: (id) => {
      memory.forget(id);
      return memory.get(id);
    },
    list: (page) => listTenants(store, page),
    edit: (id, edit) => change(id, (tenant) => ({ ...tenant, ...named(edit(tenant)) })),
    editKeys: (id, edit) => change(id, (tenant) => ({ ...tenant, keys: edit(tenant) })),
    async remove(id) {
      const from = await listed(id);
      await trusts.keep({ tenantId: id, from, to: [] }, () => removeTenant(store, id, now()));
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
  await store.commit(tenantPartition(tenant.id), [{ op: 'create', document: toDocument(tenant) }]);
  const ref: Document = { id: tenant.id, tenantId: registry.tenantId, kind: refKind };
  await store.commit(registry, [{ op: 'create', document: ref }]);
}

async function readTenant(store: DocumentStore, id: string): Promise<Tenant | undefined> {
  return fromStored(await readStored(store, id));
}

/** What cannot be a tenant's id, such as the registry, is absent without a question to the store. */
async function readStored(store: DocumentStore, id: string): Promise<Stored | undefined> {
  return tenantIdForm.test(id) ? store.read(tenantKey(id)) : undefined;
}

async function listTenants(
  store: DocumentStore,
  { after, limit }: { after?: string; limit: number },
): Promise<TenantPage> {
  const behind = after === undefined ? {} : { after };
  const page = await store.query({ ...registry, kind: refKind, limit, ...behind });
  const stored = await store.readMany(page.documents.map(({ document }) => tenantKey(document.id)));
  return { tenants: stored.flatMap((one) => fromStored(one) ?? []), more: page.more };
}

function changeStored(
  { store, trusts }: { store: DocumentStore; trusts: TrustRegistry },
  id: string,
  change: (tenant: Tenant) => unknown,
): Promise<Tenant | undefined> {
  return retryLostRace(async () => {
    const stored = await readStored(store, id);
    const tenant = fromStored(stored);
    if (!stored || !tenant) return undefined;
    const changed = tenantSchema.parse(change(tenant));
    const replacement: Change = { op: 'replace', document: toDocument(changed), ifVersion: stored.version };
    const kept = { tenantId: id, from: tenant.policy.trusts, to: changed.policy.trusts };
    await trusts.keep(kept, () => store.commit(tenantPartition(id), [replacement]));
    return changed;
  });
}

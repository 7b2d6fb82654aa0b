import type { Clock } from '../base/clock.ts';
import { cached } from '../keys/cached.ts';
import type { KeyRef } from '../keys/key-list.ts';
import type { KeyAct } from '../keys/scope.ts';
import type { Actor, FollowUp } from '../store/change-document.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { type AppKeyHolders, createAppKeyHolders } from './app-keys.ts';
import { createTenant } from './create-tenant.ts';
import { editKeys, editTenant } from './edit-tenant.ts';
import { beginEnding, finishEnding } from './end-synchronization.ts';
import { finishRemoval, recordRemoval } from './remove-tenant.ts';
import { type Tenant, type TenantEdit, type TenantInput, tenantIdForm } from './tenant.ts';
import { fromStored, refKind, registry, tenantKey } from './tenant-documents.ts';
import { createTrustRegistry, type TrustRegistry } from './trust-registry.ts';

/** Tenants in the order of their ids; `more` is true if others follow. */
interface TenantPage {
  readonly tenants: readonly Tenant[];
  readonly more: boolean;
}

/** The operations on tenants. Promises reject with StoreError; an absent tenant is `undefined`. */
export interface Tenants {
  /** Answers from memory for a minute; changes by this instance show at once. */
  retrieve(id: string): Promise<Tenant | undefined>;
  /** Reads from the store, past the memory. */
  retrieveFresh(id: string): Promise<Tenant | undefined>;
  /** Lists tenants in the order of their ids, beginning after the id `after`. */
  list(page: { after?: string; limit: number }): Promise<TenantPage>;
  /** The operations that change tenants. Their records name the actor. */
  by(actor: Actor): TenantChanges;
  /** Changes the list of keys under a version check. */
  editKeys(
    id: string,
    change: (tenant: Tenant) => readonly KeyRef[],
    act: KeyAct,
  ): Promise<Tenant | undefined>;
  /** The tenants and the deployment as holders of app keys. */
  readonly appKeys: AppKeyHolders;
  /** Completes the removal of a tenant that a request has recorded; does nothing if it is done. */
  finishRemoval(id: string): Promise<void>;
  /** Ends the ending of a tenant's synchronisation of which nothing is left. */
  finishEnding(id: string, actor: Actor): Promise<void>;
  /** Finds the tenant of a trust. */
  readonly trusts: Pick<TrustRegistry, 'find' | 'near'>;
}

/** The operations with which an actor changes tenants. Each writes a record in its own batch. */
export interface TenantChanges {
  /** Rejects with TrustError or IdentifierError, as `edit` does, if another tenant has a trust or the identifier. */
  create(input: TenantInput): Promise<Tenant>;
  /**
   * Edits a tenant, and records the follow-ups if it changes. Rejects with EndingError if it adds a trust while the
   * synchronisation ends, and with StoreError `stale` only if many writers conflict.
   */
  edit(
    id: string,
    change: (tenant: Tenant) => TenantEdit,
    followUps?: readonly FollowUp[],
  ): Promise<Tenant | undefined>;
  /**
   * Ends the tenant's synchronisation for its clients at once; the timer removes the rest. Does nothing if it is
   * ending already.
   */
  endSynchronization(id: string): Promise<Tenant | undefined>;
  /** Deletes a tenant for its clients at once; the timer removes its data. Does nothing if it is absent. */
  remove(id: string): Promise<void>;
}

interface TenantServices {
  readonly store: DocumentStore;
  readonly now: Clock;
  readonly newId: () => string;
  /** Days for which the creation and deletion of a tenant stay recorded. */
  readonly recordDays: number;
}

/** Creates the operations on the tenants of the deployment. */
export function createTenants({ store, now, newId, recordDays }: TenantServices): Tenants {
  const readTenant = async (id: string) =>
    tenantIdForm.test(id) ? fromStored(await store.read(tenantKey(id))) : undefined;
  const memory = cached(readTenant, {
    now,
    // A stale tenant could still list a key as active that is revoked.
    staleSecondsMax: 0,
  });
  const listed = async (id: string) => (await readTenant(id))?.policy.trusts ?? [];
  const trusts = createTrustRegistry({ store, now, listed });
  const services = { store, now, newId, recordDays, trusts };
  const thenForget = <T>(id: string, change: Promise<T>) => change.finally(() => memory.forget(id));
  const remove = async (actor: Actor, id: string) => {
    if (!(await readTenant(id))) return;
    await recordRemoval({ ...services, actor }, id);
    await finishRemoval(services, id);
  };

  const retrieveFresh = (id: string) => {
    memory.forget(id);
    return memory.get(id);
  };

  return {
    retrieve: memory.get,
    retrieveFresh,
    list: (page) => listTenants(store, page),
    by: (actor) => ({
      async create(input) {
        const tenant = await createTenant({ ...services, actor }, input);
        memory.forget(tenant.id);
        return tenant;
      },
      edit: (id, change, followUps = []) =>
        thenForget(id, editTenant({ ...services, actor }, id, { change, followUps })),
      endSynchronization: (id) => thenForget(id, beginEnding({ ...services, actor }, id)),
      remove: (id) => thenForget(id, remove(actor, id)),
    }),
    editKeys: (id, change, { actor, ...facts }) =>
      thenForget(id, editKeys({ ...services, actor }, id, { list: 'keys', change, facts })),
    appKeys: createAppKeyHolders(services, {
      retrieve: memory.get,
      retrieveFresh,
      editAppKeys: (id, change, { actor, ...facts }) =>
        thenForget(id, editKeys({ ...services, actor }, id, { list: 'appKeys', change, facts })),
    }),
    finishRemoval: (id) => thenForget(id, finishRemoval(services, id)),
    finishEnding: (id, actor) => thenForget(id, finishEnding({ ...services, actor }, id)),
    trusts,
  };
}

async function listTenants(
  store: DocumentStore,
  { after, limit }: { after?: string; limit: number },
): Promise<TenantPage> {
  const page = await store.query({ ...registry, kind: refKind, limit, after });
  const stored = await store.readMany(page.documents.map(({ document }) => tenantKey(document.id)));
  return { tenants: stored.flatMap((one) => fromStored(one) ?? []), more: page.more };
}

import type { Clock } from '../base/clock.ts';
import type { Actor, Recording } from '../store/change-document.ts';
import type { Document, DocumentKey, DocumentStore, Partition, Stored } from '../store/document-store.ts';
import { type Tenant, tenantIdForm, tenantSchema } from './tenant.ts';
import type { TrustRegistry } from './trust-registry.ts';

/**
 * The partition that lists all tenants, so that listing stays in one, and has the records of their creation and
 * deletion, which outlive them. Its name cannot be a tenant id.
 */
export const registry: Partition = { container: 'tenants', tenantId: '_registry' };
/** The kind of a tenant's own document. */
export const tenantKind = 'tenant';
/** The kind of the document that lists a tenant in the registry. */
export const refKind = 'tenant-ref';

/** The services and the actor with which a tenant is changed. */
export interface TenantScope {
  readonly store: DocumentStore;
  readonly now: Clock;
  readonly newId: () => string;
  readonly recordDays: number;
  readonly trusts: TrustRegistry;
  readonly actor: Actor;
  /** Days for which records are kept if nothing follows from the changes of this scope. */
  readonly finalDays?: number;
}

/** Builds the document key of a tenant; each tenant has a partition of its own. */
export function tenantKey(id: string): DocumentKey {
  return { ...tenantPartition(id), kind: tenantKind, id };
}

/** Tests if a text can be the id of a tenant, which that of no other partition can. */
export const isTenantId = (text: string): boolean => tenantIdForm.test(text);

/** The partition that holds a tenant's own document. */
export const tenantPartition = (id: string): Partition => ({ container: 'tenants', tenantId: id });

/** Builds the document of a tenant. */
export function tenantDocument(tenant: Tenant): Document {
  return { ...tenant, tenantId: tenant.id, kind: tenantKind };
}

/** Reads the tenant in a document. */
export function fromStored(stored: Stored | undefined): Tenant | undefined {
  return stored && tenantSchema.parse(stored.document);
}

/** A tenant with its version. */
interface TenantVersion {
  readonly tenant: Tenant;
  readonly version: string;
}

/** Reads a tenant and its version, without a call to the store if the id cannot be a tenant's. */
export async function readVersion(store: DocumentStore, id: string): Promise<TenantVersion | undefined> {
  const stored = tenantIdForm.test(id) ? await store.read(tenantKey(id)) : undefined;
  const tenant = fromStored(stored);
  return stored && tenant && { tenant, version: stored.version };
}

/** The scope of a record in a partition. Acts on tenants and keys are kept at every level. */
export function recordingIn(scope: TenantScope, { tenantId }: Partition): Recording {
  const { now, newId, actor, finalDays } = scope;
  return { tenantId, now, newId, actor, auditLevel: 'debug', finalDays };
}

import type { DocumentKey, Partition, Stored } from '../store/document-store.ts';
import { type Tenant, tenantSchema } from './tenant.ts';

/** The partition that lists all tenants, so that listing stays in one. Its name cannot be a tenant id. */
export const registry: Partition = { container: 'tenants', tenantId: '_registry' };
/** The kind of the document that lists a tenant in the registry. */
export const refKind = 'tenant-ref';

/** Builds the document key of a tenant; each tenant has a partition of its own. */
export function tenantKey(id: string): DocumentKey {
  return { ...tenantPartition(id), kind: 'tenant', id };
}

/** The partition that holds a tenant's own document. */
export const tenantPartition = (id: string): Partition => ({ container: 'tenants', tenantId: id });

/** Reads the tenant in a document. */
export function fromStored(stored: Stored | undefined): Tenant | undefined {
  return stored && tenantSchema.parse(stored.document);
}

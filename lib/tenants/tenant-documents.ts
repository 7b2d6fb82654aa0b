import type { DocumentKey, Partition, Stored } from '../store/document-store.ts';
import { type Tenant, tenantSchema } from './tenant.ts';

/** A partition whose name is no tenant id, so that tenants can be listed without crossing partitions. */
export const registry: Partition = { container: 'tenants', tenantId: '_registry' };
/** The kind of the document that lists a tenant in the registry. */
export const refKind = 'tenant-ref';

/** Where a tenant is kept; each has a partition of its own. */
export function tenantKey(id: string): DocumentKey {
  return { ...tenantPartition(id), kind: 'tenant', id };
}

/** The partition that holds a tenant's own document. */
export const tenantPartition = (id: string): Partition => ({ container: 'tenants', tenantId: id });

/** The tenant of a document. */
export function fromStored(stored: Stored | undefined): Tenant | undefined {
  return stored && tenantSchema.parse(stored.document);
}

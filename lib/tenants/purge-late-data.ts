import { commitOnce } from '../store/commit-once.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { purgeKind } from './remove-tenant.ts';
import { tenantIdForm } from './tenant.ts';
import { tenantKind, tenantPartition } from './tenant-documents.ts';

/**
 * Makes the timer purge the data of a tenant that does not exist, because something was written for it after its purge
 * had ended. Does nothing if the tenant exists or its purge is under way.
 */
export async function purgeLateData(store: DocumentStore, tenantId: string, now: number): Promise<void> {
  if (!tenantIdForm.test(tenantId)) return;
  const purge = { id: 'purge', tenantId, kind: purgeKind, due: now, keys: [] };
  await commitOnce(store, tenantPartition(tenantId), [
    // The creation fails if the tenant exists. A read could miss a tenant that was created a moment ago.
    { op: 'create', document: { id: tenantId, tenantId, kind: tenantKind } },
    { op: 'delete', kind: tenantKind, id: tenantId },
    { op: 'create', document: purge },
  ]);
}

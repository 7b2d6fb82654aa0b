import { limits } from '../base/limits.ts';
import { recordChange } from '../store/change-document.ts';
import { StoreError } from '../store/document-store.ts';
import { type PurgeDocument, purgeKind } from './remove-tenant.ts';
import { identifierOf, type Tenant, type TenantInput, tenantSchema } from './tenant.ts';
import {
  recordingIn,
  refKind,
  registry,
  type TenantScope,
  tenantDocument,
  tenantPartition,
} from './tenant-documents.ts';
import { compareTrusts } from './trust-registry.ts';

/**
 * Creates a tenant. The batch that lists it decides and records it; the timer undoes a creation that was cut
 * off before. Rejects with TrustError if a trust of its policy belongs to another tenant.
 */
export async function createTenant(scope: TenantScope, input: TenantInput): Promise<Tenant> {
  const { store, newId, trusts } = scope;
  const identifier = input.identifier ?? identifierOf(input.name);
  const tenant = tenantSchema.parse({ ...input, identifier, id: newId() });
  const { id } = tenant;
  await trusts.claim(id, compareTrusts([], tenant.policy.trusts).added);
  await store.commit(tenantPartition(id), [
    { op: 'create', document: tenantDocument(tenant) },
    { op: 'create', document: undoing(scope, id) },
  ]);
  const now = scope.now();
  const facts = {
    operation: 'create',
    resourceType: 'Tenant',
    resource: id,
    expires: now + scope.recordDays * 86_400_000,
  };
  await store.commit(registry, [
    { op: 'create', document: { id, tenantId: registry.tenantId, kind: refKind } },
    recordChange(recordingIn(scope, registry), facts),
  ]);
  await leaveToTimer(store.commit(tenantPartition(id), [{ op: 'delete', kind: purgeKind, id: undoingId }]));
  return tenant;
}

/** Ignores a StoreError, because the timer does the same later. */
async function leaveToTimer(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

const undoingId = 'creation';

/** The document by which the timer removes the tenant if it is not listed by then. */
function undoing({ now }: TenantScope, tenantId: string): PurgeDocument {
  const due = now() + limits.abandonedSeconds * 1_000;
  return { id: undoingId, tenantId, kind: purgeKind, isCreation: true, keys: [], due };
}

import { limits } from '../base/limits.ts';
import { recordChange } from '../store/change-document.ts';
import { StoreError } from '../store/document-store.ts';
import { claimDerived, claimIdentifier, requireFree } from './identifiers.ts';
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
 * off before. Rejects with TrustError or IdentifierError if another tenant has a trust of its policy or its identifier.
 */
export async function createTenant(scope: TenantScope, input: TenantInput): Promise<Tenant> {
  const { store, newId, trusts } = scope;
  const id = newId();
  const draft = tenantSchema.parse({
    ...input,
    identifier: input.identifier ?? identifierOf(input.name),
    id,
  });
  // Checked first, so that a refusal leaves no claim behind.
  if (input.identifier !== undefined) await requireFree(scope, id, input.identifier);
  await trusts.claim(id, compareTrusts([], draft.policy.trusts).added);
  const tenant = { ...draft, identifier: await claimFor(scope, id, input) };
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

async function claimFor(scope: TenantScope, id: string, { identifier, name }: TenantInput): Promise<string> {
  if (identifier === undefined) return claimDerived(scope, id, name);
  await claimIdentifier(scope, id, identifier);
  return identifier;
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

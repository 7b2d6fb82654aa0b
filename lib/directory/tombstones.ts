import { limits } from '../base/limits.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Change, Document } from '../store/document-store.ts';
import { recordChanges } from './records.ts';
import type { ResourceDocument } from './resource-document.ts';
import type { DirectoryScope } from './scope.ts';

/** The kind of a TombstoneDocument, in the container of the resource. */
export const tombstoneKind = 'tombstone';

/** A deleted resource, kept until the tenant's grace period ends. */
export interface TombstoneDocument extends Document {
  readonly resourceType: string;
  /** Absent once the grace period is over. */
  readonly resource?: ResourceDocument;
}

/** The id of the TombstoneDocument of a deleted resource. */
export const tombstoneId = (resource: string) => `tombstone:${resource}`;

/** The document that keeps a deleted resource for `graceDays` days. */
export function tombstone(
  scope: DirectoryScope,
  type: ResourceType,
  { document, graceDays }: { document: ResourceDocument; graceDays: number },
): TombstoneDocument {
  return {
    id: tombstoneId(document.id),
    tenantId: scope.tenantId,
    kind: tombstoneKind,
    due: scope.now() + graceDays * 86_400_000,
    resourceType: type.name,
    resource: document,
  };
}

/**
 * The tombstone after the grace period. It no longer has the resource, and stays for `limits.headstoneDays`,
 * so that a restore can say why it is refused.
 */
export function headstone(document: TombstoneDocument, now: number): TombstoneDocument {
  const expires = now + limits.headstoneDays * 86_400_000;
  return { ...document, due: undefined, resource: undefined, expires };
}

/** The changes that record that the grace period of a resource has ended. */
export function finaliseRecord(
  scope: DirectoryScope,
  { id, resourceType }: TombstoneDocument,
): readonly Change[] {
  return recordChanges(
    scope,
    { name: resourceType },
    { operation: 'finalise', id: id.slice(tombstoneId('').length) },
  );
}

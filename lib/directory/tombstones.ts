import { limits } from '../base/limits.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Change, Document } from '../store/document-store.ts';
import { eventChange } from './events.ts';
import type { ResourceDocument } from './resource-document.ts';
import type { DirectoryScope } from './scope.ts';

/** The kind of a TombstoneDocument, in the container of the resource. */
export const tombstoneKind = 'tombstone';

/** What is kept of a deleted resource until the tenant's grace period ends. */
export interface TombstoneDocument extends Document {
  readonly resourceType: string;
  /** Absent once the grace period is over. */
  readonly resource?: ResourceDocument;
}

/** The id of what is kept of a deleted resource. */
export const tombstoneId = (resource: string) => `tombstone:${resource}`;

/** Keeps a resource that is deleted now, for as many days. */
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

/** The tombstone when the grace period is over: nothing of the resource is left; for a while it can be told why. */
export function headstone(document: TombstoneDocument, now: number): TombstoneDocument {
  const expires = now + limits.headstoneDays * 86_400_000;
  return { ...document, due: undefined, resource: undefined, expires };
}

/** The change that tells that the grace period of a resource is over. */
export function finaliseEvent(scope: DirectoryScope, { id, resourceType }: TombstoneDocument): Change {
  return eventChange(
    scope,
    { name: resourceType },
    { operation: 'finalise', id: id.slice(tombstoneId('').length) },
  );
}

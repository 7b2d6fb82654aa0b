import type { ResourceType } from '../scim/schema/attribute.ts';
import { timeAfter } from '../store/change-document.ts';
import type { Change, Stored } from '../store/document-store.ts';
import { countChange } from './counts.ts';
import { unlinkId, unlinkKind } from './deletion.ts';
import { recordChanges } from './records.ts';
import type { ResourceDocument } from './resource-document.ts';
import { commitUnique } from './resources.ts';
import { type DirectoryScope, partitionOf } from './scope.ts';
import { type TombstoneDocument, tombstoneId, tombstoneKind } from './tombstones.ts';
import { uniqueChanges } from './unique-values.ts';

/**
 * Restores a deleted resource under its id, with the attributes that it had and without its memberships.
 *
 * `undefined` if nothing is kept of it or its grace period is over. Throws ScimError `uniqueness` if another
 * resource has one of its unique values now, and StoreError `stale` or `conflict` if another request restores
 * it or its grace period ends at the same time.
 */
export async function restoreResource(
  scope: DirectoryScope,
  type: ResourceType,
  id: string,
): Promise<ResourceDocument | undefined> {
  const partition = partitionOf(scope, type);
  const [kept, sweeping] = await scope.store.readMany([
    { ...partition, kind: tombstoneKind, id: tombstoneId(id) },
    { ...partition, kind: unlinkKind, id: unlinkId(id) },
  ]);
  const tombstone = kept?.document as TombstoneDocument | undefined;
  if (!kept || !tombstone?.resource || tombstone.resourceType !== type.name) return undefined;
  if ((tombstone.due ?? 0) <= scope.now()) return undefined;
  const document = revived(scope, type, tombstone.resource);
  const unique = uniqueChanges(scope, type, { after: document });
  const changes: Change[] = [
    { op: 'create', document },
    ...unique.map(({ change }) => change),
    { op: 'delete', kind: tombstoneKind, id: tombstone.id, ifVersion: kept.version },
    ...endSweep(sweeping),
    countChange(type, id, 1),
    ...recordChanges(scope, type, {
      ...{ operation: 'restore', id },
      time: Date.parse(document.lastModified),
      event: { revision: document.revision },
    }),
  ];
  await commitUnique(scope, type, { changes, unique, uniqueOffset: 1 });
  if (type.name === 'User') scope.concern?.([id]);
  return document;
}

function revived(scope: DirectoryScope, type: ResourceType, document: ResourceDocument): ResourceDocument {
  return {
    ...document,
    intent: undefined,
    memberCount: type.name === 'Group' ? 0 : undefined,
    // The deletion had the revision in between, and a time after the one that is kept.
    revision: document.revision + 2,
    lastModified: new Date(timeAfter(scope.now(), document.lastModified) + 1).toISOString(),
  };
}

/** Cancels the last sweep, which would end memberships from after the restoration. */
function endSweep(sweeping: Stored | undefined): Change[] {
  if (!sweeping) return [];
  const { kind, id } = sweeping.document;
  return [{ op: 'delete', kind, id, ifVersion: sweeping.version }];
}

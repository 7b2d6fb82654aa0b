import { limits } from '../base/limits.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import { timeAfter } from '../store/change-document.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Container, Document } from '../store/document-store.ts';
import { countChange } from './counts.ts';
import { touchGroup } from './members/groups.ts';
import { dropDraft } from './members/intent-parts.ts';
import { abandonIntent } from './members/intents.ts';
import { type MemberDocument, queryMemberships, removeMember } from './members/memberships.ts';
import { stopWaiting } from './members/pending-members.ts';
import { recordChanges } from './records.ts';
import type { ResourceDocument } from './resource-document.ts';
import { commitUnique, isResourceId, type StoredResource } from './resources.ts';
import { type DirectoryScope, kindOf, partitionOf } from './scope.ts';
import { tombstone } from './tombstones.ts';
import { uniqueChanges } from './unique-values.ts';

/** The kind of an UnlinkDocument, in the container of the resource. */
export const unlinkKind = 'unlink';

/** A note that memberships of a deleted resource must be ended. */
export interface UnlinkDocument extends Document {
  readonly resource: string;
  /** The time of the last sweep, in milliseconds since 1970. */
  readonly last: number;
}

/**
 * Deletes a resource and releases its unique values in one batch, then ends its memberships before the
 * promise resolves. Without `graceDays` nothing of it is kept.
 *
 * If it is interrupted after the batch, a timer ends the memberships. Throws StoreError `stale` if `stored`
 * is not the current version.
 */
export async function deleteFromDirectory(
  scope: DirectoryScope,
  type: ResourceType,
  { stored, graceDays }: { stored: StoredResource; graceDays?: number },
): Promise<void> {
  const { document } = stored;
  const { id } = document;
  const removal = removalChanges(scope, type, stored);
  const unique = uniqueChanges(scope, type, { before: document });
  const changes: Change[] = [
    ...removal,
    ...unique.map(({ change }) => change),
    { op: 'create', document: unlinkDocument(scope, id) },
  ];
  if (graceDays !== undefined)
    changes.push({ op: 'create', document: tombstone(scope, type, { document, graceDays }) });
  if (document.intent) changes.push(...(await abandonIntent(scope, id)));
  await commitUnique(scope, type, { changes, unique, uniqueOffset: removal.length });
  if (type.name === 'User') scope.concern?.([id]);
  await endLinks(scope, partitionOf(scope, type).container, id);
  if (document.intent) await dropDraft(scope, document.intent);
}

/** The changes that remove a resource, count it out and record that; its unique values and memberships stay. */
export function removalChanges(
  scope: DirectoryScope,
  type: ResourceType,
  { document, version: ifVersion }: StoredResource,
): readonly Change[] {
  const { id, lastModified, revision } = document;
  const time = timeAfter(scope.now(), lastModified);
  const event = { revision: revision + 1, externalId: externalIdOf(document) };
  return [
    { op: 'delete', kind: kindOf(type), id, ifVersion },
    countChange(type, id, -1),
    ...recordChanges(scope, type, { operation: 'delete', id, time, event }),
  ];
}

function externalIdOf({ resource: { externalId } }: ResourceDocument): string | undefined {
  return typeof externalId === 'string' ? externalId : undefined;
}

/** Ends the memberships that an interrupted deletion of the resource has left. */
export async function finishDeletion(scope: DirectoryScope, type: ResourceType, id: string): Promise<void> {
  if (!isResourceId(id)) return;
  const key = { ...partitionOf(scope, type), kind: unlinkKind, id: unlinkId(id) };
  if (await scope.store.read(key)) await endLinks(scope, key.container, id);
}

/** Ends all memberships of a deleted resource, and the waiting of others for a deleted group. Idempotent. */
export async function endLinks(scope: DirectoryScope, container: Container, id: string): Promise<void> {
  await unlink(scope, id);
  if (container === 'groups') await stopWaiting(scope, id);
}

/** The id of the UnlinkDocument of a deleted resource. */
export const unlinkId = (resource: string) => `unlink:${resource}`;

/**
 * The note is due at once, in case the request is interrupted, and once more for the last sweep, when no request that
 * had read the resource before its deletion can add memberships any more.
 */
function unlinkDocument(scope: DirectoryScope, id: string): UnlinkDocument {
  const due = scope.now();
  const last = due + limits.lateWritersSeconds * 1_000;
  return { id: unlinkId(id), tenantId: scope.tenantId, kind: unlinkKind, due, last, resource: id };
}

/** Ends all memberships of a deleted resource in groups, and all memberships in it. Idempotent. */
export async function unlink(scope: DirectoryScope, id: string): Promise<void> {
  await endMemberships(scope, id, 'user');
  await endMemberships(scope, id, 'group');
}

async function endMemberships(scope: DirectoryScope, id: string, side: 'user' | 'group'): Promise<void> {
  const size = side === 'user' ? limits.unlinksPerBatchMax : limits.membersPerBatchMax;
  const ending: MemberDocument[][] = [];
  for await (const member of queryMemberships(scope, side, [id])) {
    const last = ending.at(-1);
    if (last && last.length < size) {
      last.push(member);
      continue;
    }
    if (ending.length === limits.unlinkBatchesAtOnce) await endBatches(scope, ending.splice(0), side);
    ending.push([member]);
  }
  await endBatches(scope, ending, side);
}

/** Runs the batches at the same time, because they change different memberships. */
async function endBatches(
  scope: DirectoryScope,
  batches: readonly (readonly MemberDocument[])[],
  side: 'user' | 'group',
): Promise<void> {
  await Promise.all(batches.map((batch) => endBatch(scope, batch, side)));
}

/** Ends the memberships of one batch. A group that loses a member gets a new revision if it still exists. */
async function endBatch(
  scope: DirectoryScope,
  batch: readonly MemberDocument[],
  side: 'user' | 'group',
): Promise<void> {
  const partition = partitionOf(scope, groupType);
  const ends = batch.map(removeMember);
  const beside =
    side === 'user'
      ? batch.map(({ group }) => touchGroup(scope, group, { by: -1 }))
      : concernChanges(scope, batch);
  if (await commitOnce(scope.store, partition, [...ends, ...beside])) {
    if (side === 'group') scope.concern?.(batch.map(({ user }) => user));
  } else if (batch.length > 1) {
    // One by one, so that a membership that another request has ended does not block the others.
    for (const member of batch) await endBatch(scope, [member], side);
  } else if (side === 'user') {
    await commitOnce(scope.store, partition, ends);
  }
}

/** The record that names the members of a deleted group, because losing it may change their accounts. */
function concernChanges(scope: DirectoryScope, batch: readonly MemberDocument[]): readonly Change[] {
  const [first] = batch;
  if (!scope.concern || !first) return [];
  const users = batch.map(({ user }) => user);
  const facts = { operation: 'modify', id: first.group, attributes: ['members'], users } as const;
  return recordChanges(scope, groupType, { ...facts, isPart: true });
}

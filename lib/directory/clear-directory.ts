import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { commitEach, commitOnce } from '../store/commit-once.ts';
import type { Container, Document, Query, Stored } from '../store/document-store.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { bulkKind } from './bulk-records.ts';
import { removalChanges, unlinkKind } from './deletion.ts';
import { draftKind, partKind } from './members/intent-parts.ts';
import { intentKind } from './members/intents.ts';
import { memberKind } from './members/memberships.ts';
import { pendingKind } from './members/pending-members.ts';
import { receiptKind } from './records.ts';
import { readResource } from './resources.ts';
import { type DirectoryScope, kindOf, partitionOf } from './scope.ts';
import { finaliseRecord, type TombstoneDocument, tombstoneKind } from './tombstones.ts';
import { uniqueKind } from './unique-values.ts';

/** Documents that are of no use without users and groups, by container. */
const leftovers: readonly (readonly [Container, kinds: readonly string[]])[] = [
  ['users', [uniqueKind, unlinkKind, bulkKind]],
  ['groups', [intentKind, partKind, draftKind, memberKind, pendingKind, uniqueKind, unlinkKind]],
];

/**
 * Removes all resources of the types for good, and then everything that belonged to one. Other documents of the tenant
 * stay. It may be interrupted.
 *
 * Yields false if `isOver` says that the time for it is over. Throws StoreError.
 */
export async function clearDirectory(
  scope: DirectoryScope,
  types: readonly ResourceType[],
  isOver: () => boolean,
): Promise<boolean> {
  for (const type of types) {
    const query = { ...partitionOf(scope, type), kind: kindOf(type) };
    const remove = ({ document: { id } }: Stored) => removeForGood(scope, type, id);
    if (!(await emptied(scope, query, { isOver, remove: (page) => inParallel(page, remove) }))) return false;
  }
  for (const [container, kinds] of leftovers) {
    const partition = { container, tenantId: scope.tenantId };
    const drop = (page: readonly Stored[]) => commitEach(scope.store, partition, page.map(deletionOf));
    for (const kind of kinds) {
      if (!(await emptied(scope, { ...partition, kind }, { isOver, remove: drop }))) return false;
    }
    const end = (stored: Stored) => endTombstone(scope, container, stored);
    const tombstones = { ...partition, kind: tombstoneKind };
    if (!(await emptied(scope, tombstones, { isOver, remove: (page) => inParallel(page, end) })))
      return false;
    // Those of the reports on runs have other ids and stay, so that no report is sent twice.
    const marks = { ...partition, kind: receiptKind, after: 'mark:', before: 'mark;' };
    if (!(await emptied(scope, marks, { isOver, remove: drop }))) return false;
  }
  return true;
}

interface Emptying {
  readonly isOver: () => boolean;
  readonly remove: (page: readonly Stored[]) => Promise<void>;
}

/** Removes the documents of a query page by page, of ids before `before` if that is given; false if time is over. */
async function emptied(
  { store }: DirectoryScope,
  { before, ...query }: Omit<Query, 'limit'> & { readonly before?: string },
  { isOver, remove }: Emptying,
): Promise<boolean> {
  while (!isOver()) {
    const { documents } = await store.query({ ...query, limit: limits.batchChangesMax });
    const page = documents.filter(({ document: { id } }) => before === undefined || id < before);
    if (page.length === 0) return true;
    await remove(page);
  }
  return false;
}

function inParallel(page: readonly Stored[], work: (stored: Stored) => Promise<void>): Promise<void> {
  return forEachConcurrently(page, limits.settlingsAtOnce, work);
}

function removeForGood(scope: DirectoryScope, type: ResourceType, id: string): Promise<void> {
  return retryLostRace(async () => {
    const stored = await readResource(scope, type, id);
    if (stored) await scope.store.commit(partitionOf(scope, type), removalChanges(scope, type, stored));
  }, unavailable);
}

/** Ends the grace period of a deleted resource now, and keeps nothing of it. */
async function endTombstone(
  scope: DirectoryScope,
  container: Container,
  { document, version }: Stored,
): Promise<void> {
  const tombstone = document as TombstoneDocument;
  await commitOnce(scope.store, { container, tenantId: scope.tenantId }, [
    { ...deletionOf({ document }), ifVersion: version },
    ...(tombstone.resource ? finaliseRecord(scope, tombstone) : []),
  ]);
}

function deletionOf({ document: { kind, id } }: { readonly document: Document }) {
  return { op: 'delete', kind, id } as const;
}

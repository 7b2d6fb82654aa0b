import type { JsonObject } from '../scim/json.ts';
import type { BulkResult } from '../scim/message/bulk-response.ts';
import { groupType, userType } from '../scim/schema/resource-types.ts';
import type { Document, DocumentKey, Stored } from '../store/document-store.ts';
import { unlink } from './deletion.ts';
import { queryMemberships } from './members/memberships.ts';
import { existingResources } from './resources.ts';
import type { DirectoryScope } from './scope.ts';

/** The kind of a BulkRecord, in the container `users`. */
export const bulkKind = 'bulk';

/** An operation's result as it is stored, with the body of its error. */
export interface StoredBulkResult extends Omit<BulkResult, 'error'> {
  readonly error?: JsonObject;
}

/** Remembers a bulk request, so that its repetition does nothing twice. */
export interface BulkRecord extends Document {
  /** Marks the events of the operations. */
  readonly run: string;
  /** Ids chosen for creations, by position; empty texts elsewhere. */
  readonly ids: readonly string[];
  /** Who carries the request out, until when; milliseconds since 1970. */
  readonly owner: string;
  readonly leaseUntil: number;
  /** By position, `null` for operations left undone; absent while the request is being carried out. */
  readonly results?: readonly (StoredBulkResult | null)[];
  /** From then on a repetition is a request of its own. */
  readonly due: number;
}

/** What is remembered, with the version under which it is written on. */
export type StoredBulkRecord = Stored<BulkRecord>;

function recordKey({ tenantId }: DirectoryScope, fingerprint: string): DocumentKey {
  return { container: 'users', tenantId, kind: bulkKind, id: `bulk:${fingerprint}` };
}

/** Reads what is remembered of a bulk request. */
export async function readBulkRecord(
  scope: DirectoryScope,
  fingerprint: string,
): Promise<StoredBulkRecord | undefined> {
  return (await scope.store.read(recordKey(scope, fingerprint))) as StoredBulkRecord | undefined;
}

/** What changes of the record while the request is carried out. */
export type BulkState = Pick<BulkRecord, 'run' | 'ids' | 'owner' | 'leaseUntil' | 'results' | 'due'>;

/**
 * Remembers the state of a bulk request, the first time without `ifVersion`; throws StoreError `conflict` or
 * `stale` when another was faster.
 */
export async function writeBulkRecord(
  scope: DirectoryScope,
  fingerprint: string,
  { state, ifVersion }: { state: BulkState; ifVersion?: string },
): Promise<void> {
  const { container, tenantId, kind, id } = recordKey(scope, fingerprint);
  const document: BulkRecord = { ...state, tenantId, kind, id };
  await scope.store.commit({ container, tenantId }, [
    ifVersion === undefined ? { op: 'create', document } : { op: 'replace', document, ifVersion },
  ]);
}

/** Keeps the request that is being carried out from being taken over; `stale` when its record is gone. */
export async function extendBulkLease(
  scope: DirectoryScope,
  fingerprint: string,
  leaseUntil: number,
): Promise<void> {
  const { container, tenantId, kind, id } = recordKey(scope, fingerprint);
  await scope.store.commit({ container, tenantId }, [
    { op: 'increment', kind, id, by: {}, set: { leaseUntil }, ifAbsent: 'fail' },
  ]);
}

/** Takes memberships of resources out that a request cut off for good was still to create. */
export async function settleBulkRecord(scope: DirectoryScope, { ids, results }: BulkRecord): Promise<void> {
  if (results) return;
  const chosen = ids.filter((id) => id !== '');
  const users = await existingResources(scope, userType, chosen);
  const groups = await existingResources(scope, groupType, chosen);
  const absent = chosen.filter((id) => !users.has(id) && !groups.has(id));
  const ghosts = new Set<string>();
  if (absent.length === 0) return;
  for await (const { user } of queryMemberships(scope, 'user', absent)) ghosts.add(user);
  for (const ghost of ghosts) await unlink(scope, ghost);
}

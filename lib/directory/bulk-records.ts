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

/** The record of a bulk request, so that its repetition does nothing twice. */
export interface BulkRecord extends Document {
  /** Marks the changes of the operations. */
  readonly run: string;
  /** The ids chosen for creations, by position; empty texts for other operations. */
  readonly ids: readonly string[];
  /** The id of the execution that carries the request out. */
  readonly owner: string;
  /** The time until which no other execution takes it over, in milliseconds since 1970. */
  readonly leaseUntil: number;
  /** The results by position, `null` for skipped operations; absent while the request is carried out. */
  readonly results?: readonly (StoredBulkResult | null)[];
  /** The time from which a repetition is a new request, in milliseconds since 1970. */
  readonly due: number;
}

/** A record with its version. */
export type StoredBulkRecord = Stored<BulkRecord>;

function recordKey({ tenantId }: DirectoryScope, fingerprint: string): DocumentKey {
  return { container: 'users', tenantId, kind: bulkKind, id: `bulk:${fingerprint}` };
}

/** Reads the record of a bulk request; `undefined` if there is none. */
export async function readBulkRecord(
  scope: DirectoryScope,
  fingerprint: string,
): Promise<StoredBulkRecord | undefined> {
  return (await scope.store.read(recordKey(scope, fingerprint))) as StoredBulkRecord | undefined;
}

/** The properties of the record that change while the request is carried out. */
export type BulkState = Pick<BulkRecord, 'run' | 'ids' | 'owner' | 'leaseUntil' | 'results' | 'due'>;

/**
 * Stores the state of a bulk request. Without `ifVersion` it creates the record. Throws StoreError `conflict`
 * or `stale` if another writer was first.
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

/** Extends the time in which no other execution takes over. Throws StoreError `stale` without a record. */
export async function extendBulkLease(
  scope: DirectoryScope,
  fingerprint: string,
  times: Pick<BulkRecord, 'leaseUntil' | 'due'>,
): Promise<void> {
  const { container, tenantId, kind, id } = recordKey(scope, fingerprint);
  await scope.store.commit({ container, tenantId }, [
    { op: 'increment', kind, id, by: {}, set: times, ifAbsent: 'fail' },
  ]);
}

/** Ends the memberships of resources that an interrupted request did not create. */
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

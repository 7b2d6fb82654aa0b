import { hash } from 'node:crypto';
import { limits } from '../../base/limits.ts';
import { groupType } from '../../scim/schema/resource-types.ts';
import { commitEach, commitOnce } from '../../store/commit-once.ts';
import type { Change, Document, Query } from '../../store/document-store.ts';
import { queryAll } from '../../store/query-all.ts';
import { recordChanges } from '../records.ts';
import type { ResourceDocument } from '../resource-document.ts';
import { type DirectoryScope, partitionOf } from '../scope.ts';
import { touchGroup } from './groups.ts';
import { addMember } from './memberships.ts';

/** The kind of a member that waits, in the container `groups`. */
export const pendingKind = 'pending';

/** A member that a client named before the user exists. */
interface PendingMember extends Document {
  readonly group: string;
  /** The value by which the client named the member. */
  readonly value: string;
}

/** The value is hashed, because it may have characters that an id cannot have, as an e-mail address does. */
const pendingId = (group: string, value: string) => `pending:${group}:${hash('sha256', value, 'base64url')}`;

/** Reads which of the values are pending members of the group, with one store operation. */
export async function waitingMembers(
  scope: DirectoryScope,
  group: string,
  values: readonly string[],
): Promise<ReadonlySet<string>> {
  if (values.length === 0) return new Set();
  const partition = partitionOf(scope, groupType);
  const keys = values.map((value) => ({ ...partition, kind: pendingKind, id: pendingId(group, value) }));
  const found = await scope.store.readMany(keys);
  return new Set(values.filter((_, index) => found[index]));
}

/** The change that adds a pending member. Fails with `conflict` if it exists. */
export function keepPending(scope: DirectoryScope, group: string, value: string): Change {
  const id = pendingId(group, value);
  const document: PendingMember = { id, tenantId: scope.tenantId, kind: pendingKind, group, value };
  return { op: 'create', document };
}

/** The change that removes a pending member. Fails with `stale` if there is none. */
export function dropPending(group: string, value: string): Change {
  return { op: 'delete', kind: pendingKind, id: pendingId(group, value) };
}

/** Reads a page of a tenant's pending members, after the id `after`. */
export async function listPending(
  scope: DirectoryScope,
  after?: string,
): Promise<{ members: readonly PendingMember[]; more: boolean }> {
  const { documents, more } = await scope.store.query({ ...pendingIn(scope), after });
  return { members: documents.map(({ document }) => document as PendingMember), more };
}

/** Reads the values of all pending members of a group. */
export async function allWaiting(scope: DirectoryScope, group: string): Promise<readonly string[]> {
  const values: string[] = [];
  const where = { kind: 'in', path: ['group'], values: [group] } as const;
  for await (const { document } of queryAll(scope.store, { ...pendingIn(scope), where })) {
    values.push((document as PendingMember).value);
  }
  return values;
}

function pendingIn(scope: DirectoryScope): Query {
  return { ...partitionOf(scope, groupType), kind: pendingKind, limit: limits.pageSizeDefault };
}

/** Removes the pending members of a deleted group. */
export async function stopWaiting(scope: DirectoryScope, group: string): Promise<void> {
  const drops = (await allWaiting(scope, group)).map((value) => dropPending(group, value));
  await commitEach(scope.store, partitionOf(scope, groupType), drops);
}

/**
 * Adds a new user to the groups where its externalId or userName is pending, because a client that names members
 * before they exist sends these later. Yields the number of groups.
 */
export async function admitPending(
  scope: DirectoryScope,
  { id: user, resource }: Pick<ResourceDocument, 'id' | 'resource'>,
): Promise<number> {
  const names = [resource.externalId, resource.userName].filter((name) => typeof name === 'string');
  const { documents } = await scope.store.query({
    ...partitionOf(scope, groupType),
    kind: pendingKind,
    where: { kind: 'in', path: ['value'], values: names },
    limit: limits.pageSizeMax,
  });
  let admitted = 0;
  for (const { document } of documents) {
    if (await admit(scope, user, document as PendingMember)) admitted += 1;
  }
  return admitted;
}

/** Makes a pending member a member, unless the group is deleted or another request has done so. */
async function admit(scope: DirectoryScope, user: string, { group, value }: PendingMember): Promise<boolean> {
  const partition = partitionOf(scope, groupType);
  const facts = {
    operation: 'modify',
    id: group,
    attributes: ['members'],
    isPart: true,
    event: { added: [user] },
  } as const;
  const isAdmitted = await commitOnce(scope.store, partition, [
    dropPending(group, value),
    addMember(scope, { group, user, type: 'User' }),
    touchGroup(scope, group, { by: 1 }),
    ...recordChanges(scope, groupType, facts),
  ]);
  if (isAdmitted) scope.concern?.([user]);
  else await commitOnce(scope.store, partition, [dropPending(group, value)]);
  return isAdmitted;
}

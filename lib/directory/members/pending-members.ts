import { hash } from 'node:crypto';
import { limits } from '../../base/limits.ts';
import { groupType } from '../../scim/schema/resource-types.ts';
import { commitEach, commitOnce } from '../../store/commit-once.ts';
import type { Change, Document, Query } from '../../store/document-store.ts';
import { queryAll } from '../../store/query-all.ts';
import { eventChange } from '../events.ts';
import { type DirectoryScope, partitionOf } from '../scope.ts';
import { touchGroup } from './groups.ts';
import { addMember } from './memberships.ts';

const pendingKind = 'pending';

/** A member that a client named before it exists. */
interface PendingMember extends Document {
  readonly group: string;
  /** What the client named it by. */
  readonly value: string;
}

/** A name may be anything, such as an e-mail address, and ids may not. */
const pendingId = (group: string, value: string) => `pending:${group}:${hash('sha256', value, 'base64url')}`;

/** Those of the values that wait to become members of the group, by one read. */
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

/** The change that keeps a member waiting; fails with `conflict` when it waits already. */
export function keepPending(scope: DirectoryScope, group: string, value: string): Change {
  const id = pendingId(group, value);
  const document: PendingMember = { id, tenantId: scope.tenantId, kind: pendingKind, group, value };
  return { op: 'create', document };
}

/** The change that stops waiting for a member. */
export function dropPending(group: string, value: string): Change {
  return { op: 'delete', kind: pendingKind, id: pendingId(group, value) };
}

/** A page of the members that a tenant waits for, behind the id `after`. */
export async function listPending(
  scope: DirectoryScope,
  after?: string,
): Promise<{ members: readonly PendingMember[]; more: boolean }> {
  const { documents, more } = await scope.store.query({ ...pendingIn(scope), after });
  return { members: documents.map(({ document }) => document as PendingMember), more };
}

/** All that a group waits for. */
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

/** Stops waiting for members of a group that is gone. */
export async function stopWaiting(scope: DirectoryScope, group: string): Promise<void> {
  const drops = (await allWaiting(scope, group)).map((value) => dropPending(group, value));
  await commitEach(scope.store, partitionOf(scope, groupType), drops);
}

/** Makes a new user a member of the groups that waited for it by one of its names; tells of how many. */
export async function admitPending(
  scope: DirectoryScope,
  user: string,
  names: readonly string[],
): Promise<number> {
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

/** A group that is gone, or that another request has filled, is no longer waiting. */
async function admit(scope: DirectoryScope, user: string, { group, value }: PendingMember): Promise<boolean> {
  const partition = partitionOf(scope, groupType);
  const facts = { operation: 'modify', id: group, attributes: ['members'], users: [user] } as const;
  const isAdmitted = await commitOnce(scope.store, partition, [
    dropPending(group, value),
    addMember(scope, { group, user, type: 'User' }),
    touchGroup(scope, group, 1),
    eventChange(scope, groupType, facts),
  ]);
  if (isAdmitted) scope.concern?.([user]);
  else await commitOnce(scope.store, partition, [dropPending(group, value)]);
  return isAdmitted;
}

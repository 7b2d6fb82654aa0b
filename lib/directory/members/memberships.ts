import { limits } from '../../base/limits.ts';
import { groupType } from '../../scim/schema/resource-types.ts';
import type { Change, Document, Query } from '../../store/document-store.ts';
import { queryAll } from '../../store/query-all.ts';
import { type DirectoryScope, partitionOf } from '../scope.ts';

/** The kind of a MemberDocument, in the container `groups`. */
export const memberKind = 'member';

/** The types that a member may have (RFC 7643 4.2). */
export type MemberType = 'User' | 'Group';

/** One membership: a member of a group, which may be a group itself. */
export interface MemberDocument extends Document {
  readonly group: string;
  /** The member's id. */
  readonly user: string;
  readonly type: MemberType;
}

/** The ids of a group and of the user or group in it. */
export interface Membership {
  readonly group: string;
  readonly user: string;
}

/** Members to add, none of which is one yet, and to remove, all of which are. */
export interface MemberChange {
  readonly add: ReadonlyMap<string, MemberType>;
  readonly remove: ReadonlySet<string>;
}

const memberId = ({ group, user }: Membership) => `member:${group}:${user}`;

/** The change that makes someone a member; fails with `conflict` when it is one already. */
export function addMember(
  scope: DirectoryScope,
  { group, user, type }: Membership & { type: MemberType },
): Change {
  const id = memberId({ group, user });
  const document: MemberDocument = { id, tenantId: scope.tenantId, kind: memberKind, group, user, type };
  return { op: 'create', document };
}

/** The change that ends a membership; fails with `stale` when there is none. */
export function removeMember(membership: Membership): Change {
  return { op: 'delete', kind: memberKind, id: memberId(membership) };
}

/** Those of the ids that are members of the group, by one read. */
export async function presentMembers(
  scope: DirectoryScope,
  group: string,
  users: readonly string[],
): Promise<ReadonlyMap<string, MemberType>> {
  if (users.length === 0) return new Map();
  const partition = partitionOf(scope, groupType);
  const keys = users.map((user) => ({ ...partition, kind: memberKind, id: memberId({ group, user }) }));
  const found = await scope.store.readMany(keys);
  const members = found.flatMap((stored) => (stored ? [stored.document as MemberDocument] : []));
  return new Map(members.map(({ user, type }) => [user, type]));
}

/** Those of the groups that have a user among their members, not only groups. */
export async function groupsOfUsers(
  scope: DirectoryScope,
  groups: readonly string[],
): Promise<ReadonlySet<string>> {
  const source = { ...partitionOf(scope, groupType), kind: memberKind, limit: 1 };
  const found = await Promise.all(
    groups.map((group) =>
      scope.store.query({
        ...source,
        where: {
          kind: 'and',
          conditions: [
            { kind: 'in', path: ['group'], values: [group] },
            { kind: 'compare', path: ['type'], op: 'eq', value: 'User' },
          ],
        },
      }),
    ),
  );
  return new Set(groups.filter((_, index) => found[index]?.documents.length));
}

/** All memberships in the groups, or those of the members, group by group or member by member. */
export async function membershipsBy(
  scope: DirectoryScope,
  side: 'group' | 'user',
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly MemberDocument[]>> {
  const found = new Map<string, MemberDocument[]>(ids.map((id) => [id, []]));
  if (ids.length === 0) return found;
  for await (const member of queryMemberships(scope, side, ids)) found.get(member[side])?.push(member);
  return found;
}

/** Walks the memberships in the groups, or those of the members, page by page. */
export async function* queryMemberships(
  scope: DirectoryScope,
  side: 'group' | 'user',
  ids: readonly string[],
): AsyncGenerator<MemberDocument> {
  const query: Query = {
    ...partitionOf(scope, groupType),
    kind: memberKind,
    where: { kind: 'in', path: [side], values: ids },
    limit: limits.pageSizeMax,
  };
  for await (const { document } of queryAll(scope.store, query)) yield document as MemberDocument;
}

import { limits } from '../../base/limits.ts';
import { groupType } from '../../scim/schema/resource-types.ts';
import type { Change, Document, DocumentKey, Query } from '../../store/document-store.ts';
import { queryAll } from '../../store/query-all.ts';
import { type DirectoryScope, partitionOf } from '../scope.ts';

/** The kind of a MemberDocument, in the container `groups`. */
export const memberKind = 'member';

/** The types that a member may have (RFC 7643 4.2). */
export type MemberType = 'User' | 'Group';

/** One membership. The member may be a group itself. */
export interface MemberDocument extends Document {
  readonly group: string;
  /** The id of the member, a user or a group. */
  readonly user: string;
  readonly type: MemberType;
}

/** The ids of a group and of the user or group in it. */
export interface Membership {
  readonly group: string;
  readonly user: string;
}

/** Members to add, none of whom is a member yet, and members to remove, all of whom are. */
export interface MemberChange {
  readonly add: ReadonlyMap<string, MemberType>;
  readonly remove: ReadonlySet<string>;
}

const memberId = ({ group, user }: Membership) => `member:${group}:${user}`;

/** The address of a membership. */
export function memberKey(tenantId: string, membership: Membership): DocumentKey {
  return { container: 'groups', tenantId, kind: memberKind, id: memberId(membership) };
}

/** The change that adds a member. Fails with `conflict` if the membership exists. */
export function addMember(
  scope: DirectoryScope,
  { group, user, type }: Membership & { type: MemberType },
): Change {
  const id = memberId({ group, user });
  const document: MemberDocument = { id, tenantId: scope.tenantId, kind: memberKind, group, user, type };
  return { op: 'create', document };
}

/** The change that ends a membership. Fails with `stale` if there is none. */
export function removeMember(membership: Membership): Change {
  return { op: 'delete', kind: memberKind, id: memberId(membership) };
}

/** Reads which of the ids are members of the group, with one store operation. */
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

/** Finds those of the groups that have at least one user as a member. */
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

/** All memberships in the groups, or of the members, by the id of the group or member. */
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

/** Walks the memberships in the groups, or of the members, page by page. */
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

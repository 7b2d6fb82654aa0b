import type { ResourceType } from '../../scim/schema/attribute.ts';
import { groupType } from '../../scim/schema/resource-types.ts';
import { whereEqual } from '../../store/where-equal.ts';
import type { Position, ResumePoint } from '../query/page-marks.ts';
import { existingDocuments } from '../resources.ts';
import { type DirectoryScope, partitionOf } from '../scope.ts';
import { type MemberDocument, memberKind } from './memberships.ts';

/** A query of the memberships of one group or one member, or of all, in the order of their ids. */
interface MembershipQuery {
  readonly of?: { readonly side: 'group' | 'user'; readonly id: string };
  /** From 1. */
  readonly startIndex: number;
  /** Begins after this position, instead of at an index. */
  readonly after?: Position;
  readonly count: number;
  /** The number of matches, if it is known. */
  readonly total?: number;
}

/** Memberships in the order of their ids, and the number of all matches. */
interface MembershipPage {
  readonly memberships: readonly MemberDocument[];
  readonly total: number;
  /** The place where the next page begins; absent on the last page. */
  readonly next?: ResumePoint;
}

/** Reads a page of memberships with one query, which examines only the page. */
export async function queryMembershipPage(
  scope: DirectoryScope,
  query: MembershipQuery,
): Promise<MembershipPage> {
  const { of, startIndex, after, count } = query;
  const where = of && whereEqual({ [of.side]: of.id });
  const source = { ...partitionOf(scope, groupType), kind: memberKind, where };
  const total = async () => query.total ?? (await scope.store.count(source));
  if (count === 0) return { memberships: [], total: await total() };

  const walk = `${scope.tenantId} member ${of ? `${of.side} ${of.id}` : ''}`;
  const start = after ? { after: after.id } : position(scope, walk, startIndex);
  const page = await scope.store.query({ ...source, ...start, limit: count });
  const memberships = page.documents.map(({ document }) => document as MemberDocument);
  const last = page.more ? memberships.at(-1) : undefined;
  if (last && !after) scope.marks.leave(walk, startIndex + memberships.length, { id: last.id });
  const isWhole = startIndex === 1 && !after && !page.more;
  return {
    memberships,
    total: isWhole ? memberships.length : await total(),
    next: last && { source: 0, position: { id: last.id } },
  };
}

function position({ marks }: DirectoryScope, walk: string, startIndex: number) {
  if (startIndex === 1) return {};
  const after = marks.find(walk, startIndex);
  return after === undefined ? { offset: startIndex - 1 } : { after: after.id };
}

/** Reads the display names of resources by id, with one store operation. Deleted resources are left out. */
export async function displayNames(
  scope: DirectoryScope,
  type: ResourceType,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const documents = await existingDocuments(scope, type, [...new Set(ids)]);
  return new Map(
    documents.flatMap(({ id, resource: { displayName, userName } }) => {
      const name = displayName ?? userName;
      return typeof name === 'string' ? [[id, name] as const] : [];
    }),
  );
}

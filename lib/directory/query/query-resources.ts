import type { Condition } from '../../scim/filter/condition.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import type { SortKey } from '../../scim/sort.ts';
import type { Query } from '../../store/document-store.ts';
import { totalOf } from '../counts.ts';
import { wholeOf } from '../read-whole.ts';
import type { ResourceDocument } from '../resource-document.ts';
import { type DirectoryScope, kindOf, partitionOf } from '../scope.ts';
import { asText, orderPath, sortedBy } from '../sort-order.ts';
import { resolveEdges } from './edges.ts';
import { findPin, findPinned } from './find-pinned.ts';
import type { Position } from './page-marks.ts';

/** Resources of one type that a query selects, and what they are sorted by. */
export interface Source {
  readonly type: ResourceType;
  readonly where?: Condition;
  /** The order of creation where absent. */
  readonly sort?: SortKey;
}

/** Which resources of one type are read, in which order, and from where. */
export interface ResourceQuery extends Source {
  readonly descending?: boolean;
  /** From 1 (RFC 7644 3.4.2.4). */
  readonly startIndex?: number;
  /** Begins there, instead of at an index. */
  readonly after?: Position;
  readonly count: number;
  /** How many match, where that is known. */
  readonly total?: number;
}

/** Resources in the order of the query, and how many match in all. */
export interface ResourcePage {
  readonly documents: readonly ResourceDocument[];
  readonly total: number;
  /** Where the page after this one begins; absent on the last. */
  readonly next?: Position;
}

/**
 * Queries resources of a type in an order that the store keeps (RFC 7644 3.4.2).
 *
 * An `id` or unique value among the terms that must hold is read by key; what remains is a query by index or a scan.
 * Throws ScimError `invalidFilter`.
 */
export async function queryResources(scope: DirectoryScope, query: ResourceQuery): Promise<ResourcePage> {
  const { type, where, startIndex = 1, after, count } = query;
  if (!where) return pageOf(scope, query, undefined);
  const pin = findPin(scope, type, where);
  if (!pin) return pageOf(scope, query, await resolveEdges(scope, type, { condition: where }));

  const found = await findPinned(scope, type, { where, pin });
  const isShown = startIndex === 1 && !after && count > 0;
  return { documents: found && isShown ? [found] : [], total: found ? 1 : 0 };
}

/** The position right behind a document. */
export function positionBehind(document: ResourceDocument, sort: SortKey | undefined): Position {
  const value = sort && sortedBy(document, sort);
  return { id: document.id, ...(value !== undefined && { value }) };
}

async function pageOf(
  scope: DirectoryScope,
  query: ResourceQuery,
  where: Condition | undefined,
): Promise<ResourcePage> {
  const { type, sort, startIndex = 1, after, count } = query;
  const source = { ...partitionOf(scope, type), kind: kindOf(type), ...(where && { where }) };
  const countAll = async () => query.total ?? (where ? scope.store.count(source) : totalOf(scope, type));
  if (count === 0) return { documents: [], total: await countAll() };

  const page = await scope.store.query({ ...source, ...startOf(scope, query), limit: count });
  const last = page.documents.at(-1)?.document as ResourceDocument | undefined;
  const next = page.more && last ? positionBehind(last, sort) : undefined;
  if (next && !after) scope.marks.leave(walkOf(scope, query), startIndex + page.documents.length, next);
  const isWhole = where !== undefined && startIndex === 1 && !after && !page.more;
  return {
    documents: await wholeOf(scope, type, page.documents),
    total: isWhole ? page.documents.length : await countAll(),
    ...(next && { next }),
  };
}

/** Names the walk whose pages leave marks for each other. */
function walkOf(scope: DirectoryScope, { type, where, sort, descending }: ResourceQuery): string {
  return JSON.stringify([scope.tenantId, type.name, where ?? null, sort?.name ?? null, descending ?? false]);
}

function startOf(scope: DirectoryScope, query: ResourceQuery): Pick<Query, 'after' | 'offset' | 'order'> {
  const { startIndex = 1 } = query;
  const after =
    query.after ?? (startIndex > 1 ? scope.marks.find(walkOf(scope, query), startIndex) : undefined);
  return {
    ...orderBehind(query, after),
    ...(!after && startIndex > 1 && { offset: startIndex - 1 }),
  };
}

function orderBehind(
  { type, sort, descending = false }: ResourceQuery,
  after: Position | undefined,
): Pick<Query, 'after' | 'order'> {
  if (!sort) return after ? { after: after.id } : {};
  const path = orderPath(type, sort);
  if (!path) throw new Error(`The store keeps no order by ${sort.name}`);
  return {
    order: { path, descending, ...(after && { after: { id: after.id, text: asText(after.value) } }) },
  };
}

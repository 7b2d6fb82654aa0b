import type { Condition } from '../../scim/filter/condition.ts';
import { matches } from '../../scim/filter/matches.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import type { SortKey } from '../../scim/sort.ts';
import type { Query } from '../../store/document-store.ts';
import { totalOf } from '../counts.ts';
import { readWhole, wholeOf } from '../read-whole.ts';
import type { ResourceDocument } from '../resource-document.ts';
import { type DirectoryScope, kindOf, partitionOf } from '../scope.ts';
import { asText, orderPath, sortedBy } from '../sort-order.ts';
import { ownerOf } from '../unique-values.ts';
import { resolveEdges } from './edges.ts';
import type { Position } from './page-marks.ts';

/** Resources of one type that a query selects, and what they are sorted by. */
export interface Source {
  readonly type: ResourceType;
  readonly where?: Condition;
  /** The order of creation where absent. */
  readonly sort?: SortKey;
}

/** A page of resources of one type. */
interface TypeQuery extends Source {
  readonly descending?: boolean;
  /** From 1 (RFC 7644 3.4.2.4). */
  readonly startIndex?: number;
  /** Begins there, instead of at an index. */
  readonly after?: Position;
  readonly count: number;
  /** The number of all matches, where it is known. */
  readonly total?: number;
}

/** Resources in the order of the query, and the number of all matches. */
export interface ResourcePage {
  readonly documents: readonly ResourceDocument[];
  readonly total: number;
  /** The beginning of the next page; absent on the last page. */
  readonly next?: Position;
}

/**
 * Queries resources of a type in an order that the store keeps (RFC 7644 3.4.2).
 *
 * An `id` or unique value among the terms that must hold is read by key; what remains is a query by index or a scan.
 * Throws ScimError `invalidFilter`.
 */
export async function queryType(scope: DirectoryScope, query: TypeQuery): Promise<ResourcePage> {
  const { type, where, startIndex = 1, after, count } = query;
  if (!where) return readPage(scope, query, undefined);
  const pin = findPin(scope, type, where);
  if (!pin) return readPage(scope, query, await resolveEdges(scope, type, { condition: where }));

  const found = await findPinned(scope, type, { where, pin });
  const isShown = startIndex === 1 && !after && count > 0;
  return { documents: found && isShown ? [found] : [], total: found ? 1 : 0 };
}

/** A term that at most one resource satisfies. */
interface Pin {
  readonly attribute: string;
  readonly value: string;
}

/** Finds an `id` or unique value among the terms that must hold. */
function findPin(scope: DirectoryScope, type: ResourceType, where: Condition): Pin | undefined {
  const terms = where.kind === 'and' ? where.conditions : [where];
  const unique = scope.uniqueAttributes[type.name] ?? [];
  for (const term of terms) {
    if (term.kind !== 'compare' || term.op !== 'eq' || typeof term.value !== 'string') continue;
    const [first, second, ...deeper] = term.path;
    if (first === 'id') return { attribute: 'id', value: term.value };
    const isUnique =
      first === 'search' && second !== undefined && deeper.length === 0 && unique.includes(second);
    if (isUnique) return { attribute: second, value: term.value };
  }
  return undefined;
}

/** Reads the one resource that can match, by its key. */
async function findPinned(
  scope: DirectoryScope,
  type: ResourceType,
  { where, pin }: { where: Condition; pin: Pin },
): Promise<ResourceDocument | undefined> {
  const id = pin.attribute === 'id' ? pin.value : await ownerOf(scope, type, pin);
  if (id === undefined) return undefined;
  const [stored, rest] = await Promise.all([
    readWhole(scope, type, id),
    resolveEdges(scope, type, { condition: where, candidate: id }),
  ]);
  return stored && matches(rest, stored.document) ? stored.document : undefined;
}

async function readPage(
  scope: DirectoryScope,
  query: TypeQuery,
  where: Condition | undefined,
): Promise<ResourcePage> {
  const { type, sort, startIndex = 1, after, count } = query;
  const source = { ...partitionOf(scope, type), kind: kindOf(type), where };
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
    next,
  };
}

/** The position right behind a document. */
export function positionBehind(document: ResourceDocument, sort: SortKey | undefined): Position {
  return { id: document.id, value: sort && sortedBy(document, sort) };
}

/** Names the walk whose pages leave marks for each other. */
function walkOf(scope: DirectoryScope, { type, where, sort, descending }: TypeQuery): string {
  return JSON.stringify([scope.tenantId, type.name, where ?? null, sort?.name ?? null, descending ?? false]);
}

function startOf(scope: DirectoryScope, query: TypeQuery): Pick<Query, 'after' | 'offset' | 'order'> {
  const { type, sort, descending = false, startIndex = 1 } = query;
  const mark = startIndex > 1 ? scope.marks.find(walkOf(scope, query), startIndex) : undefined;
  const after = query.after ?? mark;
  const offset = after ? 0 : startIndex - 1;
  if (!sort) return { after: after?.id, offset };
  const path = orderPath(type, sort);
  if (!path) throw new Error(`The store keeps no order by ${sort.name}`);
  return { order: { path, descending, after: after && { id: after.id, text: asText(after.value) } }, offset };
}

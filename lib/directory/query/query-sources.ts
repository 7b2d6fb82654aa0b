import { limits } from '../../base/limits.ts';
import { invalidValue, ScimError } from '../../scim/errors.ts';
import type { Condition } from '../../scim/filter/condition.ts';
import { matches } from '../../scim/filter/matches.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { compareSortValues, type SortKey } from '../../scim/sort.ts';
import { isScan } from '../../store/choose-index.ts';
import type { Query } from '../../store/document-store.ts';
import { totalOf } from '../counts.ts';
import { readWhole, wholeOf } from '../read-whole.ts';
import type { ResourceDocument } from '../resource-document.ts';
import { type DirectoryScope, kindOf, partitionOf } from '../scope.ts';
import { asText, indexedKeys, orderPath, sortedBy } from '../sort-order.ts';
import { ownerOf } from '../unique-values.ts';
import { edgeAttribute, resolveEdges } from './edges.ts';
import type { Position, ResumePoint } from './page-marks.ts';
import { inScanTurn } from './scan-turns.ts';

/** A query of one or more sources. Without sort keys they follow one another; otherwise they are sorted together. */
interface SourcesQuery<S extends Source> {
  readonly sources: readonly S[];
  readonly descending: boolean;
  readonly count: number;
  /** The index of the first match, from 1; absent if pages are read by cursor. */
  readonly startIndex?: number;
  readonly after?: ResumePoint;
  /** The number of all matches, if it is known. */
  readonly total?: number;
}

/** The resources of one page, each with its source, and the number of all matches. */
export interface SourcesPage<S extends Source> {
  readonly found: readonly { readonly source: S; readonly document: ResourceDocument }[];
  readonly total: number;
  /** The beginning of the next page; absent on the last page, and if pages are read by index. */
  readonly next?: ResumePoint;
}

type Found<S extends Source> = SourcesPage<S>['found'][number];

/**
 * Queries resources of one or more types (RFC 7644 3.4.2.1), one type after another in the order of creation, or
 * sorted together.
 *
 * Throws ScimError `invalidFilter`, `invalidValue` for an attribute that cannot be a sort key, and `tooMany` for
 * more matches than memory may sort if no index has the order.
 */
export async function querySources<S extends Source>(
  scope: DirectoryScope,
  query: SourcesQuery<S>,
): Promise<SourcesPage<S>> {
  for (const source of query.sources) requireSortable(source);
  if (isSortedInMemory(query.sources)) return sortInMemory(scope, query);
  return query.startIndex === undefined ? walk(scope, query) : pageAt(scope, query, query.startIndex);
}

function requireSortable({ type, sort }: Source): void {
  if (!sort || sort.path[0] !== edgeAttribute(type)) return;
  throw invalidValue(`sortBy '${sort.name}' is not sortable: name another attribute, or leave sortBy out`);
}

function isSortedInMemory(sources: readonly Source[]): boolean {
  const sorted = sources.filter(({ sort }) => sort !== undefined);
  return sorted.some(({ type, sort }) => sources.length > 1 || !sort || !orderPath(type, sort));
}

async function pageAt<S extends Source>(
  scope: DirectoryScope,
  { sources, descending, count }: SourcesQuery<S>,
  startIndex: number,
): Promise<SourcesPage<S>> {
  const found: Found<S>[] = [];
  let total = 0;
  let isFull = false;
  for (const source of sources) {
    const query = { ...source, descending, count: isFull ? 0 : count - found.length };
    const page: ResourcePage =
      sources.length === 1
        ? await queryType(scope, { ...query, startIndex })
        : await pageWithin(scope, query, Math.max(1, startIndex - total));
    found.push(...page.documents.map((document) => ({ source, document })));
    total += page.total;
    isFull ||= page.next !== undefined;
  }
  return { found, total };
}

/** Reads a page of one source of several. It counts the matches first, because the page may begin after them. */
async function pageWithin(
  scope: DirectoryScope,
  query: Source & { descending: boolean; count: number },
  startIndex: number,
): Promise<ResourcePage> {
  if (startIndex === 1) return queryType(scope, query);
  const { total } = await queryType(scope, { ...query, count: 0 });
  if (startIndex > total) return { documents: [], total };
  return queryType(scope, { ...query, startIndex, total });
}

/** Reads a page by cursor. The first page counts all matches; later pages know the total. */
async function walk<S extends Source>(
  scope: DirectoryScope,
  query: SourcesQuery<S>,
): Promise<SourcesPage<S>> {
  const { sources, descending, count, after, total: known } = query;
  const found: Found<S>[] = [];
  let total = 0;
  let next: ResumePoint | undefined;
  for (const [index, source] of sources.entries()) {
    if (index < (after?.source ?? 0) || (next && known !== undefined)) continue;
    const room = next ? 0 : count - found.length;
    const page = await queryType(scope, {
      ...source,
      descending,
      count: room,
      after: index === after?.source ? after.position : undefined,
      total: room > 0 ? known : undefined,
    });
    found.push(...page.documents.map((document) => ({ source, document })));
    total += page.total;
    if (room > 0) next = page.next && { source: index, position: page.next };
    else if (count > 0 && page.total > 0) next ??= { source: index };
  }
  return { found, total: known ?? total, next };
}

/** Sorts all matches of the sources in memory. Throws ScimError `tooMany` above `limits.sortedInMemoryMax`. */
async function sortInMemory<S extends Source>(
  scope: DirectoryScope,
  { sources, descending, startIndex = 1, after, count }: SourcesQuery<S>,
): Promise<SourcesPage<S>> {
  const matches: Awaited<ReturnType<typeof readAll<S>>> = [];
  for (const source of sources) matches.push(...(await readAll(scope, source)));
  if (matches.length > limits.sortedInMemoryMax) throw tooMany(sources);

  const compare = (a: Position, b: Position) => comparePositions(a, b, descending);
  const sorted = matches.sort((a, b) => compare(a.position, b.position));
  const position = after?.position;
  const start = position ? sorted.findIndex((one) => compare(one.position, position) > 0) : startIndex - 1;
  const found = start < 0 ? [] : sorted.slice(start, start + count);
  const last = found.at(-1)?.position;
  const isLast = start < 0 || start + found.length >= sorted.length;
  return {
    found,
    total: sorted.length,
    next: last && !isLast ? { source: 0, position: last } : undefined,
  };
}

async function readAll<S extends Source>(scope: DirectoryScope, source: S) {
  const { type, where, sort } = source;
  const count = limits.sortedInMemoryMax + 1;
  const read = () => queryType(scope, { type, where, count, total: 0 });
  const { documents } = await (where ? read() : inScanTurn(scope.tenantId, read));
  return documents.map((document) => ({ source, document, position: positionBehind(document, sort) }));
}

/** Compares positions. Resources with the same value are in the order of creation, in both directions. */
function comparePositions(a: Position, b: Position, descending: boolean): number {
  const values = compareSortValues(a.value, b.value);
  if (values !== 0) return descending ? -values : values;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

function tooMany(sources: readonly Source[]): ScimError {
  const [first, ...others] = sources;
  const names = first && others.length === 0 ? indexedKeys(first.type).map(({ name }) => name) : [];
  const advice = names.length > 0 ? `sort by ${names.join(', ')}` : 'query one resource type';
  return new ScimError('tooMany', {
    detail: `More than ${limits.sortedInMemoryMax} matches cannot be sorted this way: narrow the filter or ${advice}`,
  });
}

/** The resources of one type that a query selects, and their sort key. */
export interface Source {
  readonly type: ResourceType;
  readonly where?: Condition;
  /** Absent for the order of creation. */
  readonly sort?: SortKey;
}

/** A query of one page of resources of one type. */
interface TypeQuery extends Source {
  readonly descending?: boolean;
  /** The index of the first match, from 1 (RFC 7644 3.4.2.4). */
  readonly startIndex?: number;
  /** The position where the page begins, instead of an index. */
  readonly after?: Position;
  readonly count: number;
  /** The number of all matches, if it is known. */
  readonly total?: number;
}

/** A page of resources in the order of the query, and the number of all matches. */
interface ResourcePage {
  readonly documents: readonly ResourceDocument[];
  readonly total: number;
  /** The beginning of the next page; absent on the last page. */
  readonly next?: Position;
}

/**
 * Queries resources of a type in an order that the store has an index for (RFC 7644 3.4.2). If every match must
 * have a certain `id` or unique value, it reads that resource by key. Otherwise it queries by index or scans.
 *
 * Throws ScimError `invalidFilter`, and `tooManyRequests` for too many scans.
 */
async function queryType(scope: DirectoryScope, query: TypeQuery): Promise<ResourcePage> {
  const { type, where, startIndex = 1, after, count } = query;
  if (!where) return readPage(scope, query, undefined);
  const pin = findPin(scope, type, where);
  if (!pin) {
    const resolved = await resolveEdges(scope, type, { condition: where });
    const read = () => readPage(scope, query, resolved);
    return isScan(kindOf(type), resolved) ? inScanTurn(scope.tenantId, read) : read();
  }

  const found = await findPinned(scope, type, { where, pin });
  const isShown = startIndex === 1 && !after && count > 0;
  return { documents: found && isShown ? [found] : [], total: found ? 1 : 0 };
}

/** A value that at most one resource has, and that every match must have. */
interface Pin {
  readonly attribute: string;
  readonly value: string;
}

/** Finds an `id` or unique value that every match must have; `undefined` if there is none. */
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

/** Reads by key the only resource that can match; `undefined` if it does not match. */
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

/** The position right after a document. */
function positionBehind(document: ResourceDocument, sort: SortKey | undefined): Position {
  return { id: document.id, value: sort && sortedBy(document, sort) };
}

/** The name of the walk whose pages share marks. */
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
  if (!path) throw new Error(`The store has no order by ${sort.name}`);
  return { order: { path, descending, after: after && { id: after.id, text: asText(after.value) } }, offset };
}

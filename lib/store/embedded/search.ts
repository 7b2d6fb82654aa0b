import { limits } from '../../base/limits.ts';
import type { Condition } from '../../scim/filter/condition.ts';
import { matches } from '../../scim/filter/matches.ts';
import { isIdentifier } from '../change-rules.ts';
import { chooseIndex, exactEquality, isIdPath } from '../choose-index.ts';
import type { DocumentKey, Order, Page, Query, Stored } from '../document-store.ts';
import { exactPaths, indexedPaths, orderRank } from '../indexes.ts';
import { equalityPrefix, type KeySpace, kindPrefix, orderedText, orderPrefix } from './index-entries.ts';
import { needlesOf } from './needles.ts';

/** Reads a document and counts it as examined. Throws a StoreError if a document that must exist is lost. */
export type Load = (key: DocumentKey, options?: LoadOptions) => Stored | undefined;

interface LoadOptions {
  /** Texts that the JSON of the document has. One that lacks a needle is not decoded. */
  readonly needles?: readonly string[];
  /** True if an index or a list of keys names the document. */
  readonly isListed?: boolean;
}

/** Reads a page of a query, and no more than the page needs. */
export function queryPage(tables: SearchTables, query: Query, load: Load): Page {
  const { where, order, ...range } = query;
  if (where && order) return pageOf(query, orderedMatches(tables, { ...query, where, order }, load));
  if (order) return pageOfIds(range, orderedIds(tables, range, order), load);
  if (!where) return pageOfKeys(tables.documents, kindPrefix(query), { query: range, load });
  const prefix = exactPrefix({ ...query, where });
  return prefix === undefined
    ? pageOf(query, matchesOf(tables, { ...query, where }, load))
    : pageOfKeys(tables.equality, prefix, { query: range, load });
}

/** Counts the matches of a search. It reads the candidates of an index, or only keys if the index is exact. */
export function countMatches(tables: SearchTables, search: Search, load: Load): number {
  const prefix = exactPrefix(search);
  if (prefix !== undefined) return tables.equality.getKeysCount(rangeOf(prefix));
  let count = 0;
  for (const _ of matchesOf(tables, search, load)) count += 1;
  return count;
}

function pageOf({ offset = 0, limit }: Query, found: Iterable<Stored>): Page {
  const documents: Stored[] = [];
  let passed = 0;
  for (const stored of found) {
    if (passed < offset) passed += 1;
    else if (documents.length < limit) documents.push(stored);
    else return { documents, more: true };
  }
  return { documents, more: false };
}

/** Reads the page of a range of keys. It does not read the documents that it skips. */
function pageOfKeys(
  table: KeyTable,
  prefix: string,
  { query, load }: { query: Omit<Query, 'where'>; load: Load },
): Page {
  const { after, offset = 0, limit } = query;
  const range = { ...rangeOf(prefix, after), offset, limit: limit + 1 };
  return pageOfIds({ ...query, offset: 0 }, [...table.getKeys(range)].map(idOf), load);
}

/** Reads the page of a sequence of ids. It does not read the documents that it skips. */
function pageOfIds(query: Omit<Query, 'where'>, ids: Iterable<string>, load: Load): Page {
  const { offset = 0, limit } = query;
  const wanted: string[] = [];
  let passed = 0;
  for (const id of ids) {
    if (passed < offset) passed += 1;
    else if (wanted.push(id) > limit) break;
  }
  return {
    documents: wanted.slice(0, limit).flatMap((id) => load({ ...query, id }, { isListed: true }) ?? []),
    more: wanted.length > limit,
  };
}

function matchesOf(tables: SearchTables, search: Search, load: Load): Iterable<Stored> {
  return matchesAmong(candidates(tables, search), search, load);
}

function orderedMatches(
  tables: SearchTables,
  search: Search & { order: Order },
  load: Load,
): Iterable<Stored> {
  const { after: _, ...unordered } = search;
  const few = fewCandidates(tables, unordered);
  if (few) return inOrder(matchesAmong(few, search, load), search.order);
  return matchesAmong(orderedIds(tables, search, search.order), search, load);
}

function* matchesAmong(ids: Iterable<string>, search: Search, load: Load): Generator<Stored> {
  const options = { needles: needlesOf(search.where), isListed: !isByGivenIds(search) };
  for (const id of ids) {
    const stored = load({ ...search, id }, options);
    if (stored && matches(search.where, stored.document)) yield stored;
  }
}

interface KeyRange {
  readonly start: string;
  readonly end: string;
  readonly offset?: number;
  readonly limit?: number;
  /** Reads downwards from `start`, which is the upper bound then. */
  readonly reverse?: boolean;
}

/** The part of a table of sorted keys that the search uses. */
interface KeyTable {
  getKeys(range: KeyRange): Iterable<string>;
}

/** The tables that a search reads. */
export interface SearchTables {
  readonly documents: KeyTable;
  readonly equality: KeyTable & { getKeysCount(range: { start: string; end: string }): number };
  readonly order: KeyTable;
}

/** The documents of one kind that satisfy a condition, in the order of their ids, and only those after `after`. */
type Search = KeySpace & { readonly where: Condition; readonly after?: string };

/** The ids among which all matches are, in ascending order. It reads only as far as the caller iterates. */
function candidates(tables: SearchTables, search: Search): Iterable<string> {
  const { where, kind, after } = search;
  const access = chooseIndex(where, indexedPaths(kind));
  if (!access) return idsBehind(tables.documents, kindPrefix(search), after);
  if (isIdPath(access.path)) {
    const ids = access.values.filter(isIdentifier).filter((id) => after === undefined || id > after);
    return [...new Set(ids)].sort();
  }
  const [first, ...others] = access.values.map((value) => equalityPrefix(search, access.path, value));
  if (first === undefined) return [];
  if (others.length === 0) return idsBehind(tables.equality, first, after);
  return mergedIds(tables.equality, [first, ...others], after);
}

/** True if the ids of candidates come from the condition, so that some may not exist. */
function isByGivenIds({ where, kind }: Search): boolean {
  const access = chooseIndex(where, indexedPaths(kind));
  return access !== undefined && isIdPath(access.path);
}

/** The prefix of the equality keys of exactly the matches; `undefined` if no index has exactly these. */
function exactPrefix(search: Search): string | undefined {
  const equality = exactEquality(search.where, exactPaths(search.kind));
  return equality && equalityPrefix(search, equality.path, equality.value);
}

/** The candidates of an index; `undefined` if there is no index or they are too many to be sorted in memory. */
export function fewCandidates(tables: SearchTables, search: Search): readonly string[] | undefined {
  if (!chooseIndex(search.where, indexedPaths(search.kind))) return undefined;
  const ids: string[] = [];
  for (const id of candidates(tables, search)) {
    if (ids.push(id) > limits.sortedInMemoryMax) return undefined;
  }
  return ids;
}

/** The range of the keys with a prefix, or only of those after the id `after`. */
export function rangeOf(prefix: string, after?: string): { start: string; end: string } {
  return { start: after === undefined ? prefix : `${prefix}${after}!`, end: `${prefix}~` };
}

/** The id at the end of a key. */
const idOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);

function* idsBehind(table: KeyTable, prefix: string, after: string | undefined): Generator<string> {
  for (const key of table.getKeys(rangeOf(prefix, after))) yield idOf(key);
}

/** The next id of a range, and those after it. */
interface Head {
  readonly id: string;
  readonly rest: Iterator<string>;
}

/** Merges the ids of several ranges in ascending order. It reads little more of a range than the caller iterates. */
function* mergedIds(
  table: KeyTable,
  prefixes: readonly string[],
  start: string | undefined,
): Generator<string> {
  // In descending order, so that the next one is taken from the end.
  const heads: Head[] = [];
  const enter = (rest: Iterator<string>) => {
    const { value: id, done } = rest.next();
    if (!done) heads.splice(placeAmong(heads, id), 0, { id, rest });
  };
  for (const prefix of prefixes) enter(idsInRuns(table, prefix, start));
  let last: string | undefined;
  for (let head = heads.pop(); head; head = heads.pop()) {
    if (head.id !== last) yield head.id;
    last = head.id;
    enter(head.rest);
  }
}

/** The number of heads whose id is greater. */
function placeAmong(heads: readonly Head[], id: string): number {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((heads[middle]?.id ?? '') > id) low = middle + 1;
    else high = middle;
  }
  return low;
}

const shortestRun = 2;
const longestRun = 1_024;

/** The ids of a range, of which it reads each time twice as many as the last time. */
function* idsInRuns(table: KeyTable, prefix: string, start: string | undefined): Generator<string> {
  let after = start;
  for (let limit = shortestRun; ; limit = Math.min(2 * limit, longestRun)) {
    const ids = [...table.getKeys({ ...rangeOf(prefix, after), limit })].map(idOf);
    yield* ids;
    if (ids.length < limit) return;
    after = ids.at(-1);
  }
}

/** The ids of a kind's documents in an order. It reads only as far as the caller iterates. */
function orderedIds(tables: SearchTables, space: KeySpace, order: Order): Iterable<string> {
  if (isById(order)) return idsById(tables.documents, kindPrefix(space), order);
  const prefix = orderPrefix(space, order.path);
  return order.descending
    ? descendingIds(tables.order, prefix, order)
    : ascendingIds(tables.order, prefix, order);
}

/** Sorts matches and drops those that are not after the position of the order. */
function inOrder(found: Iterable<Stored>, order: Order): readonly Stored[] {
  const ranked = [...found].map((stored) => ({ stored, place: placeOf(stored, order) }));
  const { after } = order;
  const start = after && { rank: isById(order) ? orderRank(after.id) : orderRank(after.text), id: after.id };
  return ranked
    .filter(({ place }) => !start || compare(place, start, order) > 0)
    .sort((a, b) => compare(a.place, b.place, order))
    .map(({ stored }) => stored);
}

interface Place {
  readonly rank: string;
  readonly id: string;
}

function placeOf({ document }: Stored, { path }: Order): Place {
  return { rank: orderRank(orderedText(document, path)), id: document.id };
}

function compare(a: Place, b: Place, { descending }: Order): number {
  if (a.rank !== b.rank) return a.rank < b.rank === descending ? 1 : -1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

/** Recognises the order by the document's own id, which needs no index. */
export function isById({ path }: Order): boolean {
  return path.length === 1 && path[0] === 'id';
}

function* idsById(documents: KeyTable, prefix: string, { descending, after }: Order): Generator<string> {
  const range = descending
    ? { start: after ? prefix + after.id : `${prefix}~`, end: prefix, reverse: true }
    : rangeOf(prefix, after?.id);
  for (const key of documents.getKeys(range)) {
    const id = idOf(key);
    if (id !== after?.id) yield id;
  }
}

function* ascendingIds(table: KeyTable, prefix: string, { after }: Order): Generator<string> {
  const behind = after && `${orderRank(after.text)}/${after.id}`;
  for (const key of table.getKeys(rangeOf(prefix, behind))) yield idOf(key);
}

/** Goes backwards from text to text, and forwards among the ids with the same text. */
function* descendingIds(table: KeyTable, prefix: string, { after }: Order): Generator<string> {
  let end = `${prefix}~`;
  if (after) {
    end = `${prefix}${orderRank(after.text)}/`;
    for (const key of table.getKeys(rangeOf(end, after.id))) yield idOf(key);
  }
  for (;;) {
    const [last] = table.getKeys({ start: end, end: prefix, reverse: true, limit: 1 });
    if (last === undefined) return;
    end = last.slice(0, last.lastIndexOf('/') + 1);
    for (const key of table.getKeys(rangeOf(end))) yield idOf(key);
  }
}

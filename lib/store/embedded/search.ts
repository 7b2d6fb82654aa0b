import { limits } from '../../base/limits.ts';
import { matches } from '../../scim/filter/matches.ts';
import { isIdentifier } from '../change-rules.ts';
import { chooseIndex, exactEquality, isIdPath, isScan } from '../choose-index.ts';
import type { Order, Page, Query, Stored } from '../document-store.ts';
import { exactPaths, isUsual, orderRank } from '../indexes.ts';
import { idsInRuns, isById, mergedIds, orderedIds, rangeOf, startOfRanks } from './ids.ts';
import { equalityPrefix, kindPrefix, orderedText } from './index-entries.ts';
import { needlesOf } from './needles.ts';
import type { KeyRange, KeyTable, Reading } from './reading.ts';
import { beginScan, type Search } from './scan.ts';

/**
 * Reads a page of a query, and no more than the page needs. `isBuilt`: there is an index of the query's order. Returns
 * `undefined` if there is none and the page needs it.
 */
export async function queryPage(reading: Reading, query: Query, isBuilt: boolean): Promise<Page | undefined> {
  const { where, order, ...range } = query;
  if (where && isScan(query.kind, where)) return scanPage(reading, { ...query, where }, isBuilt);
  reading.hold();
  if (where && order) return orderedPage(reading, { ...query, where, order }, isBuilt);
  if (order) return isBuilt ? pageOfIds(reading, range, orderedIds(reading, range, order)) : undefined;
  if (!where) return pageOfKeys(reading, range, { table: 'documents', prefix: kindPrefix(query) });
  const prefix = exactPrefix({ ...query, where });
  return prefix === undefined
    ? pageOf(reading, query, matchesAmong(reading, { ...query, where }))
    : pageOfKeys(reading, range, { table: 'equality', prefix });
}

/** Reads a page of matches that no index finds. */
async function scanPage(
  reading: Reading,
  query: Search & Query,
  isBuilt: boolean,
): Promise<Page | undefined> {
  const { order, where: _, ...range } = query;
  const search = { ...query, after: order ? undefined : query.after };
  const scan = await beginScan(reading, search);
  if (!order) {
    return scan.ids ? pageOfIds(reading, range, scan.ids) : pageOf(reading, query, scan.matches);
  }
  const ids = scan.ids && (await take(reading, scan.ids, { limit: Number.POSITIVE_INFINITY }));
  if (ids && ids.length <= limits.sortedInMemoryMax) return sortedPage(reading, { ...query, order }, ids);
  if (!isBuilt) return undefined;
  const inOrder = orderedIds(reading, range, order);
  if (!ids) return pageOf(reading, query, matchesAmong(reading, search, inOrder));
  return pageOfIds(reading, range, among(new Set(ids), inOrder));
}

/** The ids that are in a set, and nothing for the others. */
function* among(set: ReadonlySet<string>, ids: Iterable<string>): Generator<string | undefined> {
  for (const id of ids) yield set.has(id) ? id : undefined;
}

/** Counts the matches of a search. It reads the candidates of an index, or only keys if the index is exact. */
export async function countMatches(reading: Reading, search: Search): Promise<number> {
  if (isScan(search.kind, search.where)) {
    const scan = await beginScan(reading, search);
    return countFound(reading, scan.ids ?? scan.matches);
  }
  reading.hold();
  const prefix = exactPrefix(search);
  if (prefix !== undefined) return countKeys(reading, { table: 'equality', prefix });
  return countFound(reading, matchesAmong(reading, search));
}

async function countFound(reading: Reading, things: Iterable<unknown>): Promise<number> {
  let count = 0;
  for (const thing of things) {
    if (reading.isOver()) await reading.rest();
    if (thing !== undefined) count += 1;
  }
  return count;
}

/** All keys of a table with a prefix. */
interface Keys {
  readonly table: KeyTable;
  readonly prefix: string;
}

/** The number of keys that are counted or skipped at once. It takes less than a millisecond. */
const keysPerStep = 4_096;

/** Counts keys without reading what they name. */
export async function countKeys(reading: Reading, { table, prefix }: Keys): Promise<number> {
  let range: KeyRange = rangeOf(prefix);
  for (let count = 0; ; count += keysPerStep) {
    const [next] = reading.keys(table, { ...range, offset: keysPerStep, limit: 1 });
    if (next === undefined) return count + reading.countKeys(table, range);
    range = { ...range, start: next };
    await reading.rest();
  }
}

async function pageOf(
  reading: Reading,
  { offset, limit }: Pick<Query, 'offset' | 'limit'>,
  found: Iterable<Stored | undefined>,
): Promise<Page> {
  const documents = await take(reading, found, { offset, limit: limit + 1 });
  return { documents: documents.slice(0, limit), more: documents.length > limit };
}

/** Takes up to `limit` things after the first `offset`, and rests whenever a slice is over. */
async function take<T>(
  reading: Reading,
  things: Iterable<T | undefined>,
  { offset = 0, limit }: { offset?: number; limit: number },
): Promise<readonly T[]> {
  const taken: T[] = [];
  let passed = 0;
  for (const thing of things) {
    if (reading.isOver()) await reading.rest();
    if (thing === undefined) continue;
    if (passed < offset) passed += 1;
    else if (taken.push(thing) >= limit) break;
  }
  return taken;
}

/** Reads the page of a range of keys. It does not read the documents that it skips. */
async function pageOfKeys(
  reading: Reading,
  query: Omit<Query, 'where'>,
  { table, prefix }: Keys,
): Promise<Page> {
  const { after, offset: skipped = 0, limit } = query;
  let range: KeyRange = rangeOf(prefix, after);
  let offset = skipped;
  for (; offset > keysPerStep; offset -= keysPerStep) {
    const [next] = reading.keys(table, { ...range, offset: keysPerStep, limit: 1 });
    if (next === undefined) return { documents: [], more: false };
    range = { ...range, start: next };
    await reading.rest();
  }
  const ids = idsInRuns(reading, table, { ...range, offset, limit: limit + 1 });
  return pageOfIds(reading, { ...query, offset: 0 }, ids);
}

/** Reads the page of a sequence of ids. It does not read the documents that it skips. */
async function pageOfIds(
  reading: Reading,
  { offset, limit, ...space }: Omit<Query, 'where'>,
  ids: Iterable<string | undefined>,
): Promise<Page> {
  const wanted = await take(reading, ids, { offset, limit: limit + 1 });
  const read = function* () {
    for (const id of wanted.slice(0, limit)) yield reading.load({ ...space, id }, { isListed: true });
  };
  return { documents: await take(reading, read(), { limit }), more: wanted.length > limit };
}

/** Reads a page of matches in an order. Few candidates are sorted in memory. */
async function orderedPage(reading: Reading, query: Ordered, isBuilt: boolean): Promise<Page | undefined> {
  const limit = limits.sortedInMemoryMax;
  const ids = await take(reading, candidates(reading, { ...query, after: undefined }), { limit: limit + 1 });
  if (ids.length <= limit) return sortedPage(reading, query, ids);
  if (!isBuilt) return undefined;
  return pageOf(reading, query, matchesAmong(reading, query, orderedIds(reading, query, query.order)));
}

type Ordered = Search & Query & { readonly order: Order };

/** Reads a page of the matches among a few documents, which it sorts in memory. */
async function sortedPage(reading: Reading, query: Ordered, ids: readonly string[]): Promise<Page> {
  const found = await take(reading, matchesAmong(reading, query, ids), { limit: ids.length });
  return pageOf(reading, query, inOrder(found, query.order));
}

/** The documents with these ids that match, and nothing for each id whose document does not. */
function* matchesAmong(
  reading: Reading,
  search: Search,
  ids: Iterable<string | undefined> = candidates(reading, search),
): Generator<Stored | undefined> {
  const options = { needles: needlesOf(search.where), isListed: !isByGivenIds(search) };
  for (const id of ids) {
    const stored = id === undefined ? undefined : reading.load({ ...search, id }, options);
    yield stored && matches(search.where, stored.document) ? stored : undefined;
  }
}

/**
 * The ids among which all matches are, in ascending order, and nothing where the reader may rest. It reads only as far
 * as the caller iterates.
 */
function candidates(reading: Reading, search: Search): Iterable<string | undefined> {
  const { where, kind, after } = search;
  const access = chooseIndex(where, kind);
  if (!access) throw new Error('No index has candidates');
  if (isIdPath(access.path)) {
    const ids = access.values.filter(isIdentifier).filter((id) => after === undefined || id > after);
    return [...new Set(ids)].sort();
  }
  const [first] = access.values;
  if (first === undefined) return [];
  if (access.values.length > 1) return mergedIds(reading, search, access);
  return idsInRuns(reading, 'equality', rangeOf(equalityPrefix(search, access.path, first), after));
}

/** True if the ids of candidates come from the condition, so that some may not exist. */
function isByGivenIds({ where, kind }: Search): boolean {
  const access = chooseIndex(where, kind);
  return access !== undefined && isIdPath(access.path);
}

/** The prefix of the equality keys of exactly the matches; `undefined` if no index has exactly these. */
function exactPrefix(search: Search): string | undefined {
  const equality = exactEquality(search.where, exactPaths(search.kind));
  if (!equality || isUsual(search.kind, equality.path, equality.value)) return undefined;
  return equalityPrefix(search, equality.path, equality.value);
}

/** Sorts matches and drops those that are not after the position of the order. */
function inOrder(found: Iterable<Stored>, order: Order): readonly Stored[] {
  const ranked = [...found].map((stored) => ({ stored, place: placeOf(stored, order) }));
  const { after } = order;
  const start = after && { rank: isById(order) ? orderRank(after.id) : orderRank(after.text), id: after.id };
  const prefix = startOfRanks(order);
  return ranked
    .filter(({ place }) => place.rank.startsWith(prefix) && (!start || compare(place, start, order) > 0))
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

import { limits } from '../../base/limits.ts';
import type { Condition } from '../../scim/filter/condition.ts';
import { matches } from '../../scim/filter/matches.ts';
import { isIdentifier } from '../change-rules.ts';
import { chooseIndex, exactEquality, isIdPath } from '../choose-index.ts';
import type { Order, Page, Query, Stored } from '../document-store.ts';
import { exactPaths, isUsual, orderRank } from '../indexes.ts';
import { idsInRuns, isById, mergedIds, orderedIds, rangeOf } from './ids.ts';
import { equalityPrefix, type KeySpace, kindPrefix, orderedText } from './index-entries.ts';
import { needlesOf } from './needles.ts';
import type { KeyRange, KeyTable, Reading } from './reading.ts';

/** Reads a page of a query, and no more than the page needs. */
export async function queryPage(reading: Reading, query: Query): Promise<Page> {
  const { where, order, ...range } = query;
  if (where && order) return orderedPage(reading, { ...query, where, order });
  if (order) return pageOfIds(reading, range, orderedIds(reading, range, order));
  if (!where) return pageOfKeys(reading, range, { table: 'documents', prefix: kindPrefix(query) });
  const prefix = exactPrefix({ ...query, where });
  return prefix === undefined
    ? pageOf(reading, query, matchesOf(reading, { ...query, where }))
    : pageOfKeys(reading, range, { table: 'equality', prefix });
}

/** Counts the matches of a search. It reads the candidates of an index, or only keys if the index is exact. */
export async function countMatches(reading: Reading, search: Search): Promise<number> {
  const prefix = exactPrefix(search);
  if (prefix !== undefined) return countKeys(reading, { table: 'equality', prefix });
  let count = 0;
  for (const found of matchesOf(reading, search)) {
    if (reading.isOver()) await reading.rest();
    if (found) count += 1;
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

function matchesOf(reading: Reading, search: Search): Iterable<Stored | undefined> {
  return matchesAmong(reading, search, candidates(reading, search));
}

/** Reads a page of matches in an order. Few candidates are sorted in memory. */
async function orderedPage(reading: Reading, query: Search & Query & { order: Order }): Promise<Page> {
  const { order } = query;
  const few = await fewCandidates(reading, { ...query, after: undefined });
  if (!few) return pageOf(reading, query, matchesAmong(reading, query, orderedIds(reading, query, order)));
  const found = await take(reading, matchesAmong(reading, query, few), { limit: few.length });
  return pageOf(reading, query, inOrder(found, order));
}

/** The documents with these ids that match, and nothing for each id whose document does not. */
function* matchesAmong(
  reading: Reading,
  search: Search,
  ids: Iterable<string | undefined>,
): Generator<Stored | undefined> {
  const options = { needles: needlesOf(search.where), isListed: !isByGivenIds(search) };
  for (const id of ids) {
    const stored = id === undefined ? undefined : reading.load({ ...search, id }, options);
    yield stored && matches(search.where, stored.document) ? stored : undefined;
  }
}

/** The documents of one kind that satisfy a condition, in the order of their ids, and only those after `after`. */
type Search = KeySpace & { readonly where: Condition; readonly after?: string };

/**
 * The ids among which all matches are, in ascending order, and nothing where the reader may rest. It reads only as far
 * as the caller iterates.
 */
function candidates(reading: Reading, search: Search): Iterable<string | undefined> {
  const { where, kind, after } = search;
  const access = chooseIndex(where, kind);
  if (!access) return idsInRuns(reading, 'documents', rangeOf(kindPrefix(search), after));
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

/** The candidates of an index; `undefined` if there is no index or they are too many to be sorted in memory. */
export async function fewCandidates(
  reading: Reading,
  search: Search,
): Promise<readonly string[] | undefined> {
  if (!chooseIndex(search.where, search.kind)) return undefined;
  const ids = await take(reading, candidates(reading, search), { limit: limits.sortedInMemoryMax + 1 });
  return ids.length > limits.sortedInMemoryMax ? undefined : ids;
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

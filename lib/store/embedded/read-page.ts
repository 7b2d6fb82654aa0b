import { matches } from '../../scim/filter/matches.ts';
import type { DocumentKey, Order, Page, Query, Stored } from '../document-store.ts';
import {
  candidates,
  exactPrefix,
  fewCandidates,
  idOf,
  type KeyTable,
  rangeOf,
  type Search,
  type SearchTables,
} from './candidates.ts';
import { kindPrefix } from './index-entries.ts';
import { needlesOf } from './needles.ts';
import { inOrder, orderedIds } from './ordered-ids.ts';

/** Finds a document and counts it as examined; one whose JSON lacks a needle is passed over without being decoded. */
export type Load = (key: DocumentKey, needles?: readonly string[]) => Stored | undefined;

/** Reads a page of a query, and no further than it must. */
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

/** Counts the matches of a search by reading what its index leads to, or the keys alone where these tell. */
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

/** Passes over keys alone, without reading their documents. */
function pageOfKeys(
  table: KeyTable,
  prefix: string,
  { query, load }: { query: Omit<Query, 'where'>; load: Load },
): Page {
  const { after, offset = 0, limit } = query;
  const range = { ...rangeOf(prefix, after), offset, limit: limit + 1 };
  return pageOfIds({ ...query, offset: 0 }, [...table.getKeys(range)].map(idOf), load);
}

/** Passes over ids alone, without reading their documents. */
function pageOfIds(query: Omit<Query, 'where'>, ids: Iterable<string>, load: Load): Page {
  const { offset = 0, limit } = query;
  const wanted: string[] = [];
  let passed = 0;
  for (const id of ids) {
    if (passed < offset) passed += 1;
    else if (wanted.push(id) > limit) break;
  }
  return {
    documents: wanted.slice(0, limit).flatMap((id) => load({ ...query, id }) ?? []),
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
  const needles = needlesOf(search.where);
  for (const id of ids) {
    const stored = load({ ...search, id }, needles);
    if (stored && matches(search.where, stored.document)) yield stored;
  }
}

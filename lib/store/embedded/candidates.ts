import { limits } from '../../base/limits.ts';
import type { Condition } from '../../scim/filter/condition.ts';
import { isIdentifier } from '../change-rules.ts';
import { chooseIndex, exactEquality, isIdPath } from '../choose-index.ts';
import { exactPaths, indexedPaths } from '../indexes.ts';
import { equalityPrefix, type KeySpace, kindPrefix } from './index-entries.ts';

interface KeyRange {
  readonly start: string;
  readonly end: string;
  readonly offset?: number;
  readonly limit?: number;
  /** From `start`, which is then the upper bound, downwards. */
  readonly reverse?: boolean;
}

/** What the search needs of a table of sorted keys. */
export interface KeyTable {
  getKeys(range: KeyRange): Iterable<string>;
}

/** The tables that a search reads. */
export interface SearchTables {
  readonly documents: KeyTable;
  readonly equality: KeyTable & { getKeysCount(range: { start: string; end: string }): number };
  readonly order: KeyTable;
}

/** Documents of one kind that fulfil a condition, in the order of their ids; only those behind `after`. */
export type Search = KeySpace & { readonly where: Condition; readonly after?: string };

/** Names the ids among which all matches are, in their order, reading on only as far as they are asked for. */
export function candidates(tables: SearchTables, search: Search): Iterable<string> {
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

/** The beginning of the equality keys of all and only the matches, where an index tells them. */
export function exactPrefix(search: Search): string | undefined {
  const equality = exactEquality(search.where, exactPaths(search.kind));
  return equality && equalityPrefix(search, equality.path, equality.value);
}

/** The candidates to which an index leads, if they are few enough to be sorted in memory. */
export function fewCandidates(tables: SearchTables, search: Search): readonly string[] | undefined {
  if (!chooseIndex(search.where, indexedPaths(search.kind))) return undefined;
  const ids: string[] = [];
  for (const id of candidates(tables, search)) {
    if (ids.push(id) > limits.sortedInMemoryMax) return undefined;
  }
  return ids;
}

/** The range of the keys with a prefix, or of those among them whose ids are behind one. */
export function rangeOf(prefix: string, after?: string): { start: string; end: string } {
  return { start: after === undefined ? prefix : `${prefix}${after}!`, end: `${prefix}~` };
}

/** The id at the end of a key. */
export const idOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);

function* idsBehind(table: KeyTable, prefix: string, after: string | undefined): Generator<string> {
  for (const key of table.getKeys(rangeOf(prefix, after))) yield idOf(key);
}

/** Reads a run of every range, then yields up to where the first of them may go on. */
function* mergedIds(
  table: KeyTable,
  prefixes: readonly string[],
  start: string | undefined,
): Generator<string> {
  const limit = Math.max(16, Math.ceil(1_024 / prefixes.length));
  let after = start;
  do {
    const runs = prefixes.map((prefix) => [...table.getKeys({ ...rangeOf(prefix, after), limit })].map(idOf));
    const horizon = runs.flatMap((run) => (run.length === limit ? run.slice(-1) : [])).sort()[0];
    const ids = runs.flat().filter((id) => horizon === undefined || id <= horizon);
    yield* [...new Set(ids)].sort();
    after = horizon;
  } while (after !== undefined);
}

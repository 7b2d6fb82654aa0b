import type { Condition } from '../../scim/filter/condition.ts';
import { matches } from '../../scim/filter/matches.ts';
import type { Stored } from '../document-store.ts';
import { hasResources } from '../indexes.ts';
import type { Commits } from './change-log.ts';
import { type Columns, ColumnsBuilder, pathsOf, rowTest, textsOf } from './columns.ts';
import { rangeOf } from './ids.ts';
import { type KeySpace, kindPrefix } from './index-entries.ts';
import { needlesOf } from './needles.ts';
import type { Reading } from './reading.ts';
import { decode } from './stored-text.ts';

/** The documents of one kind that satisfy a condition, in the order of their ids, and only those after `after`. */
export type Search = KeySpace & { readonly where: Condition; readonly after?: string | undefined };

/** Changed documents that a search reads beside its columns. Above, it makes new columns. */
const changesBesideMax = 200;

/** Columns that show the documents of a kind, except those that have changed. */
interface Usable {
  readonly columns: Columns;
  readonly changed: ReadonlySet<string>;
}

/**
 * Finds the matches that no index finds, in the order of their ids, and nothing where the reader may rest. With columns
 * in memory, it finds their `ids` and reads few documents. Without them it reads all, and leaves columns behind at the
 * end.
 */
export interface Scan {
  readonly ids: Iterable<string | undefined> | undefined;
  readonly matches: Iterable<Stored | undefined>;
}

/** Begins a scan of the newest state. */
export async function beginScan(reading: Reading, search: Search): Promise<Scan> {
  const commits = reading.renew();
  const usable = await findColumns(reading, search, commits);
  return {
    ids: usable && idsByColumns(reading, search, usable),
    matches: readAll(reading, search, commits),
  };
}

async function findColumns(reading: Reading, search: Search, commits: Commits): Promise<Usable | undefined> {
  if (!hasResources(search.kind)) return undefined;
  const prefix = kindPrefix(search);
  const { columns: cache, changes } = reading.memory;
  const columns = cache.find(prefix, pathsOf(search.where));
  const changed = columns && changes.changed(prefix, spanOf(columns.commits, commits));
  if (!columns || !changed) return undefined;
  if (changed.size <= changesBesideMax) return { columns, changed };
  const renewed = await renewColumns(reading, search, { columns, changed });
  const next = renewed.build({ after: commits.after, upTo: reading.lastCommit() });
  const late = changes.changed(prefix, spanOf(next.commits, commits));
  if (renewed.isTooLarge || !late) return { columns, changed };
  cache.keep(prefix, next);
  return { columns: next, changed: late };
}

/** The commits of which two states may differ. */
function spanOf(a: Commits, b: Commits): Commits {
  return { after: Math.min(a.after, b.after), upTo: Math.max(a.upTo, b.upTo) };
}

/** Makes columns of those before and of the documents that have changed. */
async function renewColumns(
  reading: Reading,
  space: KeySpace,
  { columns, changed }: Usable,
): Promise<ColumnsBuilder> {
  const builder = new ColumnsBuilder(columns.columns.map(({ path }) => path));
  for (const { id, row } of merged(columns.ids, changed)) {
    if (reading.isOver()) await reading.rest();
    const stored = row === undefined ? reading.load({ ...space, id }) : undefined;
    if (stored) builder.add(stored.document);
    if (row !== undefined) builder.addTexts(id, textsOf(columns, row));
  }
  return builder;
}

/** All ids in ascending order, each with its row in the columns unless its document has changed. */
function* merged(
  ids: readonly string[],
  changed: ReadonlySet<string>,
  after = '',
): Generator<{ readonly id: string; readonly row: number | undefined }> {
  const others = [...changed].filter((id) => id > after).sort();
  let next = 0;
  for (let row = firstAfter(ids, after); row < ids.length; row += 1) {
    const id = ids[row] ?? '';
    for (; next < others.length && (others[next] ?? '') <= id; next += 1) {
      yield { id: others[next] ?? '', row: undefined };
    }
    if (!changed.has(id)) yield { id, row };
  }
  for (const id of others.slice(next)) yield { id, row: undefined };
}

/** The place of the first id after another one in a sorted list. */
function firstAfter(ids: readonly string[], after: string): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? '') <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The number of rows that are tested at once. It takes some microseconds. */
const rowsPerStep = 32;

function* idsByColumns(
  reading: Reading,
  search: Search,
  { columns, changed }: Usable,
): Generator<string | undefined> {
  const { where, after } = search;
  const test = rowTest(where, columns.columns);
  const needles = needlesOf(where);
  let rows = 0;
  for (const { id, row } of merged(columns.ids, changed, after)) {
    rows += 1;
    if (row === undefined) {
      const stored = reading.load({ ...search, id }, { needles });
      yield stored && matches(where, stored.document) ? id : undefined;
    } else if (test(row)) yield id;
    else if (rows % rowsPerStep === 0) yield undefined;
  }
}

/** The number of documents that are read at once. It takes less than a millisecond. */
const documentsPerStep = 32;

function* readAll(reading: Reading, search: Search, { after }: Commits): Generator<Stored | undefined> {
  const { where } = search;
  const { columns: cache } = reading.memory;
  const prefix = kindPrefix(search);
  const isWhole = search.after === undefined && hasResources(search.kind);
  const builder = isWhole ? cache.begin(prefix, pathsOf(where)) : undefined;
  const needles = needlesOf(where);
  let range = rangeOf(prefix, search.after);
  for (;;) {
    const texts = reading.texts({ ...range, limit: documentsPerStep });
    for (const { value } of texts) {
      const isCandidate = needles.every((needle) => value.includes(needle));
      const stored = builder || isCandidate ? decode(value) : undefined;
      if (stored) builder?.add(stored.document);
      yield stored && isCandidate && matches(where, stored.document) ? stored : undefined;
    }
    const last = texts.at(-1);
    if (!last || texts.length < documentsPerStep) break;
    range = { ...range, start: `${last.key}!` };
  }
  if (!builder) return;
  if (builder.isTooLarge) cache.refuse(prefix, builder);
  else cache.keep(prefix, builder.build({ after, upTo: reading.lastCommit() }));
}

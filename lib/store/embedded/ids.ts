import type { CompValue } from '../../scim/filter/ast.ts';
import type { Path } from '../../scim/filter/condition.ts';
import type { Order } from '../document-store.ts';
import { orderRank } from '../indexes.ts';
import { equalityPrefix, type KeySpace, kindPrefix, orderPrefix } from './index-entries.ts';
import type { KeyRange, KeyTable, Reading } from './reading.ts';

/** The range of the keys with a prefix, or only of those after the id `after`. */
export function rangeOf(prefix: string, after?: string): { start: string; end: string } {
  return { start: after === undefined ? prefix : `${prefix}${after}!`, end: `${prefix}~` };
}

/** The id at the end of a key. */
const idOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);

const shortestRun = 2;
const longestRun = 256;

/** The ids of a range of keys, as `keysInRuns` reads them. */
export function* idsInRuns(reading: Reading, table: KeyTable, range: KeyRange): Generator<string> {
  for (const key of keysInRuns(reading, table, range)) yield idOf(key);
}

/**
 * The keys of a range, of which it reads each time twice as many as the last time. At `limit`, which the first runs
 * need not reach, it ends. It holds no cursor while the caller rests.
 */
export function* keysInRuns(reading: Reading, table: KeyTable, range: KeyRange): Generator<string> {
  const { limit = Number.POSITIVE_INFINITY } = range;
  let next = range;
  let run = range.limit ?? shortestRun;
  for (let read = 0; read < limit; run *= 2) {
    const length = Math.min(run, longestRun, limit - read);
    const keys = reading.keys(table, { ...next, limit: length });
    yield* keys;
    read += keys.length;
    const last = keys.at(-1);
    if (last === undefined || keys.length < length) return;
    next = { ...range, offset: 0, start: last, exclusiveStart: true };
  }
}

/** The next id of a range, and those after it. */
interface Head {
  readonly id: string;
  readonly rest: Iterator<string>;
}

/** Merges the ids of several values in ascending order, and yields nothing where the reader may rest. */
export function* mergedIds(
  reading: Reading,
  space: Values,
  access: { path: Path; values: readonly CompValue[] },
): Generator<string | undefined> {
  const prefixes = new Set(access.values.map((value) => equalityPrefix(space, access.path, value)));
  const near = yield* idsOfNeighbours(reading, prefixes);
  if (!near) return yield* mergedRanges(reading, space, prefixes);
  const { after } = space;
  yield* [...new Set(near)].filter((id) => after === undefined || id > after).sort();
}

type Values = KeySpace & { readonly after?: string | undefined };

/** Keys that are read together for each value, where it has a few itself and others lie between. */
const keysPerValue = 4;

/** The ids of prefixes that lie so close together that one range has them all; `undefined` if they do not. */
function* idsOfNeighbours(
  reading: Reading,
  prefixes: ReadonlySet<string>,
): Generator<undefined, readonly string[] | undefined> {
  const [first = '', ...others] = [...prefixes].sort();
  const ids: string[] = [];
  let range: KeyRange = { start: first, end: `${others.at(-1) ?? first}~` };
  for (let room = keysPerValue * prefixes.size; room > 0; room -= longestRun) {
    const keys = reading.keys('equality', { ...range, limit: longestRun });
    for (const key of keys) if (prefixes.has(key.slice(0, key.lastIndexOf('/') + 1))) ids.push(idOf(key));
    const last = keys.at(-1);
    if (last === undefined || keys.length < longestRun) return ids;
    range = { ...range, start: last, exclusiveStart: true };
    yield undefined;
  }
  return undefined;
}

/** Reads little more of a range than the caller iterates. */
function* mergedRanges(
  reading: Reading,
  space: Values,
  prefixes: Iterable<string>,
): Generator<string | undefined> {
  // In descending order, so that the next one is taken from the end.
  const heads: Head[] = [];
  const enter = (rest: Iterator<string>) => {
    const { value: id, done } = rest.next();
    if (!done) heads.splice(placeAmong(heads, id), 0, { id, rest });
  };
  for (const prefix of prefixes) {
    enter(idsInRuns(reading, 'equality', rangeOf(prefix, space.after)));
    yield undefined;
  }
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

/** The ids of a kind's documents in an order. It reads only as far as the caller iterates. */
export function orderedIds(reading: Reading, space: KeySpace, order: Order): Iterable<string> {
  if (isById(order)) return idsById(reading, kindPrefix(space), order);
  const prefix = orderPrefix(space, order.path);
  const range = rangeOf(prefix + startOfRanks(order));
  const walk = { ...range, prefix, order };
  return order.descending ? descendingIds(reading, walk) : ascendingIds(reading, walk);
}

/** The beginning of the ranks that an order selects. A text begins with another one if its rank does. */
export function startOfRanks({ startsWith }: Order): string {
  return startsWith === undefined ? '' : orderRank(startsWith);
}

/** The keys of an order from `start` to before `end`. All of the order have the prefix. */
interface Walk {
  readonly prefix: string;
  readonly start: string;
  readonly end: string;
  readonly order: Order;
}

/** Recognises the order by the document's own id, which needs no index. */
export function isById({ path }: Order): boolean {
  return path.length === 1 && path[0] === 'id';
}

function* idsById(reading: Reading, prefix: string, { descending, after }: Order): Generator<string> {
  const range = descending
    ? { start: after ? prefix + after.id : `${prefix}~`, end: prefix, reverse: true }
    : rangeOf(prefix, after?.id);
  for (const id of idsInRuns(reading, 'documents', range)) if (id !== after?.id) yield id;
}

function ascendingIds(reading: Reading, { prefix, order: { after }, ...range }: Walk): Iterable<string> {
  const behind = after && `${orderRank(after.text)}/${after.id}`;
  const next = rangeOf(prefix, behind);
  // The last document may be before all texts with the beginning.
  return idsInRuns(reading, 'order', next.start > range.start ? { ...range, start: next.start } : range);
}

/** Goes backwards from text to text, and forwards among the ids with the same text. */
function* descendingIds(reading: Reading, { prefix, start, order, ...range }: Walk): Generator<string> {
  const { after } = order;
  let { end } = range;
  const behind = after && `${prefix}${orderRank(after.text)}/`;
  if (behind !== undefined && behind < end) {
    end = behind;
    if (behind >= start) yield* idsInRuns(reading, 'order', rangeOf(end, after?.id));
  }
  for (;;) {
    const [last] = reading.keys('order', { start: end, end: start, reverse: true, limit: 1 });
    if (last === undefined) return;
    end = last.slice(0, last.lastIndexOf('/') + 1);
    yield* idsInRuns(reading, 'order', rangeOf(end));
  }
}

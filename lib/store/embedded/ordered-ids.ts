import type { Order, Stored } from '../document-store.ts';
import { orderRank } from '../indexes.ts';
import { idOf, type KeyTable, rangeOf, type SearchTables } from './candidates.ts';
import { type KeySpace, kindPrefix, orderedText, orderPrefix } from './index-entries.ts';

/** Names the ids of a kind's documents in an order, reading on only as far as they are asked for. */
export function orderedIds(tables: SearchTables, space: KeySpace, order: Order): Iterable<string> {
  if (isById(order)) return idsById(tables.documents, kindPrefix(space), order);
  const prefix = orderPrefix(kindPrefix(space), order.path);
  return order.descending
    ? descendingIds(tables.order, prefix, order)
    : ascendingIds(tables.order, prefix, order);
}

/** Puts matches in an order and drops what is not behind its position. */
export function inOrder(found: Iterable<Stored>, order: Order): readonly Stored[] {
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

function isById({ path }: Order): boolean {
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

/** Goes backwards from text to text, and forwards among those with one text. */
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

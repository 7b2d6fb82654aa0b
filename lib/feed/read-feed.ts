import { feedLimits } from '../base/feed-limits.ts';
import type { DocumentStore, Order } from '../store/document-store.ts';
import { cursorGone, type FeedPlace, requireContinued } from './cursors.ts';
import { entryKind, type FeedEntry, feedPartition, sequenceText } from './entries.ts';
import { readHead } from './stamp.ts';

/** Entries of one feed in its order. */
export interface EntryPage {
  readonly entries: readonly FeedEntry[];
  /** The place behind the last of them. */
  readonly next: FeedPlace;
  /** True if more follow. */
  readonly more: boolean;
}

/** The place from which a feed is read: a known one, a time in milliseconds since 1970, its end, or its beginning. */
export type FeedStart = { readonly place: FeedPlace } | { readonly time: number } | 'now' | 'beginning';

interface FeedQuery {
  readonly start: FeedStart;
  readonly limit: number;
  /** The address of the snapshot, for who cannot go on with the feed. */
  readonly snapshotUrl: string;
}

/** Reads entries of a feed. Rejects with ScimError `cursorGone` if some behind the place are gone. */
export async function readEntries(store: DocumentStore, feed: string, query: FeedQuery): Promise<EntryPage> {
  const { start, limit, snapshotUrl } = query;
  // Before the entries, so that the place of an empty page lies before all that are entered meanwhile.
  const head = await readHead(store, feed);
  if (typeof start === 'object' && 'place' in start) requireContinued(start.place, head, snapshotUrl);
  const { generation = '', sequence: last = 0 } = head ?? {};
  if (start === 'now' || !head) return { entries: [], next: { generation, sequence: last }, more: false };
  const after = await sequenceBefore(store, feed, { start, last });
  const found = after === last ? [] : await entriesAfter(store, feed, { after: after ?? 0, limit });
  const entries = contiguous(found, after);
  if (entries.length === 0 && after !== undefined && after < last) {
    throw cursorGone('Events behind this cursor are no longer kept', snapshotUrl);
  }
  const sequence = entries.length > 0 ? sequenceOf(entries.at(-1)) : (after ?? last);
  return { entries, next: { generation, sequence }, more: sequence < last };
}

/** The sequence behind which to read; `undefined` for the first entry that is kept. */
async function sequenceBefore(
  store: DocumentStore,
  feed: string,
  { start, last }: { start: Exclude<FeedStart, 'now'>; last: number },
): Promise<number | undefined> {
  if (start === 'beginning') return undefined;
  return 'place' in start ? start.place.sequence : sequenceAt(store, feed, { time: start.time, last });
}

/**
 * Finds by halving the sequence behind which the entries of a time and later are. Times of neighbours may differ by as
 * much as the clocks of instances, so that some earlier ones may be among them.
 */
async function sequenceAt(
  store: DocumentStore,
  feed: string,
  { time, last }: { time: number; last: number },
): Promise<number | undefined> {
  const earliest = new Date(time).toISOString();
  let [low, high] = [0, last];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await entriesAfter(store, feed, { after: middle, limit: 1 });
    if (!entry || entry.at >= earliest) high = middle;
    else low = Math.max(middle + 1, sequenceOf(entry));
  }
  return low === 0 ? undefined : low;
}

const bySequence: Order = { path: ['order', 'sequence'], descending: false };
/** Sorts after the ids of all entries. */
const lastId = 'event;';

/** Reads entries behind a sequence, in the order of the feed. */
export async function entriesAfter(
  store: DocumentStore,
  feed: string,
  { after, limit }: { after: number; limit: number },
): Promise<readonly FeedEntry[]> {
  const order = { ...bySequence, after: { text: sequenceText(after), id: lastId } };
  const page = await store.query({ ...feedPartition(feed), kind: entryKind, order, limit });
  return page.documents.map(({ document }) => document as FeedEntry);
}

/** The entries up to the first gap, which the end of a shorter retention may leave. */
function contiguous(found: readonly FeedEntry[], after: number | undefined): readonly FeedEntry[] {
  const [first] = found;
  let next = (after ?? sequenceOf(first) - 1) + 1;
  const gap = found.findIndex((entry) => sequenceOf(entry) !== next++);
  return gap < 0 ? found : found.slice(0, gap);
}

/** The sequence of an entry as a number; 0 for none. */
export const sequenceOf = (entry: FeedEntry | undefined) => Number(entry?.order.sequence ?? 0);
/** Entries that one query of the store reads. */
export const entriesPerRead = feedLimits.eventsPerPageMax;

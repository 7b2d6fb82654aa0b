import type { AccountScope } from '../accounts/scope.ts';
import type { Clock } from '../base/clock.ts';
import { feedLimits } from '../base/feed-limits.ts';
import type { Sealer } from '../keys/sealer.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { openPlace, sealPlace } from './cursors.ts';
import { deploymentFeed, type FeedEntry } from './entries.ts';
import { type Addresses, type FeedEvent, sizeOf, toEvent } from './events.ts';
import { readCurrentState } from './objects.ts';
import { type EntryPage, type FeedStart, readEntries } from './read-feed.ts';

/** The services that read feeds. */
export interface FeedServices {
  /** False if the deployment has no feeds. */
  readonly isEnabled: boolean;
  readonly store: DocumentStore;
  readonly sealer: Sealer;
  readonly now: Clock;
  readonly newId: () => string;
  /** The address below which the product reads, such as `https://host/api/v1`. */
  readonly apiUrl: string;
  /** `https://host`, without a path. */
  readonly baseUrl: string;
  /** Enters the changes of a tenant that wait, so that a page has all that was answered before it. */
  readonly stampWaiting: (tenantId: string) => Promise<void>;
  /** Waits until entries follow in a feed, at most this time; answers at once if too many wait. */
  readonly awaitEntries: (feed: string, wait: { after: number; milliseconds: number }) => Promise<void>;
}

/** The part of a feed to read. */
export interface EventQuery {
  /** `next` of the page before. */
  readonly after?: string;
  /** A time in milliseconds since 1970, or the end of the feed. */
  readonly from?: number | 'now';
  /** Selects events whose type is named, or begins with a name that ends in `.`. */
  readonly types?: readonly string[];
  /** Events to examine, by default and at most `feedLimits.eventsPerPageMax`. */
  readonly limit?: number;
  /** Seconds to wait for an event if there is none. */
  readonly wait?: number;
}

/** A page of events; `next` is the `after` of the following page. */
export interface EventPage {
  readonly events: readonly FeedEvent[];
  readonly next: string;
}

/**
 * Reads a page of a tenant's feed. Rejects with ScimError `cursorGone` if it cannot be read behind the cursor any more,
 * and `invalidValue` if the cursor is not one of this feed.
 */
export async function readEvents(
  services: FeedServices,
  scope: AccountScope,
  query: EventQuery,
): Promise<EventPage> {
  const feed = scope.directory.tenantId;
  const { sealer } = services;
  await services.stampWaiting(feed);
  const page = await readOrWait(services, feed, query);
  const wanted = page.entries.filter((entry) => isWanted(entry, query.types));
  const state = await readCurrentState(scope, wanted);
  const whole = cutOff(wanted, (entry) => toEvent(entry, addressesOf(services, feed), state));
  const isCut = whole.length < wanted.length;
  const last = isCut ? Number(whole.at(-1)?.sequence) : page.next.sequence;
  return { events: whole, next: await sealPlace(sealer, feed, { ...page.next, sequence: last }) };
}

/** The addresses of a feed, for its events. */
export function addressesOf({ apiUrl, baseUrl }: FeedServices, tenantId: string): Addresses {
  if (tenantId === deploymentFeed) return { source: baseUrl, api: apiUrl };
  return { source: `${baseUrl}/tenants/${tenantId}`, api: `${apiUrl}/tenants/${tenantId}` };
}

async function readOrWait(services: FeedServices, feed: string, query: EventQuery): Promise<EntryPage> {
  const { limit = feedLimits.eventsPerPageMax, wait = 0 } = query;
  const snapshotUrl = `${addressesOf(services, feed).api}/snapshot`;
  const start = await startOf(services, feed, query);
  const page = await readEntries(services.store, feed, { start, limit, snapshotUrl });
  if (page.entries.length > 0 || wait === 0) return page;
  await services.awaitEntries(feed, { after: page.next.sequence, milliseconds: wait * 1_000 });
  return readEntries(services.store, feed, { start: { place: page.next }, limit, snapshotUrl });
}

async function startOf(
  { sealer }: FeedServices,
  feed: string,
  { after, from }: EventQuery,
): Promise<FeedStart> {
  if (after !== undefined) return { place: await openPlace(sealer, feed, after) };
  if (from === undefined) return 'beginning';
  return from === 'now' ? 'now' : { time: from };
}

/** Tests if the type of an entry is among those that a consumer names; all are if it names none. */
export function isWanted({ type }: FeedEntry, types: readonly string[] | undefined): boolean {
  return (
    !types ||
    types.length === 0 ||
    types.some((name) => (name.endsWith('.') ? type.startsWith(name) : type === name))
  );
}

/** The events of the first entries, until their JSON has `feedLimits.eventPageBytesMax` bytes. */
function cutOff(
  entries: readonly FeedEntry[],
  eventOf: (entry: FeedEntry) => FeedEvent,
): readonly FeedEvent[] {
  const events: FeedEvent[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const event = eventOf(entry);
    bytes += sizeOf(event);
    if (events.length > 0 && bytes > feedLimits.eventPageBytesMax) break;
    events.push(event);
  }
  return events;
}

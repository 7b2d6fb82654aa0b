import type { AccountScope } from '../accounts/scope.ts';
import { feedLimits } from '../base/feed-limits.ts';
import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import type { FollowPage, FollowStart } from '../store/document-store.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { type AllPlace, allGone, isSameFeed, openAllPlace, sealAllPlace } from './cursors.ts';
import { deploymentFeed, type FeedEntry } from './entries.ts';
import { type FeedEvent, sizeOf, toEvent } from './events.ts';
import { addressesOf, type EventPage, type EventQuery, type FeedServices, isWanted } from './feed.ts';
import { type CurrentState, kindOf, readCurrentState, tenantObject } from './objects.ts';
import { readHead } from './stamp.ts';

/** The tenants whose feeds are read, and the scopes that read their objects. */
interface Tenancy {
  readonly tenants: { retrieve(id: string): Promise<Tenant | undefined> };
  readonly accountsOf: (tenant: Tenant) => AccountScope;
}

/**
 * Reads a page of the feeds of all tenants, in the order of each feed. It enters no changes that wait.
 *
 * Rejects with ScimError `cursorGone` if some entries behind the cursor may be gone, and `invalidValue` if the cursor
 * is not one of all feeds.
 */
export async function followFeeds(
  services: FeedServices,
  tenancy: Tenancy,
  query: Omit<EventQuery, 'wait'>,
): Promise<EventPage> {
  const { types, limit = feedLimits.eventsPerPageMax } = query;
  let place = await placeOf(services, query);
  for (let reads = 1; ; reads += 1) {
    const read = await readWithin(services, { start: place.start, limit }, (page) => {
      const entries = bySequence(page.documents.map(({ document }) => document as FeedEntry));
      const isMeant = ({ at }: FeedEntry) => place.since === undefined || Date.parse(at) >= place.since;
      const wanted = entries.filter((entry) => isMeant(entry) && isWanted(entry, types));
      return eventsOf(services, tenancy, wanted);
    });
    if (!read) throw allGone('The database was restored since this cursor', services.apiUrl);
    const { page, events } = read;
    place = {
      generation: place.generation,
      asOf: page.isWhole ? services.now() : place.asOf,
      start: { cursor: page.next },
      since: page.isWhole ? undefined : place.since,
    };
    if (events.length > 0 || page.isWhole || reads === feedLimits.emptyReadsMax) {
      return { events, next: await sealAllPlace(services.sealer, place) };
    }
  }
}

async function placeOf(services: FeedServices, { after, from }: EventQuery): Promise<AllPlace> {
  const head = await readHead(services.store, deploymentFeed);
  const now = services.now();
  if (after === undefined) {
    const start = from === 'now' ? 'now' : 'beginning';
    const since = from === 'now' ? undefined : from;
    return { generation: head?.generation ?? '', asOf: now, start, since };
  }
  const place = await openAllPlace(services.sealer, after);
  if (!isSameFeed(place.generation, head))
    throw allGone('A feed was renewed since this cursor', services.apiUrl);
  if (now - place.asOf > feedLimits.daysMin * 86_400_000) {
    throw allGone('Events behind this cursor may no longer be kept', services.apiUrl);
  }
  return place;
}

interface Reading {
  readonly start: FollowStart;
  readonly limit: number;
}

/** Reads entries, and again fewer of them if their events are too many bytes. Those of one batch come together. */
async function readWithin(
  { store }: FeedServices,
  { start, limit }: Reading,
  eventsIn: (page: FollowPage) => Promise<readonly FeedEvent[]>,
): Promise<{ page: FollowPage; events: readonly FeedEvent[] } | undefined> {
  for (let most = limit; ; ) {
    const page = await store.follow('feed', start, most);
    if (!page) return undefined;
    const events = await eventsIn(page);
    const bytes = events.reduce((sum, event) => sum + sizeOf(event), 0);
    if (bytes <= feedLimits.eventPageBytesMax || most === 1) return { page, events };
    most = Math.max(1, Math.floor((0.9 * most * feedLimits.eventPageBytesMax) / bytes));
  }
}

/** Entries feed by feed. The store has those of one batch in any order. */
function bySequence(entries: readonly FeedEntry[]): readonly FeedEntry[] {
  const feeds = byFeed(entries);
  const place = ({ order }: FeedEntry) => Number(order.sequence);
  return [...feeds.values()].flatMap((own) => own.toSorted((a, b) => place(a) - place(b)));
}

function byFeed(entries: readonly FeedEntry[]): ReadonlyMap<string, readonly FeedEntry[]> {
  const feeds = new Map<string, FeedEntry[]>();
  for (const entry of entries) {
    const own = feeds.get(entry.tenantId);
    if (own) own.push(entry);
    else feeds.set(entry.tenantId, [entry]);
  }
  return feeds;
}

async function eventsOf(
  services: FeedServices,
  tenancy: Tenancy,
  entries: readonly FeedEntry[],
): Promise<readonly FeedEvent[]> {
  const feeds = byFeed(entries);
  const states = new Map<string, CurrentState>();
  await forEachConcurrently(feeds, limits.tenantsAtOnce, async ([feed, own]) => {
    states.set(
      feed,
      feed === deploymentFeed ? await tenantsNow(tenancy, own) : await stateOf(tenancy, feed, own),
    );
  });
  return entries.map((entry) => {
    const state = states.get(entry.tenantId) ?? nothing;
    return toEvent(entry, addressesOf(services, entry.tenantId), state);
  });
}

/** The state of a tenant that is gone. */
const nothing: CurrentState = {
  objectOf: () => null,
  userOf: (entry) => (['user', 'account'].includes(kindOf(entry)) ? null : undefined),
};

async function stateOf(
  { tenants, accountsOf }: Tenancy,
  feed: string,
  entries: readonly FeedEntry[],
): Promise<CurrentState> {
  const tenant = await tenants.retrieve(feed);
  return tenant ? readCurrentState(accountsOf(tenant), entries) : nothing;
}

async function tenantsNow({ tenants }: Tenancy, entries: readonly FeedEntry[]): Promise<CurrentState> {
  const ids = [...new Set(entries.map(({ object }) => object))];
  const found = new Map<string, Tenant>();
  await forEachConcurrently(ids, limits.tenantsAtOnce, async (id) => {
    const tenant = await tenants.retrieve(id);
    if (tenant) found.set(id, tenant);
  });
  return { objectOf: ({ object }) => tenantObject(found.get(object)), userOf: () => undefined };
}

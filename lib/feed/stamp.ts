import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { type RecordDocument, recordKind } from '../store/change-document.ts';
import type { Change, Container, DocumentStore } from '../store/document-store.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import {
  deploymentFeed,
  type EntryFacts,
  entryId,
  entryKind,
  type FeedHead,
  feedPartition,
  headKind,
  sequenceText,
} from './entries.ts';
import { eventTypeOf, reasonOf } from './event-types.ts';

/** The services that write entries. */
interface StampServices {
  readonly store: DocumentStore;
  readonly now: Clock;
  readonly newId: () => string;
  /** The days for which entries of a tenant are kept; `undefined` if the tenant does not exist. */
  readonly daysOf: (tenantId: string) => Promise<number | undefined>;
  /** Called after entries were written, with the sequence of the last. */
  readonly entered: (feed: string, sequence: number) => void;
}

/** An entry without its place in the feed. */
interface Draft extends EntryFacts {
  readonly id: string;
  readonly expires: number;
}

/** The containers whose records may have events. */
const sources = ['users', 'groups', 'tenants'] as const satisfies readonly Container[];

/** Makes the stamper of an instance, which remembers the ends of feeds and what it has entered. */
export function createStamper({ store, now, newId, daysOf, entered: tell }: StampServices) {
  const sequences = new LRUCache<string, number>({ max: limits.feedsRemembered });
  const entered = new LRUCache<string, true>({ max: limits.entriesRemembered });

  return { stamp, stampWaiting };

  /** Enters the recorded changes of a tenant that wait for it, in order. Rejects with a StoreError. */
  async function stampWaiting(tenantId: string): Promise<void> {
    const range = {
      before: now() + limits.instanceSkewSeconds * 1_000,
      limit: limits.maintenanceBatchMax,
      tenantId,
    };
    const found = await Promise.all(sources.map((container) => store.due(container, [recordKind], range)));
    await stamp(
      tenantId,
      found.flat().map(({ document }) => document as RecordDocument),
    );
  }

  /**
   * Enters recorded changes of a tenant into its feed, those of tenants into that of the deployment, each once. The
   * records must have all of the tenant that are older than the last of them. Rejects with a StoreError.
   */
  async function stamp(tenantId: string, records: readonly RecordDocument[]): Promise<void> {
    const days = await daysOf(tenantId);
    const ofTenant = ({ resourceType }: RecordDocument) => resourceType === 'Tenant';
    await enter(deploymentFeed, draftsOf(records.filter(ofTenant), limits.feedDaysDefault));
    // Nothing is told of a tenant that is gone, but that it is.
    if (days !== undefined)
      await enter(
        tenantId,
        draftsOf(
          records.filter((one) => !ofTenant(one)),
          days,
        ),
      );
  }

  function draftsOf(records: readonly RecordDocument[], days: number): readonly Draft[] {
    const expires = now() + days * 86_400_000;
    return inOrder(records).flatMap((record) => draftOf(record, expires) ?? []);
  }

  async function enter(feed: string, drafts: readonly Draft[]): Promise<void> {
    const nameOf = (draft: Draft) => `${feed} ${draft.id}`;
    const rest = drafts.filter((draft) => !entered.has(nameOf(draft)));
    while (rest.length > 0) {
      const some = rest.splice(0, limits.entriesPerBatchMax);
      await retryLostRace((lost) => enterSome(feed, some, lost), unavailable);
      for (const draft of some) entered.set(nameOf(draft), true);
    }
  }

  /** Enters drafts after the last entry, in one batch. After a lost race it leaves out those that others have entered. */
  async function enterSome(feed: string, some: readonly Draft[], lost: number): Promise<void> {
    const drafts = lost === 0 ? some : await absent(feed, some);
    if (drafts.length === 0) return;
    const known = lost === 0 ? sequences.get(feed) : undefined;
    const last = known ?? (await readHead(store, feed))?.sequence;
    const entries = drafts.map((draft, index): Change => {
      const order = { sequence: sequenceText((last ?? 0) + index + 1) };
      return { op: 'create', document: { ...draft, tenantId: feed, kind: entryKind, order } };
    });
    await store.commit(feedPartition(feed), [advance(feed, last, drafts.length), ...entries]);
    const sequence = (last ?? 0) + drafts.length;
    sequences.set(feed, sequence);
    tell(feed, sequence);
  }

  async function absent(feed: string, drafts: readonly Draft[]): Promise<readonly Draft[]> {
    const keys = drafts.map(({ id }) => ({ ...feedPartition(feed), kind: entryKind, id }));
    const present = await store.readMany(keys);
    return drafts.filter((_, index) => !present[index]);
  }

  /** The change of a feed's head by new entries. It fails if another instance has entered some since. */
  function advance(feed: string, last: number | undefined, entries: number): Change {
    const key = { kind: headKind, id: headKind };
    if (last !== undefined) {
      const sum = { sequence: last + entries };
      return { op: 'increment', ...key, by: { sequence: entries }, atMost: sum, ifAbsent: 'fail' };
    }
    const head: FeedHead = { ...key, tenantId: feed, generation: newId(), sequence: entries };
    return { op: 'create', document: head };
  }
}

/** The stamper of an instance. */
export type Stamper = ReturnType<typeof createStamper>;

/** The stamper of a deployment without feeds, which enters nothing. */
export const noStamper: Stamper = { stamp: async () => {}, stampWaiting: async () => {} };

/** Reads the end of a feed; `undefined` if nothing was ever entered. */
export async function readHead(store: DocumentStore, feed: string): Promise<FeedHead | undefined> {
  const stored = await store.read({ ...feedPartition(feed), kind: headKind, id: headKind });
  return stored?.document as FeedHead | undefined;
}

/** Records in the order of their times, except that those of an object take their places by its revisions. */
export function inOrder(records: readonly RecordDocument[]): readonly RecordDocument[] {
  const ordered = records.toSorted((a, b) => compare(a.at, b.at) || compare(a.id, b.id));
  const places = new Map<string, number[]>();
  for (const [place, { resourceType, resource, event }] of ordered.entries()) {
    if (event?.revision === undefined) continue;
    const object = `${resourceType} ${resource}`;
    places.set(object, [...(places.get(object) ?? []), place]);
  }
  const placed = [...ordered];
  for (const own of places.values()) {
    const byRevision = own
      .flatMap((place) => ordered[place] ?? [])
      .toSorted((a, b) => (a.event?.revision ?? 0) - (b.event?.revision ?? 0));
    for (const [index, record] of byRevision.entries()) placed[own[index] ?? 0] = record;
  }
  return placed;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function draftOf(record: RecordDocument, expires: number): Draft | undefined {
  const type = eventTypeOf(record);
  if (!type) return undefined;
  const { id, at, resource = '', attributes, credential, requestId, event = {} } = record;
  const { revision, added, removed, externalId } = event;
  return {
    id: entryId(id),
    type,
    reason: reasonOf(record, type),
    object: resource,
    revision,
    at,
    changed: attributes,
    added,
    removed,
    externalId,
    credential,
    requestId,
    expires,
  };
}

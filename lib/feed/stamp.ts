import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { feedLimits } from '../base/feed-limits.ts';
import { limits } from '../base/limits.ts';
import { type RecordDocument, recordKind } from '../store/change-document.ts';
import type { Change, Container, DocumentStore } from '../store/document-store.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { type Draft, draftsOf, inOrder } from './draft.ts';
import {
  deploymentFeed,
  entryKind,
  type FeedHead,
  feedPartition,
  headKind,
  sequenceText,
} from './entries.ts';
import { settleMemberRaces } from './member-races.ts';

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

/** The containers whose records may have events. */
const sources = ['users', 'groups', 'tenants'] as const satisfies readonly Container[];

/** Writes the entries of feeds. It remembers the ends of feeds, and the entries that it has written. */
export class Stamper {
  readonly #services: StampServices;
  readonly #sequences = new LRUCache<string, number>({ max: feedLimits.feedsRemembered });
  readonly #entered = new LRUCache<string, true>({ max: feedLimits.entriesRemembered });

  constructor(services: StampServices) {
    this.#services = services;
  }

  /** Enters the recorded changes of a tenant that wait for it, in order. Rejects with a StoreError. */
  async stampWaiting(tenantId: string): Promise<void> {
    const { store, now } = this.#services;
    const before = now() + limits.instanceSkewSeconds * 1_000;
    const range = { before, limit: limits.maintenanceBatchMax, tenantId };
    const found = await Promise.all(sources.map((container) => store.due(container, [recordKind], range)));
    const records = found.flat().map(({ document }) => document as RecordDocument);
    await this.stamp(tenantId, records);
  }

  /**
   * Enters recorded changes of a tenant into its feed, those of tenants into that of the deployment, each once. The
   * records must have all of the tenant that are older than the last of them. Rejects with a StoreError.
   */
  async stamp(tenantId: string, records: readonly RecordDocument[]): Promise<void> {
    if (records.length === 0) return;
    const days = await this.#services.daysOf(tenantId);
    const expiry = (kept: number) => this.#services.now() + kept * 86_400_000;
    const [ofTenant, others] = [records.filter(isOfTenant), records.filter((one) => !isOfTenant(one))];
    await this.#enter(deploymentFeed, draftsOf(inOrder(ofTenant), expiry(feedLimits.daysDefault)));
    // Of a tenant that is gone, nothing else is of use.
    if (days === undefined) return;
    const ordered = await settleMemberRaces(this.#services.store, tenantId, inOrder(others));
    await this.#enter(tenantId, draftsOf(ordered, expiry(days)));
  }

  async #enter(feed: string, drafts: readonly Draft[]): Promise<void> {
    const nameOf = (draft: Draft) => `${feed} ${draft.id}`;
    const rest = drafts.filter((draft) => !this.#entered.has(nameOf(draft)));
    while (rest.length > 0) {
      const some = rest.splice(0, feedLimits.entriesPerBatchMax);
      await retryLostRace((lost) => this.#enterSome(feed, some, lost), unavailable);
      for (const draft of some) this.#entered.set(nameOf(draft), true);
    }
  }

  /** Enters drafts behind the last entry, in one batch; after a lost race without those that others have entered. */
  async #enterSome(feed: string, some: readonly Draft[], lost: number): Promise<void> {
    const { store, newId, entered } = this.#services;
    const drafts = lost === 0 ? some : await absentAmong(store, feed, some);
    if (drafts.length === 0) return;
    const known = lost === 0 ? this.#sequences.get(feed) : undefined;
    const last = known ?? (await readHead(store, feed))?.sequence;
    const sequence = (last ?? 0) + drafts.length;
    const head =
      last === undefined ? newHead(feed, { generation: newId(), sequence }) : advance(last, drafts.length);
    await store.commit(feedPartition(feed), [head, ...entryChanges(feed, drafts, last ?? 0)]);
    this.#sequences.set(feed, sequence);
    entered(feed, sequence);
  }
}

const isOfTenant = ({ resourceType }: RecordDocument) => resourceType === 'Tenant';

async function absentAmong(
  store: DocumentStore,
  feed: string,
  drafts: readonly Draft[],
): Promise<readonly Draft[]> {
  const keys = drafts.map(({ id }) => ({ ...feedPartition(feed), kind: entryKind, id }));
  const present = await store.readMany(keys);
  return drafts.filter((_, index) => !present[index]);
}

const headKey = { kind: headKind, id: headKind };

function newHead(feed: string, state: Pick<FeedHead, 'generation' | 'sequence'>): Change {
  return { op: 'create', document: { ...headKey, tenantId: feed, ...state } };
}

/** The change of a feed's head by new entries. It fails if another instance has entered some since. */
function advance(last: number, entries: number): Change {
  const atMost = { sequence: last + entries };
  return { op: 'increment', ...headKey, by: { sequence: entries }, atMost, ifAbsent: 'fail' };
}

function entryChanges(feed: string, drafts: readonly Draft[], last: number): readonly Change[] {
  return drafts.map((draft, index): Change => {
    const order = { sequence: sequenceText(last + index + 1) };
    return { op: 'create', document: { ...draft, tenantId: feed, kind: entryKind, order } };
  });
}

/** The stamper of a deployment without feeds, which enters nothing. */
export const noStamper: Pick<Stamper, 'stamp' | 'stampWaiting'> = {
  stamp: async () => {},
  stampWaiting: async () => {},
};

/** Reads the end of a feed; `undefined` if nothing was ever entered. */
export async function readHead(store: DocumentStore, feed: string): Promise<FeedHead | undefined> {
  const stored = await store.read({ ...feedPartition(feed), ...headKey });
  return stored?.document as FeedHead | undefined;
}

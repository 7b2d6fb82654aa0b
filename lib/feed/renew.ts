import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import type { Change, DocumentStore } from '../store/document-store.ts';
import { retryLostRace } from '../store/retry-lost-race.ts';
import { deploymentFeed, type FeedHead, feedPartition, headKind } from './entries.ts';

interface RenewalServices {
  readonly store: DocumentStore;
  readonly newId: () => string;
}

/**
 * Ends all cursors of some tenants' feeds, and of the feed over all tenants, which then answer `cursorGone`. The events
 * and their sequences go on. Rejects with a StoreError; to repeat it does no harm.
 */
export async function renewFeeds(services: RenewalServices, tenantIds: readonly string[]): Promise<void> {
  await forEachConcurrently([...tenantIds, deploymentFeed], limits.tenantsAtOnce, (feed) =>
    renewFeed(services, feed),
  );
}

function renewFeed({ store, newId }: RenewalServices, feed: string): Promise<void> {
  const key = { kind: headKind, id: headKind };
  return retryLostRace(async () => {
    const before = await store.read({ ...feedPartition(feed), ...key });
    const { sequence = 0 } = (before?.document ?? {}) as Partial<FeedHead>;
    const document: FeedHead = {
      ...{ ...key, tenantId: feed, sequence },
      ...{ generation: newId(), isRenewed: true },
    };
    const change: Change = before
      ? { op: 'replace', document, ifVersion: before.version }
      : { op: 'create', document };
    await store.commit(feedPartition(feed), [change]);
  });
}

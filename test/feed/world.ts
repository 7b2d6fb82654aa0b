import { randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import type { AccountScope } from '../../lib/accounts/scope.ts';
import { type EventQuery, type FeedServices, readEvents } from '../../lib/feed/feed.ts';
import { readSnapshot } from '../../lib/feed/snapshot.ts';
import { Stamper } from '../../lib/feed/stamp.ts';
import { createLocalSecretStore } from '../../lib/keys/local-secret-store.ts';
import { createSealer } from '../../lib/keys/sealer.ts';
import { applyEvent, applyRow, type Tables } from '../../tools/feed/mirror.ts';

/** The services of feeds on the store of a tenant. */
export function feedOf({ directory: { store, now } }: AccountScope): FeedServices {
  const secrets = createLocalSecretStore({ store, randomBytes });
  const stamper = new Stamper({ store, now, newId, daysOf: async () => 30, entered: () => {} });
  const baseUrl = 'https://scim.example.com';
  return {
    ...{ store, now, newId, isEnabled: true },
    sealer: createSealer({ secrets, name: 'feed-v1', randomBytes }),
    ...{
      baseUrl,
      apiUrl: `${baseUrl}/api/v1`,
      stampWaiting: (id: string) => stamper.stampWaiting(id),
      awaitEntries: async () => {},
    },
  };
}

/** A consumer that keeps its tables in memory. */
export function openConsumer() {
  const rows = new Map<string, string>();
  const tables: Tables = {
    get: (key) => rows.get(key),
    put: (key, value) => void rows.set(key, value),
    remove: (key) => void rows.delete(key),
    keysWith: (part) => [...rows.keys()].filter((key) => key.split('/').includes(part)),
  };
  return {
    rows,
    /** Takes a snapshot over, with something done before each page, and yields its cursor. */
    async takeOver(
      feed: FeedServices,
      scope: AccountScope,
      { limit, between = async () => {} }: { limit: number; between?: () => Promise<void> },
    ): Promise<string> {
      const named = new Set<string>();
      let after: string | undefined;
      for (;;) {
        const page = await readSnapshot(feed, scope, { after, limit });
        for (const row of page.rows) named.add(applyRow(tables, row));
        after = page.next;
        if (page.cursor !== undefined) {
          for (const key of [...rows.keys()]) if (!named.has(key)) rows.delete(key);
          return page.cursor;
        }
        await between();
      }
    },
    /** Follows the feed to its end, and yields the cursor. */
    async follow(feed: FeedServices, scope: AccountScope, query: EventQuery): Promise<string> {
      let next = query.after;
      for (;;) {
        const page = await readEvents(feed, scope, { ...query, after: next });
        for (const event of page.events) applyEvent(tables, event);
        if (page.events.length === 0) return page.next;
        next = page.next;
      }
    },
  };
}

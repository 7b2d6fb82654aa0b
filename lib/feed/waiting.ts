import { feedLimits } from '../base/feed-limits.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { readHead } from './stamp.ts';

interface Waiter {
  readonly after: number;
  readonly end: () => void;
}

/** The requests of an instance that wait for entries of one feed. */
interface Line {
  readonly waiters: Set<Waiter>;
  readonly looking: NodeJS.Timeout;
}

/** Makes what lets requests of an instance wait for entries. Those of one feed share one read of its head a second. */
export function createWaiting(store: DocumentStore) {
  const lines = new Map<string, Line>();
  let waiting = 0;

  return { awaitEntries, entered };

  /** Waits until a feed has entries behind a sequence, or the time is over. Returns at once if too many wait. */
  function awaitEntries(
    feed: string,
    { after, milliseconds }: { after: number; milliseconds: number },
  ): Promise<void> {
    if (waiting >= feedLimits.waitersMax) return Promise.resolve();
    return new Promise((resolve) => {
      const line = lines.get(feed) ?? openLine(feed);
      const over = setTimeout(() => waiter.end(), milliseconds);
      const waiter: Waiter = {
        after,
        end() {
          clearTimeout(over);
          if (!line.waiters.delete(waiter)) return;
          waiting -= 1;
          if (line.waiters.size === 0) closeLine(feed, line);
          resolve();
        },
      };
      waiting += 1;
      line.waiters.add(waiter);
    });
  }

  /** Answers those who wait for entries that this instance has just written. */
  function entered(feed: string, sequence: number): void {
    for (const waiter of lines.get(feed)?.waiters ?? []) if (sequence > waiter.after) waiter.end();
  }

  function openLine(feed: string): Line {
    const look = async () => entered(feed, (await readHead(store, feed))?.sequence ?? 0);
    // If the head cannot be read, the next look may read it.
    const looking = setInterval(() => void look().catch(() => undefined), feedLimits.lookMilliseconds);
    const line = { waiters: new Set<Waiter>(), looking };
    lines.set(feed, line);
    return line;
  }

  function closeLine(feed: string, line: Line): void {
    clearInterval(line.looking);
    lines.delete(feed);
  }
}

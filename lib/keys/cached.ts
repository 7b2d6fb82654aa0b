import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { isRecent } from '../base/is-recent.ts';
import { limits } from '../base/limits.ts';
import { isOutage } from '../store/document-store.ts';

/** A memory of loaded values by key, each believed for a bounded time. */
interface Cached<V> {
  /**
   * Answers from memory within the bounds, else loads; callers share a load. When it fails with a StoreError
   * `throttled` or `unavailable`, answers what was found earlier, within the bounds; else rejects as `load` does.
   */
  get(key: string): Promise<V | undefined>;
  /** Drops what is known; a load that is under way is not kept either. */
  forget(key: string): void;
}

interface CacheOptions {
  readonly now: Clock;
  /** Of what was found, and again as many of what was not. */
  readonly entriesMax?: number;
  /** How old what stands in for a failed load may be; 0 for no such thing. */
  readonly staleSecondsMax: number;
}

interface Hit<V> {
  readonly value: V;
  readonly since: number;
  /** When a load that was to replace it failed. */
  readonly failed: number;
}

/**
 * Remembers what `load` finds and, for less long, what it does not find; a failure only beside what was found
 * before.
 */
export function cached<V extends object>(
  load: (key: string) => Promise<V | undefined>,
  options: CacheOptions,
): Cached<V> {
  const memory = createMemory<V>(options);
  const loads = new Map<string, Promise<V | undefined>>();

  return {
    async get(key) {
      const known = memory.recall(key);
      if (known) return known.value;
      const underWay = loads.get(key);
      if (underWay) return underWay;
      // The age counts from before the load: what it reads may change while it is on its way.
      const since = options.now();
      const isForgotten = () => loads.get(key) !== started;
      const started: Promise<V | undefined> = load(key)
        .then(
          (value) => {
            if (!isForgotten()) memory.keep(key, value, since);
            return value;
          },
          (failure) => memory.standIn(key, failure),
        )
        .finally(() => {
          if (!isForgotten()) loads.delete(key);
        });
      loads.set(key, started);
      return started;
    },

    forget(key) {
      memory.forget(key);
      loads.delete(key);
    },
  };
}

const secondsMax = limits.credentialCacheSecondsMax;
/** How long an absence is believed, and what was found earlier without asking again after a failure. */
const missSecondsMax = limits.credentialMissSecondsMax;

function createMemory<V extends object>({
  now,
  staleSecondsMax,
  entriesMax = limits.credentialCacheEntriesMax,
}: CacheOptions) {
  const hits = new LRUCache<string, Hit<V>>({ max: entriesMax });
  // Apart, so that guessed keys cannot push out known ones.
  const misses = new LRUCache<string, { readonly value: undefined; readonly since: number }>({
    max: entriesMax,
  });
  const isYoung = (since: number, seconds: number) => isRecent(since, seconds, now());

  return {
    /** Answers what need not be loaded. */
    recall(key: string): { readonly value: V | undefined } | undefined {
      const hit = hits.get(key);
      if (hit && isYoung(hit.since, secondsMax)) return hit;
      if (hit && isYoung(hit.failed, missSecondsMax) && isYoung(hit.since, staleSecondsMax)) return hit;
      const miss = misses.get(key);
      return miss && isYoung(miss.since, missSecondsMax) ? miss : undefined;
    },

    keep(key: string, value: V | undefined, since: number): void {
      this.forget(key);
      if (value === undefined) misses.set(key, { value, since });
      else hits.set(key, { value, since, failed: -Infinity });
    },

    /** Answers what was found before a load failed, if that may stand in; else throws the failure. */
    standIn(key: string, failure: unknown): V {
      const hit = hits.get(key);
      if (!hit || !isOutage(failure) || !isYoung(hit.since, staleSecondsMax)) throw failure;
      hits.set(key, { ...hit, failed: now() });
      return hit.value;
    },

    forget(key: string): void {
      hits.delete(key);
      misses.delete(key);
    },
  };
}

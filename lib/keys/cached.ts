import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { isRecent } from '../base/is-recent.ts';
import { limits } from '../base/limits.ts';
import { isOutage } from '../store/document-store.ts';

/** A cache of loaded values and of keys without a value. */
interface Cached<V> {
  /**
   * Answers from memory while the value is fresh, and loads it otherwise. Concurrent callers share one load.
   *
   * If the load fails with a StoreError `throttled` or `unavailable`, answers the value that was loaded
   * before unless it is older than `staleSecondsMax`. In all other cases rejects as `load` does.
   */
  get(key: string): Promise<V | undefined>;
  /** Drops the value. The result of a load that is under way is not kept either. */
  forget(key: string): void;
}

interface CacheOptions {
  readonly now: Clock;
  /** Maximum number of values; as many keys without a value are remembered besides. */
  readonly entriesMax?: number;
  /** Maximum age, in seconds, of a value that is answered when its load fails; 0 means never. */
  readonly staleSecondsMax: number;
}

interface Hit<V> {
  readonly value: V;
  readonly since: number;
  /** Time of the last failed load, in milliseconds since 1970; -Infinity if none has failed. */
  readonly failed: number;
}

/**
 * Caches the values that `load` finds and, for a shorter time, the keys for which it finds none. A failed
 * load is remembered only for a key that has a value.
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
/** Seconds for which a missing value is remembered, and for which a failed load is not repeated. */
const missSecondsMax = limits.credentialMissSecondsMax;

function createMemory<V extends object>({
  now,
  staleSecondsMax,
  entriesMax = limits.credentialCacheEntriesMax,
}: CacheOptions) {
  const hits = new LRUCache<string, Hit<V>>({ max: entriesMax });
  // Missing values have a cache of their own, so that guessed keys cannot evict known ones.
  const misses = new LRUCache<string, { readonly value: undefined; readonly since: number }>({
    max: entriesMax,
  });
  const isYoung = (since: number, seconds: number) => isRecent(since, seconds, now());

  return {
    /** Answers a remembered value or its absence; `undefined` means that the key must be loaded. */
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

    /** Answers the value loaded before a failure; throws the failure if no value is recent enough. */
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

import { LRUCache } from 'lru-cache';
import { StoreError } from '../store/document-store.ts';

export interface Cached<V> {
  /**
   * Answers from memory within the bounds, else loads; callers share a load. When it fails with a StoreError
   * `throttled` or `unavailable`, answers what was found earlier, within the bounds; else rejects as `load` does.
   */
  get(key: string): Promise<V | undefined>;
  /** Drops what is known; a load that is under way is not kept either. */
  forget(key: string): void;
}

interface CacheOptions {
  /** Milliseconds. */
  readonly now: () => number;
  /** Of what was found, and again as many of what was not. */
  readonly entriesMax: number;
  readonly secondsMax: number;
  /** How long an absence is believed, and what was found earlier without asking again after a failure. */
  readonly missSecondsMax: number;
  /** How old what stands in for a failed load may be; 0 for no such thing. */
  readonly staleSecondsMax: number;
}

interface Hit<V> {
  readonly value: V;
  readonly since: number;
  /** When a load that was to replace it failed. */
  readonly failed?: number;
}

/** Remembers what `load` finds and, for less long, what it does not find; no failure without a value is remembered. */
export function cached<V extends object>(
  load: (key: string) => Promise<V | undefined>,
  { now, entriesMax, secondsMax, missSecondsMax, staleSecondsMax }: CacheOptions,
): Cached<V> {
  const hits = new LRUCache<string, Hit<V>>({ max: entriesMax });
  // Apart, so that guessed keys cannot push out known ones.
  const misses = new LRUCache<string, number>({ max: entriesMax });
  const flights = new Map<string, Promise<V | undefined>>();

  const isYoung = (since: number, seconds: number) => {
    const age = now() - since;
    return age >= 0 && age < seconds * 1000;
  };

  const isStandingIn = ({ since, failed }: Hit<V>) =>
    failed !== undefined && isYoung(failed, missSecondsMax) && isYoung(since, staleSecondsMax);

  /** The value to go on with while loads fail; throws the failure where there is none. */
  const standIn = (key: string, failure: unknown): V => {
    const hit = hits.get(key);
    const isOutage =
      failure instanceof StoreError && (failure.kind === 'throttled' || failure.kind === 'unavailable');
    if (!hit || !isOutage || !isYoung(hit.since, staleSecondsMax)) throw failure;
    hits.set(key, { ...hit, failed: now() });
    return hit.value;
  };

  const fly = async (key: string, isCurrent: () => boolean): Promise<V | undefined> => {
    // The age counts from before the load: what it reads may change while it is on its way.
    const since = now();
    let value: V | undefined;
    try {
      value = await load(key);
    } catch (error) {
      return standIn(key, error);
    }
    if (!isCurrent()) return value;
    if (value !== undefined) hits.set(key, { value, since });
    else {
      misses.set(key, since);
      hits.delete(key);
    }
    return value;
  };

  const start = (key: string): Promise<V | undefined> => {
    const flight: Promise<V | undefined> = fly(key, () => flights.get(key) === flight).finally(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    flights.set(key, flight);
    return flight;
  };

  return {
    async get(key) {
      const hit = hits.get(key);
      if (hit && (isYoung(hit.since, secondsMax) || isStandingIn(hit))) return hit.value;
      const miss = misses.get(key);
      if (miss !== undefined && isYoung(miss, missSecondsMax)) return undefined;
      return flights.get(key) ?? start(key);
    },

    forget(key) {
      hits.delete(key);
      misses.delete(key);
      flights.delete(key);
    },
  };
}

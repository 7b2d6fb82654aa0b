import { LRUCache } from 'lru-cache';

export interface Cached<V> {
  /** Answers from memory within the bounds, else loads, and rejects as `load` does; callers share a load. */
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
  /** How long an absence is believed. */
  readonly missSecondsMax: number;
}

/** Remembers what `load` finds and, for less long, what it does not find; a failure is not remembered. */
export function cached<V extends object>(
  load: (key: string) => Promise<V | undefined>,
  { now, entriesMax, secondsMax, missSecondsMax }: CacheOptions,
): Cached<V> {
  const hits = new LRUCache<string, { value: V; since: number }>({ max: entriesMax });
  // Apart, so that guessed keys cannot push out known ones.
  const misses = new LRUCache<string, number>({ max: entriesMax });
  const flights = new Map<string, Promise<V | undefined>>();

  const isYoung = (since: number, seconds: number) => {
    const age = now() - since;
    return age >= 0 && age < seconds * 1000;
  };

  const fly = async (key: string, isCurrent: () => boolean): Promise<V | undefined> => {
    // The age counts from before the load: what it reads may change while it is on its way.
    const since = now();
    const value = await load(key);
    if (!isCurrent()) return value;
    if (value === undefined) misses.set(key, since);
    else hits.set(key, { value, since });
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
      if (hit && isYoung(hit.since, secondsMax)) return hit.value;
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

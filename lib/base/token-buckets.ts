import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';

/** A rate that may be exceeded for a while. */
export interface Rate {
  /** The requests that a caller may send in each second, in the long run. */
  readonly perSecond: number;
  /** The requests that a caller may send at once after a rest. */
  readonly burst: number;
}

interface Bucket {
  readonly tokens: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Callers that one instance remembers. One that is forgotten begins with a full bucket. */
const callersMax = 10_000;

/** Token buckets by the names of callers. A bucket fills at a steady rate up to its burst. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #now: Clock;
  readonly #buckets = new LRUCache<string, Bucket>({ max: callersMax });

  constructor(rate: Rate, now: Clock) {
    this.#rate = rate;
    this.#now = now;
  }

  /** Takes a token if the caller has one. Returns 0, or the seconds until the next one, rounded up. */
  take(caller: string): number {
    const now = this.#now();
    const tokens = this.#tokensOf(caller, now);
    const isTaken = tokens >= 1;
    this.#buckets.set(caller, { tokens: isTaken ? tokens - 1 : tokens, at: now });
    return isTaken ? 0 : Math.ceil((1 - tokens) / this.#rate.perSecond);
  }

  /** Tests if the caller has no token. */
  isEmpty(caller: string): boolean {
    return this.#tokensOf(caller, this.#now()) < 1;
  }

  #tokensOf(caller: string, now: number): number {
    const { perSecond, burst } = this.#rate;
    const last = this.#buckets.get(caller) ?? { tokens: burst, at: now };
    // A clock that is set back adds nothing.
    const gained = (Math.max(0, now - last.at) / 1_000) * perSecond;
    return Math.min(burst, last.tokens + gained);
  }
}

import { limits } from './limits.ts';

/** The failure of one attempt of several. */
export interface AttemptFailure {
  /** Thrown if no further attempt is made. */
  readonly error: unknown;
  /** True if another attempt may succeed. */
  readonly isTransient: boolean;
  /** The wait that the other service asks for. */
  readonly retryAfterMilliseconds: number | undefined;
}

/** The bounds of attempts and of the waits between them, in milliseconds. */
interface BackoffBounds {
  readonly triesMax: number;
  /** Bounds the sum of all waits. */
  readonly waitMillisecondsMax: number;
  readonly firstWaitMilliseconds?: number;
  /** The factor from one wait to the next. */
  readonly growth?: number;
  readonly longestWaitMilliseconds?: number;
}

const storeBounds: BackoffBounds = {
  triesMax: limits.storeTriesMax,
  waitMillisecondsMax: limits.storeWaitMillisecondsMax,
};

/**
 * Waits between attempts: as long as the other service asks, or each time longer than before. Its own waits are
 * shortened by up to half at random, so that instances that failed together do not try again together.
 */
export class Backoff {
  readonly #bounds: Required<BackoffBounds>;
  #tries = 1;
  #waited = 0;

  constructor(bounds = storeBounds) {
    const defaults = {
      firstWaitMilliseconds: 100,
      growth: 4,
      longestWaitMilliseconds: bounds.waitMillisecondsMax,
    };
    this.#bounds = { ...defaults, ...bounds };
  }

  /** Waits before the next attempt. Rejects with the failure's error if tries or time are used up. */
  async wait({ error, isTransient, retryAfterMilliseconds }: AttemptFailure): Promise<void> {
    const { triesMax, waitMillisecondsMax } = this.#bounds;
    const wait = retryAfterMilliseconds ?? this.#ownWait();
    this.#tries += 1;
    this.#waited += wait;
    const isOver = this.#tries > triesMax || this.#waited > waitMillisecondsMax;
    if (!isTransient || isOver) throw error;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }

  #ownWait(): number {
    const { firstWaitMilliseconds, growth, longestWaitMilliseconds } = this.#bounds;
    const full = Math.min(firstWaitMilliseconds * growth ** (this.#tries - 1), longestWaitMilliseconds);
    return full * (0.5 + Math.random() / 2);
  }
}

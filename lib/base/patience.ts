import { limits } from './limits.ts';

/** Why one attempt of several failed. */
export interface AttemptFailure {
  /** What is answered with when no further attempt is made. */
  readonly error: unknown;
  /** Whether another attempt may succeed. */
  readonly isTransient: boolean;
  /** What the other side asks for. */
  readonly retryAfterMilliseconds: number | undefined;
}

/** How often something is tried, and how long the tries may take. */
export interface PatienceBounds {
  readonly triesMax: number;
  /** Of all waits together. */
  readonly waitMillisecondsMax: number;
}

const storeBounds: PatienceBounds = {
  triesMax: limits.storeTriesMax,
  waitMillisecondsMax: limits.storeWaitMillisecondsMax,
};

/** Waits between attempts, ever longer or as long as the other side asks, until tries or time are used up. */
export class Patience {
  readonly #bounds: PatienceBounds;
  #tries = 1;
  #waited = 0;

  constructor(bounds = storeBounds) {
    this.#bounds = bounds;
  }

  /** Rejects with the failure's error when there is to be no further attempt. */
  async await({ error, isTransient, retryAfterMilliseconds }: AttemptFailure): Promise<void> {
    const wait = retryAfterMilliseconds ?? 25 * 4 ** this.#tries;
    this.#tries += 1;
    this.#waited += wait;
    const { triesMax, waitMillisecondsMax } = this.#bounds;
    const isOver = this.#tries > triesMax || this.#waited > waitMillisecondsMax;
    if (!isTransient || isOver) throw error;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

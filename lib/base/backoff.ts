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

const storeBounds: { readonly triesMax: number; readonly waitMillisecondsMax: number } = {
  triesMax: limits.storeTriesMax,
  waitMillisecondsMax: limits.storeWaitMillisecondsMax,
};

/** Waits between attempts: as long as the other service asks, or each time four times as long as before. */
export class Backoff {
  readonly #triesMax: number;
  readonly #waitMillisecondsMax: number;
  #tries = 1;
  #waited = 0;

  /** `waitMillisecondsMax` bounds the sum of all waits. */
  constructor({ triesMax, waitMillisecondsMax } = storeBounds) {
    this.#triesMax = triesMax;
    this.#waitMillisecondsMax = waitMillisecondsMax;
  }

  /** Waits before the next attempt. Rejects with the failure's error if tries or time are used up. */
  async wait({ error, isTransient, retryAfterMilliseconds }: AttemptFailure): Promise<void> {
    const wait = retryAfterMilliseconds ?? 25 * 4 ** this.#tries;
    this.#tries += 1;
    this.#waited += wait;
    const isOver = this.#tries > this.#triesMax || this.#waited > this.#waitMillisecondsMax;
    if (!isTransient || isOver) throw error;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

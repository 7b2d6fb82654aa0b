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

const storeBounds: { readonly triesMax: number; readonly waitMillisecondsMax: number } = {
  triesMax: limits.storeTriesMax,
  waitMillisecondsMax: limits.storeWaitMillisecondsMax,
};

/** Waits between attempts, ever longer or as long as the other side asks, until tries or time are used up. */
export class Backoff {
  readonly #triesMax: number;
  readonly #waitMillisecondsMax: number;
  #tries = 1;
  #waited = 0;

  /** `waitMillisecondsMax` is that of all waits together. */
  constructor({ triesMax, waitMillisecondsMax } = storeBounds) {
    this.#triesMax = triesMax;
    this.#waitMillisecondsMax = waitMillisecondsMax;
  }

  /** Rejects with the failure's error when there is to be no further attempt. */
  async wait({ error, isTransient, retryAfterMilliseconds }: AttemptFailure): Promise<void> {
    const wait = retryAfterMilliseconds ?? 25 * 4 ** this.#tries;
    this.#tries += 1;
    this.#waited += wait;
    const isOver = this.#tries > this.#triesMax || this.#waited > this.#waitMillisecondsMax;
    if (!isTransient || isOver) throw error;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

import type { Clock } from './clock.ts';
import { limits } from './limits.ts';

/** Lets other requests run. Long work without input or output would block them otherwise. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Cuts long work into slices of `limits.sliceMillisecondsMax`, between which other requests run. */
export class Slices {
  readonly #now: Clock;
  #since: number;

  constructor(now: Clock) {
    this.#now = now;
    this.#since = now();
  }

  /** Call it between two pieces of the work. It waits only if the slice is over. */
  async next(): Promise<void> {
    if (Math.abs(this.#now() - this.#since) < limits.sliceMillisecondsMax) return;
    await yieldToEventLoop();
    this.#since = this.#now();
  }
}

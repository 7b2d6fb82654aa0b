import { limits } from './limits.ts';

/** The works that wait for a turn, in the order of their arrival. */
const waiting: (() => void)[] = [];
/** The end of the time that long works share in this turn of the event loop; `undefined` before the first of them. */
let turnEnd: number | undefined;

/**
 * Lets other requests run. Long work without input or output would block them otherwise. However many works wait,
 * they share `limits.sliceMillisecondsMax` of one turn of the event loop, in which it reads what has arrived.
 */
export function yieldToEventLoop(): Promise<void> {
  setImmediate(giveTurn);
  return new Promise((resolve) => waiting.push(resolve));
}

function giveTurn(): void {
  if (performance.now() < endOfTurn()) waiting.shift()?.();
  else setImmediate(giveTurn);
}

function endOfTurn(): number {
  if (turnEnd === undefined) {
    turnEnd = performance.now() + limits.sliceMillisecondsMax;
    setImmediate(() => {
      turnEnd = undefined;
    });
  }
  return turnEnd;
}

/** Cuts long work into slices, between which other requests run. */
export class Slices {
  #end = waiting.length === 0 ? endOfTurn() : Number.NEGATIVE_INFINITY;

  /** Tests if other requests must run before the work goes on. */
  isOver(): boolean {
    return performance.now() >= this.#end;
  }

  /** Call it between two pieces of the work. It waits only if the slice is over. */
  async next(): Promise<void> {
    if (!this.isOver()) return;
    await yieldToEventLoop();
    this.#end = endOfTurn();
  }
}

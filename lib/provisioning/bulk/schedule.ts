import { yieldToEventLoop } from '../../base/yield-to-event-loop.ts';

/** What the operations of a bulk request wait for, by their positions. */
export interface BulkPlan {
  /** Earlier operations: these are never in a circle. */
  readonly firm: readonly ReadonlySet<number>[];
  /** Later operations that create what is referred to; in a circle they cannot all be waited for. */
  readonly soft: readonly ReadonlySet<number>[];
}

/** How operations are run, and what there is to begin with. */
interface BulkWork {
  /** Positions whose work is done already. */
  readonly done: ReadonlySet<number>;
  run(position: number): Promise<void>;
  /** How many operations may be on their way at once now; at 0 nothing is begun any more. */
  width(): number;
}

/**
 * Runs operations side by side, each once those that it waits for have ended, the first ones first. Where a
 * circle holds up all that are left, the first of them no longer waits for later ones (RFC 7644 3.7.1).
 */
export async function runBulkPlan(plan: BulkPlan, work: BulkWork): Promise<void> {
  const queue = new Queue(plan, work.done);
  const running = new Set<Promise<void>>();
  const begin = (position: number) => {
    const run = work.run(position).then(() => {
      queue.end(position);
      running.delete(run);
    });
    running.add(run);
  };
  for (let begun = 0; ; ) {
    while (running.size < work.width()) {
      const next = queue.takeReady() ?? (running.size === 0 ? queue.takeHeldUp() : undefined);
      if (next === undefined) break;
      begin(next);
      begun += 1;
    }
    if (running.size === 0) return;
    await Promise.race(running);
    if (begun < operationsPerTurn) continue;
    await yieldToEventLoop();
    begun = 0;
  }
}

/** Together they take a few milliseconds. */
const operationsPerTurn = 16;

/** The operations that have not begun, in their order. */
class Queue {
  readonly #plan: BulkPlan;
  readonly #left: Set<number>;
  readonly #ended: Set<number>;

  constructor(plan: BulkPlan, done: ReadonlySet<number>) {
    this.#plan = plan;
    this.#ended = new Set(done);
    this.#left = new Set(plan.firm.keys());
    for (const position of done) this.#left.delete(position);
  }

  takeReady(): number | undefined {
    return this.#take((position) => this.#isFree(position, 'firm') && this.#isFree(position, 'soft'));
  }

  takeHeldUp(): number | undefined {
    return this.#take((position) => this.#isFree(position, 'firm'));
  }

  end(position: number): void {
    this.#ended.add(position);
  }

  #take(suits: (position: number) => boolean): number | undefined {
    for (const position of this.#left) {
      if (!suits(position)) continue;
      this.#left.delete(position);
      return position;
    }
    return undefined;
  }

  #isFree(position: number, kind: keyof BulkPlan): boolean {
    for (const before of this.#plan[kind][position] ?? []) if (!this.#ended.has(before)) return false;
    return true;
  }
}

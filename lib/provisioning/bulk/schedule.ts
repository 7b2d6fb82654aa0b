import { yieldToEventLoop } from '../../base/yield-to-event-loop.ts';

/** The operations that each operation of a bulk request waits for. Operations are named by position, from 0. */
export interface BulkPlan {
  /** Earlier operations. They never form a circle. */
  readonly firm: readonly ReadonlySet<number>[];
  /** Later operations that create a resource which this one refers to. They may form a circle. */
  readonly soft: readonly ReadonlySet<number>[];
}

/** The work of a bulk request, which the scheduler runs. */
interface BulkWork {
  /** The positions of operations that were done before. */
  readonly done: ReadonlySet<number>;
  run(position: number): Promise<void>;
  /** The number of operations that may run at once now. At 0 no more operations begin. */
  width(): number;
}

/**
 * Runs operations concurrently, in the order of their positions. An operation begins when all operations that it
 * waits for have ended. If the remaining operations wait for each other in a circle, the first of them no longer
 * waits for later ones (RFC 7644 3.7.1).
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

/** The number of operations between two turns of the event loop. Together they take a few milliseconds. */
const operationsPerTurn = 16;

type Kind = keyof BulkPlan;

/** The operations that have not begun, in the order of their positions. */
class Queue {
  readonly #left: Set<number>;
  /** By position, the number of operations that it still waits for. */
  readonly #waitsFor: Readonly<Record<Kind, number[]>>;
  /** By position, the operations that wait for it. */
  readonly #heldUp: Readonly<Record<Kind, ReadonlyMap<number, readonly number[]>>>;

  constructor(plan: BulkPlan, done: ReadonlySet<number>) {
    this.#left = new Set(plan.firm.keys());
    this.#waitsFor = { firm: plan.firm.map(({ size }) => size), soft: plan.soft.map(({ size }) => size) };
    this.#heldUp = { firm: inverse(plan.firm), soft: inverse(plan.soft) };
    for (const position of done) {
      this.#left.delete(position);
      this.end(position);
    }
  }

  takeReady(): number | undefined {
    return this.#take((position) => this.#isFree(position, 'firm') && this.#isFree(position, 'soft'));
  }

  takeHeldUp(): number | undefined {
    return this.#take((position) => this.#isFree(position, 'firm'));
  }

  end(ended: number): void {
    for (const kind of ['firm', 'soft'] as const) {
      const counts = this.#waitsFor[kind];
      for (const position of this.#heldUp[kind].get(ended) ?? [])
        counts[position] = (counts[position] ?? 0) - 1;
    }
  }

  #take(suits: (position: number) => boolean): number | undefined {
    for (const position of this.#left) {
      if (!suits(position)) continue;
      this.#left.delete(position);
      return position;
    }
    return undefined;
  }

  #isFree(position: number, kind: Kind): boolean {
    return this.#waitsFor[kind][position] === 0;
  }
}

function inverse(waits: BulkPlan[Kind]): ReadonlyMap<number, readonly number[]> {
  const heldUp = new Map<number, number[]>();
  for (const [position, earlier] of waits.entries()) {
    for (const before of earlier) {
      const later = heldUp.get(before) ?? [];
      heldUp.set(before, later);
      later.push(position);
    }
  }
  return heldUp;
}

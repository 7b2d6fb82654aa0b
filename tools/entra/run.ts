import type { Directory } from './model.ts';
import type { Random } from './random.ts';
import type { Requests } from './requests.ts';
import type { Flavour } from './shapes.ts';

/** The context of every phase. */
export interface Run {
  readonly tenantUrl: string;
  readonly requests: Requests;
  readonly directory: Directory;
  readonly flavour: Flavour;
  /** Creates a source of choices for one purpose, so that concurrent steps do not affect each other's choices. */
  random(...purpose: readonly (string | number)[]): Random;
}

/** The requests for one object, in order; the steps of one phase are independent of each other. */
export type Step = () => Promise<void>;

export interface Phase {
  readonly title: string;
  steps(run: Run): readonly Step[];
}

/** Runs at most `concurrency` steps at the same time, and stops when one fails. */
export async function runSteps(
  steps: readonly Step[],
  options: { concurrency: number; onDone: (done: number) => void },
): Promise<void> {
  const queue = steps.values();
  let done = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    for (const step of queue) {
      if (failed) return;
      await step();
      done += 1;
      options.onDone(done);
    }
  };
  const stopOthers = (error: unknown): never => {
    failed = true;
    throw error;
  };
  await Promise.all(Array.from({ length: options.concurrency }, () => work().catch(stopOthers)));
}

import type { Progress } from './progress.ts';

/** The requests for one object, in order; the steps of one phase are independent of each other. */
export type Step = () => Promise<void>;

/** A part of what a client does, with its steps for the context of a run. */
export interface Phase<Run> {
  readonly title: string;
  steps(run: Run): readonly Step[];
}

/** Runs the steps of a phase and shows their progress. A phase without steps shows nothing. */
export async function runPhase<Run>(
  run: Run,
  phase: Phase<Run>,
  { concurrency, progress }: { readonly concurrency: number; readonly progress: Progress },
): Promise<void> {
  const steps = phase.steps(run);
  if (steps.length === 0) return;
  progress.start(phase.title, steps.length);
  await runSteps(steps, { concurrency, onDone: progress.advance });
  progress.finish();
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

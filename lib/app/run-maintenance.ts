import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { LogLine } from '../base/log-lines.ts';

/** One step of the timer's work; it tells `done` the kind of every document that it has finished. */
type Step = (done: (kind: string) => void) => Promise<void>;

interface Parts {
  readonly log: Log;
  readonly now: Clock;
  /** What the steps have asked of the store. */
  readonly cost: {
    totals(): Pick<LogLine<'maintenance'>, 'operations' | 'examined' | 'requestUnits'>;
  };
}

/**
 * Runs the steps one after the other, each whether or not those before it failed, and logs one line of what was done.
 *
 * Throws an Error without a value in its message when something failed, so that the host counts the run as failed.
 */
export async function runMaintenance({ log, now, cost }: Parts, steps: readonly Step[]): Promise<void> {
  const started = now();
  const done: Record<string, number> = {};
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step((kind) => {
        done[kind] = (done[kind] ?? 0) + 1;
      });
    } catch (thrown) {
      failures.push(...(thrown instanceof AggregateError ? thrown.errors : [thrown]));
    }
  }
  const hasFailed = failures.length > 0;
  log(hasFailed ? 'error' : 'information', {
    event: 'maintenance',
    milliseconds: now() - started,
    done,
    failures: failures.length,
    ...(hasFailed && { cause: new AggregateError(failures) }),
    ...cost.totals(),
  });
  if (hasFailed) throw new Error('Maintenance failed: the line "maintenance" of the log has the cause');
}

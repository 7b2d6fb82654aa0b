import type { CursorProgress, HeldEvent } from './cursor.ts';
import type { Plan, Task } from './plan.ts';

/** The result of a delivery: it was accepted, or is to be tried again. A delivery that was not begun has none. */
export type Outcome = 'sent' | HeldEvent;

/** Deliveries by their lanes. Those of one lane are made one after the other. */
export function lanesOf(tasks: readonly Task[]): readonly (readonly Task[])[] {
  const lanes = new Map<string, Task[]>();
  for (const task of tasks) {
    const lane = lanes.get(task.lane);
    if (lane) lane.push(task);
    else lanes.set(task.lane, [task]);
  }
  return [...lanes.values()];
}

/** The progress of a stream after deliveries. Those that were not begun are due at once. */
export function progressAfter(
  plan: Plan,
  outcomes: ReadonlyMap<number, Outcome>,
  now: number,
): CursorProgress {
  const { tasks, after, isRetry, upTo } = plan;
  const outcomeOf = ({ sequence }: HeldEvent) => outcomes.get(sequence);
  if (isRetry) {
    const held = after.held.flatMap((one) => {
      const outcome = outcomeOf(one) ?? one;
      return outcome === 'sent' ? [] : [outcome];
    });
    return { ...after, held };
  }
  const left = tasks.filter((task) => outcomeOf(task) !== 'sent');
  const [first] = left;
  if (!first) return after;
  const failed = outcomeOf(first);
  if (upTo && failed && failed !== 'sent') {
    return { ...upTo(first.sequence, first.entry.at), held: [...after.held, failed] };
  }
  if (upTo) return upTo(first.sequence - 1, first.entry.at);
  const again = left.map((task): HeldEvent => {
    const { sequence, lane, attempts } = task;
    const outcome = outcomeOf(task);
    return outcome && outcome !== 'sent' ? outcome : { sequence, lane, attempts, due: now };
  });
  const known = new Set(after.held.map(({ sequence }) => sequence));
  return { ...after, held: [...after.held, ...again.filter(({ sequence }) => !known.has(sequence))] };
}

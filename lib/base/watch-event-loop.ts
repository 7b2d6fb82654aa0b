import type { Clock } from './clock.ts';
import { limits } from './limits.ts';

const lookMilliseconds = 250;

/** Makes a function that tells if the event loop of this process has had little rest lately. */
export function watchEventLoop(now: Clock): () => boolean {
  let [since, before] = [now(), performance.eventLoopUtilization()];
  let busyUntil = Number.NEGATIVE_INFINITY;
  return () => {
    const time = now();
    if (time - since >= lookMilliseconds) {
      const loop = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(loop, before);
      if (utilization > limits.busyShare) busyUntil = time + limits.busyMilliseconds;
      [since, before] = [time, loop];
    }
    return time < busyUntil;
  };
}

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { median } from '../bench/measure.ts';

/** The options of Node for a process whose garbage can be collected. */
export const nodeOptions = `--import ${new URL('./collect-garbage.mjs', import.meta.url)}`;
const collectionMilliseconds = 500;

/** The memory of a process at a time, in milliseconds and kilobytes. */
export interface MemorySample {
  readonly at: number;
  readonly kilobytes: number;
}

/** Reads the memory of a process that is not backed by files (`RssAnon`), in kilobytes; NaN without /proc. */
function anonymousMemory(pid: number): number {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return Number.NaN;
  }
}

/** Has a process that runs with `nodeOptions` collect its garbage, and reads the memory that is left. */
export async function memoryInUse(pid: number): Promise<MemorySample> {
  if (process.platform !== 'win32') process.kill(pid, 'SIGUSR2');
  await pause(collectionMilliseconds);
  return { at: performance.now(), kilobytes: anonymousMemory(pid) };
}

/** Returns the median of the samples in each quarter of their time, in kilobytes. */
export function quarters(samples: readonly MemorySample[]): readonly number[] {
  const [first = 0, last = 0] = [samples[0]?.at, samples.at(-1)?.at];
  const quarterOf = ({ at }: MemorySample) => Math.min(3, Math.floor((4 * (at - first)) / (last - first)));
  return [0, 1, 2, 3].map((quarter) =>
    median(samples.filter((sample) => quarterOf(sample) === quarter).map(({ kilobytes }) => kilobytes)),
  );
}

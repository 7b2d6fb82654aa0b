/** The measurements of one round. */
export interface Sample {
  /** The milliseconds of each request, in the order in which they ended. */
  readonly latencies: readonly number[];
  /** The seconds from the first request to the end of the last. */
  readonly seconds: number;
}

/** The end of a round: after a number of requests, or at the first request that ends after a time. */
export type Until = { readonly requests: number } | { readonly milliseconds: number };

/** Runs a number of tasks at the same time, and starts another when one ends; rejects if one fails. */
export async function measure(
  task: (sequence: number) => Promise<unknown>,
  { atOnce, until }: { atOnce: number; until: Until },
): Promise<Sample> {
  const latencies: number[] = [];
  const started = performance.now();
  let begun = 0;
  const isOver = () =>
    'requests' in until ? begun >= until.requests : performance.now() - started >= until.milliseconds;
  const worker = async (): Promise<void> => {
    while (!isOver()) {
      const sequence = begun;
      begun += 1;
      const start = performance.now();
      await task(sequence);
      latencies.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { latencies, seconds: (performance.now() - started) / 1_000 };
}

/** Returns the value below which the given share of the values lies; NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Returns the middle value; for an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

/** Returns the requests per second of one round. */
export function rateOf({ latencies, seconds }: Sample): number {
  return latencies.length / seconds;
}

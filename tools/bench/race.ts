import { median, percentile, rateOf, type Sample } from './measure.ts';

/** A participant in a race, which can run one round of a row. */
export interface Contender {
  readonly name: string;
  /** Tells whether the contender can answer the row's requests; by default, it can. */
  readonly canRun?: (row: string) => boolean;
  readonly run: (row: string, milliseconds: number) => Promise<Sample>;
}

/** The results of a contender in one row. */
export interface Standing {
  readonly name: string;
  /** The requests per second of each round. */
  readonly rates: readonly number[];
  /** The median of the rates. */
  readonly rate: number;
  /** Milliseconds over all rounds; `p95` likewise. */
  readonly p50: number;
  readonly p95: number;
}

export interface RaceOptions {
  readonly rounds: number;
  /** The time for each contender in a round. */
  readonly milliseconds: number;
  /** Called with the number of contenders' rounds that are done. */
  readonly advance: (done: number) => void;
}

/** Runs one row with all contenders in turn: a warm-up round, then rounds in which the first contender changes. */
export async function race(
  row: string,
  contenders: readonly Contender[],
  options: RaceOptions,
): Promise<readonly Standing[]> {
  const { rounds, milliseconds, advance } = options;
  const runners = contenders.filter(({ canRun }) => canRun?.(row) ?? true);
  const samples = new Map<string, Sample[]>(runners.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [turn, runner] of rotated(runners, round).entries()) {
      const sample = await runner.run(row, milliseconds);
      if (round > 0) samples.get(runner.name)?.push(sample);
      advance(round * contenders.length + turn + 1);
    }
  }
  return [...samples].map(([name, taken]) => standingOf(name, taken));
}

/** Returns the number of rounds that `advance` counts in a race of a number of rows. */
export function roundsOf(rows: number, contenders: number, rounds: number): number {
  return rows * contenders * (rounds + 1);
}

/** Rotates the items, so that each number begins with another item. */
export function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % Math.max(items.length, 1);
  return [...items.slice(start), ...items.slice(0, start)];
}

function standingOf(name: string, samples: readonly Sample[]): Standing {
  const rates = samples.map(rateOf);
  const latencies = samples.flatMap((sample) => sample.latencies);
  const [p50, p95] = [percentile(latencies, 0.5), percentile(latencies, 0.95)];
  return { name, rates, rate: median(rates), p50, p95 };
}

/** Returns the ratio of two contenders' rates: the median of the ratios in each round. */
export function ratioOf(one: Standing, other: Standing): number {
  return median(one.rates.map((rate, round) => rate / (other.rates[round] ?? Number.NaN)));
}

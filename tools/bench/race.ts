import { median, percentile, rateOf, type Sample } from './measure.ts';

/** Takes part in a race: runs one round of a row. */
export interface Contender {
  readonly name: string;
  /** Whether the contender can answer what the row asks; all can by default. */
  readonly canRun?: (row: string) => boolean;
  readonly run: (row: string, milliseconds: number) => Promise<Sample>;
}

/** What a contender reached in one row. */
export interface Standing {
  readonly name: string;
  /** Requests per second of each round. */
  readonly rates: readonly number[];
  /** The median of the rates. */
  readonly rate: number;
  /** Milliseconds, over all rounds. */
  readonly p50: number;
  readonly p95: number;
}

export interface RaceOptions {
  readonly rounds: number;
  /** How long one contender runs in a round. */
  readonly milliseconds: number;
  /** Told how many rounds of a contender are done. */
  readonly advance: (done: number) => void;
}

/** Lets contenders run one row in turns: a round to warm up, then rounds whose first runner changes. */
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

/** How many rounds `advance` counts in a race of a number of rows. */
export function roundsOf(rows: number, contenders: number, rounds: number): number {
  return rows * contenders * (rounds + 1);
}

/** The items in a ring, beginning with another one for each number. */
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

/** How many times faster one was than another: the median over the rounds, each of which they ran side by side. */
export function ratioOf(one: Standing, other: Standing): number {
  return median(one.rates.map((rate, round) => rate / (other.rates[round] ?? Number.NaN)));
}

import type { FairResult } from './fair.ts';
import { median, percentile } from './measure.ts';
import type { Table } from './report.ts';

/** The highest p50 and p99 accepted beside any load, in milliseconds. */
export const fairAim = { p50: 10, p99: 40 } as const;

/** The median over the rounds, since other work on the machine may disturb one of them. */
const timesOf = ({ rounds }: FairResult) => {
  const medianOf = (share: number) => median(rounds.map((latencies) => percentile(latencies, share)));
  return { p50: medianOf(0.5), p99: medianOf(0.99) };
};

/** The times of the other tenant's GET, a row for each load. */
export function fairTable(results: readonly FairResult[]): Table {
  return {
    header: ["another tenant's GET", 'p50 ms', 'p99 ms', 'GET requests', 'answers of the load'],
    rows: results.map((result) => {
      const { p50, p99 } = timesOf(result);
      const loud = [...result.loud].map(([status, count]) => `${count} × ${status}`).join(', ');
      return [result.name, p50.toFixed(1), p99.toFixed(1), String(result.rounds.flat().length), loud];
    }),
  };
}

/** Tests if the GET was slower than the aim beside this load. */
export function isUnfair(result: FairResult): boolean {
  const { p50, p99 } = timesOf(result);
  return p50 > fairAim.p50 || p99 > fairAim.p99;
}

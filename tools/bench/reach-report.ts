import { median, percentile } from './measure.ts';
import type { Burden, ReachResult } from './reach.ts';
import type { Table } from './report.ts';

/** The bounds of the way of a change in milliseconds, and of the share that the feed adds. */
export const reachAims = { readP95: 1_000, receivedP95: 2_000, latency: 1.05, cpu: 1.4 } as const;

/** The times of changes on their way to the product. */
export function reachTable({ read, received }: ReachResult): Table {
  const row = (name: string, times: readonly number[]) => [
    name,
    percentile(times, 0.5).toFixed(0),
    percentile(times, 0.95).toFixed(0),
    String(times.length),
  ];
  return {
    header: ["from the client's request", 'p50 ms', 'p95 ms', 'changes'],
    rows: [row('until a waiting reader has the event', read), row('until a webhook is answered', received)],
  };
}

/** The cost of a change at half of the saturating load, with the feed divided by without it. */
export function burdenTable(result: ReachResult): Table {
  const { cpu, p50, p95 } = burdenRatios(result);
  const milliseconds = (of: (burden: Burden) => number, side: 'with' | 'without') =>
    median(result.rounds.map((round) => of(round[side]))).toFixed(2);
  const row = (name: string, of: (burden: Burden) => number, ratio: number) => [
    name,
    milliseconds(of, 'without'),
    milliseconds(of, 'with'),
    ratio.toFixed(2),
  ];
  return {
    header: ['a change', 'without the feed, ms', 'with it, ms', 'ratio'],
    rows: [
      row('CPU time, delivery included', cpuOf, cpu),
      row('answer, p50', p50Of, p50),
      row('answer, p95', p95Of, p95),
    ],
  };
}

const cpuOf = ({ cpu }: Burden) => cpu;
const p50Of = ({ latencies }: Burden) => percentile(latencies, 0.5);
const p95Of = ({ latencies }: Burden) => percentile(latencies, 0.95);

function burdenRatios({ rounds }: ReachResult) {
  const ratio = (of: (burden: Burden) => number) =>
    median(rounds.map((round) => of(round.with) / of(round.without)));
  return { cpu: ratio(cpuOf), p50: ratio(p50Of), p95: ratio(p95Of) };
}

/** Names the bounds that are missed. */
export function missedAims(result: ReachResult): readonly string[] {
  const { cpu, p50, p95 } = burdenRatios(result);
  const misses = [
    [percentile(result.read, 0.95) > reachAims.readP95, 'reading'],
    [percentile(result.received, 0.95) > reachAims.receivedP95, 'webhook'],
    [cpu > reachAims.cpu, 'CPU time'],
    [Math.max(p50, p95) > reachAims.latency, 'answers'],
  ] as const;
  return misses.filter(([isMissed]) => isMissed).map(([, name]) => name);
}

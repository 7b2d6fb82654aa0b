import type { FlatResult } from './flat.ts';
import { peerRow } from './peer-rows.ts';
import { contenders, type PeerResult } from './peers.ts';
import { ratioOf, type Standing } from './race.ts';

/** Rows of texts under a header. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The highest ratio accepted of a request's time in the large directory to its time in the small one. */
export const flatAim = 1.3;

/** Targets of the race, as multiples of the empty function's rate (`empty`) or of SCIMMY's rate (the others). */
const aims = { empty: 0.6, keyed: 1.5, scanned: 50, inProcess: 5 } as const;

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const times = (value: number) => (Number.isNaN(value) ? '–' : `${value.toFixed(value < 10 ? 2 : 0)}×`);
const milliseconds = (value: number) => value.toFixed(2);

/** The times in both directories and their ratio. */
export function flatTable(results: readonly FlatResult[], sizes: { small: number; large: number }): Table {
  return {
    header: [
      'request',
      `p50 ms, ${whole(sizes.small)} users`,
      `p50 ms, ${whole(sizes.large)} users`,
      'ratio',
    ],
    rows: results.map(({ name, small, large, ratio }) => [
      name,
      milliseconds(small),
      milliseconds(large),
      times(ratio),
    ]),
  };
}

/** Requests per second, p50 and p95 of every contender in every row. */
export function standingsTable(results: readonly PeerResult[]): Table {
  return {
    header: ['request', 'contender', 'requests/s', 'p50 ms', 'p95 ms'],
    rows: results.flatMap(({ row, standings }) =>
      standings.map(({ name, rate, p50, p95 }, place) => [
        place === 0 ? row : '',
        name,
        whole(rate),
        milliseconds(p50),
        milliseconds(p95),
      ]),
    ),
  };
}

/** Two contenders whose rates are compared, and the target of their ratio. */
interface Comparison {
  readonly one: string;
  readonly other: string;
  /** The lowest ratio that meets the target; absent where there is no target. */
  readonly aim?: number;
}

/** The ratios of Muster's rates over HTTP to those of the others, with their targets. */
export function httpRatios(results: readonly PeerResult[]): Table {
  return ratioTable(results, (row) => {
    const { scansAtScimmy } = peerRow(row);
    const aim = scansAtScimmy ? aims.scanned : aims.keyed;
    const isPromised = row === 'get' || row.startsWith('filter ');
    return [
      { one: contenders.memory, other: contenders.empty, ...(isPromised && { aim: aims.empty }) },
      { one: contenders.durable, other: contenders.empty, ...(isPromised && { aim: aims.empty }) },
      { one: contenders.memory, other: contenders.scimmy, aim },
      { one: contenders.durable, other: contenders.scimmy, aim },
    ];
  });
}

/** The ratios of Muster's rates in process to those of SCIMMY's own calls, with their target. */
export function inProcessRatios(results: readonly PeerResult[]): Table {
  return ratioTable(results, () => [
    { one: contenders.operation, other: contenders.scimmy, aim: aims.inProcess },
    { one: contenders.pipeline, other: contenders.scimmy, aim: aims.inProcess },
  ]);
}

function ratioTable(results: readonly PeerResult[], compare: (row: string) => readonly Comparison[]): Table {
  const rows = results.flatMap(({ row, standings }) =>
    compare(row).flatMap((comparison) => {
      const ratio = ratioBetween(standings, comparison);
      return ratio === undefined ? [] : [ratioRow(row, comparison, ratio)];
    }),
  );
  const isRepeated = (index: number) => rows[index]?.[0] === rows[index - 1]?.[0];
  return {
    header: ['request', 'comparison', 'ratio', 'target', ''],
    rows: rows.map(([row = '', ...rest], index) => [isRepeated(index) ? '' : row, ...rest]),
  };
}

function ratioBetween(standings: readonly Standing[], { one, other }: Comparison): number | undefined {
  const [a, b] = [one, other].map((name) => standings.find((standing) => standing.name === name));
  return a && b && ratioOf(a, b);
}

function ratioRow(row: string, { one, other, aim }: Comparison, ratio: number): readonly string[] {
  const verdict = aim === undefined ? '' : ratio >= aim ? 'met' : 'missed';
  return [row, `${one} to ${other}`, times(ratio), aim === undefined ? '' : times(aim), verdict];
}

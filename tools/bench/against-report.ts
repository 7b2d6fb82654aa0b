import type { AgainstResult } from './against.ts';
import { median, percentile } from './measure.ts';
import type { Table } from './report.ts';

/** The ratio of CPU times above which a row counts as slower. */
export const againstAim = 1.05;

const times = (value: number) => value.toFixed(2);

/** Shows for each row the CPU time of both versions, their ratio and how much it varies. */
export function againstTable(commit: string, results: readonly AgainstResult[]): Table {
  return {
    header: ['request', `${commit}, ms`, 'today, ms', 'ratio', 'half of the rounds', 'each start', ''],
    rows: results.map((result) => [result.row.name, ...cellsOf(result)]),
  };
}

function cellsOf(result: AgainstResult): readonly string[] {
  if (result.absence !== undefined) return ['–', '–', '–', '', '', ''];
  const { pairs } = result;
  const ratios = ratiosOf(pairs);
  const starts = [...new Set(pairs.map(({ start }) => start))];
  return [
    median(pairs.map(({ commit }) => commit)).toFixed(3),
    median(pairs.map(({ today }) => today)).toFixed(3),
    times(median(ratios)),
    `${times(percentile(ratios, 0.25))} to ${times(percentile(ratios, 0.75))}`,
    starts.map((one) => times(median(ratiosOf(pairs.filter(({ start }) => start === one))))).join(' '),
    isSlower(result) ? 'slower' : '',
  ];
}

/** Tells rows for which today's version needs noticeably more CPU time. */
export function isSlower(result: AgainstResult): boolean {
  return median(ratiosOf(result.pairs)) > againstAim;
}

function ratiosOf(pairs: AgainstResult['pairs']): readonly number[] {
  return pairs.map(({ commit, today }) => today / commit);
}

import type { Deviation, KindSummary } from './recorder.ts';

/** The part of a result that all clients have; latencies are milliseconds. */
export interface Played {
  readonly seconds: number;
  readonly requests: readonly KindSummary[];
  readonly deviations: readonly Deviation[];
}

const deviationsShown = 20;

/** Writes the table of requests as lines of text. */
export function printRequests(kinds: readonly KindSummary[]): readonly string[] {
  const header = ['Request', 'Count', 'p50 ms', 'p95 ms', '429/503', 'Deviations'];
  const rows = kinds.map(({ kind, count, p50, p95, unsettled, deviations }) => [
    kind,
    String(count),
    p50.toFixed(1),
    p95.toFixed(1),
    String(unsettled),
    String(deviations),
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return [line(header), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)];
}

/** Writes the number of deviations and requests, and how fast these were; `played` says what was played. */
export function printTotals({ seconds, requests, deviations }: Played, played: string): string {
  const count = requests.reduce((sum, { count }) => sum + count, 0);
  const rate = Math.round(count / Math.max(seconds, 0.001));
  const unsettled = requests.reduce((sum, kind) => sum + kind.unsettled, 0);
  const repeated = unsettled > 0 ? `, ${unsettled} answers with 429 or 503` : '';
  const found = deviations.length === 1 ? '1 deviation' : `${deviations.length} deviations`;
  return `${found} in ${count} requests (${played}), ${seconds.toFixed(1)} s, ${rate} requests/s${repeated}`;
}

/** Writes the first deviations as lines of text. */
export function printDeviations(deviations: readonly Deviation[]): readonly string[] {
  return [
    ...deviations.slice(0, deviationsShown).map(printDeviation),
    ...more(deviations.length - deviationsShown),
  ];
}

/** Writes the result as JSON for programs; `deviations` has the first deviations, `deviationCount` counts all. */
export function printJson(report: Played): string {
  const { deviations, ...rest } = report;
  const shown = deviations.slice(0, deviationsShown);
  return JSON.stringify({ ...rest, deviationCount: deviations.length, deviations: shown }, null, 2);
}

function printDeviation({ request, expected, got }: Deviation): string {
  return `- ${request}: expected ${expected}, got ${got}`.replaceAll(/\s*\n\s*/g, ' ');
}

function more(count: number): readonly string[] {
  return count > 0 ? [`  and ${count} more`] : [];
}

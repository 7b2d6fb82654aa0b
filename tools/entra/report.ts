import type { Deviation, KindSummary } from './recorder.ts';

/** The result of a run; latencies are milliseconds. */
export interface Report {
  readonly tenantUrl: string;
  readonly flavour: string;
  readonly users: number;
  readonly groups: number;
  readonly seed: number;
  /** True if Test Connection succeeded; otherwise nothing else was sent. */
  readonly isConnected: boolean;
  readonly seconds: number;
  readonly requests: readonly KindSummary[];
  readonly deviations: readonly Deviation[];
}

const deviationsShown = 20;

/** Writes the table of requests and the first deviations as text for people. */
export function printReport(report: Report): string {
  return [
    '',
    ...table(report.requests),
    '',
    summary(report),
    ...(report.isConnected
      ? []
      : [
          'Test connection failed, so nothing else was sent: check --tenant-url and --token-file, or connection.json',
        ]),
    ...report.deviations.slice(0, deviationsShown).map(printDeviation),
    ...more(report.deviations.length - deviationsShown),
  ].join('\n');
}

/** Writes the result as JSON for programs; `deviations` has the first deviations, `deviationCount` counts all. */
export function printJson(report: Report): string {
  const { deviations, ...rest } = report;
  const shown = deviations.slice(0, deviationsShown);
  return JSON.stringify({ ...rest, deviationCount: deviations.length, deviations: shown }, null, 2);
}

function table(kinds: readonly KindSummary[]): readonly string[] {
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

function summary(report: Report): string {
  const count = report.requests.reduce((sum, { count }) => sum + count, 0);
  const rate = Math.round(count / Math.max(report.seconds, 0.001));
  const unsettled = report.requests.reduce((sum, kind) => sum + kind.unsettled, 0);
  const repeated = unsettled > 0 ? `, ${unsettled} answers with 429 or 503` : '';
  const found = report.deviations.length === 1 ? '1 deviation' : `${report.deviations.length} deviations`;
  return (
    `${found} in ${count} requests (${report.users} users, ${report.groups} groups, ` +
    `${report.flavour} shapes, seed ${report.seed}), ${report.seconds.toFixed(1)} s, ${rate} requests/s${repeated}`
  );
}

function printDeviation({ request, expected, got }: Deviation): string {
  return `- ${request}: expected ${expected}, got ${got}`.replaceAll(/\s*\n\s*/g, ' ');
}

function more(count: number): readonly string[] {
  return count > 0 ? [`  and ${count} more`] : [];
}

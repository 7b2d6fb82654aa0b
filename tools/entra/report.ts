import { type Played, printDeviations, printRequests, printTotals } from '../client/report.ts';

/** The result of a run. */
export interface Report extends Played {
  readonly tenantUrl: string;
  readonly flavour: string;
  readonly users: number;
  readonly groups: number;
  readonly seed: number;
  /** True if Test Connection succeeded; otherwise nothing else was sent. */
  readonly isConnected: boolean;
}

/** Writes the table of requests and the first deviations as text for people. */
export function printReport(report: Report): string {
  const { users, groups, flavour, seed } = report;
  return [
    '',
    ...printRequests(report.requests),
    '',
    printTotals(report, `${users} users, ${groups} groups, ${flavour} shapes, seed ${seed}`),
    ...(report.isConnected
      ? []
      : [
          'Test connection failed, so nothing else was sent: check --tenant-url and --token-file, or connection.json',
        ]),
    ...printDeviations(report.deviations),
  ].join('\n');
}

import { aboutClient } from './clients.ts';
import type { ClientReport } from './play.ts';
import type { Deviation } from './recorder.ts';
import { printDeviations, printRequests, printTotals } from './report.ts';

/** Writes the table of requests, the first deviations and the notes as text for people. */
export function printClientReport(report: ClientReport): string {
  const { client, users, groups, seed } = report;
  const { title } = aboutClient(client);
  return [
    '',
    ...printRequests(report.requests),
    '',
    printTotals(report, `${title}, ${users} users, ${groups} groups, seed ${seed}`),
    ...(report.isConnected ? [] : ['The test of the connection failed, so nothing else was sent']),
    ...printDeviations(report.deviations.map(withStep)),
    '',
    ...report.notes.map((note) => `Note: ${note}.`),
  ].join('\n');
}

/** Puts the step before the request. */
function withStep(deviation: Deviation): Deviation {
  return { ...deviation, request: `${deviation.kind}: ${deviation.request}` };
}

import { cleanLines } from '../muster/terminal/clean-text.ts';
import { readCommandLine } from '../read-options.ts';
import { printClientReport } from './client-report.ts';
import { aboutClient } from './clients.ts';
import { EndpointUnreachable } from './connect.ts';
import { withLocalTenant } from './local-tenant.ts';
import { type Options, readOptions, usage } from './options.ts';
import { type ClientReport, play } from './play.ts';
import { createProgress } from './progress.ts';
import { printJson } from './report.ts';

/** Runs the command and returns the exit code: 1 if an answer is not what the client expects. */
async function main(): Promise<number> {
  const options = readCommandLine(usage, readOptions);
  const report = await playOn(options);
  console.log(cleanLines(options.json ? printJson(report) : printClientReport(report)));
  return report.deviations.length === 0 ? 0 : 1;
}

/** Plays the client on the endpoint that was named, or else on a new tenant in memory. */
async function playOn({ connection, profile, json, ...options }: Options): Promise<ClientReport> {
  const progress = createProgress(json ? process.stderr : process.stdout);
  if (connection) return play({ ...options, ...connection }, progress);
  const own = aboutClient(options.client).profile;
  return withLocalTenant(profile ?? own, async (tenant) => {
    const report = await play({ ...options, ...tenant, isNew: true }, progress);
    return { ...report, notes: [...report.notes, ...(await tenant.recognised())] };
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof EndpointUnreachable)) throw error;
  console.error(cleanLines(error.message));
  process.exitCode = 1;
}

import { EndpointUnreachable } from '../client/connect.ts';
import { createProgress } from '../client/progress.ts';
import { printJson } from '../client/report.ts';
import { cleanLines } from '../muster/terminal/clean-text.ts';
import { readCommandLine } from '../read-options.ts';
import { readOptions, usage } from './options.ts';
import { provision } from './provision.ts';
import { printReport } from './report.ts';

/** Runs the command and returns the exit code: 1 if the endpoint deviates from what Entra ID expects. */
async function main(): Promise<number> {
  const options = readCommandLine(usage, readOptions);
  const progress = createProgress(options.json ? process.stderr : process.stdout);
  const report = await provision(options, progress);
  console.log(cleanLines(options.json ? printJson(report) : printReport(report)));
  return report.deviations.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof EndpointUnreachable)) throw error;
  console.error(cleanLines(error.message));
  process.exitCode = 1;
}

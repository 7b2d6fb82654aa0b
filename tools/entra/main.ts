import { EndpointUnreachable } from './client.ts';
import { readOptions, UsageError, usage } from './options.ts';
import { createProgress } from './progress.ts';
import { provision } from './provision.ts';
import { printJson, printReport } from './report.ts';

/** Runs the command and returns the exit code: 1 if the endpoint deviates from what Entra ID expects. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    console.log(usage);
    return 0;
  }
  const progress = createProgress(options.json ? process.stderr : process.stdout);
  const report = await provision(options, progress);
  console.log(options.json ? printJson(report) : printReport(report));
  return report.deviations.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof EndpointUnreachable)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

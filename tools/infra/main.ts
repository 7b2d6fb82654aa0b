import { snapshotFaults } from '../../test/infra/snapshot-faults.ts';
import { readOptions } from '../read-options.ts';
import { type Bicep, compile, findBicep, takeSnapshots, withoutBicep } from './bicep.ts';
import { readPending, snapshotFolder, snapshotNames } from './snapshots.ts';

const usage = `npm run infra

Checks the templates in infra/. Where there is a "bicep" command on the PATH, it builds and lints them, checks their
format, builds their parameters and takes infra/snapshots/ again; a warning fails as an error does. Then, and also
without the command, it compares our evaluator (test/infra/) with the snapshots. infra/snapshots/pending.json lists
what differs until somebody with the command takes them again. It takes no options.

Example:
  npm run infra`;

/** Runs the command; gives the exit code: 1 on any fault. */
async function main(): Promise<number> {
  readOptions(usage, {});
  const bicep = await findBicep();
  if (!bicep) console.log(withoutBicep);
  const pending = readPending();
  const faults = bicep ? await compiledFaults(bicep) : snapshotFaults(pending);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) return 1;
  const excepted = pending.length > 0 ? `, but for ${pending.length} places of pending.json` : '';
  console.log(`Our evaluator agrees with the snapshots ${snapshotNames.join(' and ')}${excepted}`);
  return 0;
}

/** New snapshots leave nothing pending. */
async function compiledFaults(bicep: Bicep): Promise<readonly string[]> {
  console.log(`Bicep ${bicep.version} checks the templates and takes ${snapshotFolder}/ again`);
  const faults = await compile(bicep);
  if (faults.length > 0) return faults;
  const untaken = await takeSnapshots(bicep, snapshotFolder);
  if (untaken.length > 0) return untaken;
  const left = readPending().length > 0 ? ['The snapshots are new: empty infra/snapshots/pending.json'] : [];
  return [...left, ...snapshotFaults([])];
}

process.exitCode = await main();

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCommit, layOutCommit, UnknownCommitError } from '../checkout.ts';
import { readOptions } from '../read-options.ts';
import { fileLinesMax, functionLinesMax, type House, measureHouse } from './measure.ts';
import { housePlaces, houseTable } from './report.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const usage = `npm run house -- [options]

Counts in the TypeScript files of lib/ and functions/, as they are in the working tree:

  lines of code           lines that still hold something without comments and blanks
  exports                 names that files export, types too; a name counts once in each file
  conditional spreads     ...(a && b), and ...(a ? b : c) where one of both is {}, in objects
  circles between rooms   rooms that import each other, directly or by way of others, types too; a room is a folder
                          or file directly below lib/; circles that share a room count as one
  circles between files   the same for files
  long functions          functions, methods and arrows over ${functionLinesMax} lines, with their comments and blanks
  long files              files over ${fileLinesMax} lines, with their comments and blanks
  exported names twice    names that more than one file exports

  --against REF  prints the same for a commit beside it
  --list         prints where each of them is
  --json         prints all of it as JSON

Example:
  npm run house -- --against main`;

const flag = { type: 'boolean', default: false } as const;

async function main(): Promise<void> {
  const { against, list, json } = readOptions(usage, { against: { type: 'string' }, list: flag, json: flag });
  const before = against === undefined ? undefined : await measureCommit(against);
  const today = measureHouse(root);
  if (json) return console.log(JSON.stringify({ today, ...(before && { before }) }, null, 2));
  console.log(houseTable(today, before));
  if (list) console.log(`\n${housePlaces(today)}`);
}

async function measureCommit(ref: string): Promise<{ commit: string; house: House }> {
  const commit = findCommit(ref);
  const folder = await mkdtemp(join(tmpdir(), 'muster-house-'));
  try {
    layOutCommit(commit, folder);
    return { commit, house: measureHouse(folder) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UnknownCommitError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

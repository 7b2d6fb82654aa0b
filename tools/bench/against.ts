import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProgress } from '../client/progress.ts';
import { runRound } from './against-round.ts';
import type { AgainstRow } from './against-rows.ts';
import { type Side, startSide } from './side.ts';
import { layOutTree } from './tree.ts';

export interface AgainstOptions {
  /** The hash of the commit that the working tree is compared with. */
  readonly commit: string;
  readonly rows: readonly AgainstRow[];
  /** Rounds after each start; fewer when the time is over. */
  readonly rounds: number;
  readonly minutes: number;
  /** Users of each version; 1,000 by default. */
  readonly users?: number;
  /** Starts of both versions; 3 by default. */
  readonly starts?: number;
  /** Rounds after a start and a first try that do not count, since Node still compiles; 1 by default. */
  readonly warmUpRounds?: number;
}

/** Milliseconds of CPU time for one request, of both versions in the same round. */
export interface AgainstPair {
  readonly start: number;
  readonly commit: number;
  readonly today: number;
}

/** The rounds of one row. */
export interface AgainstResult {
  readonly row: AgainstRow;
  readonly pairs: AgainstPair[];
  /** The reason why the commit cannot answer the row. */
  absence?: string;
}

const progress = createProgress(process.stdout);

/** Compares the CPU time that the servers of a commit and of the working tree need for the same requests. */
export async function runAgainst(options: AgainstOptions): Promise<readonly AgainstResult[]> {
  const { commit, rows, users = 1_000, rounds, minutes, starts = 3, warmUpRounds = 1 } = options;
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'muster-against-'));
  const onInterrupt = () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', onInterrupt);
  try {
    const trees = [await layOutTree(join(folder, 'commit'), commit), await layOutTree(join(folder, 'today'))];
    const results = rows.map((row): AgainstResult => ({ row, pairs: [] }));
    for (let start = 0; start < starts; start += 1) {
      const until = began + (minutes * 60_000 * (start + 1)) / starts;
      const launch = { rounds, starts, warmUpRounds, start, until };
      await withSides({ trees, users }, (sides) => runRounds(sides, results, launch));
    }
    return results;
  } finally {
    process.off('SIGINT', onInterrupt);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts both versions and stops them again. */
async function withSides(
  { trees, users }: { trees: readonly string[]; users: number },
  work: (sides: readonly Side[]) => Promise<void>,
): Promise<void> {
  const sides: Side[] = [];
  try {
    for (const tree of trees) sides.push(await startSide(tree, users));
    await work(sides);
  } finally {
    for (const side of sides) await side.stop();
  }
}

interface Launch extends Required<Pick<AgainstOptions, 'rounds' | 'starts' | 'warmUpRounds'>> {
  readonly start: number;
  /** The time of `performance.now()` at which no further round begins. */
  readonly until: number;
}

async function runRounds(
  sides: readonly Side[],
  results: readonly AgainstResult[],
  { rounds, starts, warmUpRounds, start, until }: Launch,
): Promise<void> {
  progress.start(`Start ${start + 1} of ${starts}, rounds at most`, rounds);
  for (const result of results) await tryRow(sides, result);
  const present = results.filter(({ absence }) => absence === undefined);
  const isOver = (round: number) => round === rounds || (round > 0 && performance.now() > until);
  for (let round = -warmUpRounds; !isOver(round); round += 1) {
    for (const { row, pairs } of present) {
      const [commit = Number.NaN, today = Number.NaN] = await runRound(
        row,
        sides,
        warmUpRounds + round + start,
      );
      if (round >= 0) pairs.push({ start, commit, today });
    }
    progress.advance(round + 1);
  }
  progress.finish();
}

/** Notes why the commit cannot answer a row; throws if today's version cannot. */
async function tryRow([commit, today]: readonly Side[], result: AgainstResult): Promise<void> {
  if (!commit || !today || result.absence !== undefined) return;
  await runRound(result.row, [today]);
  try {
    await runRound(result.row, [commit]);
  } catch (error) {
    result.absence = error instanceof Error ? error.message : String(error);
  }
}

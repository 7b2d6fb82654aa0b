import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProgress } from '../client/progress.ts';
import { type ColdApp, layOutApps } from './cold-apps.ts';
import { firstMessage } from './endpoint.ts';
import { rotated } from './race.ts';

/** The times of one process, in milliseconds: from just before its start, and of its CPU. */
export interface ColdStart {
  /** The time until its functions were registered; for bare Node, until its script ran. */
  readonly registered: number;
  readonly registeredCpu: number;
  /** The time until its first answer was complete. */
  readonly answered: number;
  readonly answeredCpu: number;
}

/** The starts of one app, in the order of the rounds. */
export interface ColdResult {
  readonly name: string;
  readonly starts: readonly ColdStart[];
}

const progress = createProgress(process.stdout);

export interface ColdOptions {
  readonly rounds: number;
  /** Rounds before them that do not count; 1 by default. */
  readonly warmUpRounds?: number;
}

/** Starts apps cold, each in its own processes. The first app changes each round. */
export async function runCold({ rounds, warmUpRounds = 1 }: ColdOptions): Promise<readonly ColdResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-cold-'));
  try {
    console.log('Building the apps …');
    const results = (await layOutApps(folder)).map((app) => ({ app, starts: [] as ColdStart[] }));
    progress.start('Cold starts', (warmUpRounds + rounds) * results.length);
    for (let round = 0; round < warmUpRounds + rounds; round += 1) {
      for (const [turn, { app, starts }] of rotated(results, round).entries()) {
        const start = await startCold(app);
        if (round >= warmUpRounds) starts.push(start);
        progress.advance(round * results.length + turn + 1);
      }
    }
    progress.finish();
    return results.map(({ app, starts }) => ({ name: app.name, starts }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Report extends ColdStart {
  readonly status: number;
}

async function startCold({ name, command, env }: ColdApp): Promise<ColdStart> {
  const [script = '', ...args] = command;
  const { PATH = '' } = process.env;
  const before = performance.timeOrigin + performance.now();
  const child = fork(script, args, {
    execArgv: [],
    env: { PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { registered, answered, status, ...cpu } = await firstMessage<Report>(child);
  if (status !== 200) throw new Error(`The first answer of ${name} is ${status}, not 200`);
  return { registered: registered - before, answered: answered - before, ...cpu };
}

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { firstMessage, stopProcess } from './endpoint.ts';

/**
 * Garbage is collected by the main thread, a few megabytes at a time. Rounds then have many small collections; with
 * one large collection in some rounds and none in others, they could not be compared.
 */
const nodeOptions = ['--single-threaded-gc', '--max-semi-space-size=4', '--expose-gc'];
const probe = new URL('./cpu-probe.mjs', import.meta.url).href;

/** A process rests when it has used less than this CPU time twice in a row. */
const restsMin = 2;
const restMilliseconds = 20;
const restCpuMilliseconds = 1;
/** A process that is still busy after so many looks counts as resting: the benchmark has to go on. */
const looksMax = 250;

/** A server in a process of its own, which tells how much CPU time it has used. */
export interface MeasuredServer<T> {
  /** The first message of the process. */
  readonly access: T;
  /** Waits until the process rests; gives the milliseconds of CPU time that it has used since its start. */
  settle(): Promise<number>;
  collectGarbage(): void;
  stop(): Promise<void>;
}

/** Starts a script with its arguments in a copy of the project; no settings reach it but those that are given. */
export async function startMeasured<T>(
  tree: string,
  [script = '', ...args]: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<MeasuredServer<T>> {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = fork(join(tree, script), args, {
    cwd: tree,
    execArgv: [...nodeOptions, '--import', probe],
    env: { PATH, HOME, TMPDIR, ...settings },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    access: await firstMessage<T>(child),
    settle: () => settle(child),
    collectGarbage: () => void child.send('collect garbage'),
    stop: () => stopProcess(child),
  };
}

async function settle(child: ChildProcess): Promise<number> {
  let last = await cpuTime(child);
  for (let looks = 0, rests = 0; rests < restsMin && looks < looksMax; looks += 1) {
    await pause(restMilliseconds);
    const now = await cpuTime(child);
    rests = now - last < restCpuMilliseconds ? rests + 1 : 0;
    last = now;
  }
  return last;
}

async function cpuTime(child: ChildProcess): Promise<number> {
  child.send('cpu time');
  const { cpuMicroseconds } = await firstMessage<{ cpuMicroseconds: number }>(child);
  return cpuMicroseconds / 1_000;
}

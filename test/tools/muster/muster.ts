import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { exitCodes } from '../../../tools/muster/command-error.ts';
import { runMuster } from '../../../tools/muster/run.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<Ended>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What the standard input holds. */
  readonly input?: string;
}

/** The environment of a command: nothing of Muster in it but what a test sets. */
export function environment(env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('MUSTER_'));
  return { ...Object.fromEntries(own), TZ: 'UTC', ...env };
}

/** Starts the command that is built in a process of its own; `npm run muster` builds it first. */
export function startMuster(args: readonly string[], { env, input }: RunOptions = {}): Running {
  const child = spawn(process.execPath, ['dist/muster/main.js', ...args], {
    cwd: root,
    env: environment(env),
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      texts[name] += chunk.toString();
    });
  }
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  const ended = once(child, 'close').then(([code]) => ({ code, ...texts }));
  return { child, stdout: () => texts.stdout, stderr: () => texts.stderr, ended };
}

/** Runs a command line to its end, in this process and in its time zone. */
export async function muster(args: readonly string[], { env, input = '' }: RunOptions = {}): Promise<Ended> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  const { signal } = new AbortController();
  const surroundings = { stdin, stdout, stderr, environment: environment(env), signal };
  const ending = await runMuster(args, surroundings);
  stdout.end();
  stderr.end();
  return { code: exitCodes[ending], stdout: await text(stdout), stderr: await text(stderr) };
}

/** A command line that is typed: split at spaces, but within double quotes. */
export function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const secondsMax = 300;

interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The standard input; for secrets, because others can see a command line. */
  readonly input?: string;
}

/** Runs a program to its end and returns its output; the code is 127 if the program does not exist. */
export function runCommand(
  command: string,
  args: readonly string[],
  { input = '', ...options }: RunOptions = {},
): Promise<Ended> {
  const child = spawn(command, args, {
    ...options,
    stdio: ['pipe', 'pipe', 'pipe'],
    // Not as `timeout`, whose timer outlives a program that is not there.
    signal: AbortSignal.timeout(secondsMax * 1_000),
    shell: process.platform === 'win32' && command === 'npm',
  });
  // A program may end without reading it.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** Picks the most telling line of a program's error output, without addresses and notes of package tools. */
export function complaint({ stdout, stderr }: Pick<Ended, 'stdout' | 'stderr'>): string {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim());
  const telling = lines.filter(
    (line) => /error|not found|no matching/i.test(line) && !/code E\d|complete log/i.test(line),
  );
  const [line = ''] = [...telling, ...lines.filter(Boolean)];
  return line.replaceAll(/( - [A-Z]+)? \S+:\/\/\S+/g, '').slice(0, 160);
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ManageAccess } from '../host/manage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const runner = fileURLToPath(new URL('../run.mjs', import.meta.url));
const starter = fileURLToPath(new URL('../start.mjs', import.meta.url));

/** The address for requests, and their key. */
export interface Access {
  readonly tenantUrl: string;
  readonly secretToken: string;
}

/** A server in its own process. */
export interface Endpoint extends Access {
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts Muster in the local host, with its data in a folder or, without one, in memory. */
export function startMuster(folder?: string): Promise<Endpoint & ManageAccess> {
  return accessTo<Access & ManageAccess>(startHost(folder));
}

/** Starts SCIMMY behind express, with its data in memory. */
export function startScimmy(): Promise<Endpoint> {
  return accessTo(startProcess('tools/bench/scimmy-server.ts'));
}

/** Starts a function in the local host that does nothing. */
export function startEmptyFunction(): Promise<Endpoint> {
  return accessTo(startProcess('tools/bench/empty-server.ts'));
}

async function accessTo<T extends Access>(child: ChildProcess): Promise<Endpoint & T> {
  const access = await firstMessage<T>(child);
  return { ...access, pid: child.pid ?? Number.NaN, stop: () => stopProcess(child) };
}

/** Runs a TypeScript file of the project in a process that ends with this one. */
export function startProcess(...command: readonly string[]): ChildProcess {
  return forkQuietly(runner, command);
}

/** Runs the local host on any free port, as `npm start` does: with a build of the sources as they are. */
function startHost(folder: string | undefined): ChildProcess {
  const place = folder === undefined ? ['--memory'] : ['--data', folder];
  return forkQuietly(starter, ['--port', '0', ...place]);
}

/** Starts Muster with its data in a folder or, without one, in memory, and stops it after the work. */
export async function withMuster<T>(
  work: (access: Access & ManageAccess) => Promise<T>,
  folder?: string,
): Promise<T> {
  const child = startHost(folder);
  try {
    return await work(await firstMessage<Access & ManageAccess>(child));
  } finally {
    await stopProcess(child);
  }
}

function forkQuietly(script: string, args: readonly string[]): ChildProcess {
  return fork(script, args, { cwd: root, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** Waits for the first message of a process; rejects if the process ends first. */
export function firstMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`${child.spawnargs.at(-1)} ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as T);
    });
  });
}

/** Ends a process as Ctrl-C does. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

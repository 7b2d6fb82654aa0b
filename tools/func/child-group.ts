import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

const graceMilliseconds = 10_000;
const hasGroups = process.platform !== 'win32';

/** A program with its child processes. The terminal's Ctrl-C does not reach it, so the order of ending is ours. */
export interface ChildGroup {
  readonly child: ChildProcess;
  /** The exit code, once the program has ended by itself or by a signal. */
  readonly ended: Promise<number | null>;
  /** Ends the program as Ctrl-C does, and kills it after 10 s. */
  stop(): Promise<void>;
}

/** Starts a program; `ended` rejects if it cannot start. */
export function startGroup(command: string, args: readonly string[], options: SpawnOptions): ChildGroup {
  const isScript = command.endsWith('.cmd');
  const child = spawn(command, args, { ...options, detached: hasGroups, shell: isScript });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const isOver = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const signal = (name: NodeJS.Signals) => {
    if (isOver()) return;
    if (hasGroups && child.pid !== undefined) process.kill(-child.pid, name);
    else child.kill(name);
  };
  const stop = async () => {
    if (isOver()) return;
    signal('SIGINT');
    const force = setTimeout(() => signal('SIGKILL'), graceMilliseconds);
    await ended;
    clearTimeout(force);
  };
  return { child, ended, stop };
}

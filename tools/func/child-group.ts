import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

const graceMilliseconds = 10_000;
const hasGroups = process.platform !== 'win32';

/** A program with all that it starts; a Ctrl-C of the terminal does not reach it, so that it ends in its turn. */
export interface ChildGroup {
  readonly child: ChildProcess;
  /** Yields the exit code once the program has ended by itself or by a signal. */
  readonly ended: Promise<number | null>;
  /** Ends it as Ctrl-C does, and by force after 10 s. */
  stop(): Promise<void>;
}

/** Starts a program; `ended` rejects when it cannot be started. */
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

import { describeError } from './log.ts';

// npm forwards a Ctrl-C that the terminal also sends, so one key press can arrive twice.
const echoMilliseconds = 300;
const interruptedExit = 130;

const parentCheckMilliseconds = 500;

/** Stops once on Ctrl-C, SIGTERM, SIGHUP or when the parent has ended; a second Ctrl-C ends the process at once. */
export function stopOnSignals(stop: () => Promise<void>): void {
  let first: number | undefined;
  const onSignal = () => {
    if (first === undefined) {
      first = Date.now();
      void stopAndExit(stop);
    } else if (Date.now() - first > echoMilliseconds) {
      process.exit(interruptedExit);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  process.once('disconnect', onSignal);
  if (process.env.npm_lifecycle_event) onOrphaned(onSignal);
}

// A signal to npm ends the shell between npm and this process, but does not reach this process.
function onOrphaned(act: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, parentCheckMilliseconds);
  timer.unref();
}

async function stopAndExit(stop: () => Promise<void>): Promise<void> {
  try {
    await stop();
    process.exit(0);
  } catch (error) {
    console.error(`The endpoint did not stop cleanly: ${describeError(error)}`);
    process.exit(1);
  }
}

/** Goes on without output when its reader has ended, such as the other end of a pipe. */
export function outliveReader(): void {
  // Without a listener, each failure to print is an uncaught error, which would be printed again.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
}

/** Prints uncaught errors and keeps serving. */
export function surviveUncaughtErrors(): void {
  process.on('uncaughtException', (error) => console.error(`Uncaught error: ${describeError(error)}`));
  process.on('unhandledRejection', (error) => console.error(`Unhandled rejection: ${describeError(error)}`));
}

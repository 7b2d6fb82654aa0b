import { exitCodes } from '../command-error.ts';

// npm forwards a Ctrl-C that the terminal also sends, so one key press can arrive twice.
const echoMilliseconds = 300;

/** Aborts on Ctrl-C, SIGTERM and SIGHUP; a second Ctrl-C ends the process at once. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  let first: number | undefined;
  const stop = () => {
    first ??= performance.now();
    controller.abort();
    if (performance.now() - first > echoMilliseconds) process.exit(exitCodes.interrupted);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return controller.signal;
}

/** Ends the process silently when nobody reads its output any more, as with `| head`. */
export function quietBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(exitCodes.done);
    });
  }
}

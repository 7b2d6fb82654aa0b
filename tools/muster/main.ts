import { exitCodes } from './command-error.ts';
import { runMuster } from './run.ts';
import { abortOnSignals, quietBrokenPipes } from './terminal/signals.ts';

quietBrokenPipes();
const { argv, stdin, stdout, stderr, env: environment } = process;
const signal = abortOnSignals();
process.exitCode = exitCodes[await runMuster(argv.slice(2), { stdin, stdout, stderr, environment, signal })];

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { StartError } from '../host/start-error.ts';
import { CommandError, type Ending, exitCodes } from './command-error.ts';
import { createProgram, isAnswered } from './program.ts';
import { root } from './root.ts';
import { createSession } from './session.ts';
import { cleanText } from './terminal/clean-text.ts';
import { abortOnSignals, quietBrokenPipes } from './terminal/signals.ts';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Runs a command line and returns how it ended; throws only for errors in the program itself. */
async function main(args: readonly string[]): Promise<Ending> {
  const signal = abortOnSignals();
  try {
    const program = createProgram(version, async ({ row, given, session: options }) => {
      const session = createSession(options, signal);
      await row.run(session, given).finally(() => session.output.passing(''));
    });
    await program.parseAsync(args, { from: 'user' });
    return 'done';
  } catch (error) {
    if (error instanceof CommanderError) return isAnswered(error) ? 'done' : 'usage';
    if (error instanceof CommandError || error instanceof StartError) {
      console.error(cleanText(error.message));
      return error instanceof CommandError ? error.ending : 'failed';
    }
    if (signal.aborted) return 'interrupted';
    throw error;
  }
}

quietBrokenPipes();
process.exitCode = exitCodes[await main(process.argv.slice(2))];

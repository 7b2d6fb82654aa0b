import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { StartError } from '../host/start-error.ts';
import { CommandError, type Ending } from './command-error.ts';
import { createProgram, type Execute, isAnswered } from './program.ts';
import { root } from './root.ts';
import { createSession, type Surroundings } from './session.ts';
import { cleanText } from './terminal/clean-text.ts';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Runs a command line and returns how it ended; throws only for errors in the program itself. */
export async function runMuster(args: readonly string[], surroundings: Surroundings): Promise<Ending> {
  const execute: Execute = async ({ row, given, session: options }) => {
    const session = createSession(options, surroundings);
    await row.run(session, given).finally(() => session.output.passing(''));
  };
  try {
    const program = createProgram(version, execute, surroundings);
    await program.parseAsync(args, { from: 'user' });
    return 'done';
  } catch (error) {
    if (error instanceof CommanderError) return isAnswered(error) ? 'done' : 'usage';
    if (error instanceof CommandError || error instanceof StartError) {
      surroundings.stderr.write(`${cleanText(error.message)}\n`);
      return error instanceof CommandError ? error.ending : 'failed';
    }
    if (surroundings.signal.aborted) return 'interrupted';
    throw error;
  }
}

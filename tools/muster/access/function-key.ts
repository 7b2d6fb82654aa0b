import { readFile, stat } from 'node:fs/promises';
import { CommandError } from '../command-error.ts';
import type { Output } from '../terminal/output.ts';
import type { Person } from '../terminal/person.ts';

/** The sources of a deployed endpoint's function key. */
export interface KeySources {
  readonly keyFile: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly person: Person;
  readonly output: Output;
}

/** Reads the function key from the file or from the environment, or asks for it; rejects with a CommandError. */
export async function findKey({ keyFile, environment, person, output }: KeySources): Promise<string> {
  if (keyFile !== undefined) return readKeyFile(keyFile, output);
  const { MUSTER_FUNCTION_KEY: set } = environment;
  if (set !== undefined && set !== '') return requireKey(set, 'MUSTER_FUNCTION_KEY');
  if (person.isThere) return requireKey(await person.askSecret('Function key: '), 'The input');
  throw new CommandError(
    'usage',
    'The function key is missing: set MUSTER_FUNCTION_KEY, name a file with --key-file FILE, or use --entra.',
  );
}

async function readKeyFile(path: string, output: Output): Promise<string> {
  try {
    const { mode } = await stat(path);
    const isShared = process.platform !== 'win32' && (mode & 0o077) !== 0;
    if (isShared) output.warn(`Other users of this machine can read ${path}: run chmod 600 on it.`);
    return requireKey(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(
      'usage',
      `--key-file ${path} cannot be read (${code}): name the file that has the key.`,
    );
  }
}

/** Checks and trims a key for a header; throws a CommandError that does not repeat the text. */
export function requireKey(text: string, source: string): string {
  const key = text.trim();
  if (/^[!-~]{1,1000}$/.test(key)) return key;
  throw new CommandError('usage', `${source} is not a function key: it must be one line without spaces.`);
}

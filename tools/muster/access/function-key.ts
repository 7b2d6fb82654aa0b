import { readFile, stat } from 'node:fs/promises';
import { CommandError } from '../command-error.ts';
import type { Output } from '../terminal/output.ts';
import type { Person } from '../terminal/person.ts';

/** Who and what can give the function key of a deployed endpoint. */
export interface KeySources {
  readonly keyFile: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly person: Person;
  readonly output: Output;
}

/** Finds the function key: in the file, in the environment, or asks for it. Throws a CommandError. */
export async function findKey({ keyFile, environment, person, output }: KeySources): Promise<string> {
  if (keyFile !== undefined) return readKeyFile(keyFile, output);
  const { MUSTER_FUNCTION_KEY: set } = environment;
  if (set !== undefined && set !== '') return requireKey(set, 'MUSTER_FUNCTION_KEY');
  if (person.isThere) return requireKey(await person.askSecret('Function key: '), 'What was entered');
  throw new CommandError(
    'usage',
    'The function key is missing: set MUSTER_FUNCTION_KEY, name a file with --key-file FILE, or use --entra.',
  );
}

async function readKeyFile(path: string, output: Output): Promise<string> {
  try {
    const { mode } = await stat(path);
    const isShared = process.platform !== 'win32' && (mode & 0o077) !== 0;
    if (isShared) output.warn(`Others on this machine can read ${path}: chmod 600 keeps it from them.`);
    return requireKey(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError('usage', `--key-file ${path} cannot be read (${code}): name the file of the key.`);
  }
}

/** A key as it goes into a header; the refusal of what is none does not repeat it. */
export function requireKey(text: string, source: string): string {
  const key = text.trim();
  if (/^[!-~]{1,1000}$/.test(key)) return key;
  throw new CommandError('usage', `${source} is no function key: it must be one line without spaces.`);
}

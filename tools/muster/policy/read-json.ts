import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { explainJson } from '../../../lib/base/explain-json.ts';
import { isJsonObject, type JsonObject } from '../../../lib/scim/json.ts';
import { CommandError } from '../command-error.ts';

/** Reads a JSON object from a file, or from the standard input for `-`; rejects with a CommandError. */
export async function readJsonFile(path: string, input: Readable): Promise<JsonObject> {
  const name = path === '-' ? 'The standard input' : path;
  const content = await read(path, input);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new CommandError('failed', `${name} is not JSON: ${explainJson(error, content)}.`);
  }
  if (isJsonObject(value)) return value;
  throw new CommandError('failed', `${name} must contain a JSON object, such as {"keys": {"activeMax": 1}}.`);
}

async function read(path: string, input: Readable): Promise<string> {
  if (path === '-') return text(input);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(
      'usage',
      `${path} cannot be read (${code}): name a file, or - for the standard input.`,
    );
  }
}

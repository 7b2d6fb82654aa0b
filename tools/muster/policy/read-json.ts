import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
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
    throw new CommandError('failed', `${name} is not JSON: ${explain(error, content)}.`);
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

/** The message of the parser, with line and column. */
function explain(error: unknown, content: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  if (position === undefined) return message;
  const before = content.slice(0, Number(position)).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return `${message.slice(0, message.indexOf(' at position'))}, line ${before.length}, column ${column}`;
}

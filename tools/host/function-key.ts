import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exchange } from './exchange.ts';
import { writeOwnerFile } from './json-file.ts';

const keyBytes = 40;

/** Creates the key that functions with a level above `anonymous` require. */
export function newFunctionKey(): string {
  return randomBytes(keyBytes).toString('base64url');
}

/** Reads the key of a data folder, or creates one in a file that only its owner can read. */
export async function keepFunctionKey(data: string): Promise<string> {
  const path = join(data, 'functionKey');
  try {
    const key = (await readFile(path, 'utf8')).trim();
    if (key !== '') return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = newFunctionKey();
  await writeOwnerFile(path, key);
  return key;
}

/** Tells whether a request has the key, in the header `x-functions-key` or as `?code=`. */
export function holdsKey({ headers, query }: Exchange, functionKey: string): boolean {
  const sent = headers['x-functions-key'] ?? new URLSearchParams(query).get('code');
  return sent !== null && timingSafeEqual(digest(sent), digest(functionKey));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

import { readFile, rename, rm, writeFile } from 'node:fs/promises';

/** Reads a JSON object from a file; undefined if the file does not exist or has no object. */
export async function readJson(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes an object as `writeOwnerFile` does. */
export function writeJson(path: string, value: object): Promise<void> {
  return writeOwnerFile(path, JSON.stringify(value, null, 2));
}

/** Writes a line of text, or several, to a file that only its owner can read: either completely or not at all. */
export async function writeOwnerFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  try {
    await writeFile(draft, `${text}\n`, { mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readJson, writeJson } from './json-file.ts';
import { StartError } from './start-error.ts';

/** The values that a person pastes into a client, as stored in connection.json. */
export interface Connection {
  readonly tenantUrl: string;
  readonly secretToken: string;
}

/** Creates the data folder if it does not exist; throws a StartError if it cannot be used. */
export async function prepareDataFolder(data: string): Promise<void> {
  try {
    await makeFolder(resolve(data));
    await access(data, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(
      `The data folder ${data} cannot be used (${explain(error)}): choose another with --data DIR.`,
    );
  }
}

/** Creates a folder and its parents. Node's own recursive mkdir never returns below /proc, where it must fail. */
async function makeFolder(path: string): Promise<void> {
  const make = () => mkdir(path, { mode: 0o700 });
  try {
    await make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path || (await exists(dirname(path)))) throw error;
    await makeFolder(dirname(path));
    await make();
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function explain(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'there is a file in its place';
  if (code === 'ENOENT') return 'it cannot be created there';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'it is not writable';
  return error instanceof Error ? error.message : String(error);
}

/** Reads connection.json; undefined if it does not exist or is not valid. */
export async function readConnection(data: string): Promise<Connection | undefined> {
  const { tenantUrl, secretToken } = (await readJson(connectionPath(data))) ?? {};
  const isComplete = typeof tenantUrl === 'string' && typeof secretToken === 'string';
  return isComplete && URL.canParse(tenantUrl) ? { tenantUrl, secretToken } : undefined;
}

/** Writes connection.json so that only its owner can read it. */
export function writeConnection(data: string, { tenantUrl, secretToken }: Connection): Promise<void> {
  return writeJson(connectionPath(data), { tenantUrl, secretToken });
}

function connectionPath(data: string): string {
  return join(data, 'connection.json');
}

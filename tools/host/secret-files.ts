import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

/** The files and folders of a data folder that hold secrets, with the mode that only its owner can use them by. */
const modes = { functionKey: 0o600, 'connection.json': 0o600, 'endpoint.json': 0o600, mail: 0o700 } as const;

/**
 * Takes away from other users what they may do with the secrets in a folder. Returns the names of what they could use.
 * Throws a StartError if this user may not change that.
 */
export async function keepSecretsToOwner(data: string): Promise<readonly string[]> {
  if (process.platform === 'win32') return [];
  const shared: string[] = [];
  for (const [name, mode] of Object.entries(modes)) {
    const path = join(data, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || (found.mode & 0o077) === 0) continue;
    await chmod(path, mode).catch((cause) => {
      const advice = `run chmod ${mode.toString(8)} on it as its owner`;
      throw new StartError(`Other users of this machine can read ${path}: ${advice}.`, { cause });
    });
    shared.push(name);
  }
  return shared;
}

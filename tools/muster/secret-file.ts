import { open, rm } from 'node:fs/promises';
import { CommandError } from './command-error.ts';

/** A new file that only its owner can read. */
export interface SecretFile {
  readonly path: string;
  /** Writes the secret as the only line. */
  write(secret: string): Promise<void>;
  /** Removes the file, which nothing was written to. */
  discard(): Promise<void>;
}

/** Makes the file; rejects with a CommandError where there is one already, or where it cannot be made. */
export async function openSecretFile(path: string): Promise<SecretFile> {
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EEXIST' ? 'there is a file of this name' : error.code;
    throw new CommandError('failed', `${path} cannot be made (${reason}): name a new file with --to FILE.`);
  });
  return {
    path,
    async write(secret) {
      await file.writeFile(`${secret}\n`);
      await file.sync();
      await file.close();
    },
    async discard() {
      await file.close();
      await rm(path);
    },
  };
}

import { open, rm } from 'node:fs/promises';
import { CommandError } from './command-error.ts';

/** A new file that only its owner can read. */
export interface SecretFile {
  readonly path: string;
  /** Writes the secret as the only line. */
  write(secret: string): Promise<void>;
  /** Removes the file, which must still be empty. */
  discard(): Promise<void>;
}

/** Creates the file; rejects with a CommandError if it already exists or cannot be created. */
export async function openSecretFile(path: string): Promise<SecretFile> {
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EEXIST' ? 'a file with this name exists' : error.code;
    throw new CommandError(
      'failed',
      `${path} cannot be created (${reason}): name a new file with --to FILE.`,
    );
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

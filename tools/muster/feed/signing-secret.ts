import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type SigningKeys, signingKeys } from '../../../lib/feed/webhooks/signatures.ts';
import { CommandError } from '../command-error.ts';
import { openSecretFile } from '../secret-file.ts';
import type { Session } from '../session.ts';
import { toFields } from '../terminal/table.ts';

const seedForm = /^[\da-f]{64}$/;

/**
 * Makes keys that sign deliveries. With a file they are the same each time, because the file keeps what they are made
 * of; it is created if it does not exist. Rejects with a CommandError.
 */
export async function openSigningKeys(path: string | undefined): Promise<SigningKeys> {
  const seed = randomBytes(32).toString('hex');
  if (path === undefined) return keysOf(seed);
  const kept = await readSeed(path);
  if (kept !== undefined) return keysOf(kept);
  await (await openSecretFile(path)).write(seed);
  return keysOf(seed);
}

const keysOf = (seed: string) => signingKeys(Buffer.from(seed, 'hex'));

async function readSeed(path: string): Promise<string | undefined> {
  try {
    const seed = (await readFile(path, 'utf8')).trim();
    if (seedForm.test(seed)) return seed;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new CommandError('failed', `${path} cannot be read (${code}): name another --secret-file.`);
  }
  throw new CommandError('failed', `${path} is not a file of this command: name another --secret-file.`);
}

/** Shows what the product enters to check signatures. */
export function showKeys({ output }: Session, { secret, publicKey }: SigningKeys): void {
  output.record({ secret, publicKey }, () =>
    toFields([
      ['Secret', secret],
      ['Public key', publicKey],
    ]),
  );
}

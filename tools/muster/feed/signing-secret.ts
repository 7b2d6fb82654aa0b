import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ed25519Keys, type SigningKeys } from '../../../lib/feed/webhooks/signatures.ts';
import { CommandError } from '../command-error.ts';
import { openSecretFile } from '../secret-file.ts';
import type { Session } from '../session.ts';
import { toFields } from '../terminal/table.ts';

const secretForm = /^whsec_[A-Za-z\d+/]{43}=$/;

/**
 * Makes keys that sign deliveries. With a file they are the same each time: the file keeps the secret `whsec_…` as the
 * product enters it, and is created if it does not exist. Rejects with a CommandError.
 */
export async function openSigningKeys(path: string | undefined): Promise<SigningKeys> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  if (path === undefined) return keysOf(secret);
  const kept = await readSecret(path);
  if (kept !== undefined) return keysOf(kept);
  await (await openSecretFile(path)).write(secret);
  return keysOf(secret);
}

/** The key of `v1a` follows from the secret, so that one file keeps both. */
function keysOf(secret: string): SigningKeys {
  return { secret, ...ed25519Keys(createHmac('sha256', secret).update('v1a').digest()) };
}

async function readSecret(path: string): Promise<string | undefined> {
  try {
    const secret = (await readFile(path, 'utf8')).trim();
    if (secretForm.test(secret)) return secret;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new CommandError('failed', `${path} cannot be read (${code}): name another --secret-file.`);
  }
  throw new CommandError('failed', `${path} does not hold a secret whsec_…: name another --secret-file.`);
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

import { createHmac } from 'node:crypto';
import type { SecretStore } from './secret-store.ts';

const secretName = 'fingerprint-v1';

/**
 * Makes keyed hashes of texts, base64url: without the server secret nobody can try out which text a hash is
 * of.
 */
export function createFingerprint(
  secrets: Pick<SecretStore, 'serverSecret'>,
): (text: string) => Promise<string> {
  let secret: Promise<Uint8Array> | undefined;
  return async (text) => {
    secret ??= secrets.serverSecret(secretName).catch((thrown: unknown) => {
      secret = undefined;
      throw thrown;
    });
    return createHmac('sha256', await secret)
      .update(text)
      .digest('base64url');
  };
}

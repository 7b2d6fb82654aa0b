import { createHmac } from 'node:crypto';
import { onceEach } from '../base/once.ts';
import type { SecretStore } from './secret-store.ts';

const secretName = 'fingerprint-v1';

/**
 * Makes keyed hashes of texts, base64url: without the server secret nobody can try out which text a hash is
 * of.
 */
export function createFingerprint(
  secrets: Pick<SecretStore, 'serverSecret'>,
): (text: string) => Promise<string> {
  const secret = onceEach((name) => secrets.serverSecret(name));
  return async (text) =>
    createHmac('sha256', await secret(secretName))
      .update(text)
      .digest('base64url');
}

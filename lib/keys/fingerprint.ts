import { createHmac } from 'node:crypto';
import { once } from '../base/once.ts';
import type { SecretStore } from './secret-store.ts';

/**
 * Creates a function that hashes texts with HMAC-SHA-256 and a server secret, in base64url. Without the
 * secret nobody can guess the text of a hash by hashing candidates.
 */
export function createFingerprint(
  secrets: Pick<SecretStore, 'serverSecret'>,
): (text: string) => Promise<string> {
  const secret = once(() => secrets.serverSecret('fingerprint-v1'));
  return async (text) =>
    createHmac('sha256', await secret())
      .update(text)
      .digest('base64url');
}

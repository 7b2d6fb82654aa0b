import { createHmac } from 'node:crypto';
import { once } from '../base/once.ts';
import type { SecretStore } from './secret-store.ts';

/**
 * Makes keyed hashes of texts, base64url: without the server secret nobody can try out which text a hash is
 * of.
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

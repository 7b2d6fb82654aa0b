import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { once } from '../base/once.ts';
import type { SecretStore } from './secret-store.ts';

const nonceBytes = 16;
const tagBytes = 16;
/** The initialisation vector. It can be constant, because each text has a key of its own. */
const vector = Buffer.alloc(12);

interface SealerOptions {
  readonly secrets: Pick<SecretStore, 'serverSecret'>;
  /** The name of the server secret. */
  readonly name: string;
  readonly randomBytes: (bytes: number) => Buffer;
}

/**
 * Encrypts and authenticates texts with AES-256-GCM. Each text has a key, derived from the server secret, a
 * nonce and the purpose. So a text that is sealed for one purpose cannot be opened for another.
 */
export function createSealer({ secrets, name, randomBytes }: SealerOptions) {
  const secret = once(() => secrets.serverSecret(name));
  const keyOf = async (nonce: Buffer, purpose: string): Promise<Buffer> =>
    createHmac('sha256', await secret())
      .update(nonce)
      .update(purpose)
      .digest();

  return {
    /** Encrypts a text into characters that need no escaping in a URL (RFC 3986 2.3). */
    async seal(text: string, purpose: string): Promise<string> {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', await keyOf(nonce, purpose), vector);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    },

    /** Decrypts a sealed text; answers `undefined` if it was not sealed for the purpose. */
    async open(sealed: string, purpose: string): Promise<string | undefined> {
      const bytes = Buffer.from(sealed, 'base64url');
      // Decoding skips invalid characters, so several texts would open as one without this check.
      if (bytes.length < nonceBytes + tagBytes || bytes.toString('base64url') !== sealed) return undefined;
      const key = await keyOf(bytes.subarray(0, nonceBytes), purpose);
      const cipher = createDecipheriv('aes-256-gcm', key, vector, { authTagLength: tagBytes });
      cipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      try {
        const text = cipher.update(bytes.subarray(nonceBytes + tagBytes));
        return Buffer.concat([text, cipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}

/** Seals and opens texts. */
export type Sealer = ReturnType<typeof createSealer>;

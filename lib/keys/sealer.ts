import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { once } from '../base/once.ts';
import type { SecretStore } from './secret-store.ts';

const nonceBytes = 16;
const tagBytes = 16;
/** Each text has a key of its own, so no vector is ever used twice. */
const vector = Buffer.alloc(12);

interface SealerOptions {
  readonly secrets: Pick<SecretStore, 'serverSecret'>;
  /** The name of the server secret. */
  readonly name: string;
  readonly randomBytes: (bytes: number) => Buffer;
}

/**
 * Makes texts unreadable and unforgeable with AES-256-GCM. The key of each is derived from the server secret, a nonce
 * and the purpose, so that what is sealed for one purpose opens for no other.
 */
export function createSealer({ secrets, name, randomBytes }: SealerOptions) {
  const secret = once(() => secrets.serverSecret(name));
  const keyOf = async (nonce: Buffer, purpose: string): Promise<Buffer> =>
    createHmac('sha256', await secret())
      .update(nonce)
      .update(purpose)
      .digest();

  return {
    /** Answers in characters that a URL leaves as they are (RFC 3986 2.3). */
    async seal(text: string, purpose: string): Promise<string> {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', await keyOf(nonce, purpose), vector);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    },

    /** `undefined` for what was not sealed for the purpose. */
    async open(sealed: string, purpose: string): Promise<string | undefined> {
      const bytes = Buffer.from(sealed, 'base64url');
      // Decoding passes over what is no base64url, so that several texts would stand for one.
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

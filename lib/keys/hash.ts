import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyParts } from './key-format.ts';

/** Name of the server secret for new hashes. Each record names its own, so this one can change. */
export const currentPepper = 'pepper-v1';

/**
 * Hashes a key with HMAC-SHA-256. No slow hash is needed, because the secret has 256 random bits. A stolen
 * record verifies nothing without the pepper. The hash covers the key id, so a record cannot serve another
 * key.
 */
export function hashKey(pepper: Uint8Array, { keyId, secret }: KeyParts): Buffer {
  return createHmac('sha256', pepper).update(`${keyId}.${secret}`).digest();
}

/** Compares two hashes in constant time. */
export function equalHashes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

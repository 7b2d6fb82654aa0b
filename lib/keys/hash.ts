import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyParts } from './key-format.ts';

/** The server secret that new keys are hashed with; each record names its own, so that it can be changed. */
export const currentPepper = 'pepper-v1';

/**
 * Hashes a key with HMAC-SHA-256: the secret has 256 random bits, so no slow hash is needed, and
 * without the pepper a stolen record verifies nothing. The key id is hashed along, so a record serves no
 * other key.
 */
export function hashKey(pepper: Uint8Array, { keyId, secret }: KeyParts): Buffer {
  return createHmac('sha256', pepper).update(`${keyId}.${secret}`).digest();
}

/** Compares two hashes in constant time. */
export function equalHashes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

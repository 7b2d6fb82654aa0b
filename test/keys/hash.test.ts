import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { equalHashes, hashKey } from '../../lib/keys/hash.ts';

const pepper = Buffer.alloc(32, 7);
const key = { keyId: 'abcdefghijkl', secret: 'S'.repeat(43) };

describe('hashKey()', () => {
  test('is the HMAC-SHA-256 of key id and secret under the pepper', () => {
    const expected = createHmac('sha256', pepper).update(`abcdefghijkl.${key.secret}`).digest('hex');
    expect(hashKey(pepper, key).toString('hex')).toBe(expected);
  });

  test.each([
    ['pepper', hashKey(Buffer.alloc(32, 8), key)],
    ['key id', hashKey(pepper, { ...key, keyId: 'abcdefghijkm' })],
    ['secret', hashKey(pepper, { ...key, secret: 'T'.repeat(43) })],
  ])('differs with another %s', (_, other) => {
    expect(equalHashes(hashKey(pepper, key), other)).toBe(false);
  });
});

describe('equalHashes()', () => {
  test('accepts equal bytes', () => {
    expect(equalHashes(hashKey(pepper, key), hashKey(pepper, key))).toBe(true);
  });

  test('refuses another length instead of throwing', () => {
    expect(equalHashes(hashKey(pepper, key), Buffer.alloc(0))).toBe(false);
  });
});

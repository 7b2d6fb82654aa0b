import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyPattern, mintKey, parseKey } from '../../lib/keys/key-format.ts';

const bytesOf = (seed: Uint8Array) => (count: number) => Buffer.from(seed.subarray(0, count));
const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('mintKey()', () => {
  test('has the published form whatever the randomness', () => {
    const form = new RegExp(`^${keyPattern}$`);
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(mintKey(bytesOf(seed)).text).toMatch(form);
      }),
    );
  });

  test('keeps its width for the smallest and the largest secret', () => {
    expect(mintKey((count) => Buffer.alloc(count, 0)).secret).toBe('0'.repeat(43));
    expect(mintKey((count) => Buffer.alloc(count, 255)).secret).toHaveLength(43);
  });

  test('keeps all 256 bits of the secret apart', () => {
    const secretOf = (bit: number) => {
      const seed = Buffer.alloc(32);
      seed.writeUInt8(1 << (bit % 8), Math.floor(bit / 8));
      return mintKey(bytesOf(seed)).secret;
    };
    expect(new Set(Array.from({ length: 256 }, (_, bit) => secretOf(bit))).size).toBe(256);
  });

  test('stands for good: a fixed randomness gives a fixed key', () => {
    const counting = (count: number) => Buffer.from(Array.from({ length: count }, (_, index) => index));
    const { text } = mintKey(counting);
    expect(text).toBe('muster_abcdefghijkl_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf_3UwDdH');
  });
});

describe('parseKey()', () => {
  test('reads back what mintKey() made', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { keyId, secret, text } = mintKey(bytesOf(seed));
        expect(parseKey(text)).toEqual({ keyId, secret });
      }),
    );
  });

  test('refuses a key with any one character changed', () => {
    const character = fc.constantFrom(...'abcXYZ0189_- é\n');
    fc.assert(
      fc.property(seeds, fc.nat({ max: 69 }), character, (seed, position, replacement) => {
        const { text } = mintKey(bytesOf(seed));
        fc.pre(text.charAt(position) !== replacement);
        expect(parseKey(text.slice(0, position) + replacement + text.slice(position + 1))).toBeUndefined();
      }),
    );
  });

  const { text } = mintKey(randomBytes);
  test.each([
    ['nothing', ''],
    ['another prefix', text.replace('muster', 'master')],
    ['a missing character', text.slice(0, -1)],
    ['a character too many', `${text}0`],
    ['a line break behind it', `${text}\n`],
    ['a space before it', ` ${text}`],
    ['an upper-case key id', text.slice(0, 7) + text.slice(7, 19).toUpperCase() + text.slice(19)],
    ['two characters swapped', swapped(text)],
    ['a megabyte of it', 'muster_'.repeat(150_000)],
  ])('refuses %s', (_, damaged) => {
    expect(damaged).not.toBe(text);
    expect(parseKey(damaged)).toBeUndefined();
  });
});

/** Swaps the first two neighbours of the secret that differ. */
function swapped(text: string): string {
  let at = 20;
  while (text.charAt(at) === text.charAt(at + 1)) at += 1;
  return text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2);
}

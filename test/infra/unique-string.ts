/** Computes `uniqueString()` as Azure does: 13 letters and digits out of a MurmurHash3 of 64 bits. */
export function uniqueString(parts: readonly string[]): string {
  let hash = murmurHash(Buffer.from(parts.join('-')));
  let text = '';
  while (text.length < 13) {
    text += 'abcdefghijklmnopqrstuvwxyz234567'[Number(hash >> 59n)];
    hash = BigInt.asUintN(64, hash << 5n);
  }
  return text;
}

const [c1, c2] = [0x239b961b, 0xab0e9789];

function murmurHash(data: Buffer): bigint {
  const padded = Buffer.concat([data, Buffer.alloc(8)]);
  let [h1, h2] = [0, 0];
  let at = 0;
  for (; at + 8 <= data.length; at += 8) {
    h1 ^= scramble(padded.readUInt32LE(at), [c1, 15, c2]);
    h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= scramble(padded.readUInt32LE(at + 4), [c2, 17, c1]);
    h2 = (Math.imul(rotate(h2, 13) + h1, 5) + 0x0bcaa747) | 0;
  }
  h1 ^= scramble(padded.readUInt32LE(at), [c1, 15, c2]) ^ data.length;
  h2 ^= scramble(padded.readUInt32LE(at + 4), [c2, 17, c1]) ^ data.length;
  h1 = (h1 + h2) | 0;
  h2 = (h2 + h1) | 0;
  h1 = mix(h1);
  h2 = mix(h2);
  h1 = (h1 + h2) | 0;
  h2 = (h2 + h1) | 0;
  return (BigInt(h2 >>> 0) << 32n) | BigInt(h1 >>> 0);
}

function scramble(block: number, [first, bits, second]: readonly [number, number, number]): number {
  return Math.imul(rotate(Math.imul(block, first), bits), second);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function mix(value: number): number {
  const first = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}

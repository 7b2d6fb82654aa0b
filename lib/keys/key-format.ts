import { crc32 } from 'node:zlib';

/** The parts of a well-formed key; such a key need not exist. */
export interface KeyParts {
  readonly keyId: string;
  readonly secret: string;
}

/** A new key; `text` is shown once and not stored. */
interface MintedKey extends KeyParts {
  readonly text: string;
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const keyIdLength = 12;
const secretBytes = 32;
const secretLength = 43;
const checksumLength = 6;

/** A regular expression for secret scanners; the checksum lets them discard chance matches. */
export const keyPattern = 'muster_[a-z2-7]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}';

const keyForm = /^(muster_([a-z2-7]{12})_([0-9A-Za-z]{43}))_([0-9A-Za-z]{6})$/;

/** Generates a key `muster_<key id>_<256-bit secret>_<checksum>` from cryptographic randomness. */
export function mintKey(random: (bytes: number) => Buffer): MintedKey {
  const keyId = Array.from(random(keyIdLength), (byte) => base32.charAt(byte % base32.length)).join('');
  const secret = toBase62(BigInt(`0x${random(secretBytes).toString('hex')}`), secretLength);
  const body = `muster_${keyId}_${secret}`;
  return { keyId, secret, text: `${body}_${checksum(body)}` };
}

/** Splits a key into its parts without any I/O; `undefined` if its form or its checksum is wrong. */
export function parseKey(text: string): KeyParts | undefined {
  const [, body, keyId, secret, check] = keyForm.exec(text) ?? [];
  if (body === undefined || keyId === undefined || secret === undefined) return undefined;
  return check === checksum(body) ? { keyId, secret } : undefined;
}

/** Computes the public CRC32 of a key's body. It finds typing errors and spares scanners false alarms. */
function checksum(body: string): string {
  return toBase62(BigInt(crc32(body)), checksumLength);
}

function toBase62(value: bigint, width: number): string {
  let digits = '';
  for (let rest = value; rest > 0n; rest /= 62n) digits = base62.charAt(Number(rest % 62n)) + digits;
  return digits.padStart(width, '0');
}

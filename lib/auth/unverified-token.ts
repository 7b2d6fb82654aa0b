import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import { limits } from '../base/limits.ts';

/** A signed token (RFC 7519) as it describes itself; nothing of it is verified. */
export interface UnverifiedToken {
  readonly text: string;
  readonly algorithm: string;
  readonly keyId: string;
  readonly claims: JWTPayload;
}

/** Takes a token apart, without any I/O; what is malformed, too long or names no key is `undefined`. */
export function readToken(text: string): UnverifiedToken | undefined {
  if (text.length > limits.tokenBytesMax) return undefined;
  try {
    const { alg, kid } = decodeProtectedHeader(text);
    if (typeof alg !== 'string' || typeof kid !== 'string') return undefined;
    return { text, algorithm: alg, keyId: kid, claims: decodeJwt(text) };
  } catch {
    return undefined;
  }
}

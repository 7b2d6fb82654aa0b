import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import { limits } from '../base/limits.ts';

/** The content of a signed token (RFC 7519) before anything is verified. */
export interface UnverifiedToken {
  readonly text: string;
  readonly algorithm: string;
  readonly keyId: string;
  readonly claims: JWTPayload;
}

/** Decodes a token without any I/O; `undefined` if it is malformed, too long or names no key. */
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

import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { ScimError } from '../scim/errors.ts';
import type { Trust, TrustPins } from '../tenants/trust.ts';
import type { KeySets } from './key-sets.ts';
import type { RefusalReason } from './refusal.ts';
import type { UnverifiedToken } from './unverified-token.ts';

/** The algorithms with which other issuers may sign. */
export const assertionAlgorithms = ['RS256', 'ES256'];

/** The claims of another issuer's token that are used; times are in milliseconds since 1970. */
interface Claims {
  readonly pins: TrustPins;
  readonly begins: number;
  readonly expires: number;
  /** The ids of the application in Entra ID's claims `appid` and `azp`. */
  readonly applications: readonly string[];
}

/** Reads the claims that every token must have; `undefined` if one is missing or malformed. */
export function readClaims(claims: JWTPayload): Claims | undefined {
  const { iss, sub, aud, tid, exp } = claims;
  const [audience, ...others] = [aud].flat();
  const isWhole = isText(iss) && isText(sub) && isText(audience) && isText(tid) && others.length === 0;
  const begins = [claims.nbf ?? 0, claims.iat ?? 0];
  if (!isWhole || !isTime(exp) || !begins.every(isTime)) return undefined;
  return {
    pins: { issuer: iss, subject: sub, audience, tenantId: tid },
    begins: Math.max(...begins) * 1000,
    expires: exp * 1000,
    applications: [claims.appid, claims.azp].filter(isText),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): value is number {
  return typeof value === 'number';
}

/**
 * Finds the reason to refuse a token that does not depend on its signature; `undefined` if there is none.
 * `now` is in milliseconds since 1970. The expiry has no tolerance, because nothing issued for a token may
 * outlive it.
 */
export function refusalOfForm(
  { algorithm }: UnverifiedToken,
  { begins, expires }: Claims,
  now: number,
): RefusalReason | undefined {
  if (!assertionAlgorithms.includes(algorithm)) return 'algorithm';
  if (now >= expires) return 'expired';
  if (begins > now + limits.clockSkewSeconds * 1000) return 'notYetValid';
  return expires > now + limits.assertionSecondsMax * 1000 ? 'tooLong' : undefined;
}

/**
 * Verifies a token's signature and its pinned claims (RFC 7519 7.2); answers the reason to refuse it, or
 * `undefined`. Rejects with ScimError `unavailable` while the issuer's keys cannot be read.
 */
export async function refusalOfSignature(
  { keySets, now }: { readonly keySets: KeySets; readonly now: Clock },
  { text }: UnverifiedToken,
  { issuer, subject, audience, jwksUri }: Trust,
): Promise<RefusalReason | undefined> {
  try {
    const times = { currentDate: new Date(now()), clockTolerance: limits.clockSkewSeconds };
    await jwtVerify(text, keySets(jwksUri), {
      algorithms: assertionAlgorithms,
      issuer,
      subject,
      audience,
      ...times,
    });
    return undefined;
  } catch (error) {
    if (error instanceof ScimError) throw error;
    return error instanceof errors.JWKSNoMatchingKey ? 'keyUnknown' : 'signature';
  }
}

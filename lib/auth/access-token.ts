import { hash, subtle } from 'node:crypto';
import { type CryptoKey, errors, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { onceEach } from '../base/once.ts';
import type { SecretStore } from '../keys/secret-store.ts';
import { type Refusal, tellCredential } from './refusal.ts';
import type { UnverifiedToken } from './unverified-token.ts';

/** The only scope of a token: the SCIM endpoint of its tenant. */
export const tokenScope = 'scim';

/**
 * The names of the server secrets that sign tokens; a token's header names its own. To change the secret, add
 * a new name here, make it the current one when every instance knows it, and remove the old one when its last
 * token has expired.
 */
const acceptedKeys: readonly string[] = ['token-v1'];
const currentKey = 'token-v1';

const algorithm = 'HS256';
const type = 'at+jwt';

/** The content of a token: the right to work in a tenant. Times are in milliseconds since 1970. */
interface Grant {
  readonly tenantId: string;
  /** The id of the client secret or trust that it was issued for; when that ends, the token ends too. */
  readonly grantor: string;
  /** The id of the user on whose behalf the client acts. */
  readonly subject?: string;
  readonly issued: number;
  readonly expires: number;
}

/** Signs and verifies Muster's own tokens; promises reject as the store of secrets does. */
export interface AccessTokens {
  /** Signs a token for an endpoint path, such as `/scim/v2`. */
  sign(grant: Grant, path: string): Promise<string>;
  /** Tests if a token names Muster as its issuer; its signature is not verified. */
  isOwn(token: UnverifiedToken): boolean;
  /** Verifies a token for an endpoint path, on a warm instance without the store. */
  verify(token: UnverifiedToken, path: string): Promise<Grant | Refusal>;
}

interface AccessTokenOptions {
  readonly secrets: Pick<SecretStore, 'serverSecret'>;
  /** `https://host`, without a path. */
  readonly issuer: string;
  readonly now: Clock;
  readonly newId: () => string;
}

/** Issues and verifies access tokens: JWTs (RFC 9068) that only this service can sign and needs to read. */
export function createAccessTokens({ secrets, issuer, now, newId }: AccessTokenOptions): AccessTokens {
  const keyOf = onceEach(async (name) => importSecret(await secrets.serverSecret(name)));
  // A signature stays valid, so only the expiry is checked again. The tokens themselves are not kept.
  const verified = new LRUCache<string, Grant>({ max: limits.credentialCacheEntriesMax });

  return {
    async sign({ tenantId, grantor, subject = grantor, issued, expires }, path) {
      return new SignJWT({ client_id: grantor, tenant: tenantId, scope: tokenScope })
        .setProtectedHeader({ alg: algorithm, typ: type, kid: currentKey })
        .setIssuer(issuer)
        .setAudience(issuer + path)
        .setSubject(subject)
        .setJti(newId())
        .setIssuedAt(Math.floor(issued / 1000))
        .setExpirationTime(Math.floor(expires / 1000))
        .sign(await keyOf(currentKey));
    },

    isOwn: ({ claims }) => claims.iss === issuer,

    async verify({ text, keyId }, path) {
      // Checked before the secret is read, because reading an unknown secret would create it.
      if (!acceptedKeys.includes(keyId)) return { reason: 'keyUnknown' };
      const digest = hash('sha256', `${path} ${text}`, 'base64url');
      const known = verified.get(digest);
      if (known && now() < known.expires) return known;
      const key = await keyOf(keyId);
      try {
        const { payload } = await jwtVerify<OwnClaims>(text, key, {
          issuer,
          audience: issuer + path,
          algorithms: [algorithm],
          typ: type,
          requiredClaims: ['sub', 'iat', 'exp'],
          currentDate: new Date(now()),
        });
        if (payload.scope !== tokenScope) return { reason: 'signature' };
        const grant = grantIn(payload);
        verified.set(digest, grant);
        return grant;
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

/** Imports a secret. This takes longer than a verification, so it is done once for each secret. */
function importSecret(secret: Uint8Array): Promise<CryptoKey> {
  const kind = { name: 'HMAC', hash: 'SHA-256' };
  return subtle.importKey('raw', secret, kind, false, ['sign', 'verify']);
}

/** The claims of a token with our signature; they need no further validation. */
interface OwnClaims {
  readonly sub: string;
  readonly client_id: string;
  readonly tenant: string;
  readonly scope: string;
  readonly iat: number;
  readonly exp: number;
}

function grantIn({ sub, client_id: grantor, tenant: tenantId, iat, exp }: OwnClaims): Grant {
  const subject = sub === grantor ? undefined : sub;
  return { tenantId, grantor, subject, issued: iat * 1000, expires: exp * 1000 };
}

/** Names tenant and grantor if only the time or the endpoint is wrong, because the signature was verified before. */
function refusalOf(error: unknown): Refusal {
  const isExpired = error instanceof errors.JWTExpired;
  const isElsewhere = error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud';
  if (!isExpired && !isElsewhere) return { reason: 'signature' };
  const { tenant: tenantId, client_id: grantor } = error.payload as unknown as OwnClaims;
  return { reason: isExpired ? 'expired' : 'wrongPath', ...tellCredential(grantor), tenantId };
}

import { createHash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { limits } from '../limits.ts';
import { ScimError } from '../scim/errors.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import {
  differingPins,
  findTrust,
  isKeySource,
  type Trust,
  type TrustPins,
  trustId,
} from '../tenants/trust.ts';
import type { TrustClaim } from '../tenants/trust-registry.ts';
import type { Holder } from './holder.ts';
import type { KeySets } from './key-sets.ts';
import { isRefusal, type Refusal, type RefusalReason } from './refusal.ts';
import { mayBeNews, tenantOf } from './tenant-of.ts';
import type { UnverifiedToken } from './unverified-token.ts';

const algorithms = ['RS256', 'ES256'];

/** Who holds a token of another issuer. */
export interface TrustHolder extends Holder {
  /** When the token ends, in milliseconds since 1970. */
  readonly expires: number;
  /** What its bearer may call itself: the tenant, the subject, or the application by Entra ID's own claims. */
  readonly clientIds: readonly string[];
}

/**
 * Answers who holds a token of another issuer, or why it is refused; a warm instance does so without the store. Rejects
 * with ScimError `unavailable` while the issuer's keys cannot be read, and with a StoreError.
 */
export type VerifyAssertion = (token: UnverifiedToken) => Promise<TrustHolder | Refusal>;

interface AssertionParts {
  readonly tenants: Pick<Tenants, 'retrieve' | 'retrieveFresh' | 'trusts'>;
  readonly keySets: KeySets;
  /** The hosts that keys may be fetched from. */
  readonly hosts: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Verifies tokens of other issuers (RFC 7523 3) against the trusts of all tenants. */
export function createAssertions(parts: AssertionParts): VerifyAssertion {
  /** Where the keys are that a token was verified with, by its hash. */
  const verified = new LRUCache<string, string>({ max: limits.credentialCacheEntriesMax });

  return async (token) => {
    const claims = readClaims(token.claims);
    if (!claims) return { reason: 'malformed' };
    const { pins, expires } = claims;
    const unfit = algorithms.includes(token.algorithm) ? refusalOfTimes(claims, parts.now()) : 'algorithm';
    if (unfit) return { reason: unfit };
    const found = await findListed(parts, pins);
    if (isRefusal(found)) return found;
    const { tenant, trust, id } = found;
    const told = { trust: id, tenantId: tenant.id };
    if (!isKeySource(trust.jwksUri, parts.hosts)) return { reason: 'keyHost', ...told };
    const hash = createHash('sha256').update(token.text).digest('base64url');
    if (verified.get(hash) !== trust.jwksUri) {
      const reason = await refusalOfSignature(parts, token, trust);
      if (reason) return { reason, ...told };
      verified.set(hash, trust.jwksUri);
    }
    return { tenant, credential: id, expires, clientIds: [tenant.id, pins.subject, ...claims.applications] };
  };
}

/** What is read of a token; times in milliseconds since 1970. */
interface Claims {
  readonly pins: TrustPins;
  readonly begins: number;
  readonly expires: number;
  /** The application, as Entra ID names it. */
  readonly applications: readonly string[];
}

function readClaims({ iss, sub, aud, tid, exp, nbf, iat, appid, azp }: JWTPayload): Claims | undefined {
  const [audience, ...others] = [aud].flat();
  const isWhole = isText(iss) && isText(sub) && isText(audience) && isText(tid) && others.length === 0;
  if (!isWhole || !isTime(exp) || !isTime(nbf ?? 0) || !isTime(iat ?? 0)) return undefined;
  return {
    pins: { issuer: iss, subject: sub, audience, tenantId: tid },
    begins: Math.max(nbf ?? 0, iat ?? 0) * 1000,
    expires: exp * 1000,
    applications: [appid, azp].filter(isText),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): value is number {
  return typeof value === 'number';
}

/** No grace at the end, since nothing that is issued for a token may outlive it. */
function refusalOfTimes({ begins, expires }: Claims, time: number): RefusalReason | undefined {
  if (time >= expires) return 'expired';
  if (begins > time + limits.clockSkewSeconds * 1000) return 'notYetValid';
  return expires > time + limits.assertionSecondsMax * 1000 ? 'tooLong' : undefined;
}

interface ListedTrust {
  readonly tenant: Tenant;
  readonly trust: Trust;
  readonly id: string;
}

/** A claim is believed only where the tenant that made it lists the trust. */
async function findListed(
  { tenants, now }: Pick<AssertionParts, 'tenants' | 'now'>,
  pins: TrustPins,
): Promise<ListedTrust | Refusal> {
  const claim = await tenants.trusts.find(pins);
  if (!claim) return refusalByNearest(pins, await tenants.trusts.near(pins));
  const listed = ({ policy }: Tenant) => findTrust(policy.trusts, pins);
  const tenant = await tenantOf(tenants, {
    tenantId: claim.owner,
    lists: (one) => listed(one) !== undefined,
    isNew: mayBeNews(claim.claimed, now()),
  });
  const id = trustId(pins);
  const trust = tenant && listed(tenant);
  return trust ? { tenant, trust, id } : { reason: 'untrusted', trust: id, tenantId: claim.owner };
}

function refusalByNearest(pins: TrustPins, claims: readonly TrustClaim[]): Refusal {
  const [nearest] = claims
    .map((claim) => ({ ...claim, differs: differingPins(claim.pins, pins) }))
    .sort((one, other) => one.differs.length - other.differs.length);
  if (!nearest) return { reason: 'untrusted', differs: ['tenantId'] };
  const { owner: tenantId, differs } = nearest;
  return { reason: 'untrusted', trust: trustId(nearest.pins), tenantId, differs };
}

async function refusalOfSignature(
  { keySets, now }: Pick<AssertionParts, 'keySets' | 'now'>,
  { text }: UnverifiedToken,
  { issuer, subject, audience, jwksUri }: Trust,
): Promise<RefusalReason | undefined> {
  try {
    const times = { currentDate: new Date(now()), clockTolerance: limits.clockSkewSeconds };
    await jwtVerify(text, keySets(jwksUri), { algorithms, issuer, subject, audience, ...times });
    return undefined;
  } catch (error) {
    if (error instanceof ScimError) throw error;
    return error instanceof errors.JWKSNoMatchingKey ? 'keyUnknown' : 'signature';
  }
}

import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
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
import { isRefusal, type Refusal } from './refusal.ts';
import { mayBeNews, tenantOf } from './tenant-of.ts';
import type { UnverifiedToken } from './unverified-token.ts';
import { readClaims, refusalOfForm, refusalOfSignature } from './verify-token.ts';

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
  readonly now: Clock;
}

/** Verifies tokens of other issuers (RFC 7523 3) against the trusts of all tenants. */
export function createAssertions(parts: AssertionParts): VerifyAssertion {
  /** Where the keys are that a token was verified with, and when, by its hash. */
  const verified = new LRUCache<string, Verified>({ max: limits.credentialCacheEntriesMax });
  const isVerified = (hash: string, { jwksUri }: Trust) => {
    const { by, at } = verified.get(hash) ?? {};
    return by === jwksUri && at !== undefined && parts.now() - at < limits.credentialCacheSecondsMax * 1000;
  };

  return async (token) => {
    const claims = readClaims(token.claims);
    if (!claims) return { reason: 'malformed' };
    const { pins, expires } = claims;
    const unfit = refusalOfForm(token, claims, parts.now());
    if (unfit) return { reason: unfit };
    const found = await findListed(parts, pins);
    if (isRefusal(found)) return found;
    const { tenant, trust, id } = found;
    const told = { trust: id, tenantId: tenant.id };
    if (!isKeySource(trust.jwksUri, parts.hosts)) return { reason: 'keyHost', ...told };
    const hash = createHash('sha256').update(token.text).digest('base64url');
    if (!isVerified(hash, trust)) {
      const at = parts.now();
      const reason = await refusalOfSignature(parts, token, trust);
      if (reason) return { reason, ...told };
      verified.set(hash, { by: trust.jwksUri, at });
    }
    return { tenant, credential: id, expires, clientIds: [tenant.id, pins.subject, ...claims.applications] };
  };
}

interface Verified {
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
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

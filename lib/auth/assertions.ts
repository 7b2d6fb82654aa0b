import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isRecent } from '../base/is-recent.ts';
import { limits } from '../base/limits.ts';
import type { Tenant } from '../tenants/tenant.ts';
import {
  differingPins,
  findTrust,
  isKeySource,
  type Trust,
  type TrustPins,
  trustId,
} from '../tenants/trust.ts';
import type { TrustClaim } from '../tenants/trust-registry.ts';
import type { KeySets } from './key-sets.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import type { AuthScope, VerifyAssertion } from './scope.ts';
import { mayBeNews, tenantOf } from './tenant-of.ts';
import { readClaims, refusalOfForm, refusalOfSignature } from './verify-token.ts';

/**
 * Creates a function that verifies tokens of other issuers (RFC 7523 3) against the trusts of all tenants.
 */
export function createAssertions(scope: AuthScope, keySets: KeySets): VerifyAssertion {
  /** The verified tokens, by their SHA-256. */
  const verified = new LRUCache<string, Verified>({ max: limits.credentialCacheEntriesMax });
  const isVerified = (hash: string, { jwksUri }: Trust) => {
    const known = verified.get(hash);
    return known?.by === jwksUri && isRecent(known.at, limits.credentialCacheSecondsMax, scope.now());
  };

  return async (token) => {
    const claims = readClaims(token.claims);
    if (!claims) return { reason: 'malformed' };
    const { pins, expires } = claims;
    const unfit = refusalOfForm(token, claims, scope.now());
    if (unfit) return { reason: unfit };
    const found = await findListed(scope, pins);
    if (isRefusal(found)) return found;
    const { tenant, trust, id } = found;
    const names = { trust: id, tenantId: tenant.id };
    if (!isKeySource(trust.jwksUri, scope.federationHosts)) return { reason: 'keyHost', ...names };
    const hash = createHash('sha256').update(token.text).digest('base64url');
    if (!isVerified(hash, trust)) {
      const at = scope.now();
      const reason = await refusalOfSignature({ keySets, now: scope.now }, token, trust);
      if (reason) return { reason, ...names };
      verified.set(hash, { by: trust.jwksUri, at });
    }
    return { tenant, credential: id, expires, clientIds: [tenant.id, pins.subject, ...claims.applications] };
  };
}

interface Verified {
  /** The address of the keys that verified the token. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface ListedTrust {
  readonly tenant: Tenant;
  readonly trust: Trust;
  readonly id: string;
}

/** Finds the tenant and trust for a token. A claim counts only if its tenant's policy lists the trust. */
async function findListed({ tenants, now }: AuthScope, pins: TrustPins): Promise<ListedTrust | Refusal> {
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

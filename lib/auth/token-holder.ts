import type { KeyRef } from '../keys/key-list.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { isTrustId, trustId } from '../tenants/trust.ts';
import { refusalOfRef } from './key-holder.ts';
import { isRefused, type Refusal, tellCredential } from './refusal.ts';
import type { CredentialScope, Holder } from './scope.ts';
import { mayBeNews, tenantOf } from './tenant-of.ts';
import type { UnverifiedToken } from './unverified-token.ts';

/**
 * Finds the holder of one of our own tokens at an endpoint path, or the reason to refuse it. The tenant must
 * still list the client secret or trust that the token was issued for. A warm instance does so without the
 * store.
 */
export async function findTokenHolder(
  { accessTokens, tenants, now }: CredentialScope,
  token: UnverifiedToken,
  path: string,
): Promise<Holder | Refusal> {
  const grant = await accessTokens.verify(token, path);
  if (isRefused(grant)) return grant;
  const { tenantId, grantor, subject, issued } = grant;
  const names = { ...tellCredential(grantor), tenantId };
  const tenant = await tenantOf(tenants, {
    tenantId,
    lists: (one) => refOf(one, grantor) !== undefined || isTrusted(one, grantor),
    isNew: mayBeNews(issued, now()),
  });
  if (!tenant) return { reason: 'tenantAbsent', ...names };
  if (isTrustId(grantor)) {
    return isTrusted(tenant, grantor) ? { tenant, credential: grantor } : { reason: 'untrusted', ...names };
  }
  const reason = refusalOfRef(refOf(tenant, grantor), 'client', now());
  if (reason) return { reason, ...names };
  // The use of the client secret was recorded at the latest when it asked for this token.
  return { tenant, credential: grantor, subject, used: { keyId: grantor, lastUsed: issued } };
}

function refOf({ keys }: Tenant, grantor: string): KeyRef | undefined {
  return keys.find(({ id }) => id === grantor);
}

function isTrusted({ policy }: Tenant, grantor: string): boolean {
  return isTrustId(grantor) && policy.trusts.some((trust) => trustId(trust) === grantor);
}

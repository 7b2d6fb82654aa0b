import type { KeyRef } from '../keys/key-list.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { isTrustId, trustId } from '../tenants/trust.ts';
import { refusalOfRef } from './key-holder.ts';
import { isRefused, type Refusal, tellCredential } from './refusal.ts';
import type { CredentialScope, Holder } from './scope.ts';
import { mayBeNews, tenantOf } from './tenant-of.ts';
import type { UnverifiedToken } from './unverified-token.ts';

/**
 * Answers who holds a token of our own at an endpoint path, or why it is refused. What the token was issued for must
 * still count, by the tenant's word; a warm instance asks no store.
 */
export async function findTokenHolder(
  { accessTokens, tenants, now }: CredentialScope,
  token: UnverifiedToken,
  path: string,
): Promise<Holder | Refusal> {
  const grant = await accessTokens.verify(token, path);
  if (isRefused(grant)) return grant;
  const { tenantId, grantor, subject, issued } = grant;
  const told = { ...tellCredential(grantor), tenantId };
  const tenant = await tenantOf(tenants, {
    tenantId,
    lists: (one) => refOf(one, grantor) !== undefined || isTrusted(one, grantor),
    isNew: mayBeNews(issued, now()),
  });
  if (!tenant) return { reason: 'tenantAbsent', ...told };
  if (isTrustId(grantor)) {
    return isTrusted(tenant, grantor) ? { tenant, credential: grantor } : { reason: 'untrusted', ...told };
  }
  const reason = refusalOfRef(refOf(tenant, grantor), 'client', now());
  if (reason) return { reason, ...told };
  // The client's use was noted when it asked for the token, if not later.
  return { tenant, credential: grantor, subject, used: { keyId: grantor, lastUsed: issued } };
}

function refOf({ keys }: Tenant, grantor: string): KeyRef | undefined {
  return keys.find(({ id }) => id === grantor);
}

function isTrusted({ policy }: Tenant, grantor: string): boolean {
  return isTrustId(grantor) && policy.trusts.some((trust) => trustId(trust) === grantor);
}

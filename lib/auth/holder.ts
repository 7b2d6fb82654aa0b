import type { KeyParts } from '../keys/key-format.ts';
import { isActive, type KeyKind, type KeyRef } from '../keys/key-list.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { isTrustId, trustId } from '../tenants/trust.ts';
import { isRefusal, type Refusal, type RefusalReason, tellCredential } from './refusal.ts';
import type { AuthScope, CredentialScope, Holder, LimitedHolder } from './scope.ts';
import { mayBeNews, tenantOf } from './tenant-of.ts';
import type { UnverifiedToken } from './unverified-token.ts';

/** Finds the holder of a key of a kind, or the reason to refuse it, on a warm instance without the store. */
export async function findKeyHolder(
  { keys, tenants, now }: AuthScope,
  key: KeyParts,
  kind: KeyKind,
): Promise<LimitedHolder | Refusal> {
  const { keyId } = key;
  const verification = await keys.verify(key);
  if (verification.outcome !== 'verified') {
    return { reason: verification.outcome, keyId, tenantId: verification.tenantId };
  }

  const { credential } = verification;
  const { tenantId, subject } = credential;
  const tenant = await tenantOf(tenants, {
    tenantId,
    lists: (one) => one.keys.some(({ id }) => id === keyId),
    isNew: true,
  });
  if (!tenant) return { reason: 'tenantAbsent', keyId, tenantId };
  const ref = tenant.keys.find(({ id }) => id === keyId);
  if (!ref) return { reason: 'revoked', keyId, tenantId };
  const expires = Math.min(ref.expires, credential.expires);
  const reason = refusalOfRef({ ...ref, expires }, kind, now());
  return reason
    ? { reason, keyId, tenantId }
    : { tenant, credential: keyId, subject, used: credential, expires };
}

/** Finds the reason to refuse a key by its entry in the tenant's list; `undefined` if the key is accepted. */
function refusalOfRef(ref: KeyRef | undefined, kind: KeyKind, time: number): RefusalReason | undefined {
  if (!ref || ref.status === 'revoked') return 'revoked';
  if (ref.kind !== kind) return ref.kind === 'client' ? 'clientSecret' : 'bearerKey';
  return isActive(ref, time) ? undefined : 'expired';
}

/**
 * Finds the holder of one of our own tokens at an endpoint path, or the reason to refuse it. The tenant must
 * still list the client secret or trust that the token was issued for. A client secret must not be disabled,
 * as it is in the vault if the list was restored from before it was revoked. A warm instance does so without the
 * store.
 */
export async function findTokenHolder(
  { accessTokens, keys, tenants, now }: CredentialScope,
  token: UnverifiedToken,
  path: string,
): Promise<Holder | Refusal> {
  const grant = await accessTokens.verify(token, path);
  if (isRefusal(grant)) return grant;
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
  const listed = refusalOfRef(refOf(tenant, grantor), 'client', now());
  const reason = listed ?? ((await keys.hasSecret(grantor)) ? undefined : 'revoked');
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

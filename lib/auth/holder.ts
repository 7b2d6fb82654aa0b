import type { KeyParts } from '../keys/key-format.ts';
import { isActive, type KeyKind, type KeyRef } from '../keys/key-list.ts';
import type { Credential, Verification } from '../keys/verifier.ts';
import { allTenants } from '../tenants/app-keys.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { isTrustId, trustId } from '../tenants/trust.ts';
import { isRefusal, type Refusal, type RefusalReason, tellCredential } from './refusal.ts';
import type { AuthScope, CredentialScope, Holder, LimitedHolder } from './scope.ts';
import { mayBeNews, type Retrieval, tenantOf } from './tenant-of.ts';
import type { UnverifiedToken } from './unverified-token.ts';

/** Finds the holder of a key of a kind, or the reason to refuse it, on a warm instance without the store. */
export async function findKeyHolder(
  scope: AuthScope,
  key: KeyParts,
  kind: Exclude<KeyKind, 'app'>,
): Promise<LimitedHolder | Refusal> {
  const verification = await scope.keys.verify(key);
  const found = await findListed(scope, scope.tenants, { key, kind, verification });
  if (isRefusal(found)) return found;
  const { holder: tenant, credential, expires } = found;
  const { keyId, subject } = credential;
  return { tenant, credential: keyId, subject, used: credential, expires };
}

/** Finds an app key, or the reason to refuse it, on a warm instance without the store. */
export async function findAppKey(scope: AuthScope, key: KeyParts): Promise<Credential | Refusal> {
  const verification = await scope.keys.verify(key);
  const found = await findListed(scope, scope.tenants.appKeys, { key, kind: 'app', verification });
  return isRefusal(found) ? found : found.credential;
}

interface Listed<T> {
  readonly holder: T;
  readonly credential: Credential;
  readonly expires: number;
}

interface Presented {
  readonly key: KeyParts;
  readonly kind: KeyKind;
  readonly verification: Verification;
}

/** Finds the holder that lists a key. */
async function findListed<T extends Pick<Tenant, 'keys'>>(
  { now }: Pick<AuthScope, 'now'>,
  holders: Retrieval<T>,
  { key: { keyId }, kind, verification }: Presented,
): Promise<Listed<T> | Refusal> {
  const refusal = (reason: RefusalReason, tenantId?: string): Refusal =>
    tenantId === allTenants ? { reason, keyId } : { reason, keyId, tenantId };
  if (verification.outcome !== 'verified') return refusal(verification.outcome, verification.tenantId);

  const { credential } = verification;
  const { tenantId, access } = credential;
  // The tenant lists app keys apart, so that it would be read afresh for each request with a wrong kind of key.
  if ((access !== undefined) !== (kind === 'app')) return refusal(access ? 'appKey' : 'bearerKey', tenantId);
  const holder = await tenantOf(holders, {
    tenantId,
    lists: (one) => one.keys.some(({ id }) => id === keyId),
    isNew: true,
  });
  if (!holder) return refusal('tenantAbsent', tenantId);
  const ref = holder.keys.find(({ id }) => id === keyId);
  if (!ref) return refusal('revoked', tenantId);
  const expires = Math.min(ref.expires, credential.expires);
  const reason = refusalOfRef({ ...ref, expires }, kind, now());
  return reason ? refusal(reason, tenantId) : { holder, credential, expires };
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

import type { KeyParts } from '../keys/key-format.ts';
import { isActive, type KeyKind, type KeyRef } from '../keys/key-list.ts';
import type { Refusal, RefusalReason } from './refusal.ts';
import type { AuthScope, LimitedHolder } from './scope.ts';
import { tenantOf } from './tenant-of.ts';

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
export function refusalOfRef(
  ref: KeyRef | undefined,
  kind: KeyKind,
  time: number,
): RefusalReason | undefined {
  if (!ref || ref.status === 'revoked') return 'revoked';
  if (ref.kind !== kind) return ref.kind === 'client' ? 'clientSecret' : 'bearerKey';
  return isActive(ref, time) ? undefined : 'expired';
}

import { removeKey, revokeKey } from './end-key.ts';
import { type IssuedKey, issueKey, type KeyRequest, type RotationRequest, rotateKey } from './issue-key.ts';
import { createLastUsed, type UsedKey } from './last-used.ts';
import { type ListedKey, listKeys } from './list-keys.ts';
import type { KeyScope } from './scope.ts';
import { createKeyVerifier, type KeyVerifier } from './verifier.ts';

/** All that is done with bearer keys and client secrets; rejects with StoreError, or with KeyError `absent`. */
export interface Keys extends Pick<KeyVerifier, 'verify'> {
  /** Notes the use of a key without delaying the caller; never fails. */
  markUsed(key: UsedKey): void;
  /** Rejects with KeyError `validity` or `exhausted` when the tenant's policy does not allow it. */
  issue(tenantId: string, request: KeyRequest): Promise<IssuedKey>;
  /** Makes a key like another in its place; the other ends after the overlap, at once where that is 0. */
  rotate(tenantId: string, keyId: string, request: RotationRequest): Promise<IssuedKey>;
  /** May be repeated, which also mends a revocation that was cut short. */
  revoke(tenantId: string, keyId: string): Promise<void>;
  list(tenantId: string): Promise<readonly ListedKey[]>;
  /** Removes what is kept of a key that counts no more; does nothing when that is gone. */
  remove(keyId: string): Promise<void>;
}

/** Wires the verification of keys and their lifecycle over one cache. */
export function createKeys(services: Omit<KeyScope, 'forget'>): Keys {
  const { verify, forget } = createKeyVerifier(services);
  const scope = { ...services, forget };
  return {
    verify,
    markUsed: createLastUsed(services),
    issue: (tenantId, request) => issueKey(scope, tenantId, request),
    rotate: (tenantId, keyId, request) => rotateKey(scope, tenantId, { keyId, request }),
    revoke: (tenantId, keyId) => revokeKey(scope, tenantId, keyId),
    list: (tenantId) => listKeys(scope, tenantId),
    remove: (keyId) => removeKey(scope, keyId),
  };
}

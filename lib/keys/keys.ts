import { removeKey, revokeKey } from './end-key.ts';
import { type IssuedKey, issueKey, type KeyRequest, type RotationRequest, rotateKey } from './issue-key.ts';
import { createLastUsed, type UsedKey } from './last-used.ts';
import { type ListedKey, listKeys } from './list-keys.ts';
import type { KeyScope } from './scope.ts';
import { createKeyVerifier, type KeyVerifier } from './verifier.ts';

/** The operations on bearer keys and client secrets. Promises reject with StoreError or KeyError `absent`. */
export interface Keys extends Pick<KeyVerifier, 'verify'> {
  /** Records the use of a key without delaying the caller; never fails. */
  markUsed(key: UsedKey): void;
  /** Rejects with KeyError `validity` or `exhausted` if the tenant's policy does not allow the key. */
  issue(tenantId: string, request: KeyRequest): Promise<IssuedKey>;
  /** Replaces a key by a new one. The old key ends after the overlap, or at once if there is none. */
  rotate(tenantId: string, keyId: string, request: RotationRequest): Promise<IssuedKey>;
  /** Can be repeated, which also completes a revocation that was interrupted. */
  revoke(tenantId: string, keyId: string): Promise<void>;
  list(tenantId: string): Promise<readonly ListedKey[]>;
  /** Removes the secret and the record of a key that is not active; does nothing if they are gone. */
  remove(keyId: string): Promise<void>;
}

/** Creates the operations on keys, which share one cache. */
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

import { LRUCache } from 'lru-cache';
import { limits } from '../base/limits.ts';
import type { Actor } from '../store/change-document.ts';
import { removeKey, reviewKey, revokeKey } from './end-key.ts';
import { type IssuedKey, issueKey, type KeyRequest, type RotationRequest, rotateKey } from './issue-key.ts';
import { isActive, type KeyRef } from './key-list.ts';
import { type KeyRecord, keyRecordKey, keyRecordSchema, setKeyRecord } from './key-record.ts';
import { type KeyHolders, type KeyScope, requireHolder } from './scope.ts';
import { type Credential, createKeyVerifier, type KeyVerifier } from './verifier.ts';

/** The operations on bearer keys and client secrets. Promises reject with StoreError or KeyError `absent`. */
export interface Keys extends Pick<KeyVerifier, 'verify' | 'hasSecret'> {
  /** Records the use of a key without delaying the caller; never fails. */
  markUsed(key: UsedKey): void;
  /** The operations that change a tenant's keys. Their records name the actor. */
  by(actor: Actor): KeyChanges;
  list(tenantId: string): Promise<readonly ListedKey[]>;
  /** The same for app keys: of a tenant, or with `allTenants` in place of its id, of the deployment. */
  readonly app: Pick<Keys, 'by' | 'list'>;
  /** Makes the timer look at a key that its tenant's list has changed. */
  review(keyId: string): Promise<void>;
  /** Removes the secret and the record of a key that is not active; does nothing if they are gone. */
  remove(keyId: string): Promise<void>;
}

/** The operations with which an actor changes keys. Each writes a record in the batch of the tenant's list. */
export interface KeyChanges {
  /**
   * Rejects with KeyError `validity` or `exhausted` if the tenant's policy does not allow the key, and with EndingError
   * while its synchronisation ends.
   */
  issue(tenantId: string, request: KeyRequest): Promise<IssuedKey>;
  /** Replaces a key by a new one. The old key ends after the overlap, or at once if there is none. */
  rotate(tenantId: string, keyId: string, request: RotationRequest): Promise<IssuedKey>;
  /** Can be repeated, which also completes a revocation that was interrupted. */
  revoke(tenantId: string, keyId: string): Promise<void>;
}

interface KeyServices extends Omit<KeyScope, 'forget' | 'holders'> {
  readonly holders: KeyHolders & {
    /** The tenants and the deployment as holders of app keys. */
    readonly appKeys: KeyHolders;
  };
}

/** Creates the operations on keys, which share one cache. */
export function createKeys(services: KeyServices): Keys {
  const { verify, hasSecret, forget } = createKeyVerifier(services);
  const { holders } = services;
  const scope = { ...services, forget };
  return {
    verify,
    hasSecret,
    markUsed: createLastUsed(services),
    ...operationsOn({ ...scope, holders }),
    app: operationsOn({ ...scope, holders: holders.appKeys }),
    review: (keyId) => reviewKey(scope, keyId),
    remove: (keyId) => removeKey(scope, keyId),
  };
}

function operationsOn(scope: KeyScope): Keys['app'] {
  return {
    by: (actor) => ({
      issue: (tenantId, request) => issueKey(scope, tenantId, { request, actor }),
      rotate: (tenantId, keyId, request) => rotateKey(scope, tenantId, { keyId, request, actor }),
      revoke: (tenantId, keyId) => revokeKey(scope, tenantId, { keyId, actor }),
    }),
    list: (tenantId) => listKeys(scope, tenantId),
  };
}

/** A key as listed, without its hash; times in milliseconds since 1970. */
export type ListedKey = Pick<KeyRef, 'id' | 'kind' | 'expires'> &
  Omit<KeyRecord, 'tenant' | 'ends' | 'due' | 'warned'>;

/** Lists the keys of a tenant in the order of its list; rejects with KeyError `absent`. */
async function listKeys({ store, holders, now }: KeyScope, tenantId: string): Promise<readonly ListedKey[]> {
  const { keys } = requireHolder(await holders.retrieveFresh(tenantId));
  const records = await store.readMany(keys.map((ref) => keyRecordKey(ref.id)));
  const time = now();
  return keys.flatMap((ref, index) => {
    const stored = records[index];
    if (!stored) return [];
    const { tenant: _, ends: __, due: ___, warned: ____, ...record } = keyRecordSchema.parse(stored.document);
    const { id, kind, expires } = ref;
    return [{ ...record, id, kind, expires, status: statusOf(ref, time) }];
  });
}

function statusOf(ref: KeyRef, now: number): ListedKey['status'] {
  if (ref.status === 'revoked') return 'revoked';
  return isActive(ref, now) ? 'active' : 'expired';
}

/** A key that was used, with the last use that is known to be recorded. */
export type UsedKey = Pick<Credential, 'keyId' | 'lastUsed'>;

/** Records that a key was used, at most once in `limits.lastUsedSecondsMin`. A failure is only logged. */
function createLastUsed({
  store,
  now,
  log,
}: Pick<KeyScope, 'store' | 'now' | 'log'>): (key: UsedKey) => void {
  const written = new LRUCache<string, number>({ max: limits.credentialCacheEntriesMax });

  return ({ keyId, lastUsed }) => {
    const time = now();
    const last = Math.max(lastUsed, written.get(keyId) ?? 0);
    if (time - last < limits.lastUsedSecondsMin * 1000) return;
    // Set before the write and kept if it fails, so that not every request calls a failing store.
    written.set(keyId, time);
    setKeyRecord(store, keyId, { lastUsed: time }).catch((cause: unknown) =>
      log?.(`The last use of key ${keyId} could not be recorded`, cause),
    );
  };
}

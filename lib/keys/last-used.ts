import { LRUCache } from 'lru-cache';
import { limits } from '../base/limits.ts';
import { setKeyRecord } from './key-record.ts';
import type { KeyScope } from './scope.ts';
import type { Credential } from './verifier.ts';

/** A key that was used, and when that was last known to be noted. */
export type UsedKey = Pick<Credential, 'keyId' | 'lastUsed'>;

/** Notes that a key was used: seldom, without delaying the request; a failure only goes to the log. */
export function createLastUsed({
  store,
  now,
  log,
}: Pick<KeyScope, 'store' | 'now' | 'log'>): (key: UsedKey) => void {
  const written = new LRUCache<string, number>({ max: limits.credentialCacheEntriesMax });

  return ({ keyId, lastUsed }) => {
    const time = now();
    const last = Math.max(lastUsed, written.get(keyId) ?? 0);
    if (time - last < limits.lastUsedSecondsMin * 1000) return;
    // Before the write and kept when it fails, so that a store in trouble is not asked at every request.
    written.set(keyId, time);
    setKeyRecord(store, keyId, { lastUsed: time }).catch((cause: unknown) =>
      log?.(`Last use of key ${keyId} is not noted`, cause),
    );
  };
}

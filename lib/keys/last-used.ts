import { LRUCache } from 'lru-cache';
import { limits } from '../base/limits.ts';
import { setKeyRecord } from './key-record.ts';
import type { KeyScope } from './scope.ts';
import type { Credential } from './verifier.ts';

/** A key that was used, with the last use that is known to be recorded. */
export type UsedKey = Pick<Credential, 'keyId' | 'lastUsed'>;

/** Records that a key was used, at most once in `limits.lastUsedSecondsMin`. A failure is only logged. */
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
    // Set before the write and kept if it fails, so that not every request calls a failing store.
    written.set(keyId, time);
    setKeyRecord(store, keyId, { lastUsed: time }).catch((cause: unknown) =>
      log?.(`The last use of key ${keyId} could not be recorded`, cause),
    );
  };
}

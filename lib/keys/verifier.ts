import { limits } from '../limits.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { cached } from './cached.ts';
import { currentPepper, equalHashes, hashKey } from './hash.ts';
import type { KeyParts } from './key-format.ts';
import { readKeyRecord } from './key-record.ts';
import { onceEach } from './once-each.ts';
import type { SecretStore } from './secret-store.ts';

/** A key whose secret was presented; its tenant has the last word on it. */
export interface Credential {
  readonly keyId: string;
  readonly tenantId: string;
  readonly enabled: boolean;
  /** Milliseconds since 1970; the caller checks it, since this may come from memory. */
  readonly expires: number;
  /** Milliseconds since 1970; 0 for never, and behind by as much as the cache may be. */
  readonly lastUsed: number;
  /** The id of the user on whose behalf the key acts. */
  readonly subject?: string | undefined;
}

export type Verification =
  | { readonly outcome: 'verified'; readonly credential: Credential }
  | { readonly outcome: 'unknown' | 'wrongSecret' };

export interface KeyVerifier {
  /** Compares a presented key with its hash, in the same time whether the key id is known or not. */
  verify(key: KeyParts): Promise<Verification>;
  forget(keyId: string): void;
}

interface KnownKey {
  readonly credential: Credential;
  readonly hash: Buffer;
  readonly pepper: string;
}

interface VerifierParts {
  readonly store: DocumentStore;
  readonly secrets: SecretStore;
  readonly now: () => number;
}

/** Verifies keys from memory where it can, within the bounds of `limits`. */
export function createKeyVerifier({ store, secrets, now }: VerifierParts): KeyVerifier {
  const known = cached((keyId) => loadKey(store, secrets, keyId), {
    now,
    entriesMax: limits.credentialCacheEntriesMax,
    secondsMax: limits.credentialCacheSecondsMax,
    missSecondsMax: limits.credentialMissSecondsMax,
  });
  const pepper = onceEach((name) => secrets.serverSecret(name));

  return {
    async verify(key) {
      const found = await known.get(key.keyId);
      const hash = hashKey(await pepper(found?.pepper ?? currentPepper), key);
      const matches = equalHashes(hash, found?.hash ?? Buffer.alloc(hash.length));
      if (!found) return { outcome: 'unknown' };
      return matches ? { outcome: 'verified', credential: found.credential } : { outcome: 'wrongSecret' };
    },

    forget: known.forget,
  };
}

async function loadKey(
  store: DocumentStore,
  secrets: SecretStore,
  keyId: string,
): Promise<KnownKey | undefined> {
  const [record, secret] = await Promise.all([readKeyRecord(store, keyId), secrets.get(keyId)]);
  if (!record || !secret) return undefined;
  const { enabled, expires, hash, pepper } = secret;
  return {
    credential: {
      keyId,
      tenantId: record.tenant,
      enabled,
      expires,
      lastUsed: record.lastUsed ?? 0,
      subject: record.subject,
    },
    hash: Buffer.from(hash, 'base64url'),
    pepper,
  };
}

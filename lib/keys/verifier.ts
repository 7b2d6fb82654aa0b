import { limits } from '../base/limits.ts';
import { onceEach } from '../base/once.ts';
import { cached } from './cached.ts';
import { currentPepper, equalHashes, hashKey } from './hash.ts';
import type { KeyParts } from './key-format.ts';
import { type AppAccess, readKeyRecord } from './key-record.ts';
import type { KeyScope } from './scope.ts';

/** A key whose secret was presented; its tenant's list decides if it is accepted. */
export interface Credential {
  readonly keyId: string;
  readonly tenantId: string;
  /** Milliseconds since 1970; the caller must check it, because this may come from memory. */
  readonly expires: number;
  /** Milliseconds since 1970, 0 for never; may be outdated by the age of the cache. */
  readonly lastUsed: number;
  /** The id of the user on whose behalf the key acts. */
  readonly subject?: string;
  readonly label: string;
  /** The access of an app key; absent from other keys. */
  readonly access?: AppAccess;
}

/** The result of verifying a presented key. */
export type Verification =
  | { readonly outcome: 'verified'; readonly credential: Credential }
  /** `revoked` and `expired` are answered for any secret: the hash of a disabled key cannot be read. */
  | { readonly outcome: 'revoked' | 'expired' | 'unknown' | 'wrongSecret'; readonly tenantId?: string };

/** Compares keys with remembered hashes; `forget` makes it read a key again. */
export interface KeyVerifier {
  /** Compares a key with its hash. The time may reveal if a key id exists, which is not a secret. */
  verify(key: KeyParts): Promise<Verification>;
  /** Tests if the secret of a key can be compared: it is neither disabled nor removed. */
  hasSecret(keyId: string): Promise<boolean>;
  forget(keyId: string): void;
}

interface KnownKey {
  readonly credential: Credential;
  /** Absent for a disabled key, as is the pepper. */
  readonly hash?: Buffer;
  readonly pepper?: string;
  /** True for a disabled key that expired, and false for one that was revoked. */
  readonly hasExpired?: boolean;
}

/** Creates a verifier that remembers keys within the bounds of `limits`. */
export function createKeyVerifier({
  store,
  secrets,
  now,
}: Pick<KeyScope, 'store' | 'secrets' | 'now'>): KeyVerifier {
  const known = cached((keyId) => loadKey({ store, secrets }, keyId), {
    now,
    staleSecondsMax: limits.credentialStaleSecondsMax,
  });
  const pepper = onceEach((name) => secrets.serverSecret(name));

  return {
    async verify(key) {
      const found = await known.get(key.keyId);
      const hash = hashKey(await pepper(found?.pepper ?? currentPepper), key);
      const matches = equalHashes(hash, found?.hash ?? Buffer.alloc(hash.length));
      if (!found) return { outcome: 'unknown' };
      const { credential, hasExpired } = found;
      if (!found.hash) return { outcome: hasExpired ? 'expired' : 'revoked', tenantId: credential.tenantId };
      return matches ? { outcome: 'verified', credential } : { outcome: 'wrongSecret' };
    },

    hasSecret: async (keyId) => (await known.get(keyId))?.hash !== undefined,
    forget: known.forget,
  };
}

async function loadKey(
  { store, secrets }: Pick<KeyScope, 'store' | 'secrets'>,
  keyId: string,
): Promise<KnownKey | undefined> {
  const record = await readKeyRecord(store, keyId);
  // The record is read first, because Key Vault allows few requests a second and anyone can make up key ids.
  const secret = record && (await secrets.get(keyId));
  if (!secret) return undefined;
  const { tenant: tenantId, ends: expires, lastUsed = 0, subject, label, access } = record;
  const credential = { keyId, tenantId, expires, lastUsed, subject, label, access };
  if (secret === 'disabled') return { credential, hasExpired: record.status === 'expired' };
  return {
    credential: { ...credential, expires: secret.expires },
    hash: Buffer.from(secret.hash, 'base64url'),
    pepper: secret.pepper,
  };
}

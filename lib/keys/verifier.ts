import { limits } from '../base/limits.ts';
import { onceEach } from '../base/once.ts';
import { cached } from './cached.ts';
import { currentPepper, equalHashes, hashKey } from './hash.ts';
import type { KeyParts } from './key-format.ts';
import { readKeyRecord } from './key-record.ts';
import type { KeyScope } from './scope.ts';

/** A key whose secret was presented; its tenant has the last word on it. */
export interface Credential {
  readonly keyId: string;
  readonly tenantId: string;
  /** Milliseconds since 1970; the caller checks it, since this may come from memory. */
  readonly expires: number;
  /** Milliseconds since 1970; 0 for never, and behind by as much as the cache may be. */
  readonly lastUsed: number;
  /** The id of the user on whose behalf the key acts. */
  readonly subject?: string;
}

/** What a presented key turned out to be. */
type Verification =
  | { readonly outcome: 'verified'; readonly credential: Credential }
  /** `revoked` whatever secret was presented: of a disabled key nobody tells it. */
  | { readonly outcome: 'revoked' | 'unknown' | 'wrongSecret'; readonly tenantId?: string };

/** Remembers hashes of keys, and compares with them; `forget` makes it read a key again. */
export interface KeyVerifier {
  /** Compares a presented key with its hash; the time may tell whether there is such a key id, which is no secret. */
  verify(key: KeyParts): Promise<Verification>;
  forget(keyId: string): void;
}

interface KnownKey {
  readonly credential: Credential;
  /** Absent, as the pepper, of a disabled key. */
  readonly hash?: Buffer;
  readonly pepper?: string;
}

/** Verifies keys from memory where it can, within the bounds of `limits`. */
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
      const { credential } = found;
      if (!found.hash) return { outcome: 'revoked', tenantId: credential.tenantId };
      return matches ? { outcome: 'verified', credential } : { outcome: 'wrongSecret' };
    },

    forget: known.forget,
  };
}

async function loadKey(
  { store, secrets }: Pick<KeyScope, 'store' | 'secrets'>,
  keyId: string,
): Promise<KnownKey | undefined> {
  const record = await readKeyRecord(store, keyId);
  // Key Vault answers few questions a second, and anyone can make up key ids.
  const secret = record && (await secrets.get(keyId));
  if (!secret) return undefined;
  const { tenant: tenantId, expires, lastUsed = 0, subject } = record;
  const credential = { keyId, tenantId, expires, lastUsed, subject };
  if (secret === 'disabled') return { credential };
  return {
    credential: { ...credential, expires: secret.expires },
    hash: Buffer.from(secret.hash, 'base64url'),
    pepper: secret.pepper,
  };
}

import type { Clock } from '../base/clock.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { createLastUsed, type UsedKey } from './last-used.ts';
import { createKeyLifecycle, type KeyHolders, type KeyLifecycle } from './lifecycle.ts';
import type { SecretStore } from './secret-store.ts';
import { createKeyVerifier, type KeyVerifier } from './verifier.ts';

/** All that is done with bearer keys and client secrets. */
export interface Keys extends KeyLifecycle, Pick<KeyVerifier, 'verify'> {
  /** Notes the use of a key without delaying the caller; never fails. */
  markUsed(key: UsedKey): void;
}

/** What keys are kept and examined with; times in milliseconds since 1970. */
export interface KeysParts {
  readonly store: DocumentStore;
  readonly secrets: SecretStore;
  /** The tenants, which decide which of their keys are active. */
  readonly holders: KeyHolders;
  readonly now: Clock;
  /** Cryptographic randomness. */
  readonly randomBytes: (bytes: number) => Buffer;
  readonly log?: ((message: string, cause: unknown) => void) | undefined;
}

/** Wires the verification of keys and their lifecycle over one cache. */
export function createKeys(parts: KeysParts): Keys {
  const { store, secrets, now, log } = parts;
  const verifier = createKeyVerifier({ store, secrets, now });
  return {
    ...createKeyLifecycle({ ...parts, forget: verifier.forget }),
    verify: verifier.verify,
    markUsed: createLastUsed({ store, now, log }),
  };
}

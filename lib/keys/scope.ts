import type { Clock } from '../base/clock.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { KeyError } from './key-error.ts';
import type { KeyRef } from './key-list.ts';
import type { SecretStore } from './secret-store.ts';

/** The stores, the clock and all else that the keys of all tenants are issued, verified and ended with. */
export interface KeyScope {
  readonly store: DocumentStore;
  readonly secrets: SecretStore;
  readonly holders: KeyHolders;
  readonly now: Clock;
  /** Cryptographic randomness. */
  readonly randomBytes: (bytes: number) => Buffer;
  /** Makes this instance read a key again, whose state has changed. */
  readonly forget: (keyId: string) => void;
  readonly log?: (message: string, cause: unknown) => void;
}

/** The tenants, which decide which of their keys are active; an absent one answers `undefined`. */
interface KeyHolders {
  /** Reads past any cache. */
  retrieveFresh(tenantId: string): Promise<KeyHolder | undefined>;
  /** Changes a list under a version check: `change` may run again and nothing is kept when it throws. */
  editKeys(
    tenantId: string,
    change: (holder: KeyHolder) => readonly KeyRef[],
  ): Promise<KeyHolder | undefined>;
}

/** A tenant, as far as keys need to know it. */
export interface KeyHolder {
  readonly keys: readonly KeyRef[];
  readonly policy: {
    readonly keys: {
      readonly daysMin: number;
      readonly daysMax: number;
      readonly daysDefault: number;
      /** Keys and client secrets count apart. */
      readonly activeMax: number;
      /** Whether a new key voids those of its kind before it at once. */
      readonly replaces: boolean;
    };
  };
}

/** Throws KeyError `absent` in place of a tenant that is not there. */
export function requireHolder(holder: KeyHolder | undefined): KeyHolder {
  if (holder) return holder;
  throw new KeyError('absent', 'There is no tenant with this id');
}

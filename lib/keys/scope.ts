import type { Clock } from '../base/clock.ts';
import type { Actor } from '../store/change-document.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { KeyError } from './key-error.ts';
import type { KeyRef } from './key-list.ts';
import type { SecretStore } from './secret-store.ts';

/** The stores, clock and randomness with which keys of all tenants are issued, verified and ended. */
export interface KeyScope {
  readonly store: DocumentStore;
  readonly secrets: SecretStore;
  readonly holders: KeyHolders;
  readonly now: Clock;
  /** Cryptographic randomness. */
  readonly randomBytes: (bytes: number) => Buffer;
  /** Drops a key whose state has changed from the memory of this instance. */
  readonly forget: (keyId: string) => void;
  readonly log?: (message: string, cause: unknown) => void;
}

/** The tenants, whose lists decide which keys are active. An absent tenant is `undefined`. */
export interface KeyHolders {
  /** Reads from the store, past any cache. */
  retrieveFresh(tenantId: string): Promise<KeyHolder | undefined>;
  /**
   * Changes a list and records the act, in one batch under a version check. `change` may run again; nothing is
   * written if it throws or changes nothing.
   */
  editKeys(
    tenantId: string,
    change: (holder: KeyHolder) => readonly KeyRef[],
    act: KeyAct,
  ): Promise<KeyHolder | undefined>;
}

/** An act on a key, as its record names it. */
export interface KeyAct {
  readonly actor: Actor;
  readonly operation: 'issue' | 'rotate' | 'revoke';
  /** The key that is issued, replaced or revoked. */
  readonly keyId: string;
}

/** The parts of a tenant that concern its keys. */
export interface KeyHolder {
  readonly keys: readonly KeyRef[];
  /** Present while no key may be added. */
  readonly ending?: { readonly until: number } | undefined;
  readonly policy: {
    readonly keys: {
      readonly daysMin: number;
      readonly daysMax: number;
      readonly daysDefault: number;
      /** Holds for bearer keys and for client secrets separately. */
      readonly activeMax: number;
      /** If true, a new key at once revokes the earlier ones of its kind. */
      readonly replaces: boolean;
    };
  };
}

/** Returns the tenant; throws KeyError `absent` if there is none. */
export function requireHolder(holder: KeyHolder | undefined): KeyHolder {
  if (holder) return holder;
  throw new KeyError('absent', 'There is no tenant with this id: GET …/tenants lists them');
}

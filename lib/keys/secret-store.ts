/** What is kept of a key: enough to verify it, too little to use it. */
export interface SecretRecord {
  /** HMAC-SHA-256, base64url. */
  readonly hash: string;
  /** The name of the server secret that the hash was made with. */
  readonly pepper: string;
  /**
   * Milliseconds since 1970; a vault keeps whole seconds and rounds up. Kept here, enforced by the caller: a vault
   * hands out what has expired.
   */
  readonly expires: number;
  /** At most 14, without personal data. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The port to where secrets rest. A key id is used once and never again, since a vault keeps deleted names.
 * All promises reject with a StoreError `throttled` or `unavailable`, or, for a defect, with something else.
 */
export interface SecretStore {
  /** Rejects with a StoreError `conflict` when the key id was used before. */
  put(keyId: string, record: SecretRecord): Promise<void>;
  /** Absence is `undefined`; of a disabled record a vault tells nothing more. */
  get(keyId: string): Promise<SecretRecord | 'disabled' | undefined>;
  /** Does nothing when the record is absent or disabled already. */
  disable(keyId: string): Promise<void>;
  /** Takes the record away, but not its key id; does nothing when it is absent. */
  remove(keyId: string): Promise<void>;
  /** 32 bytes under this name, the same for every instance and for good; created on first use. */
  serverSecret(name: string): Promise<Uint8Array>;
}

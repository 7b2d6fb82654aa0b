/** The kind of the document that holds a key's secret or reserves its id, in the container `tokens`. */
export const secretKind = 'secret';

/** The stored form of a key. It suffices to verify the key, but not to use it. */
export interface SecretRecord {
  /** HMAC-SHA-256, base64url. */
  readonly hash: string;
  /** The name of the server secret that the hash was made with. */
  readonly pepper: string;
  /**
   * Milliseconds since 1970; a vault keeps whole seconds, rounded up. The caller must check it, because a
   * vault returns expired secrets too.
   */
  readonly expires: number;
  /** At most 14 tags, without personal data. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The port to the store of secrets. A key id is never used again, because a vault keeps the names of deleted
 * secrets. Promises reject with StoreError `throttled` or `unavailable`; any other rejection is a defect.
 */
export interface SecretStore {
  /** Rejects with StoreError `conflict` if the key id was used before. */
  put(keyId: string, record: SecretRecord): Promise<void>;
  /** Answers `undefined` if there is no record, and only `disabled` for a disabled one, as a vault does. */
  get(keyId: string): Promise<SecretRecord | 'disabled' | undefined>;
  /** Does nothing if the record is absent or disabled already. */
  disable(keyId: string): Promise<void>;
  /** Removes the record, but keeps its key id reserved; does nothing if it is absent. */
  remove(keyId: string): Promise<void>;
  /** Answers the 32 bytes of this name, created on first use, the same for every instance and for good. */
  serverSecret(name: string): Promise<Uint8Array>;
  /** Removes the bytes of a name that is not used again; does nothing if there are none. */
  removeServerSecret(name: string): Promise<void>;
}

/** The bounds of keys, tokens and trusts; a part of `limits`. */
export const credentialLimits = {
  /** Age of what an instance knows of a credential. A revocation reaches every instance within this time. */
  credentialCacheSecondsMax: 60,
  /** Age of the knowledge that a key does not exist. */
  credentialMissSecondsMax: 10,
  /**
   * Age of what an instance knows of a key while Key Vault does not answer; longer than its outages usually last.
   * Revocation does not wait for it: the tenant's list of keys is never older than a minute.
   */
  credentialStaleSecondsMax: 900,
  /** Credentials that one instance keeps in memory. */
  credentialCacheEntriesMax: 10_000,
  /** App keys that are active at a time, of a tenant and of the deployment. */
  appKeysMax: 20,
  /** Days for which an app key is valid, by default and at most. */
  appKeyDays: 365,
  appKeyDaysMax: 730,
  /** Requests of one app key to one instance in a second. */
  appKeyRequestsPerSecond: 50,
  /** Requests that one app key may send to one instance at once after a rest. */
  appKeyRequestsBurst: 100,
  /** Days for which an ended key stays in the list. */
  endedKeyDays: 90,
  /** Time between two writes of a key's `lastUsed`. */
  lastUsedSecondsMin: 300,

  /** An access token. Entra ID's have about two thousand bytes, our own about five hundred. */
  tokenBytesMax: 8_192,
  /** A request for a token. It holds a token of another issuer and a few words. */
  tokenRequestBytesMax: 16_384,
  /** Difference that is tolerated between our clock and that of an issuer. */
  clockSkewSeconds: 60,
  /** Lifetime of a token issued for an assertion: the shortest that Entra ID accepts (1 to 6 hours). */
  federatedTokenSecondsMax: 3_600,
  /** Lifetime that is left of an assertion (RFC 7523 3). The longest of Entra ID's have 28 hours. */
  assertionSecondsMax: 100_800,
  /**
   * Age of an issuer's key set before it is fetched again. A withdrawn key is accepted for this time, and for
   * `credentialCacheSecondsMax` longer with a token that was seen before.
   */
  keySetSecondsMax: 600,
  /** Age of an issuer's key set while its address does not answer. */
  keySetStaleSecondsMax: 86_400,
  /** Time between two fetches of a key set, whatever keys tokens name. */
  keySetRetrySeconds: 30,
  /** Time for one fetch of a key set. */
  keySetMillisecondsMax: 5_000,
  /** A key set. Entra ID's has about twenty thousand bytes. */
  keySetBytesMax: 262_144,
  /** Key sets that one instance keeps. */
  keySetsMax: 1_000,
  /** Trusts of one Entra tenant that a refused token is compared with, to say why none fits. */
  trustsComparedMax: 20,
  /** Age of a claimed trust that its tenant does not list; afterwards another tenant may claim it. */
  trustLeaseSeconds: 60,
} as const;

/** Every bound of the service, each with its unit and its reason. */
export const limits = {
  /**
   * Milliseconds between the host's announcement of a request and the request itself. The host gives up a client that
   * sends too slowly after 5 to 8 seconds, and a client should have an answer within 15.
   */
  arrivalMillisecondsMax: 10_000,
  /** Bytes of all headers of a request; twice what the host lets through, since it adds some. */
  headerBytesMax: 65_536,
  /** A SCIM resource or PATCH is small; the largest is a group with some ten thousand members. */
  requestBodyBytesMax: 1_048_576,
  /** A resource must stay well under the 2 MB that a document may hold. */
  resourceBytesMax: 262_144,
  /** A bulk request: a thousand users as Entra ID sends them are one megabyte (RFC 7644 3.7.4). */
  bulkBodyBytesMax: 4_194_304,
  bulkOperationsMax: 1_000,
  /**
   * Operations of one bulk request that are on their way at once; the store flushes once for all that wait.
   */
  bulkOperationsAtOnce: 16,
  /** How long the repetition of a bulk request is taken for one. */
  bulkReplaySecondsMax: 600,
  /** Without a sign of life for so long, a bulk request counts as cut off and a repetition takes it over. */
  bulkLeaseSeconds: 10,
  /** JSON nesting; a SCIM resource needs four levels. */
  jsonDepthMax: 32,
  /** Members of one JSON object; a user has some sixty, and all that fit into a body are slow to go through. */
  jsonMembersMax: 2_000,

  /** Longer filters are hostile or belong into several requests. */
  filterBytesMax: 8_192,
  /** Comparisons, presence tests and logical operators in one filter. */
  filterNodesMax: 250,
  /** Members to whom a filter by groups leads; Cosmos DB takes 6,000 values in one IN. */
  filterIdsMax: 5_000,
  /** The parser's recursion. */
  filterDepthMax: 32,

  /** Operations, and comparisons in the filters of their paths, in one PATCH (RFC 7644 3.5.2). */
  patchOperationsMax: 1_000,
  /** Values of one multi-valued attribute other than `members`. */
  valuesPerAttributeMax: 500,

  pageSizeDefault: 100,
  pageSizeMax: 1_000,
  /** How long an index page's mark leads on without an offset. */
  pageMarkSecondsMax: 3_600,
  pageMarksMax: 10_000,
  /** How long a cursor leads on after its page was answered (RFC 9865 4). */
  cursorSecondsMax: 3_600,
  /** Matches that are sorted in memory, where no index holds their order. */
  sortedInMemoryMax: 1_000,
  /** Texts that are alike this far keep the order of creation; bounds the keys of indexes, and cursors. */
  sortedCharactersMax: 128,

  /** Changes in one atomic batch; Cosmos DB's own bound. */
  batchChangesMax: 100,
  /** Memberships changed in one batch, leaving room for the group, its event and its counts. */
  membersPerBatchMax: 90,
  /** Memberships of a deleted resource that one batch ends, with a change to the group for each. */
  unlinksPerBatchMax: 40,
  /** Such batches on their way at once; a group of 100,000 members goes in a hundred rounds. */
  unlinkBatchesAtOnce: 10,
  /** A group PATCH answers with the group up to this many members, and 204 above. */
  membersInPatchAnswerMax: 100,
  /** Elements of a long list that are written or compared in one go, in about a millisecond. */
  elementsPerPieceMax: 500,
  /**
   * Attempts of a read-modify-write that loses against others; as many writers may meet before one gives up.
   */
  raceAttemptsMax: 32,
  /** Counters are spread over this many documents so that writers do not meet. */
  countShards: 16,

  /** Revocation reaches every instance within this time. */
  credentialCacheSecondsMax: 60,
  /** An unknown key is asked for again after this time. */
  credentialMissSecondsMax: 10,
  /**
   * While Key Vault does not answer, what it said of a key is believed this long: longer than its outages
   * usually last. Revocation does not wait for it, since the tenant's list is never believed beyond a minute.
   */
  credentialStaleSecondsMax: 900,
  credentialCacheEntriesMax: 10_000,
  /** How long a key is listed after its end, before what is kept of it goes. */
  endedKeyDays: 90,
  /** `lastUsed` of a key is written at most once in this time. */
  lastUsedSecondsMin: 300,

  /** Entra ID's tokens are some two thousand bytes, and our own five hundred. */
  tokenBytesMax: 8_192,
  /** A request for a token holds one of another issuer and a few words. */
  tokenRequestBytesMax: 16_384,
  /** How far the clocks of other issuers may be ahead. */
  clockSkewSeconds: 60,
  /** Lifetime of a token issued for an assertion: the shortest that Entra ID works with (1 to 6 hours). */
  federatedTokenSecondsMax: 3_600,
  /** An assertion that lives on for longer is refused (RFC 7523 3); the longest of Entra ID's has 28 hours. */
  assertionSecondsMax: 100_800,
  /**
   * How long the keys of another issuer are believed without a question; one withdrawn is accepted so long, and for a
   * token that was seen `credentialCacheSecondsMax` longer.
   */
  keySetSecondsMax: 600,
  /** How long they are believed while their address does not answer. */
  keySetStaleSecondsMax: 86_400,
  /** A key set is asked for at most once in this time, whatever keys tokens name. */
  keySetRetrySeconds: 30,
  keySetMillisecondsMax: 5_000,
  /** Entra ID's has some twenty thousand. */
  keySetBytesMax: 262_144,
  keySetsMax: 1_000,
  /** Trusts of one Entra tenant that are compared with a token in order to say why none fits. */
  trustsComparedMax: 20,
  /** A trust that was claimed, but not listed by its tenant since, is free for others after this time. */
  trustLeaseSeconds: 60,

  /** Attempts of one store operation that is throttled or cut off; then the client is told when to come back. */
  storeTriesMax: 3,
  /** What one store operation waits for in all between its attempts; beyond it the client waits better. */
  storeWaitMillisecondsMax: 5_000,
  /** An attempt without an answer counts as cut off; the database itself ends what takes 5 seconds. */
  storeAttemptMillisecondsMax: 8_000,
  /** Attempts of one question to Key Vault that is throttled or cut off. */
  vaultTriesMax: 3,
  /** What one question waits for in all between its attempts; beyond it older knowledge serves better. */
  vaultWaitMillisecondsMax: 1_000,
  /** An attempt without an answer counts as cut off; the first includes a token of the managed identity. */
  vaultAttemptMillisecondsMax: 3_000,
  /** Documents read by key at the same time for one request. */
  readsAtOnce: 16,

  /** What handing over one mail may take; a mail server that works answers in a few. */
  mailSendSecondsMax: 60,
  /** Afterwards a mail that was being handed over counts as lost from sight; well beyond what sending may take. */
  mailLeaseSeconds: 300,
  /** The gaps after each attempt that failed, in minutes: about a day in all. */
  mailRetryMinutes: [1, 5, 15, 30, 60, 120, 240, 480, 480],
  /** Mails handed over at the same time. */
  mailsAtOnce: 4,
  /** No mail is begun after so much of a run, which the host ends after ten minutes. */
  mailRunSecondsMax: 240,
  /** How long it can be told what became of a mail. */
  mailKeptDays: 30,
  /** How long the link in a mail can be followed. */
  linkDays: 7,
  /** Characters of a name in a mail; the rest is cut. */
  mailNameCharactersMax: 100,
  /** Characters of any other value in a mail; links must fit. */
  mailLineCharactersMax: 2_000,
  /** Refusals that a report of a run quotes. */
  mailRefusalsMax: 10,

  /** How long it can be told that a deleted resource cannot be restored any more. */
  headstoneDays: 30,
  /** Accounts that one request brings in step with the directory at the same time. */
  settlingsAtOnce: 16,
  /** How long a request may take until what it is to write is there for the timer to follow. */
  resettleSeconds: 60,
  /** Accounts that one request waits for; the timer sees to the others. */
  settlingsPerRequestMax: 100,
  /** How long one timer run removes what deleted tenants had; the timer comes by every minute. */
  purgeSecondsMax: 40,
  /**
   * How long after its deletion a tenant may still be written to: another instance believes it for
   * `credentialCacheSecondsMax`, a request that begins then runs for up to 10 minutes (`functionTimeout` in host.json),
   * and a minute more covers clocks that differ.
   */
  purgeAgainSeconds: 720,
  /** A dependency that takes longer counts as unavailable: probes give up after a few seconds themselves. */
  dependencyMillisecondsMax: 2_000,
  /** For so long what was ready is taken for ready, so that probes cost nothing. */
  readySecondsMax: 5,

  /** A time without records or use of the key that ends a sync run. */
  runGapSeconds: 600,
  /** How often it is looked at whether a run that went quiet goes on. */
  runCheckSeconds: 60,
  /** Refusals that a run tells word for word. */
  runDetailsMax: 5,
  /** How long an answer waits until it is taken down that it refuses something. */
  auditMillisecondsMax: 1_000,
  /** A credential that is refused leaves one record for each reason in this time. */
  refusedCredentialSecondsMin: 300,
  /** For how long it is known that an event was delivered which left no record. */
  receiptHours: 24,
  /** When an event that could not be delivered is tried again. */
  eventRetrySeconds: 60,
  /** How long one timer run moves events into the audit trail; the timer comes by every minute. */
  deliverySecondsMax: 40,
  /** Tenants whose events are delivered at the same time. */
  tenantsAtOnce: 4,
  /** When a document that could not be finished, or has nothing to be finished, is looked at again. */
  failedDueSeconds: 300,
  /** Tenants whose part of the store does not answer, after which a timer run takes the whole for silent. */
  silentTenantsMax: 3,
  /** Documents of a kind that one timer run moves on, or reads at a time; the next run takes the rest. */
  maintenanceBatchMax: 500,
} as const;

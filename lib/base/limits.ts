/** The bounds of the service. Each name ends in its unit or in what it counts. */
export const limits = {
  /**
   * Time between the host's announcement of a request and the request itself. The host ends a client that sends too
   * slowly after 5 to 8 seconds, and a client should have an answer within 15.
   */
  arrivalMillisecondsMax: 10_000,
  /** Turns of the event loop for which requests of the host wait while connections are accepted: Node queues 511. */
  acceptTurnsMax: 512,
  /**
   * Time that a connection of the host may rest. The host closes it after 60 seconds. If we closed it first, a request
   * on its way would be lost.
   */
  hostConnectionMilliseconds: 65_000,
  /** All headers of a request. The host lets half of this through and adds some of its own. */
  headerBytesMax: 65_536,
  /** A SCIM resource or PATCH. The largest are groups with about ten thousand members. */
  requestBodyBytesMax: 1_048_576,
  /** A stored resource. A Cosmos DB document holds 2 MB and also has a normalised copy of the resource. */
  resourceBytesMax: 262_144,
  /** A bulk request. A thousand users as Entra ID sends them are one megabyte (RFC 7644 3.7.4). */
  bulkBodyBytesMax: 4_194_304,
  /** Operations in one bulk request. */
  bulkOperationsMax: 1_000,
  /** Operations of one bulk request that run side by side. The store flushes once for all that wait. */
  bulkOperationsAtOnce: 16,
  /** References to bulkIds in one bulk request. A group of all users that the same request creates has 999. */
  bulkReferencesMax: 10_000,
  /** A repeated bulk request gets the answer of the first one for this time. */
  bulkReplaySecondsMax: 600,
  /** A bulk request that has shown no progress for this time was cut off, and a repetition takes it over. */
  bulkLeaseSeconds: 10,
  /** JSON nesting. A SCIM resource needs four levels. */
  jsonDepthMax: 32,
  /** Values in one JSON body. Eighty thousand members of groups have 160,000. */
  jsonValuesMax: 200_000,
  /** Characters of a JSON body from which other requests run between the steps of reading it. */
  jsonPieceCharactersMax: 131_072,
  /** Members of one JSON object. A user has about sixty; a body full of them would take long to check. */
  jsonMembersMax: 2_000,

  /** Lines a minute in which an instance logs refused credentials, and as many for requests answered 401 or 429. */
  refusedLinesPerMinute: 100,
  /** SCIM requests that one instance works on at once; others wait for their tenant's turn. */
  requestsAtOnce: 32,
  /** SCIM requests of one tenant among them. */
  requestsOfTenantAtOnce: 24,
  /** SCIM requests of one tenant among them while the instance is busy and other tenants send requests too. */
  requestsOfTenantWhileBusy: 1,
  /** A tenant sends requests until this time after its last one. */
  sendingMilliseconds: 1_000,
  /** An instance is busy once its event loop has worked for more than this share of a quarter of a second, */
  busyShare: 0.4,
  /** and until this time after the last such quarter. */
  busyMilliseconds: 10_000,
  /** A tenant above its rate is refused rather than made to wait longer. */
  pacedSecondsMax: 10,
  /** SCIM requests of one tenant that wait on one instance. */
  requestsOfTenantWaitingMax: 1_000,
  /** Time after which a request no longer keeps others waiting. */
  tenantTurnMilliseconds: 150,

  /** Text of a filter. A longer one should be several requests. */
  filterBytesMax: 8_192,
  /** Comparisons, presence tests and logical operators in one filter. */
  filterNodesMax: 250,
  /** Members of the groups that a filter names. Cosmos DB accepts 6,000 values in one IN. */
  filterIdsMax: 5_000,
  /** Nested parentheses and brackets in a filter; bounds the parser's recursion. */
  filterDepthMax: 32,

  /** Operations in one PATCH, and comparisons in the filters of their paths (RFC 7644 3.5.2). */
  patchOperationsMax: 1_000,
  /** Characters of one value of type string. A filter for a longer one would exceed its own bound. */
  textCharactersMax: 8_000,
  /** Values of one multi-valued attribute other than `members`. */
  valuesPerAttributeMax: 500,

  /** Resources on a page when the client names no count. */
  pageSizeDefault: 100,
  /** Resources on a page, whatever the client asks for. */
  pageSizeMax: 1_000,
  /** The first resource of a page. LMDB and Cosmos DB skip at most this many: their own code counts in 32 bits. */
  startIndexMax: 2_147_483_647,
  /** Age of the mark that lets the next index page begin without an offset. */
  pageMarkSecondsMax: 3_600,
  /** Page marks that one instance keeps. */
  pageMarksMax: 10_000,
  /** Age of a cursor (RFC 9865 4). */
  cursorSecondsMax: 3_600,
  /** Matches sorted in memory, where no index holds their order. */
  sortedInMemoryMax: 1_000,
  /** Characters of a text that count when sorting; bounds the keys of indexes, and cursors. */
  sortedCharactersMax: 128,

  /** Changes in one atomic batch; Cosmos DB's own bound. */
  batchChangesMax: 100,
  /** One document as JSON. Cosmos DB takes 2 MiB, of which the rest is for what its engine adds. */
  documentBytesMax: 2_000_000,
  /** All changes of one batch as JSON. Cosmos DB takes requests of 2 MiB. */
  batchBytesMax: 2_000_000,
  /** Memberships changed in one batch; leaves room for the group, its event and its counts. */
  membersPerBatchMax: 90,
  /** Membership changes that one document holds. Larger changes are written in parts. */
  membersPerIntentMax: 1_000,
  /** Parts of a large membership change that are written or read at a time. One has about 4,000 bytes. */
  partsPerBatchMax: 40,
  /** Memberships of a deleted resource that one batch ends; each also changes its group. */
  unlinksPerBatchMax: 40,
  /** Such batches that run side by side. A group of 100,000 members takes 250 rounds of them. */
  unlinkBatchesAtOnce: 10,
  /** Members of a group that a PATCH still answers with; above, it answers 204. */
  membersInPatchAnswerMax: 100,
  /** Elements of a long list that are written in one go, which takes about a millisecond. */
  elementsPerPieceMax: 100,
  /** Documents whose entries one commit adds to a new index of the embedded engine, which takes a few milliseconds. */
  documentsPerPieceMax: 200,
  /** Time that long works without input or output have together in one turn of the event loop. */
  sliceMillisecondsMax: 1,
  /** Time for which a query of the embedded engine reads one state. The file of the data grows meanwhile. */
  snapshotSecondsMax: 5,
  /** Such states that the processes with one folder read at a time. */
  snapshotsMax: 1_024,
  /** Attempts of a read-modify-write that loses against other writers. */
  raceAttemptsMax: 32,
  /** The longest wait between two of these attempts. Another instance writes in a few milliseconds. */
  raceWaitMillisecondsMax: 32,
  /** Time for which a write waits for other writers of its resource in the same instance. */
  turnSecondsMax: 15,
  /** Writers of one resource that wait in one instance. Many more would not have their turn in time. */
  turnsWaitingMax: 500,
  /** Time for which a query that reads the whole directory waits for another one of its tenant. */
  scanTurnSecondsMax: 30,
  /** Such queries of one tenant that wait in one instance. */
  scansWaitingMax: 8,
  /** Time after which a client sends such a query again. */
  scanRetrySeconds: 10,
  /** Documents that share one counter, so that writers do not meet on one document. */
  countShards: 16,

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

  /** Attempts of one store operation that is throttled or cut off. Then the client is told when to come back. */
  storeTriesMax: 3,
  /** Waits of one store operation between its attempts, together. Beyond this the client should wait instead. */
  storeWaitMillisecondsMax: 5_000,
  /** Time for one attempt of a store operation. Cosmos DB ends a request itself after 5 seconds. */
  storeAttemptMillisecondsMax: 8_000,
  /** Attempts of one request to Key Vault that is throttled or cut off. */
  vaultTriesMax: 3,
  /** Waits of one request to Key Vault between its attempts, together. Beyond this, older knowledge is used. */
  vaultWaitMillisecondsMax: 1_000,
  /** Time for one attempt of a request to Key Vault. The first one also fetches a token of the managed identity. */
  vaultAttemptMillisecondsMax: 3_000,
  /** Documents that one request reads by key side by side. */
  readsAtOnce: 16,

  /** Time to hand over one mail. A mail server that works answers in a few seconds. */
  mailSendSecondsMax: 60,
  /** Age of a mail that is being handed over; afterwards nobody knows whether it was sent. */
  mailLeaseSeconds: 300,
  /** Minutes between the attempts to hand over a mail; about a day together. */
  mailRetryMinutes: [1, 5, 15, 30, 60, 120, 240, 480, 480],
  /** Mails that are handed over side by side. */
  mailsAtOnce: 4,
  /** Time for which one timer run begins to hand over mails. The next run takes the rest. */
  mailRunSecondsMax: 40,
  /** Days for which a mail's outcome is kept. */
  mailKeptDays: 30,
  /** Recipients of a mail to administrators. */
  mailRecipientsMax: 100,
  /** Days for which the link in a mail works. */
  linkDays: 7,
  /** Characters of a name in a mail; the rest is cut. */
  mailNameCharactersMax: 100,
  /** Characters of any other value in a mail. Links must fit. */
  mailLineCharactersMax: 2_000,
  /** Refusals that a report of a run quotes. */
  mailRefusalsMax: 10,

  /** Days for which a restore answers that the deleted resource can no longer be restored. */
  headstoneDays: 30,
  /** Attributes that a policy maps to accounts. */
  accountAttributesMax: 100,
  /** Characters of one account attribute. */
  accountCharactersMax: 1_000,
  /** Entries of one list in a policy, such as the groups that are mapped to teams. */
  policyEntriesMax: 1_000,
  /** Characters of one text in a policy, such as an address that gets reports. */
  policyTextCharactersMax: 1_000,
  /** Accounts that one request settles side by side. */
  settlingsAtOnce: 16,
  /** Time between a request's note of accounts to settle and the moment when the timer settles them itself. */
  resettleSeconds: 60,
  /** Accounts that one request waits for. The timer settles the others. */
  settlingsPerRequestMax: 100,
  /** Time after its start in which a request or a timer's work writes; the host's `functionTimeout`. */
  writingSecondsMax: 600,
  /**
   * Time after which the request that began a piece of work is over: `writingSecondsMax`, and a minute for clocks that
   * differ. The timer then completes or undoes what it has left.
   */
  abandonedSeconds: 660,
  /**
   * Time after a deletion in which what is deleted may still be written to: another instance believes in it for
   * `credentialCacheSecondsMax`, a request that begins then writes for `writingSecondsMax`, and a minute more covers
   * clocks that differ.
   */
  lateWritersSeconds: 720,
  /** Time for which one timer run removes the data of deleted tenants, and that of synchronisations that end. */
  purgeSecondsMax: 40,
  /** Time for a dependency to answer a health check; afterwards it counts as unavailable. */
  dependencyMillisecondsMax: 2_000,
  /** Age of a positive health check, so that probes cost nothing. */
  readySecondsMax: 5,
  /** Time after a write that the disk refused in which health checks fail, unless a write succeeds. */
  failedWriteSeconds: 30,

  /** Time without records or use of the key that ends a sync run. */
  runGapSeconds: 600,
  /** Time between two checks whether a quiet run has ended. */
  runCheckSeconds: 60,
  /** Refusals that a run keeps word for word. */
  runDetailsMax: 5,
  /** Time for which an answer waits until its refusal is recorded. */
  auditMillisecondsMax: 1_000,
  /** Time between two records of one refused credential with the same reason. */
  refusedCredentialSecondsMin: 300,
  /**
   * Hours for which the store remembers that a run has counted a record, and that an operation of a bulk request was
   * done. A timer that was cut off between the two steps of a delivery must run again within this time.
   */
  receiptHours: 72,
  /** Time by which the clocks of two instances may differ. */
  instanceSkewSeconds: 600,
  /** Events that one batch enters into a feed. Their head is changed with them. */
  entriesPerBatchMax: 98,
  /** Feeds whose last sequence an instance remembers, and entries that it need not look for. */
  feedsRemembered: 10_000,
  entriesRemembered: 20_000,
  /** Days for which events are kept at least, and so a cursor over all tenants is good. */
  feedDaysMin: 7,
  /** Days for which events are kept, unless the tenant's policy says otherwise. */
  feedDaysDefault: 30,
  /** Time for which an instance gathers changes of a tenant before it delivers them. */
  deliverySoonMilliseconds: 200,
  /** Requests of an instance that wait for events. */
  feedWaitersMax: 8,
  /** Time between two looks for those who wait. */
  feedLookMilliseconds: 1_000,
  /** Longest time for which a request waits for events. */
  feedWaitSecondsMax: 20,
  /** Characters of a cursor of the feed. */
  cursorBytesMax: 4_096,
  /** Events on a page, and bytes of their JSON after which a page ends. */
  eventsPerPageMax: 1_000,
  eventPageBytesMax: 1_000_000,
  /** Reads of the feeds of all tenants that one request makes while none has an event for it. */
  emptyReadsMax: 10,
  /** Days for which the last acknowledgement of a product is kept: longer than any event. */
  acknowledgementDays: 100,
  /** Bytes of an event. A larger one has the address of its object in its place. */
  eventBytesMax: 20_000,
  /** Time before the delivery of a record is tried again. */
  recordRetrySeconds: 60,
  /** Time for which one timer run delivers records of the audit trail. */
  deliverySecondsMax: 40,
  /** Tenants whose records are delivered side by side. */
  tenantsAtOnce: 4,
  /** Time between two marks of one instance that there is work for the timer. */
  workMarkSeconds: 60,
  /** Time after work was marked in which the timer sweeps every minute. */
  activeSeconds: 600,
  /** Time after work was marked in which the timer sweeps every `quietSweepMinutes`, and later every 15 minutes. */
  quietSeconds: 3_600,
  quietSweepMinutes: 5,
  /** Time before a document that could not be finished is looked at again. */
  failedDueSeconds: 300,
  /** Tenants whose part of the store does not answer, after which a timer run gives up. */
  silentTenantsMax: 3,
  /** Documents of one kind that a timer run finishes, or reads at a time. The next run takes the rest. */
  maintenanceBatchMax: 500,
} as const;

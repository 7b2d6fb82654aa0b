/** The bounds of the feed. Each name ends in its unit or in what it counts. */
export const feedLimits = {
  /** Events that one batch enters into a feed. Their head is changed with them. */
  entriesPerBatchMax: 98,
  /** Feeds whose last sequence an instance remembers, and entries that it need not look for. */
  feedsRemembered: 10_000,
  entriesRemembered: 20_000,
  /** Days for which events are kept at least, and so a cursor over all tenants is good. */
  daysMin: 7,
  /** Days for which events are kept, unless the tenant's policy says otherwise. */
  daysDefault: 30,
  /** Time for which an instance gathers changes of a tenant before it delivers them. */
  deliverySoonMilliseconds: 200,
  /** Requests of an instance that wait for events. */
  waitersMax: 8,
  /** Time between two looks for those who wait. */
  lookMilliseconds: 1_000,
  /** Longest time for which a request waits for events. */
  waitSecondsMax: 20,
  /** Characters of a cursor of the feed. */
  cursorCharactersMax: 4_096,
  /** Events on a page, and bytes of their JSON after which a page ends. */
  eventsPerPageMax: 1_000,
  eventPageBytesMax: 1_000_000,
  /** Reads of the feeds of all tenants that one request makes while none has an event for it. */
  emptyReadsMax: 10,
  /** Days for which an acknowledgement is kept after its last change: longer than any event. */
  acknowledgementDays: 100,
  /** Bytes of an event. A larger one has the address of its object in its place. */
  eventBytesMax: 20_000,
} as const;

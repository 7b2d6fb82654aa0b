/** List prices in US dollars, without discounts; assumed, because they change and differ by region. */
export const prices = {
  perMillionUnits: 0.25,
  per100UnitsPerSecondAndHour: 0.008,
  /** Autoscale costs this many times the provisioned price of a request unit per second. */
  autoscaleFactor: 1.5,
  perGigabyteAndMonth: 0.25,
  perGigabyteSecond: 0.000026,
  perMillionExecutions: 0.4,
  per10000Secrets: 0.03,
  perGigabyteOfLogs: 2.3,
} as const;

/** Values from Microsoft's documentation. */
export const documented = {
  /** Autoscale does not go below this share of its maximum, and bills each hour by its peak. */
  autoscaleFloor: 0.1,
  autoscaleMinimum: 1_000,
  provisionedMinimum: 400,
  /** Each container that is not empty is billed as at least this much. */
  gigabytesPerContainer: 1,
  /** An instance that works is billed for at least this long. */
  secondsPerExecution: 1,
  cycleMinutes: 40,
  /** The rate that the gallery requires of an endpoint, for each tenant. */
  requestsPerSecond: 25,
  grantedGigabyteSeconds: 100_000,
} as const;

/** Values that nobody has measured; change them and run `npm run cost` again. */
export const assumed = {
  /** In the initial cycle; Microsoft documents 0.01 to 0.08. */
  minutesPerUser: 0.04,
  /** The shares of all users in a month. */
  joiningShare: 0.02,
  leavingShare: 0.02,
  changedShare: 0.1,
  /** The share of all users who join a group in a month, with one membership each. */
  movedShare: 0.1,
  instanceGigabytes: 2,
  /** From one request of a cycle to the next. */
  secondsPerRequest: 0.3,
  hoursPerMonth: 730,
  /** The size of a request's trace and its database calls, without the app's own log line. */
  telemetryBytes: 4_096,
  indexShare: 0.2,
  /** A new instance reads the key and the tenant, records that the key was used, and calls the vault twice. */
  wakeUp: { reads: 2, writes: 11, secrets: 2 },
} as const;

/** List prices in US dollars, without discounts; assumed, since they change and differ by region. */
export const prices = {
  perMillionUnits: 0.25,
  per100UnitsPerSecondAndHour: 0.008,
  /** Autoscale costs this much more for each request unit per second. */
  autoscaleFactor: 1.5,
  perGigabyteAndMonth: 0.25,
  perGigabyteSecond: 0.000026,
  perMillionExecutions: 0.4,
  per10000Secrets: 0.03,
  perGigabyteOfLogs: 2.3,
} as const;

/** Microsoft's documentation says so. */
export const documented = {
  /** Autoscale does not go below this share of its maximum, and bills an hour by its peak. */
  autoscaleFloor: 0.1,
  autoscaleMinimum: 1_000,
  provisionedMinimum: 400,
  /** Each container that is not empty is billed as at least this much. */
  gigabytesPerContainer: 1,
  /** An instance that works is billed for at least this long. */
  secondsPerExecution: 1,
  cycleMinutes: 40,
  /** What the gallery asks of an endpoint, for each tenant. */
  requestsPerSecond: 25,
  grantedGigabyteSeconds: 100_000,
} as const;

/** Nobody has measured these; change them and run `npm run cost` again. */
export const assumed = {
  /** Of the initial cycle; Microsoft documents 0.01 to 0.08. */
  minutesPerUser: 0.04,
  /** Of all users, in a month. */
  joiningShare: 0.02,
  leavingShare: 0.02,
  changedShare: 0.1,
  /** Of all users, one membership each. */
  movedShare: 0.1,
  instanceGigabytes: 2,
  /** From one request of a cycle to the next. */
  secondsPerRequest: 0.3,
  hoursPerMonth: 730,
  /** Of a request's trace and its calls to the database, beside the app's own line. */
  telemetryBytes: 4_096,
  indexShare: 0.2,
  /** An instance that was away reads key and tenant, notes the use of the key, and asks the vault twice. */
  wakeUp: { reads: 2, writes: 11, secrets: 2 },
} as const;

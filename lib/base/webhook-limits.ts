/** The bounds of webhooks. Each name ends in its unit or in what it counts. */
export const webhookLimits = {
  /** Endpoints of one tenant, and as many of the deployment. */
  endpointsMax: 20,
  /** Characters of an endpoint's address, and types of events that it names. */
  urlCharactersMax: 2_000,
  typesMax: 50,
  /** Time for one delivery, from the look for the address to the end of the answer. */
  attemptMillisecondsMax: 15_000,
  /** Time for which the rest of an answer is awaited after its status. */
  answerMillisecondsMax: 1_000,
  /** Bytes of an answer that are kept, and the days for which they are. */
  answerBytesMax: 256,
  attemptDays: 7,
  /** Seconds from one attempt to the next of an event, which may be a tenth longer at random. */
  retrySeconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
  /** Longest time that a receiver can ask for with Retry-After. */
  retryAfterSecondsMax: 86_400,
  /** Failures in a row after which an endpoint is failing. */
  failuresMax: 5,
  /** Time since the first of its failures after which an endpoint is disabled. */
  failingDaysMax: 5,
  /** Deliveries to one endpoint that an instance makes side by side. */
  inFlightMax: 10,
  /** Events of a stream that are read at a time, and kept aside for another attempt. */
  windowEventsMax: 100,
  /** Time for which a stream begins deliveries before it writes down how far it is. */
  windowMilliseconds: 15_000,
  /** Time without a sign of the instance that delivers a stream, after which another takes over. */
  leaseSeconds: 45,
  /** Age of what an instance knows of the endpoints of a tenant. */
  knownSeconds: 60,
  /** Time for which a run of the timer begins deliveries. */
  runSecondsMax: 40,
  /** Streams that such a run works on side by side. */
  streamsAtOnce: 10,
  /** Hours for which the former secret signs too, by default and at most. */
  overlapHoursDefault: 24,
  overlapHoursMax: 168,
  /** Documents of attempts from which the success of an endpoint is told. */
  attemptPagesMax: 20,
} as const;

/** The types that a field of a line can have. */
interface FieldTypes {
  readonly text: string;
  readonly number: number;
  /** Numbers of occurrences, by name. */
  readonly counts: Readonly<Record<string, number>>;
  /** Anything thrown. `describe` in log.ts decides what of it is written. */
  readonly failure: unknown;
}

/** One property of a line. */
export interface Field {
  readonly type: keyof FieldTypes;
  readonly optional?: boolean;
  /** Names the unit of a quantity. */
  readonly meaning: string;
}

/** One kind of log line. */
export interface LineKind {
  readonly level: string;
  /** Completes the sentence "Muster writes this line when …". */
  readonly when: string;
  readonly fields: Readonly<Record<string, Field>>;
}

const text = (meaning: string) => ({ type: 'text', meaning }) as const;
const number = (meaning: string) => ({ type: 'number', meaning }) as const;
const counts = (meaning: string) => ({ type: 'counts', meaning }) as const;
const failure = (meaning: string) => ({ type: 'failure', meaning }) as const;
const optional = <F extends Field>(field: F) => ({ ...field, optional: true }) as const;

const requestId = text(
  'id of the request: the response header `request-id`, and the id of the function invocation',
);
const tenant = optional(text('id of the tenant, once it is known'));
const credential = optional(text('id of the key, as in `muster_<id>_…`, of the trust, or of the operator'));
const cost = {
  operations: number('calls to the store for the directory'),
  examined: number('documents that the store examined'),
  requestUnits: number('request units that Cosmos DB charged; 0 on the embedded engine'),
} as const;
const cause = optional(
  failure('name, codes and places of the failure and its causes; no messages, because they may hold values'),
);

/** All lines that the service provider logs. No field holds a value that a client or a person sent. */
export const logLines = {
  request: {
    level:
      '`information`; `error` if the status, or that of one operation in a bulk request, is 500 or above, except 501',
    when: 'a SCIM or management request was answered',
    fields: {
      function: text('name of the function, such as `users-create`'),
      method: text('HTTP method'),
      status: number('HTTP status of the answer'),
      milliseconds: number('milliseconds until the answer was ready'),
      requestId,
      clientRequestId: optional(text('id that the client gave the request, a UUID')),
      traceId: optional(text('W3C trace id: `OperationId` in Application Insights')),
      tenant,
      credential,
      error: optional(text('code of [the error](reference/errors.md)')),
      cause,
      quirks: counts('number of times that each deviation of the client and each rule of the tenant applied'),
      ...cost,
    },
  },
  refused: {
    level: '`warning`',
    when: 'a request was answered 401',
    fields: {
      reason: text(
        '`missing` `malformed` `unknown` `wrongSecret` `clientSecret` `bearerKey` `appKey` `revoked` `expired` ' +
          '`notYetValid` `tooLong` `algorithm` `signature` `keyUnknown` `untrusted` `keyHost` `clientId` ' +
          '`tenantAbsent` `tenantDisabled` `wrongPath`: [in words](tokens.md)',
      ),
      at: optional(text('`token`, `operate` or `api`; absent at the SCIM endpoint')),
      trust: optional(text('id of the trust')),
      differs: optional(text('claims that differ from the nearest trust, such as `audience`')),
      requestId: optional(requestId),
      tenant,
      credential,
    },
  },
  rebuild: {
    level: '`information`',
    when:
      'a start on one machine builds the indexes of the data folder again, because another version of Muster has ' +
      'written them; again for every 10,000 documents, and at the end',
    fields: {
      done: number('documents that are done'),
      total: number('documents in the folder'),
    },
  },
  'left-out': {
    level: '`warning`',
    when:
      'a minute had more than 100 refused credentials, or more than 100 requests answered 401 or 429; the others ' +
      'have no line of their own',
    fields: {
      lines: text('`refused` or `request`'),
      count: number('number of lines that were left out'),
    },
  },
  client: {
    level: '`warning`',
    when: 'the requests of a client do not fit the profile of its tenant; once for each client and profile of a tenant',
    fields: {
      message: text('the client, the profile and the setting to change'),
      tenant: text('id of the tenant'),
      credential: text(credential.meaning),
      client: text('profile that fits the client'),
      profile: text('profile of the tenant'),
      sign: text('[the sign](lifecycle.md#the-client-is-recognised) by which the client was recognised'),
    },
  },
  undelivered: {
    level: '`warning`',
    when: 'it could not deliver changes to the feed and the audit trail right after they were made; the timer does',
    fields: { cause },
  },
  webhook: {
    level: '`warning`; `information` if the state is `active`',
    when:
      'an endpoint of webhooks begins or ceases to fail, is disabled because it failed, or has not accepted an event ' +
      'in its last attempt; no alert counts these lines',
    fields: {
      tenant: optional(text('id of the tenant; absent for an endpoint of the deployment')),
      webhook: text('id of the endpoint'),
      state: text('`active` `failing` `disabled` `givenUp`'),
      reason: optional(text('`gone` after the answer 410, `failures` after five days of failures')),
      failures: optional(number('failures in a row')),
      feed: optional(text('tenant of the event that is not tried again')),
      sequence: optional(number('sequence of this event')),
    },
  },
  unseen: {
    level: '`warning`',
    when: 'it recognised a client and could not record it; the next request of the client tries again',
    fields: { cause },
  },
  federation: {
    level: '`warning`',
    when: 'it could not read the keys of another issuer; the keys that it has stay valid for a day',
    fields: { message: text('the address of the keys'), cause },
  },
  keys: {
    level: '`warning`',
    when: 'work on a key failed, and the request that caused it went on',
    fields: { message: text('the failure, with the id of the key'), cause },
  },
  unsettled: {
    level: '`warning`',
    when: 'accounts could not follow a change by a request; the change is kept, and the timer tries again',
    fields: { cause },
  },
  unaudited: {
    level: '`warning`',
    when: 'it could not record the refusal of a request in the audit trail; the client got the same answer',
    fields: { cause },
  },
  'key-expiry': {
    level: '`warning`',
    when: 'a key expires soon',
    fields: {
      tenant: optional(text('id of the tenant; absent for an app key for all tenants')),
      credential: text(credential.meaning),
      expires: text('time of the expiry in UTC (RFC 3339)'),
    },
  },
  mail: {
    level: '`information`; `warning` if the mail was not sent, or perhaps not',
    when: 'a mail was sent, waits for another attempt, or ended without being sent',
    fields: {
      tenant: text('id of the tenant'),
      mail: text('id of the mail'),
      template: text('name of its template'),
      attempts: number('number of attempts to hand it over'),
      state: text('`sent` `waiting` `unknown` `failed` `skipped`'),
      reason: optional(text("a word for the reason, or the code of the server's answer")),
      refused: optional(number('number of recipients that the server refused while it accepted others')),
    },
  },
  mails: {
    level: '`information`',
    when: 'mails wait for the first time, and no mail server is set',
    fields: { message: text('the missing settings') },
  },
  activation: {
    level: '`information`; `error` if the status is 500 or above',
    when: 'somebody followed the link in an invitation',
    fields: {
      outcome: text(
        '`ready` `activated` `active` `inactive` `gone` `expired` `unknownLink` `unavailable` `internal`',
      ),
      status: number('HTTP status of the page'),
      tenant,
      account: optional(text('id of the account')),
      cause,
    },
  },
  health: {
    level: '`error`',
    when: '`/health` found a dependency unavailable; again if the dependency fails after the time allowed',
    fields: {
      dependency: text('name of the dependency, such as `store`'),
      milliseconds: number('milliseconds until it failed'),
      reason: text('messages of the failure; the check holds no value that a person sent'),
    },
  },
  maintenance: {
    level: '`information`; `error` if something failed',
    when: 'the timer has swept; it does so each minute to each 15 minutes',
    fields: {
      milliseconds: number('milliseconds that the run took'),
      done: counts(
        'documents that it finished, by kind; it counted each `record` in its run, and sent or ended each `mail`',
      ),
      failures: number('documents or steps that failed; the next run tries them again'),
      cause,
      ...cost,
    },
  },
} as const satisfies Readonly<Record<string, LineKind>>;

/** The kind of a line; its property `event`. */
type LogEvent = keyof typeof logLines;

type FieldsOf<E extends LogEvent> = (typeof logLines)[E]['fields'];
type OptionalIn<F> = { [N in keyof F]: F[N] extends { optional: true } ? N : never }[keyof F];
type ValueOf<F> = F extends { type: infer T extends keyof FieldTypes } ? FieldTypes[T] : never;
type Values<F, Required extends keyof F, Optional extends keyof F> = {
  readonly [N in Required]: ValueOf<F[N]>;
} & { readonly [N in Optional]?: ValueOf<F[N]> | undefined };

/** One line of the log, of the form that `logLines` declares. */
export type LogLine<E extends LogEvent = LogEvent> = E extends LogEvent
  ? { readonly event: E } & Values<
      FieldsOf<E>,
      Exclude<keyof FieldsOf<E>, OptionalIn<FieldsOf<E>>>,
      OptionalIn<FieldsOf<E>>
    >
  : never;

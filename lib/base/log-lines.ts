/** What a field of a line holds. */
interface FieldTypes {
  readonly text: string;
  readonly number: number;
  /** How often, by name. */
  readonly counts: Readonly<Record<string, number>>;
  /** Anything thrown; what is written of it, `describe` in log.ts decides. */
  readonly failure: unknown;
}

/** What one property of a line holds. */
export interface Field {
  readonly type: keyof FieldTypes;
  readonly optional?: boolean;
  /** With the unit, where it is a quantity. */
  readonly meaning: string;
}

/** All that is known about one kind of log line. */
export interface LineKind {
  readonly level: string;
  /** When it is written. */
  readonly when: string;
  readonly fields: Readonly<Record<string, Field>>;
}

const requestId = {
  type: 'text',
  meaning: 'id of the request: the response header `request-id`, and the id of the function invocation',
} as const;
const tenant = { type: 'text', optional: true, meaning: 'id of the tenant, once it is known' } as const;
const credential = {
  type: 'text',
  optional: true,
  meaning: 'id of the key, as in `muster_<id>_…`, of the trust, or of the operator',
} as const;
const cost = {
  operations: { type: 'number', meaning: 'calls to the store for the directory' },
  examined: { type: 'number', meaning: 'documents that the store looked at' },
  requestUnits: { type: 'number', meaning: 'request units that Cosmos DB charged; 0 on the embedded engine' },
} as const;
const cause = {
  type: 'failure',
  optional: true,
  meaning: 'name, codes and places of the failure and what it comes from; no messages, which may hold values',
} as const;

/** Every line that the service provider logs; nothing but this is written, and no field holds what a person sent. */
export const logLines = {
  request: {
    level: '`information`; `error` from status 500 on, also of one operation of a bulk request',
    when: 'a SCIM or management request was answered',
    fields: {
      function: { type: 'text', meaning: 'name of the function, such as `users-create`' },
      method: { type: 'text', meaning: 'HTTP method' },
      status: { type: 'number', meaning: 'HTTP status of the answer' },
      milliseconds: { type: 'number', meaning: 'milliseconds until the answer was made' },
      requestId,
      clientRequestId: {
        type: 'text',
        optional: true,
        meaning: 'id that the client gave the request, a UUID',
      },
      traceId: {
        type: 'text',
        optional: true,
        meaning: 'W3C trace id: `OperationId` in Application Insights',
      },
      tenant,
      credential,
      error: { type: 'text', optional: true, meaning: 'code of [the error](reference/errors.md)' },
      cause,
      quirks: {
        type: 'counts',
        meaning: 'how often each deviation of the client, and each rule of the tenant, was met',
      },
      ...cost,
    },
  },
  refused: {
    level: '`warning`',
    when: 'a request was answered 401',
    fields: {
      reason: {
        type: 'text',
        meaning:
          '`missing` `malformed` `unknown` `wrongSecret` `clientSecret` `bearerKey` `revoked` `expired` ' +
          '`notYetValid` `tooLong` `algorithm` `signature` `keyUnknown` `untrusted` `keyHost` `clientId` ' +
          '`tenantAbsent` `tenantDisabled` `wrongPath`: [in words](tokens.md)',
      },
      at: {
        type: 'text',
        optional: true,
        meaning: 'where it was presented, unless at the SCIM endpoint: `token` or `operate`',
      },
      trust: { type: 'text', optional: true, meaning: 'id of the trust that is concerned' },
      differs: {
        type: 'text',
        optional: true,
        meaning: 'what the nearest trust pins differently, such as `audience`',
      },
      requestId: { ...requestId, optional: true },
      tenant,
      credential,
    },
  },
  federation: {
    level: '`warning`',
    when: 'keys of another issuer could not be read; those known already are believed for a day',
    fields: { message: { type: 'text', meaning: 'the address of the keys' }, cause },
  },
  keys: {
    level: '`warning`',
    when: 'something about keys failed beside a request, which went on',
    fields: { message: { type: 'text', meaning: 'what happened, with the id of the key' }, cause },
  },
  unsettled: {
    level: '`warning`',
    when: 'accounts could not follow a change that a request made; the change stands, and the timer tries again',
    fields: { cause },
  },
  unaudited: {
    level: '`warning`',
    when: 'what a request was refused for could not be taken down in the audit trail; the answer is as it was',
    fields: { cause },
  },
  'key-expiry': {
    level: '`warning`',
    when: 'a key expires soon',
    fields: {
      tenant: { type: 'text', meaning: 'id of the tenant' },
      credential: { type: 'text', meaning: credential.meaning },
      expires: { type: 'text', meaning: 'when, in UTC (RFC 3339)' },
    },
  },
  mail: {
    level: '`information`; `warning` when it could not be sent, or may not have been',
    when: 'a mail was sent, waits again, or has ended otherwise',
    fields: {
      tenant: { type: 'text', meaning: 'id of the tenant' },
      mail: { type: 'text', meaning: 'id of the mail' },
      template: { type: 'text', meaning: 'name of its template' },
      attempts: { type: 'number', meaning: 'how often it was handed over' },
      state: { type: 'text', meaning: '`sent` `waiting` `unknown` `failed` `skipped`' },
      reason: { type: 'text', optional: true, meaning: 'why: a word, or the code of an answer' },
      refused: {
        type: 'number',
        optional: true,
        meaning: 'recipients that the server refused beside others',
      },
    },
  },
  mails: {
    level: '`information`',
    when: 'mails are to be sent for the first time, and no way is set',
    fields: { message: { type: 'text', meaning: 'which settings are missing' } },
  },
  activation: {
    level: '`information`; `error` from status 500 on',
    when: 'somebody followed the link of an invitation',
    fields: {
      outcome: {
        type: 'text',
        meaning:
          '`ready` `activated` `active` `inactive` `gone` `expired` `unknownLink` `unavailable` `internal`',
      },
      status: { type: 'number', meaning: 'HTTP status of the page' },
      tenant,
      account: { type: 'text', optional: true, meaning: 'id of the account' },
      cause,
    },
  },
  health: {
    level: '`error`',
    when: '`/health` found a dependency unavailable, once more when it answers too late with a failure',
    fields: {
      dependency: { type: 'text', meaning: 'its name, such as `store`' },
      milliseconds: { type: 'number', meaning: 'milliseconds until it failed' },
      reason: {
        type: 'text',
        meaning: 'messages of the failure; the question holds nothing that a person sent',
      },
    },
  },
  maintenance: {
    level: '`information`; `error` when something failed',
    when: 'the timer has run, every minute',
    fields: {
      milliseconds: { type: 'number', meaning: 'milliseconds that it took' },
      done: {
        type: 'counts',
        meaning: 'documents that were finished, by kind; `event` went into the audit trail',
      },
      failures: { type: 'number', meaning: 'documents or steps that failed; the next run tries them again' },
      cause,
      ...cost,
    },
  },
} as const satisfies Readonly<Record<string, LineKind>>;

/** What a line tells of, as its property `event` has it. */
export type LogEvent = keyof typeof logLines;

type FieldsOf<E extends LogEvent> = (typeof logLines)[E]['fields'];
type OptionalIn<F> = { [N in keyof F]: F[N] extends { optional: true } ? N : never }[keyof F];
type ValueOf<F> = F extends { type: infer T extends keyof FieldTypes } ? FieldTypes[T] : never;
type Values<F, Required extends keyof F, Optional extends keyof F> = {
  readonly [N in Required]: ValueOf<F[N]>;
} & { readonly [N in Optional]?: ValueOf<F[N]> | undefined };

/** One line of the log, as its declaration has it. */
export type LogLine<E extends LogEvent = LogEvent> = E extends LogEvent
  ? { readonly event: E } & Values<
      FieldsOf<E>,
      Exclude<keyof FieldsOf<E>, OptionalIn<FieldsOf<E>>>,
      OptionalIn<FieldsOf<E>>
    >
  : never;

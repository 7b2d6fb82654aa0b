/** All that is known about one kind of SCIM error (RFC 7644 3.12). */
interface ErrorKind {
  readonly status: number;
  /** The keyword of RFC 7644 table 9 or RFC 9865 2.1; absent where only the status speaks. */
  readonly scimType?: string;
  readonly section: string;
  /** What the client reads when no better detail is known. */
  readonly detail: string;
}

/** Every failure that a client can be told of (RFC 7644 3.12), by its code. */
export const errorCatalogue = {
  invalidFilter: {
    status: 400,
    scimType: 'invalidFilter',
    section: 'RFC 7644 3.12',
    detail: 'The filter is not valid or compares an attribute that cannot be compared so',
  },
  tooMany: {
    status: 400,
    scimType: 'tooMany',
    section: 'RFC 7644 3.12',
    detail: 'The query yields more results than the service provider is willing to process',
  },
  uniqueness: {
    status: 409,
    scimType: 'uniqueness',
    section: 'RFC 7644 3.3',
    detail: 'A value that must be unique is already in use',
  },
  mutability: {
    status: 400,
    scimType: 'mutability',
    section: 'RFC 7644 3.12',
    detail: 'The attribute cannot be modified',
  },
  invalidSyntax: {
    status: 400,
    scimType: 'invalidSyntax',
    section: 'RFC 7644 3.12',
    detail: 'The request body is not valid JSON or does not have the structure of its message',
  },
  invalidPath: {
    status: 400,
    scimType: 'invalidPath',
    section: 'RFC 7644 3.12',
    detail: 'The path of a PATCH operation is malformed or names no attribute of the resource',
  },
  noTarget: {
    status: 400,
    scimType: 'noTarget',
    section: 'RFC 7644 3.12',
    detail: 'The path of a PATCH operation selects no value',
  },
  invalidValue: {
    status: 400,
    scimType: 'invalidValue',
    section: 'RFC 7644 3.12',
    detail: 'A required value is missing or a value does not fit its attribute',
  },
  invalidVers: {
    status: 400,
    scimType: 'invalidVers',
    section: 'RFC 7644 3.12',
    detail: 'The SCIM protocol version of the request is not supported',
  },
  invalidCursor: {
    status: 400,
    scimType: 'invalidCursor',
    section: 'RFC 9865 2.1',
    detail: 'The cursor is not valid for this request: start again without a cursor value',
  },
  expiredCursor: {
    status: 400,
    scimType: 'expiredCursor',
    section: 'RFC 9865 2.1',
    detail: 'The cursor has expired: start again without a cursor value',
  },
  invalidCount: {
    status: 400,
    scimType: 'invalidCount',
    section: 'RFC 9865 2.1',
    detail: 'The count is not valid for this cursor: repeat the count of the first page',
  },
  sensitive: {
    status: 403,
    scimType: 'sensitive',
    section: 'RFC 7644 7.5.2',
    detail: 'The filter holds sensitive information and must be sent by POST to /.search',
  },
  unauthenticated: {
    status: 401,
    section: 'RFC 7644 3.12',
    detail: 'The bearer key or token is unknown, expired or revoked: issue a new one',
  },
  forbidden: {
    status: 403,
    section: 'RFC 7644 3.12',
    detail: 'The operation is not permitted with this credential',
  },
  notFound: { status: 404, section: 'RFC 7644 3.12', detail: 'The resource or endpoint does not exist' },
  methodNotAllowed: {
    status: 405,
    section: 'RFC 9110 15.5.6',
    detail: 'The method is not supported by this endpoint',
  },
  notAcceptable: {
    status: 406,
    section: 'RFC 9110 15.5.7',
    detail: 'Responses are application/scim+json or application/json',
  },
  conflict: {
    status: 409,
    section: 'RFC 7644 3.12',
    detail: 'The resource was changed by another request: retrieve it and try again',
  },
  versionMismatch: {
    status: 412,
    section: 'RFC 7644 3.14',
    detail: 'The resource has changed since the version in If-Match: retrieve it and try again',
  },
  payloadTooLarge: {
    status: 413,
    section: 'RFC 7644 3.7.4',
    detail: 'The request body is larger than the service provider accepts',
  },
  unsupportedMediaType: {
    status: 415,
    section: 'RFC 7644 3.1',
    detail: 'The request body must be application/scim+json or application/json',
  },
  tooManyRequests: { status: 429, section: 'RFC 6585 4', detail: 'Too many requests: try again later' },
  internal: {
    status: 500,
    section: 'RFC 7644 3.12',
    detail: 'The request failed inside the service provider',
  },
  notImplemented: {
    status: 501,
    section: 'RFC 7644 3.12',
    detail: 'The service provider does not support this operation',
  },
  unavailable: {
    status: 503,
    section: 'RFC 9110 15.6.4',
    detail: 'The service provider cannot answer at the moment: try again later',
  },
} as const satisfies Record<string, ErrorKind>;

/** How the code, the log and the audit trail call one kind of failure. */
export type ErrorCode = keyof typeof errorCatalogue;

/** What is known of one failure beyond its kind. */
interface ErrorContext {
  /** Replaces the catalogue's sentence; names the attribute and what the client can change. */
  readonly detail?: string;
  /** Goes to the log, never to the client. */
  readonly cause?: unknown;
  /** Response headers that belong to the failure, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A failure in the protocol's own words (RFC 7644 3.12); the edge turns it into a response. */
export class ScimError extends Error {
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, { detail, cause, headers }: ErrorContext = {}) {
    super(detail ?? errorCatalogue[code].detail, { cause });
    this.name = 'ScimError';
    this.code = code;
    this.headers = headers ?? {};
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }

  get scimType(): string | undefined {
    const kind: ErrorKind = errorCatalogue[this.code];
    return kind.scimType;
  }
}

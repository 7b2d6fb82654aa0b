/** All that is known about one kind of SCIM error (RFC 7644 3.12). */
interface ErrorKind {
  readonly status: number;
  /** The keyword of RFC 7644 table 9 or RFC 9865 2.1; absent where only the status speaks. */
  readonly scimType?: string;
  readonly section: string;
  /** What the client reads when no better detail is known. */
  readonly detail: string;
}

function kind(status: number, detail: string, section = 'RFC 7644 3.12'): ErrorKind {
  return { status, section, detail };
}

/** Failures that have a keyword of their own (RFC 7644 table 9, RFC 9865 2.1), which is their code. */
const withKeyword = {
  invalidFilter: kind(400, 'The filter is not valid or compares an attribute that cannot be compared so'),
  tooMany: kind(400, 'The query yields more results than the service provider is willing to process'),
  uniqueness: kind(409, 'A value that must be unique is already in use', 'RFC 7644 3.3'),
  mutability: kind(400, 'The attribute cannot be modified'),
  invalidSyntax: kind(
    400,
    'The request body is not valid JSON or does not have the structure of its message',
  ),
  invalidPath: kind(400, 'The path of a PATCH operation is malformed or names no attribute of the resource'),
  noTarget: kind(400, 'The path of a PATCH operation selects no value'),
  invalidValue: kind(400, 'A required value is missing or a value does not fit its attribute'),
  invalidVers: kind(400, 'The SCIM protocol version of the request is not supported'),
  invalidCursor: kind(
    400,
    'The cursor is not valid for this request: start again without a cursor value',
    'RFC 9865 2.1',
  ),
  expiredCursor: kind(400, 'The cursor has expired: start again without a cursor value', 'RFC 9865 2.1'),
  invalidCount: kind(
    400,
    'The count is not valid for this cursor: repeat the count of the first page',
    'RFC 9865 2.1',
  ),
  sensitive: kind(
    403,
    'The filter holds sensitive information and must be sent by POST to /.search',
    'RFC 7644 7.5.2',
  ),
};

/** Failures of which only the status speaks. */
const withoutKeyword = {
  unauthenticated: kind(401, 'The bearer key or token is unknown, expired or revoked: issue a new one'),
  forbidden: kind(403, 'The operation is not permitted with this credential'),
  notFound: kind(404, 'The resource or endpoint does not exist'),
  methodNotAllowed: kind(405, 'The method is not supported by this endpoint', 'RFC 9110 15.5.6'),
  notAcceptable: kind(406, 'Responses are application/scim+json or application/json', 'RFC 9110 15.5.7'),
  conflict: kind(409, 'The resource was changed by another request: retrieve it and try again'),
  versionMismatch: kind(
    412,
    'The resource has changed since the version in If-Match: retrieve it and try again',
    'RFC 7644 3.14',
  ),
  payloadTooLarge: kind(
    413,
    'The request body is larger than the service provider accepts',
    'RFC 7644 3.7.4',
  ),
  unsupportedMediaType: kind(
    415,
    'The request body must be application/scim+json or application/json',
    'RFC 7644 3.1',
  ),
  tooManyRequests: kind(429, 'Too many requests: try again later', 'RFC 6585 4'),
  internal: kind(500, 'The request failed inside the service provider'),
  notImplemented: kind(501, 'The service provider does not support this operation'),
  unavailable: kind(
    503,
    'The service provider cannot answer at the moment: try again later',
    'RFC 9110 15.6.4',
  ),
};

/** How the code, the log and the audit trail call one kind of failure. */
export type ErrorCode = keyof typeof withKeyword | keyof typeof withoutKeyword;

const keywordKinds = Object.entries(withKeyword).map(([code, one]) => [code, { ...one, scimType: code }]);

/** Every failure that a client can be told of (RFC 7644 3.12), by its code. */
export const errorCatalogue: Readonly<Record<ErrorCode, ErrorKind>> = {
  ...Object.fromEntries(keywordKinds),
  ...withoutKeyword,
};

/** Tells whether the service provider failed. A status of 501 only says what it does not support. */
export function isFailure(status: number): boolean {
  return status >= 500 && status !== 501;
}

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
    return errorCatalogue[this.code].scimType;
  }
}

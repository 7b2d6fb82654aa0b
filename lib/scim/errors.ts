/** One kind of SCIM error (RFC 7644 3.12). */
interface ErrorKind {
  readonly status: number;
  /** The keyword of RFC 7644 table 9 or RFC 9865 2.1. Absent if these define none for the failure. */
  readonly scimType?: string;
  /** The section that defines the status or the keyword. */
  readonly section: string;
  /** The sentence that the client gets if the code that throws has no more specific one. */
  readonly detail: string;
}

function kind(status: number, detail: string, section = 'RFC 7644 3.12'): ErrorKind {
  return { status, section, detail };
}

/** Failures with a keyword (RFC 7644 table 9, RFC 9865 2.1). The keyword is also their code. */
const withKeyword = {
  invalidFilter: kind(400, 'The filter is malformed or uses an operator that its attribute does not support'),
  tooMany: kind(400, 'The query matches more resources than the service provider can process: narrow it'),
  uniqueness: kind(
    409,
    'Another resource already has a value that must be unique: send another value',
    'RFC 7644 3.3',
  ),
  mutability: kind(400, 'The attribute cannot be modified: leave it out'),
  invalidSyntax: kind(
    400,
    'The request body is not valid JSON or does not have the structure of its message',
  ),
  invalidPath: kind(400, 'The path of a PATCH operation is malformed or names an unknown attribute'),
  noTarget: kind(400, 'The path of a PATCH operation does not select a value'),
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
  cursorGone: kind(
    410,
    'The feed cannot be read behind this cursor any more: read the snapshot, then follow the feed again',
    'RFC 9110 15.5.11',
  ),
  sensitive: kind(
    403,
    'The filter contains sensitive information: send it by POST to /.search',
    'RFC 7644 7.5.2',
  ),
};

/** Failures with a status but without a keyword. */
const withoutKeyword = {
  unauthenticated: kind(
    401,
    'The token is unknown, expired or revoked: ask the provider who gave you the Tenant URL for a new one',
  ),
  forbidden: kind(
    403,
    'This token does not permit the operation: ask the provider who gave you the Tenant URL for one that does',
  ),
  notFound: kind(404, 'The resource or endpoint does not exist: check the URL'),
  methodNotAllowed: kind(405, 'This endpoint does not support the method', 'RFC 9110 15.5.6'),
  notAcceptable: kind(
    406,
    'The Accept header must allow application/scim+json or application/json',
    'RFC 9110 15.5.7',
  ),
  conflict: kind(409, 'Another request changed the resource: retrieve it and try again'),
  versionMismatch: kind(
    412,
    'The resource has changed since the version in If-Match: retrieve it and try again',
    'RFC 7644 3.14',
  ),
  payloadTooLarge: kind(
    413,
    'The request body is larger than the service provider accepts: split the request',
    'RFC 7644 3.7.4',
  ),
  unsupportedMediaType: kind(
    415,
    'The Content-Type must be application/scim+json or application/json',
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

/** The name of one kind of failure in code, log and audit trail. */
export type ErrorCode = keyof typeof withKeyword | keyof typeof withoutKeyword;

const keywordKinds = Object.entries(withKeyword).map(([code, one]) => [code, { ...one, scimType: code }]);

/** All failures that a client can get (RFC 7644 3.12), by code. */
export const errorCatalogue: Readonly<Record<ErrorCode, ErrorKind>> = {
  ...Object.fromEntries(keywordKinds),
  ...withoutKeyword,
};

/** Tells if the service provider failed. A status of 501 only says what it does not support. */
export function isFailure(status: number): boolean {
  return status >= 500 && status !== 501;
}

/** The details of one failure. */
interface ErrorContext {
  /** Replaces the sentence of the catalogue. It names the attribute and says what the client can change. */
  readonly detail?: string;
  /** Is logged, and never sent to the client. */
  readonly cause?: unknown;
  /** Response headers that belong to the failure, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The id of the resource that has the unique value. Only operators may see it. */
  readonly holder?: string;
}

/** A failure that the pipeline answers with a SCIM error (RFC 7644 3.12). */
export class ScimError extends Error {
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly holder: string | undefined;

  constructor(code: ErrorCode, { detail, cause, headers, holder }: ErrorContext = {}) {
    super(detail ?? errorCatalogue[code].detail, { cause });
    this.name = 'ScimError';
    this.code = code;
    this.headers = headers ?? {};
    this.holder = holder;
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }

  get scimType(): string | undefined {
    return errorCatalogue[this.code].scimType;
  }
}

/** Makes the error for a value that does not fit its attribute, property or parameter. */
export const invalidValue = (detail: string) => new ScimError('invalidValue', { detail });
/** Makes the error for a body or message with a wrong structure. */
export const invalidSyntax = (detail: string) => new ScimError('invalidSyntax', { detail });
/** Makes the error for a resource or endpoint that does not exist. */
export const notFound = (detail: string) => new ScimError('notFound', { detail });
/** Makes the error for a change that the present state does not allow. */
export const conflict = (detail: string) => new ScimError('conflict', { detail });
/** Makes the error for a request that may be sent again after some seconds. */
export const tooManyRequests = (detail: string, seconds: number) =>
  new ScimError('tooManyRequests', { detail, headers: { 'Retry-After': String(seconds) } });

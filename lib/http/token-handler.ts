import type { GrantedToken, GrantToken } from '../auth/grant-token.ts';
import { OAuthError } from '../auth/oauth-error.ts';
import { clientCredentialsGrant, readTokenRequest } from '../auth/token-request.ts';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { ScimError } from '../scim/errors.ts';
import { type BodyBound, readText } from './body.ts';
import type { Handler, IncomingRequest } from './handler.ts';
import type { ScimResponse } from './operation.ts';
import { createCost } from './request-cost.ts';
import type { RequestLine } from './request-line.ts';
import { toHttpResponse, toScimError } from './respond.ts';

/** The dependencies of the token endpoint. */
export interface TokenEndpoint {
  readonly grantToken: GrantToken;
  readonly log: (line: RequestLine) => void;
  /** Records a refusal in the audit trail, if it is of a credential of a tenant. Never rejects. */
  readonly audit: (thrown: unknown, requestId: string) => Promise<void>;
  /** Milliseconds, for durations. */
  readonly now: Clock;
}

/** Makes a handler that answers each request with a token or an error (RFC 6749 5). Nothing is cached. */
export function tokenHandler({ grantToken, log, audit, now }: TokenEndpoint, form: TokenForm): Handler {
  return async (request, invocation) => {
    const started = now();
    const outcome = grant(grantToken, request, form).then(granted, async (thrown: unknown) => {
      await audit(thrown, invocation.invocationId);
      return refused(thrown);
    });
    const { response, ...facts } = await outcome;
    log({
      event: 'request',
      function: invocation.functionName,
      method: request.method,
      status: response.status,
      milliseconds: now() - started,
      requestId: invocation.invocationId,
      ...facts,
      quirks: {},
      ...createCost().totals(),
    });
    const headers = { ...unkept, ...response.headers };
    return toHttpResponse({ ...response, headers }, { method: request.method });
  };
}

const unkept = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Pragma: 'no-cache' };

async function grant(
  grantToken: GrantToken,
  request: IncomingRequest,
  form: TokenForm,
): Promise<GrantedToken> {
  const parameters = await readParameters(request, form);
  const authorization = request.headers.get('authorization') ?? undefined;
  return grantToken(readTokenRequest({ parameters, authorization, grantType: form.grantType }));
}

/** A response, with the fields of its log line. */
interface Outcome extends Pick<RequestLine, 'tenant' | 'credential' | 'error' | 'cause'> {
  readonly response: ScimResponse;
}

function granted({ answer, tenant, credential }: GrantedToken): Outcome {
  return { response: { status: 200, body: { ...answer } }, tenant, credential };
}

function refused(thrown: unknown): Outcome {
  if (thrown instanceof OAuthError) {
    const { code: error, status, message, challenge } = thrown;
    const headers: ScimResponse['headers'] = challenge ? { 'WWW-Authenticate': 'Basic realm="Muster"' } : {};
    return { response: { status, headers, body: { error, error_description: message } }, error };
  }
  const { status, headers, message, code, cause } = toScimError(thrown);
  const response = { status, headers, body: { error: wordFor(status), error_description: message } };
  return { response, error: code, cause: status >= 500 ? cause : undefined };
}

/** The OAuth error code for a status. RFC 6749 5.2 has none for server errors, but 4.1.2.1 has. */
function wordFor(status: number): string {
  if (status === 429 || status === 503) return 'temporarily_unavailable';
  return status < 500 ? 'invalid_request' : 'server_error';
}

/** The form of token requests at one address. */
interface TokenForm {
  /** The media types of the body. */
  readonly mediaTypes: readonly ('application/x-www-form-urlencoded' | 'application/json')[];
  /** The name of a header that must be `true`. */
  readonly flag?: string;
  /** The grant type of requests that name none. */
  readonly grantType?: string;
}

/** The form of RFC 6749 3.2. */
export const oauthForm: TokenForm = { mediaTypes: ['application/x-www-form-urlencoded'] };

/** The form that SigningHub's clients use for a token that is valid for SCIM only. */
export const signingHubForm: TokenForm = {
  mediaTypes: ['application/x-www-form-urlencoded', 'application/json'],
  flag: 'X-SCIM',
  grantType: clientCredentialsGrant,
};

const bound: BodyBound = {
  bytesMax: limits.tokenRequestBytesMax,
  tooLarge: () =>
    new ScimError('payloadTooLarge', {
      detail: `A token request must not exceed ${limits.tokenRequestBytesMax} bytes: send only its parameters`,
    }),
};

/**
 * Reads the parameters of a token request, in the client's order and with repetitions.
 *
 * Throws OAuthError `invalid_request`, or ScimError `methodNotAllowed`, `payloadTooLarge` or `invalidSyntax`.
 */
async function readParameters(
  request: IncomingRequest,
  { mediaTypes, flag }: TokenForm,
): Promise<Iterable<readonly [string, string]>> {
  if (request.method !== 'POST') {
    throw new ScimError('methodNotAllowed', {
      detail: 'Request a token with POST',
      headers: { Allow: 'POST' },
    });
  }
  const [type = ''] = (request.headers.get('content-type') ?? '').toLowerCase().split(';');
  const mediaType = mediaTypes.find((one) => one === type.trim());
  if (!mediaType) throw invalid(`The request body must be ${mediaTypes.join(' or ')}`);
  if (flag && request.headers.get(flag)?.toLowerCase() !== 'true') {
    throw invalid(`Send the header ${flag}: true: this address issues tokens for the SCIM endpoint only`);
  }
  const text = await readText(request, bound);
  return mediaType === 'application/json' ? membersOf(text) : new URLSearchParams(text);
}

function membersOf(text: string): readonly (readonly [string, string])[] {
  const members = Object.entries(parseObject(text));
  return members.map(([name, value]) => {
    if (typeof value !== 'string') throw invalid('Every member of the JSON object must be a string');
    return [name, value];
  });
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Falls through to the same refusal as for JSON that is not an object.
  }
  throw invalid('The request body must be a JSON object');
}

function invalid(message: string): OAuthError {
  return new OAuthError('invalid_request', message);
}

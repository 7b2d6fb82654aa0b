import type { HttpHandler, HttpRequest } from '@azure/functions';
import type { GrantedToken, GrantToken } from '../auth/grant-token.ts';
import { OAuthError } from '../auth/oauth-error.ts';
import { readTokenRequest } from '../auth/token-request.ts';
import type { ScimResponse } from './operation.ts';
import { createCost } from './request-cost.ts';
import type { RequestLine } from './request-line.ts';
import { toHttpResponse, toScimError } from './respond.ts';
import { readParameters, type TokenForm } from './token-form.ts';

export interface TokenEndpoint {
  readonly grantToken: GrantToken;
  readonly log: (line: RequestLine) => void;
  /** Milliseconds, for durations. */
  readonly now: () => number;
}

/** Makes a handler that always answers with a token or an error (RFC 6749 5), and which no cache keeps. */
export function tokenHandler({ grantToken, log, now }: TokenEndpoint, form: TokenForm): HttpHandler {
  return async (request, invocation) => {
    const started = now();
    const trace: Trace = {};
    const response = await grant(grantToken, request, form).then(
      (granted) => tokenResponse(granted, trace),
      (thrown: unknown) => errorResponse(thrown, trace),
    );
    log({
      event: 'request',
      function: invocation.functionName,
      method: request.method,
      status: response.status,
      milliseconds: now() - started,
      requestId: invocation.invocationId,
      ...trace,
      quirks: {},
      ...createCost().totals(),
    });
    const headers = { ...unkept, ...response.headers };
    return toHttpResponse({ ...response, headers }, { method: request.method });
  };
}

type Trace = { -readonly [Name in 'tenant' | 'credential' | 'error' | 'cause']?: RequestLine[Name] };

const unkept = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Pragma: 'no-cache' };

async function grant(grantToken: GrantToken, request: HttpRequest, form: TokenForm): Promise<GrantedToken> {
  const parameters = await readParameters(request, form);
  const authorization = request.headers.get('authorization') ?? undefined;
  return grantToken(readTokenRequest({ parameters, authorization, grantType: form.grantType }));
}

function tokenResponse({ answer, tenant, credential }: GrantedToken, trace: Trace): ScimResponse {
  Object.assign(trace, { tenant, credential });
  return { status: 200, body: { ...answer } };
}

function errorResponse(thrown: unknown, trace: Trace): ScimResponse {
  if (thrown instanceof OAuthError) {
    const { code, status, message, challenge } = thrown;
    trace.error = code;
    const headers = challenge ? { 'WWW-Authenticate': 'Basic realm="Muster"' } : {};
    return { status, headers, body: { error: code, error_description: message } };
  }
  const { status, headers, message, code, cause } = toScimError(thrown);
  trace.error = code;
  if (status >= 500) trace.cause = cause;
  return { status, headers, body: { error: errorOf(status), error_description: message } };
}

/** Failures of other kinds have no words in RFC 6749 5.2; these are those of 4.1.2.1. */
function errorOf(status: number): string {
  if (status === 429 || status === 503) return 'temporarily_unavailable';
  return status < 500 ? 'invalid_request' : 'server_error';
}

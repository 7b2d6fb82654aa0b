import { tokenScope } from './access-token.ts';
import { OAuthError } from './oauth-error.ts';

/** A request for a token; `by` is the kind of its proof. */
export type TokenRequest = SecretRequest | AssertionRequest | ExchangeRequest;

/** A request with a client secret (RFC 6749 2.3.1). */
export interface SecretRequest {
  readonly by: 'secret';
  readonly clientId: string;
  readonly secret: string;
  /** True if both were sent in the header Authorization. */
  readonly isBasic: boolean;
}

/** A request with a client assertion (RFC 7523 2.2). */
export interface AssertionRequest {
  readonly by: 'assertion';
  readonly assertion: string;
  readonly clientId?: string;
}

/** A token exchange (RFC 8693 2.1). */
export interface ExchangeRequest {
  readonly by: 'exchange';
  readonly assertion: string;
  readonly clientId?: string;
  /** The addresses at which the client wants to use the token. */
  readonly targets: readonly string[];
}

/** The grant type of a client secret or assertion (RFC 6749 4.4). */
export const clientCredentialsGrant = 'client_credentials';
/** The grant type of a token exchange (RFC 8693 2.1). */
export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** The type of the token that an exchange issues (RFC 8693 3). */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const tokenTypes = ['urn:ietf:params:oauth:token-type:jwt', accessTokenType];

interface RawRequest {
  /** The parameters of the body, not yet checked. */
  readonly parameters: Iterable<readonly [name: string, value: string]>;
  readonly authorization?: string;
  /** The grant type of a request that has no `grant_type`. */
  readonly grantType?: string;
}

const invalid = (message: string) => new OAuthError('invalid_request', message);

/** Reads a request for a token (RFC 6749 4.4.2, RFC 7523 2.2, RFC 8693 2.1); throws OAuthError. */
export function readTokenRequest({ parameters, authorization, grantType }: RawRequest): TokenRequest {
  const body = readParameters(parameters);
  const grant = body.get('grant_type') ?? grantType;
  if (grant === undefined) {
    throw invalid(`grant_type is missing: send client_credentials or ${exchangeGrant}`);
  }
  if (grant !== clientCredentialsGrant && grant !== exchangeGrant) {
    throw new OAuthError(
      'unsupported_grant_type',
      `grant_type must be client_credentials or ${exchangeGrant}`,
    );
  }
  const scopes = body.get('scope')?.split(' ') ?? [];
  if (scopes.some((scope) => scope !== tokenScope)) {
    throw new OAuthError('invalid_scope', `scope can only be ${tokenScope}: send that, or leave it out`);
  }
  const basic = authorization === undefined ? undefined : readBasic(authorization);
  return grant === exchangeGrant ? readExchange(body, basic) : readClient(body, basic);
}

type Parameters = ReadonlyMap<string, string>;

/** Reads the parameters. One without a value counts as absent, and none may be repeated (RFC 6749 3.2). */
function readParameters(parameters: RawRequest['parameters']): Parameters {
  const found = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (found.has(name)) throw invalid('A parameter is repeated: send each one once');
    found.set(name, value);
  }
  return new Map([...found].filter(([, value]) => value !== ''));
}

interface BasicCredentials {
  readonly clientId: string;
  readonly secret: string;
}

const basicForm = /^basic +([a-z0-9+/]+={0,2})$/i;

/** Reads HTTP Basic credentials. Both parts are form-encoded within the header (RFC 6749 2.3.1, RFC 7617). */
function readBasic(authorization: string): BasicCredentials {
  const encoded = basicForm.exec(authorization)?.[1] ?? '';
  const [, clientId, secret] = /^([^:]+):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  const fromForm = (text = '') => new URLSearchParams(`_=${text.replaceAll('&', '%26')}`).get('_') ?? '';
  if (clientId !== undefined) return { clientId: fromForm(clientId), secret: fromForm(secret) };
  throw new OAuthError(
    'invalid_client',
    'The header Authorization must be Basic with client_id and client_secret',
    {
      challenge: true,
    },
  );
}

function readClient(body: Parameters, basic: BasicCredentials | undefined): TokenRequest {
  const [clientId, secret] = [body.get('client_id'), body.get('client_secret')];
  const [assertion, type] = [body.get('client_assertion'), body.get('client_assertion_type')];
  const isAsserted = assertion !== undefined || type !== undefined;
  if ([basic !== undefined, secret !== undefined, isAsserted].filter(Boolean).length > 1) {
    throw invalid(
      'The client authenticates in several ways: send client_secret, Basic or client_assertion only',
    );
  }
  if (isAsserted) {
    if (assertion !== undefined && type === assertionType) return { by: 'assertion', assertion, clientId };
    throw invalid(`client_assertion must be sent with client_assertion_type ${assertionType}`);
  }
  if (basic) {
    if (clientId === undefined || clientId === basic.clientId)
      return { by: 'secret', ...basic, isBasic: true };
    throw invalid('client_id differs from the header Authorization: leave it out');
  }
  if (secret === undefined) {
    throw new OAuthError(
      'invalid_client',
      'Client authentication is missing: send client_secret or client_assertion',
    );
  }
  if (clientId === undefined) throw invalid('client_id is missing: send it with client_secret');
  return { by: 'secret', clientId, secret, isBasic: false };
}

/** Reads a token exchange. The exchanged token is its only credential; an actor is not supported. */
function readExchange(body: Parameters, basic: BasicCredentials | undefined): ExchangeRequest {
  const foreign = ['client_secret', 'client_assertion', 'client_assertion_type', 'actor_token'];
  if (basic || foreign.some((name) => body.has(name))) {
    throw invalid('A token exchange takes no credential but subject_token: leave out the others');
  }
  const assertion = body.get('subject_token');
  if (assertion === undefined || !tokenTypes.includes(body.get('subject_token_type') ?? '')) {
    const types = tokenTypes.join(' or ');
    throw invalid(`subject_token must be sent with subject_token_type ${types}`);
  }
  if (!tokenTypes.includes(body.get('requested_token_type') ?? accessTokenType)) {
    throw invalid(`requested_token_type must be ${tokenTypes.join(' or ')}, or left out`);
  }
  const targets = [body.get('resource'), body.get('audience')].filter((target) => target !== undefined);
  return { by: 'exchange', assertion, clientId: body.get('client_id'), targets };
}

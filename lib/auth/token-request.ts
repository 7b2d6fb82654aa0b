import { tokenScope } from './access-token.ts';
import { OAuthError } from './oauth-error.ts';

/** A request for a token, by what it proves itself with. */
export type TokenRequest = SecretRequest | AssertionRequest | ExchangeRequest;

/** RFC 6749 2.3.1. */
export interface SecretRequest {
  readonly by: 'secret';
  readonly clientId: string;
  readonly secret: string;
  /** Whether both came in the header Authorization. */
  readonly isBasic: boolean;
}

/** RFC 7523 2.2. */
export interface AssertionRequest {
  readonly by: 'assertion';
  readonly assertion: string;
  readonly clientId?: string;
}

/** RFC 8693 2.1. */
export interface ExchangeRequest {
  readonly by: 'exchange';
  readonly assertion: string;
  readonly clientId?: string;
  /** Where the token is to be good. */
  readonly targets: readonly string[];
}

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** What a token exchange yields (RFC 8693 3). */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const tokenTypes = ['urn:ietf:params:oauth:token-type:jwt', accessTokenType];

interface RawRequest {
  /** The parameters of the body as they came. */
  readonly parameters: Iterable<readonly [name: string, value: string]>;
  readonly authorization?: string;
  /** Taken for granted where the request names none. */
  readonly grantType?: string;
}

const invalid = (message: string) => new OAuthError('invalid_request', message);

/** Reads a request for a token (RFC 6749 4.4.2, RFC 7523 2.2, RFC 8693 2.1); throws OAuthError. */
export function readTokenRequest({ parameters, authorization, grantType }: RawRequest): TokenRequest {
  const body = readParameters(parameters);
  const grant = body.get('grant_type') ?? grantType;
  if (grant === undefined) throw invalid('grant_type is missing');
  if (grant !== 'client_credentials' && grant !== exchangeGrant) {
    throw new OAuthError(
      'unsupported_grant_type',
      `grant_type must be client_credentials or ${exchangeGrant}`,
    );
  }
  const scopes = body.get('scope')?.split(' ') ?? [];
  if (scopes.some((scope) => scope !== tokenScope)) {
    throw new OAuthError('invalid_scope', `The only scope is ${tokenScope}: ask for it or leave scope out`);
  }
  const basic = authorization === undefined ? undefined : readBasic(authorization);
  return grant === exchangeGrant ? readExchange(body, basic) : readClient(body, basic);
}

type Parameters = ReadonlyMap<string, string>;

/** RFC 6749 3.2: one without a value counts as left out, and none may come twice. */
function readParameters(parameters: RawRequest['parameters']): Parameters {
  const found = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (found.has(name)) throw invalid('A parameter is given more than once');
    found.set(name, value);
  }
  return new Map([...found].filter(([, value]) => value !== ''));
}

interface BasicCredentials {
  readonly clientId: string;
  readonly secret: string;
}

const basicForm = /^basic +([a-z0-9+/]+={0,2})$/i;

/** RFC 6749 2.3.1: both parts are encoded as in a form, and then as RFC 7617 says. */
function readBasic(authorization: string): BasicCredentials {
  const encoded = basicForm.exec(authorization)?.[1] ?? '';
  const [, clientId, secret] = /^([^:]+):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  const fromForm = (text = '') => new URLSearchParams(`_=${text.replaceAll('&', '%26')}`).get('_') ?? '';
  if (clientId !== undefined) return { clientId: fromForm(clientId), secret: fromForm(secret) };
  throw new OAuthError('invalid_client', 'The header Authorization must be Basic with client id and secret', {
    challenge: true,
  });
}

function readClient(body: Parameters, basic: BasicCredentials | undefined): TokenRequest {
  const [clientId, secret] = [body.get('client_id'), body.get('client_secret')];
  const [assertion, type] = [body.get('client_assertion'), body.get('client_assertion_type')];
  const isAsserted = assertion !== undefined || type !== undefined;
  if ([basic !== undefined, secret !== undefined, isAsserted].filter(Boolean).length > 1) {
    throw invalid('Use one way to authenticate the client: secret, Basic or assertion');
  }
  if (isAsserted) {
    if (assertion !== undefined && type === assertionType) return { by: 'assertion', assertion, clientId };
    throw invalid(`client_assertion goes with client_assertion_type ${assertionType}`);
  }
  if (basic) {
    if (clientId === undefined || clientId === basic.clientId)
      return { by: 'secret', ...basic, isBasic: true };
    throw invalid('client_id is another than in the header Authorization');
  }
  if (secret === undefined) {
    throw new OAuthError(
      'invalid_client',
      'Client authentication is missing: send client_secret or client_assertion',
    );
  }
  if (clientId === undefined) throw invalid('client_id is missing');
  return { by: 'secret', clientId, secret, isBasic: false };
}

/** The token that is exchanged is all the proof there is; nobody acts through another. */
function readExchange(body: Parameters, basic: BasicCredentials | undefined): ExchangeRequest {
  const foreign = ['client_secret', 'client_assertion', 'client_assertion_type', 'actor_token'];
  if (basic || foreign.some((name) => body.has(name))) {
    throw invalid('subject_token is the only credential of a token exchange');
  }
  const assertion = body.get('subject_token');
  if (assertion === undefined || !tokenTypes.includes(body.get('subject_token_type') ?? '')) {
    const types = tokenTypes.join(' or ');
    throw invalid(`subject_token goes with subject_token_type ${types}`);
  }
  if (!tokenTypes.includes(body.get('requested_token_type') ?? accessTokenType)) {
    throw invalid('requested_token_type must be an access token');
  }
  const targets = [body.get('resource'), body.get('audience')].filter((target) => target !== undefined);
  return { by: 'exchange', assertion, clientId: body.get('client_id'), targets };
}

import { limits } from '../base/limits.ts';
import { parseKey } from '../keys/key-format.ts';
import { tokenMinutesOf } from '../tenants/policy.ts';
import { tokenScope } from './access-token.ts';
import { findKeyHolder } from './holder.ts';
import { OAuthError } from './oauth-error.ts';
import { CredentialRefused, isRefusal, type Refusal, tellCredential } from './refusal.ts';
import type { CredentialScope, Holder } from './scope.ts';
import {
  type AssertionRequest,
  accessTokenType,
  type ExchangeRequest,
  type SecretRequest,
  type TokenRequest,
} from './token-request.ts';
import { readToken } from './unverified-token.ts';

const minuteMs = 60_000;

/** The answer to a client (RFC 6749 5.1, RFC 8693 2.2.1). */
interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** In seconds. */
  readonly expires_in: number;
  readonly scope: typeof tokenScope;
  readonly issued_token_type?: string;
}

/** An answer, with the tenant and credential for the log. */
export interface GrantedToken {
  readonly answer: TokenAnswer;
  readonly tenant: string;
  readonly credential: string;
}

/**
 * Issues a token in exchange for a client secret or for a token of another issuer. Rejects with OAuthError,
 * with ScimError `unavailable` while that issuer's keys cannot be read, and with StoreError.
 */
export type GrantToken = (request: TokenRequest) => Promise<GrantedToken>;

/** Creates a function that issues tokens for the SCIM endpoint of a client's tenant. */
export function createTokenGranter(scope: CredentialScope): GrantToken {
  const refuse = (request: TokenRequest, refusal: Refusal): never => {
    const refused: Refusal = { ...refusal, at: 'token' };
    scope.refused?.(refused);
    throw refusalFor(request, new CredentialRefused(refused));
  };

  return async (request) => {
    const found = await find(scope, request);
    if (isRefusal(found)) return refuse(request, found);
    const { tenant, credential: grantor, subject, used, until: expires } = found;
    const issued = scope.now();
    const seconds = Math.floor(expires / 1000) - Math.floor(issued / 1000);
    const reason = tenant.enabled ? seconds < 1 && 'expired' : 'tenantDisabled';
    if (reason) return refuse(request, { reason, ...tellCredential(grantor), tenantId: tenant.id });
    const { path } = tenant.policy.endpoint;
    if (request.by === 'exchange') requireTargets(request, scope.baseUrl + path);

    const grant = { tenantId: tenant.id, grantor, subject, issued, expires };
    const token = await scope.accessTokens.sign(grant, path);
    if (used) scope.keys.markUsed(used);
    const answer: TokenAnswer = {
      access_token: token,
      token_type: 'Bearer',
      expires_in: seconds,
      scope: tokenScope,
      issued_token_type: request.by === 'exchange' ? accessTokenType : undefined,
    };
    return { answer, tenant: tenant.id, credential: grantor };
  };
}

/** A holder who may have a token. */
interface Entitled extends Holder {
  /** The latest end of the token, in milliseconds since 1970. */
  readonly until: number;
}

function find(scope: CredentialScope, request: TokenRequest): Promise<Entitled | Refusal> {
  return request.by === 'secret' ? findClient(scope, request) : findTrusted(scope, request);
}

async function findClient(
  scope: CredentialScope,
  { clientId, secret }: SecretRequest,
): Promise<Entitled | Refusal> {
  const key = parseKey(secret);
  if (!key) return { reason: 'malformed' };
  if (key.keyId !== clientId) return { reason: 'clientId', keyId: key.keyId };
  const holder = await findKeyHolder(scope, key, 'client');
  if (isRefusal(holder)) return holder;
  const lifetime = tokenMinutesOf(holder.tenant.policy.keys) * minuteMs;
  return { ...holder, until: Math.min(holder.expires, scope.now() + lifetime) };
}

async function findTrusted(
  { verifyAssertion, now }: CredentialScope,
  { assertion, clientId }: AssertionRequest | ExchangeRequest,
): Promise<Entitled | Refusal> {
  const token = readToken(assertion);
  if (!token) return { reason: 'malformed' };
  const holder = await verifyAssertion(token);
  if (isRefusal(holder)) return holder;
  const { tenant, credential, expires, clientIds } = holder;
  if (clientId !== undefined && !clientIds.includes(clientId)) {
    return { reason: 'clientId', ...tellCredential(credential), tenantId: tenant.id };
  }
  return { ...holder, until: Math.min(expires, now() + limits.federatedTokenSecondsMax * 1000) };
}

function requireTargets({ targets }: ExchangeRequest, tenantUrl: string): void {
  if (targets.every((target) => target === tenantUrl)) return;
  throw new OAuthError(
    'invalid_target',
    `resource and audience can only be ${tenantUrl}: send that, or leave them out`,
  );
}

function refusalFor(request: TokenRequest, cause: CredentialRefused): OAuthError {
  if (request.by === 'secret') {
    const message =
      'client_secret is unknown, expired or revoked, or belongs to another client_id: ' +
      'ask the provider who gave you the Tenant URL for a new one';
    return new OAuthError('invalid_client', message, { challenge: request.isBasic, cause });
  }
  const code = request.by === 'assertion' ? 'invalid_client' : 'invalid_request';
  const message =
    'The assertion matches no trust, has expired or is not signed by its issuer: ' +
    'ask the provider who gave you the Tenant URL for a trust with its claims';
  return new OAuthError(code, message, { cause });
}

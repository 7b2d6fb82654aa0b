import { TokenBuckets } from '../base/token-buckets.ts';
import { tooManyRequests } from '../scim/errors.ts';
import { createAccessTokens } from './access-token.ts';
import { createApiCallers } from './api-caller.ts';
import { createAssertions } from './assertions.ts';
import { createAuthenticator } from './authenticate.ts';
import { createTokenGranter } from './grant-token.ts';
import { createKeySets } from './key-sets.ts';
import { createOperators } from './operators.ts';
import type { Refusal } from './refusal.ts';
import type { AuthScope, CredentialScope } from './scope.ts';

/**
 * Creates the authentication of clients and operators, and the issue of tokens. They share one cache of other
 * issuers' keys.
 */
export function createAuth(services: AuthScope) {
  const scope = { ...services, refused: limitRefusals(services) };
  const { secrets, baseUrl: issuer, now, newId } = scope;
  const keySets = createKeySets(scope);
  const credentials: CredentialScope = {
    ...scope,
    accessTokens: createAccessTokens({ secrets, issuer, now, newId }),
    verifyAssertion: createAssertions(scope, keySets),
  };
  return {
    authenticate: createAuthenticator(credentials),
    grantToken: createTokenGranter(credentials),
    authenticateOperator: createOperators(scope, keySets),
    authenticateApiCaller: createApiCallers(scope, keySets),
  };
}

/**
 * Logs refusals up to the rate. Above it, a caller without a good credential learns only that there are too many. Ended
 * credentials of a tenant have a rate of their own, so that guesses of others do not hide the reason.
 */
function limitRefusals({ refused, refusalRate, now }: AuthScope): (refusal: Refusal) => void {
  const buckets = new TokenBuckets(refusalRate, now);
  return (refusal) => {
    const seconds = buckets.take(refusal.tenantId ?? 'anyone');
    if (seconds === 0) return refused?.(refusal);
    const detail =
      'Too many requests come with a wrong token: correct the token, and send this one again after Retry-After seconds';
    throw tooManyRequests(detail, seconds);
  };
}

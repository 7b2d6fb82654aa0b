import { createAccessTokens } from './access-token.ts';
import { createAssertions } from './assertions.ts';
import { createAuthenticator } from './authenticate.ts';
import { createTokenGranter } from './grant-token.ts';
import { createKeySets } from './key-sets.ts';
import { createOperators } from './operators.ts';
import type { AuthScope, CredentialScope } from './scope.ts';

/**
 * Creates the authentication of clients and operators, and the issue of tokens. They share one cache of other
 * issuers' keys.
 */
export function createAuth(scope: AuthScope) {
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
  };
}

import { createAccessTokens } from './access-token.ts';
import { createAssertions } from './assertions.ts';
import { type Authenticate, createAuthenticator } from './authenticate.ts';
import { createTokenGranter, type GrantToken } from './grant-token.ts';
import { createKeySets } from './key-sets.ts';
import { type AuthenticateOperator, createOperators } from './operators.ts';
import type { AuthScope, CredentialScope } from './scope.ts';

/** Authenticates clients and operators, and issues tokens. */
interface Auth {
  readonly authenticate: Authenticate;
  readonly grantToken: GrantToken;
  readonly authenticateOperator: AuthenticateOperator;
}

/** Creates authentication and the issue of tokens, which share one cache of other issuers' keys. */
export function createAuth(scope: AuthScope): Auth {
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

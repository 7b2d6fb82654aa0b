import type { Clock } from '../base/clock.ts';
import type { Keys } from '../keys/keys.ts';
import type { SecretStore } from '../keys/secret-store.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { createAccessTokens } from './access-token.ts';
import { createAssertions } from './assertions.ts';
import { type Authenticate, createAuthenticator } from './authenticate.ts';
import { createTokenGranter, type GrantToken } from './grant-token.ts';
import { createKeySets } from './key-sets.ts';
import { type AuthenticateOperator, createOperators, type OperatorTrust } from './operators.ts';
import type { LogRefusal } from './refusal.ts';

/** Who may come in, by which credential. */
export interface Auth {
  readonly authenticate: Authenticate;
  readonly grantToken: GrantToken;
  readonly authenticateOperator: AuthenticateOperator;
}

/** What credentials are examined with. */
export interface AuthParts {
  readonly keys: Pick<Keys, 'verify' | 'markUsed'>;
  readonly tenants: Pick<Tenants, 'retrieve' | 'retrieveFresh' | 'trusts'>;
  readonly secrets: Pick<SecretStore, 'serverSecret'>;
  /** `https://host`, without a path; also the issuer of tokens. */
  readonly baseUrl: string;
  /** The hosts that keys of other issuers may be fetched from. */
  readonly federationHosts: readonly string[];
  /** Whose tokens operators present; none where absent. */
  readonly operators?: OperatorTrust;
  readonly now: Clock;
  readonly newId: () => string;
  readonly refused?: LogRefusal;
  readonly log?: ((message: string, cause: unknown) => void) | undefined;
}

/** Wires authentication and the issue of tokens over one memory of other issuers' keys. */
export function createAuth(parts: AuthParts): Auth {
  const {
    keys,
    tenants,
    secrets,
    baseUrl,
    federationHosts: hosts,
    operators,
    now,
    newId,
    refused,
    log,
  } = parts;
  const accessTokens = createAccessTokens({ secrets, issuer: baseUrl, now, newId });
  const keySets = createKeySets({ now, log });
  const verifyAssertion = createAssertions({ tenants, keySets, hosts, now });
  const shared = { keys, tenants, accessTokens, verifyAssertion, now, log: refused };
  return {
    authenticate: createAuthenticator(shared),
    grantToken: createTokenGranter({ ...shared, baseUrl }),
    authenticateOperator: createOperators({ trust: operators, keySets, now, log: refused }),
  };
}

import type { Clock } from '../base/clock.ts';
import type { Keys } from '../keys/keys.ts';
import type { SecretStore } from '../keys/secret-store.ts';
import type { Tenants } from '../tenants/tenants.ts';
import type { Trust } from '../tenants/trust.ts';
import type { AccessTokens } from './access-token.ts';
import type { VerifyAssertion } from './holder.ts';
import type { LogRefusal } from './refusal.ts';

/** The deployment, as far as credentials are examined against it. */
export interface AuthScope {
  readonly keys: Pick<Keys, 'verify' | 'markUsed'>;
  readonly tenants: Pick<Tenants, 'retrieve' | 'retrieveFresh' | 'trusts'>;
  readonly secrets: Pick<SecretStore, 'serverSecret'>;
  /** `https://host`, without a path; also the issuer of tokens. */
  readonly baseUrl: string;
  /** The hosts that keys of other issuers may be fetched from. */
  readonly federationHosts: readonly string[];
  /** The tokens of Entra ID that operators present: those for one application in one of its tenants. */
  readonly operators?: Omit<Trust, 'subject'>;
  readonly now: Clock;
  readonly newId: () => string;
  readonly refused?: LogRefusal;
  readonly log?: (message: string, cause: unknown) => void;
}

/** The same, with what verifies tokens. */
export interface CredentialScope extends AuthScope {
  readonly accessTokens: AccessTokens;
  readonly verifyAssertion: VerifyAssertion;
}

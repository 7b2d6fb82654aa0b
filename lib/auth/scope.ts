import type { Clock } from '../base/clock.ts';
import type { Rate } from '../base/token-buckets.ts';
import type { Keys, UsedKey } from '../keys/keys.ts';
import type { SecretStore } from '../keys/secret-store.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import type { Trust } from '../tenants/trust.ts';
import type { AccessTokens } from './access-token.ts';
import type { Refusal } from './refusal.ts';
import type { UnverifiedToken } from './unverified-token.ts';

/** The services and settings with which credentials are checked. */
export interface AuthScope {
  readonly keys: Pick<Keys, 'verify' | 'hasSecret' | 'markUsed'>;
  readonly tenants: Pick<Tenants, 'retrieve' | 'retrieveFresh' | 'trusts' | 'appKeys'>;
  readonly secrets: Pick<SecretStore, 'serverSecret'>;
  /** `https://host`, without a path; also the issuer of tokens. */
  readonly baseUrl: string;
  /** The hosts from which keys of other issuers may be fetched. */
  readonly federationHosts: readonly string[];
  /** The application and the Entra tenant for whose tokens operators are accepted. */
  readonly operators?: Omit<Trust, 'subject'>;
  readonly now: Clock;
  readonly newId: () => string;
  /** The refusals of credentials that one instance answers with their reason. */
  readonly refusalRate: Rate;
  /** Notes a refused credential. Throws ScimError `tooManyRequests` if there were too many. */
  readonly refused?: (refusal: Refusal) => void;
  readonly log?: (message: string, cause: unknown) => void;
}

/** The same, with the verification of tokens. */
export interface CredentialScope extends AuthScope {
  readonly accessTokens: AccessTokens;
  readonly verifyAssertion: VerifyAssertion;
}

/** A tenant with the credential that was presented for it. */
export interface Holder {
  readonly tenant: Tenant;
  /** The id of the key or client secret, or of the trust. */
  readonly credential: string;
  /** The id of the user on whose behalf the client acts. */
  readonly subject?: string;
  /** The key or client secret whose use is to be noted. */
  readonly used?: UsedKey;
}

/** A holder of a credential that ends. */
export interface LimitedHolder extends Holder {
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** The holder of a token of another issuer. */
interface TrustHolder extends LimitedHolder {
  /** Names for client_id that its bearer may use: the tenant, the subject, or the application in Entra ID. */
  readonly clientIds: readonly string[];
}

/**
 * Answers the holder of a token of another issuer, or the reason for its refusal. A warm instance asks no
 * store. Rejects with ScimError `unavailable` while the issuer's keys cannot be read, and with a StoreError.
 */
export type VerifyAssertion = (token: UnverifiedToken) => Promise<TrustHolder | Refusal>;

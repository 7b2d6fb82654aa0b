import type { UsedKey } from '../keys/last-used.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Refusal } from './refusal.ts';
import type { UnverifiedToken } from './unverified-token.ts';

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
  /** What its bearer may call itself: the tenant, the subject, or the application by Entra ID's own claims. */
  readonly clientIds: readonly string[];
}

/**
 * Answers who holds a token of another issuer, or why it is refused; a warm instance does so without the store. Rejects
 * with ScimError `unavailable` while the issuer's keys cannot be read, and with a StoreError.
 */
export type VerifyAssertion = (token: UnverifiedToken) => Promise<TrustHolder | Refusal>;

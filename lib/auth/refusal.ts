import { isTrustId, type PinName } from '../tenants/trust.ts';

/** The reason to refuse a credential, or to refuse all credentials of its tenant. */
export type RefusalReason =
  | 'missing'
  | 'malformed'
  | 'unknown'
  | 'wrongSecret'
  /** A client secret was presented instead of a bearer key. */
  | 'clientSecret'
  /** A bearer key was presented instead of a client secret or an app key. */
  | 'bearerKey'
  /** An app key was presented to the SCIM API. */
  | 'appKey'
  | 'revoked'
  | 'expired'
  | 'notYetValid'
  /** The token expires later than `limits.assertionSecondsMax` from now. */
  | 'tooLong'
  | 'algorithm'
  | 'signature'
  /** The issuer publishes no key with the id that the token names. */
  | 'keyUnknown'
  /** No trust has the issuer, subject, audience and Entra tenant of the token. */
  | 'untrusted'
  /** The deployment does not allow the host of the trust's keys. */
  | 'keyHost'
  /** `client_id` does not match the secret or the assertion. */
  | 'clientId'
  | 'tenantAbsent'
  | 'tenantDisabled'
  | 'wrongPath';

/** A refusal for the log and the audit trail. The client never sees it; it holds no part of a secret. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly requestId?: string;
  readonly keyId?: string;
  readonly tenantId?: string;
  /** The id of a trust. */
  readonly trust?: string;
  /** The claims in which the nearest trust differs; only `tenantId` if no trust has that Entra tenant. */
  readonly differs?: readonly PinName[];
  /** The endpoint that refused the credential; absent for the SCIM endpoint. */
  readonly at?: 'token' | 'operate' | 'api';
}

/** The cause of a ScimError with status 401, for the audit trail. */
export class CredentialRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`The credential was refused: ${refusal.reason}`);
    this.name = 'CredentialRefused';
    this.refusal = refusal;
  }
}

/** Names a credential in a refusal, by the id of a key or of a trust. */
export function tellCredential(id: string): Pick<Refusal, 'keyId' | 'trust'> {
  return isTrustId(id) ? { trust: id } : { keyId: id };
}

/** Tests if a result is a refusal. */
export function isRefusal(found: object): found is Refusal {
  return 'reason' in found;
}

import { isTrustId, type PinName } from '../tenants/trust.ts';

/** What is wrong with a credential or its tenant. */
export type RefusalReason =
  | 'missing'
  | 'malformed'
  | 'unknown'
  | 'wrongSecret'
  /** A client secret where a bearer key belongs. */
  | 'clientSecret'
  /** A bearer key where a client secret belongs. */
  | 'bearerKey'
  | 'revoked'
  | 'expired'
  | 'notYetValid'
  /** A token that claims to live on for longer than any should. */
  | 'tooLong'
  | 'algorithm'
  | 'signature'
  /** The issuer publishes no key of the id that a token names. */
  | 'keyUnknown'
  /** No trust pins what a token says. */
  | 'untrusted'
  /** The host of a trust's keys is not among those of the deployment. */
  | 'keyHost'
  /** `client_id` is another than the assertion's. */
  | 'clientId'
  | 'tenantAbsent'
  | 'tenantDisabled'
  | 'wrongPath';

/** Why a request was refused: for log and audit, never for the client, and without anything of the credential. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly requestId?: string;
  readonly keyId?: string;
  readonly tenantId?: string;
  /** The id of a trust. */
  readonly trust?: string;
  /** What the nearest trust pins differently; the Entra tenant alone where no trust is of that one. */
  readonly differs?: readonly PinName[];
  /** Where the credential was presented, unless at the SCIM endpoint. */
  readonly at?: 'token' | 'operate';
}

/** Why a request is answered 401: the cause of its ScimError, for the audit. */
export class CredentialRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`The credential is refused: ${refusal.reason}`);
    this.name = 'CredentialRefused';
    this.refusal = refusal;
  }
}

/** Told of every credential that is refused. */
export type LogRefusal = (refusal: Refusal) => void;

/** What a refusal tells of the credential with this id. */
export function tellCredential(id: string): Pick<Refusal, 'keyId' | 'trust'> {
  return isTrustId(id) ? { trust: id } : { keyId: id };
}

/** Tells a refusal from what was looked for. */
export function isRefused(found: object): found is Refusal {
  return 'reason' in found;
}

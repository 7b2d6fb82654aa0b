import { parseKey } from '../keys/key-format.ts';
import { isActive } from '../keys/key-list.ts';
import type { Keys } from '../keys/keys.ts';
import type { Credential } from '../keys/verifier.ts';
import { ScimError } from '../scim/errors.ts';
import { profileTraits } from '../scim/quirks/traits.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';

/** On whose behalf a request acts. */
export interface Principal {
  readonly tenant: Tenant;
  /** The id of the key that was presented. */
  readonly credential: string;
  readonly scopes: readonly string[];
  /** The id of the user on whose behalf the key acts. */
  readonly subject?: string;
}

export type RefusalReason =
  | 'missing'
  | 'malformed'
  | 'unknown'
  | 'wrongSecret'
  | 'revoked'
  | 'expired'
  | 'tenantAbsent'
  | 'tenantDisabled'
  | 'wrongPath';

/** Why a request was refused: for the audit, never for the client. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly requestId?: string | undefined;
  readonly keyId?: string;
  readonly tenantId?: string;
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

/**
 * Answers who presents an `Authorization` header at an endpoint path (`/scim/v2`, without the
 * resource). Rejects with ScimError `unauthenticated`, the same whatever the reason but for its cause, or with a
 * StoreError.
 */
export type Authenticate = (
  authorization: string | null | undefined,
  path: string,
  requestId?: string,
) => Promise<Principal>;

interface AuthenticatorParts {
  readonly keys: Pick<Keys, 'verify' | 'markUsed'>;
  readonly tenants: Pick<Tenants, 'retrieve' | 'retrieveFresh'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log?: ((refusal: Refusal) => void) | undefined;
}

const bearerForm = /^(bearer +)?(\S+)$/i;
const scopes = ['scim'] as const;

/** Authenticates by bearer key (RFC 6750 2.1); a warm instance does so without the store. */
export function createAuthenticator({ keys, tenants, now, log }: AuthenticatorParts): Authenticate {
  return async (authorization, path, requestId) => {
    const refuse = (refusal: Refusal): never => {
      log?.({ ...refusal, requestId });
      const cause = new CredentialRefused(refusal);
      throw new ScimError('unauthenticated', { cause, headers: { 'WWW-Authenticate': 'Bearer' } });
    };
    if (!authorization) return refuse({ reason: 'missing' });
    const [, scheme, text = ''] = bearerForm.exec(authorization) ?? [];
    const key = parseKey(text);
    if (!key) return refuse({ reason: 'malformed' });
    const { keyId } = key;

    const verification = await keys.verify(key);
    if (verification.outcome !== 'verified') {
      const { outcome: reason, ...known } = verification;
      return refuse({ reason, keyId, ...known });
    }

    const { credential } = verification;
    const { tenantId, subject } = credential;
    const tenant = await tenantOf(tenants, credential);
    if (!tenant) return refuse({ reason: 'tenantAbsent', keyId, tenantId });
    const isBare = scheme === undefined;
    if (isBare && !profileTraits[tenant.policy.endpoint.profile].bareKey)
      return refuse({ reason: 'malformed', keyId, tenantId });
    const reason = refusalOf({ tenant, credential, path, time: now() });
    if (reason) return refuse({ reason, keyId, tenantId });

    keys.markUsed(credential);
    return { tenant, credential: keyId, scopes, ...(subject !== undefined && { subject }) };
  };
}

/** A key just issued by another instance is not listed in a remembered tenant, which is then read again. */
async function tenantOf(
  tenants: AuthenticatorParts['tenants'],
  { tenantId, keyId }: Credential,
): Promise<Tenant | undefined> {
  const tenant = await tenants.retrieve(tenantId);
  const isListed = tenant?.keys.some((ref) => ref.id === keyId);
  return isListed ? tenant : tenants.retrieveFresh(tenantId);
}

function refusalOf({
  tenant,
  credential,
  path,
  time,
}: {
  tenant: Tenant;
  credential: Credential;
  path: string;
  time: number;
}): RefusalReason | undefined {
  const ref = tenant.keys.find(({ id }) => id === credential.keyId);
  if (!ref || ref.status === 'revoked') return 'revoked';
  if (!isActive(ref, time) || time >= credential.expires) return 'expired';
  if (!tenant.enabled) return 'tenantDisabled';
  return path === tenant.policy.endpoint.path ? undefined : 'wrongPath';
}

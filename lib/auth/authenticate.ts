import { type KeyParts, parseKey } from '../keys/key-format.ts';
import { ScimError } from '../scim/errors.ts';
import { profileTraits } from '../scim/quirks/traits.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { tokenScope } from './access-token.ts';
import { adviceOnForm, adviceOnPath } from './advice.ts';
import { findKeyHolder, findTokenHolder } from './holder.ts';
import { challengeAt } from './metadata.ts';
import { CredentialRefused, isRefusal, type Refusal, tellCredential } from './refusal.ts';
import type { CredentialScope, Holder } from './scope.ts';
import { readToken, type UnverifiedToken } from './unverified-token.ts';

/** The tenant and credential of an authenticated request: the key presented, or the one behind the token. */
interface Principal extends Pick<Holder, 'tenant' | 'credential' | 'subject'> {
  readonly scopes: readonly string[];
}

/**
 * Authenticates an `Authorization` header at an endpoint path (`/scim/v2`, without the resource). Rejects
 * with ScimError `unauthenticated` or with a StoreError. The error's cause holds the reason. Its detail says what is
 * wrong with the form of the header, or at which address a good credential works. It is the same for all other
 * reasons, so that nobody learns which keys there are.
 */
type Authenticate = (
  authorization: string | null | undefined,
  path: string,
  requestId?: string,
) => Promise<Principal>;

const scopes = [tokenScope] as const;

/**
 * Creates a function that authenticates by bearer key, by a token of our own or by one of another issuer (RFC
 * 6750 2.1), and distinguishes them by their form. A warm instance does so without the store.
 */
export function createAuthenticator(scope: CredentialScope): Authenticate {
  const findByToken = (token: UnverifiedToken, path: string): Promise<Holder | Refusal> =>
    scope.accessTokens.isOwn(token) ? findTokenHolder(scope, token, path) : scope.verifyAssertion(token);

  return async function authenticate(authorization, path, requestId) {
    const refuse = (refusal: Refusal, detail?: string): never => {
      scope.refused?.({ ...refusal, requestId });
      const cause = new CredentialRefused(refusal);
      const headers = { 'WWW-Authenticate': challengeAt(scope.baseUrl, path, Boolean(authorization)) };
      throw new ScimError('unauthenticated', { detail, cause, headers });
    };
    if (!authorization) return refuse({ reason: 'missing' }, adviceOnForm(''));
    const presented = readAuthorization(authorization);
    if (!presented) return refuse({ reason: 'malformed' }, adviceOnForm(authorization));

    const { key, token } = presented;
    const holder = await (key ? findKeyHolder(scope, key, 'key') : findByToken(token, path));
    if (isRefusal(holder)) return refuse(holder, token && adviceOnToken(holder, token));
    const { tenant, credential, subject, used } = holder;
    const reason = refusalAt(path, tenant, presented);
    if (reason) {
      const advice = {
        malformed: adviceOnForm(authorization),
        wrongPath: adviceOnPath(scope.baseUrl + tenant.policy.endpoint.path),
        tenantDisabled: undefined,
      };
      return refuse({ reason, ...tellCredential(credential), tenantId: tenant.id }, advice[reason]);
    }

    if (used) scope.keys.markUsed(used);
    return { tenant, credential, scopes, subject };
  };
}

/** The credential in a header; `isBare` if the word Bearer is missing. */
type Presented = { readonly isBare: boolean } & (
  | { readonly key: KeyParts; readonly token?: undefined }
  | { readonly key?: undefined; readonly token: UnverifiedToken }
);

const bearerForm = /^(bearer +)?(\S+)$/i;

function readAuthorization(authorization: string): Presented | undefined {
  const [, scheme, text = ''] = bearerForm.exec(authorization) ?? [];
  const isBare = scheme === undefined;
  const key = parseKey(text);
  if (key) return { key, isBare };
  const token = isBare ? undefined : readToken(text);
  return token && { token, isBare };
}

/** Says for which address one of our own tokens was issued. Its signature was verified before its audience. */
function adviceOnToken({ reason }: Refusal, { claims: { aud } }: UnverifiedToken): string | undefined {
  return reason === 'wrongPath' && typeof aud === 'string' ? adviceOnPath(aud) : undefined;
}

function refusalAt(
  path: string,
  { enabled, policy }: Tenant,
  { isBare }: Presented,
): 'malformed' | 'wrongPath' | 'tenantDisabled' | undefined {
  if (isBare && !profileTraits[policy.endpoint.profile].bareKey) return 'malformed';
  if (!enabled) return 'tenantDisabled';
  return path === policy.endpoint.path ? undefined : 'wrongPath';
}

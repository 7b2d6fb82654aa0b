import { ScimError } from '../scim/errors.ts';
import { differingPins } from '../tenants/trust.ts';
import type { KeySets } from './key-sets.ts';
import type { Refusal } from './refusal.ts';
import type { AuthScope } from './scope.ts';
import { readToken, type UnverifiedToken } from './unverified-token.ts';
import { readClaims, refusalOfForm, refusalOfSignature } from './verify-token.ts';

/** The role of the application that an operator must have. */
const operatorRole = 'Muster.Manage';

/**
 * Answers which operator presents an `Authorization` header, as `entra:` and the object id. Rejects with ScimError
 * `unauthenticated`, `forbidden` without the role, or `unavailable` while the keys of Entra ID cannot be read.
 */
export type AuthenticateOperator = (authorization: string | undefined, requestId: string) => Promise<string>;

/** Authenticates operators by tokens of Entra ID (RFC 6750 2.1, RFC 7519 7.2). */
export function createOperators(scope: AuthScope, keySets: KeySets): AuthenticateOperator {
  return async (authorization, requestId) => {
    const [, text = ''] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    const token = readToken(text);
    const refuse = (refusal: Refusal): never => {
      scope.refused?.({ ...refusal, requestId, at: 'operate' });
      throw new ScimError('unauthenticated', { detail: advice, headers: { 'WWW-Authenticate': 'Bearer' } });
    };
    if (!token) return refuse({ reason: authorization ? 'malformed' : 'missing' });
    const refusal = await refusalOf(scope, keySets, token);
    if (refusal) return refuse(refusal);
    const { oid, sub, roles } = token.claims;
    if (Array.isArray(roles) && roles.includes(operatorRole)) return `entra:${oid ?? sub}`;
    throw new ScimError('forbidden', {
      detail: `The token has no role ${operatorRole}: assign it in Entra ID, then sign in again`,
    });
  };
}

const advice =
  'The token is not a valid one of Entra ID for this deployment: request one for its application, ' +
  'with the tenant that the deployment names';

async function refusalOf(
  { operators, now }: AuthScope,
  keySets: KeySets,
  token: UnverifiedToken,
): Promise<Refusal | undefined> {
  const claims = readClaims(token.claims);
  if (!claims || !operators) return { reason: claims ? 'untrusted' : 'malformed' };
  const reason = refusalOfForm(token, claims, now());
  if (reason) return { reason };
  const expected = { ...operators, subject: claims.pins.subject };
  const differs = differingPins(expected, claims.pins);
  if (differs.length > 0) return { reason: 'untrusted', differs };
  const unsigned = await refusalOfSignature({ keySets, now }, token, expected);
  return unsigned && { reason: unsigned };
}

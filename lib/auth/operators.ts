import { ScimError } from '../scim/errors.ts';
import { differingPins } from '../tenants/trust.ts';
import type { KeySets } from './key-sets.ts';
import type { Refusal } from './refusal.ts';
import type { AuthScope } from './scope.ts';
import { readToken, type UnverifiedToken } from './unverified-token.ts';
import { readClaims, refusalOfForm, refusalOfSignature } from './verify-token.ts';

/** The application role that an operator must have. */
const operatorRole = 'Muster.Manage';

/**
 * Authenticates an operator by an `Authorization` header; answers `entra:` and the object id. Rejects with
 * ScimError `unauthenticated`, with `forbidden` if the role is missing, or with `unavailable` while the keys
 * of Entra ID cannot be read.
 */
type AuthenticateOperator = (authorization: string | undefined, requestId: string) => Promise<string>;

/** The API that authenticates operators, and its answer 401. */
interface OperatorsApi {
  readonly at: 'operate' | 'api';
  readonly unauthenticated: () => ScimError;
}

/** Creates a function that authenticates operators by tokens of Entra ID (RFC 6750 2.1, RFC 7519 7.2). */
export function createOperators(
  scope: AuthScope,
  keySets: KeySets,
  { at, unauthenticated }: OperatorsApi = operateApi,
): AuthenticateOperator {
  return async (authorization, requestId) => {
    const [, text = ''] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    const token = readToken(text);
    const refuse = (refusal: Refusal): never => {
      scope.refused?.({ ...refusal, requestId, at });
      throw unauthenticated();
    };
    if (!token) return refuse({ reason: authorization ? 'malformed' : 'missing' });
    const refusal = await refusalOf(scope, keySets, token);
    if (refusal) return refuse(refusal);
    const { oid, sub, roles } = token.claims;
    if (Array.isArray(roles) && roles.includes(operatorRole)) return `entra:${oid ?? sub}`;
    throw new ScimError('forbidden', {
      detail: `The token lacks the role ${operatorRole}: have it assigned to you in Entra ID, then sign in again`,
    });
  };
}

const advice =
  'The header Authorization holds no valid Entra ID token for this deployment: request a token for the ' +
  'application and in the Entra tenant that the deployment is configured with';

const operateApi: OperatorsApi = {
  at: 'operate',
  unauthenticated: () =>
    new ScimError('unauthenticated', { detail: advice, headers: { 'WWW-Authenticate': 'Bearer' } }),
};

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

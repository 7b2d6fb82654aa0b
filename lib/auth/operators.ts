import type { Clock } from '../base/clock.ts';
import { ScimError } from '../scim/errors.ts';
import { differingPins, type Trust } from '../tenants/trust.ts';
import type { KeySets } from './key-sets.ts';
import type { LogRefusal, Refusal } from './refusal.ts';
import { readToken, type UnverifiedToken } from './unverified-token.ts';
import { readClaims, refusalOfForm, refusalOfSignature } from './verify-token.ts';

/** Whose tokens operators present: those of Entra ID for one application in one of its tenants. */
export type OperatorTrust = Omit<Trust, 'subject'>;

/** The role of the application that an operator must have. */
const operatorRole = 'Muster.Manage';

/**
 * Answers which operator presents an `Authorization` header, as `entra:` and the object id. Rejects with ScimError
 * `unauthenticated`, `forbidden` without the role, or `unavailable` while the keys of Entra ID cannot be read.
 */
export type AuthenticateOperator = (authorization: string | undefined, requestId: string) => Promise<string>;

interface OperatorParts {
  /** Absent where the deployment has no operators of this kind. */
  readonly trust: OperatorTrust | undefined;
  readonly keySets: KeySets;
  readonly now: Clock;
  readonly log?: LogRefusal;
}

/** Authenticates operators by tokens of Entra ID (RFC 6750 2.1, RFC 7519 7.2). */
export function createOperators(parts: OperatorParts): AuthenticateOperator {
  return async (authorization, requestId) => {
    const [, text = ''] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    const token = readToken(text);
    const refuse = (refusal: Refusal): never => {
      parts.log?.({ ...refusal, requestId, at: 'operate' });
      throw new ScimError('unauthenticated', { detail: advice, headers: { 'WWW-Authenticate': 'Bearer' } });
    };
    if (!token) return refuse({ reason: authorization ? 'malformed' : 'missing' });
    const refusal = await refusalOf(parts, token);
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
  { trust, keySets, now }: OperatorParts,
  token: UnverifiedToken,
): Promise<Refusal | undefined> {
  const claims = readClaims(token.claims);
  if (!claims || !trust) return { reason: claims ? 'untrusted' : 'malformed' };
  const reason = refusalOfForm(token, claims, now());
  if (reason) return { reason };
  const expected = { ...trust, subject: claims.pins.subject };
  const differs = differingPins(expected, claims.pins);
  if (differs.length > 0) return { reason: 'untrusted', differs };
  const unsigned = await refusalOfSignature({ keySets, now }, token, expected);
  return unsigned && { reason: unsigned };
}

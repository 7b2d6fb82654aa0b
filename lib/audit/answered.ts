import type { ScimError } from '../scim/errors.ts';
import type { Policy } from '../tenants/policy.ts';
import { type AuditFacts, isRead } from './record.ts';

type Asked = Pick<AuditFacts, 'credential' | 'requestId' | 'clientRequestId' | 'fired'>;
type Target = Pick<AuditFacts, 'operation' | 'resourceType' | 'resource'>;

/** The outcome of one authenticated request. */
export interface AnsweredRequest {
  readonly tenantId: string;
  readonly asked: Asked;
  readonly target: Target;
  /** HTTP status of the answer. */
  readonly status: number;
  /** The error that the whole request was answered with. */
  readonly error?: ScimError;
  readonly hasChanges: boolean;
  /** The operations of a bulk request that failed. */
  readonly refusals: readonly { readonly target: Target; readonly error: ScimError }[];
}

/** A credential of a tenant that was refused. */
export interface RefusedCredential extends Pick<AnsweredRequest, 'tenantId' | 'asked' | 'target'> {
  readonly error: ScimError;
  /** The reason, which the answer does not say. */
  readonly reason: string;
}

/** Facts from which the timer makes a record. */
export type AnsweredFacts = Omit<AuditFacts, 'at' | 'attributes'>;

/**
 * Chooses the facts of a request that a tenant keeps in addition to the events of changes. They are those of
 * refused writes and, at level `debug`, also those of reads and of writes that changed nothing.
 */
export function factsToKeep(
  request: AnsweredRequest,
  level: Policy['audit']['level'],
): readonly AnsweredFacts[] {
  const { asked, target, status, error, hasChanges, refusals } = request;
  const isDebug = level === 'debug';
  if (error) return isDebug || !isRead(target) ? [{ ...asked, ...target, ...failure(error) }] : [];
  if (refusals.length > 0) return refusals.map((one) => ({ ...asked, ...one.target, ...failure(one.error) }));
  if (hasChanges || !isDebug) return [];
  return [{ ...asked, ...target, status, outcome: isRead(target) ? undefined : 'unchanged' }];
}

/**
 * Reasons of lib/auth/refusal.ts that concern a credential of the tenant. The secret of a revoked key cannot
 * be checked, so anyone who knows the key's id can cause such a record. It is kept because a tenant must
 * learn that a revoked key is still in use.
 */
const keptReasons = ['malformed', 'clientSecret', 'revoked', 'expired', 'tenantDisabled', 'wrongPath'];

/** Accepts a refusal that is kept at every level. One that anyone could cause is not kept. */
export function isKeptRefusal({ reason }: RefusedCredential): boolean {
  return keptReasons.includes(reason);
}

/** The facts of a refused credential. */
export function refusalFacts({ asked, target, error, reason }: RefusedCredential): AnsweredFacts {
  return { ...asked, ...target, ...failure(error), reason };
}

/** The facts of an error that the answer had. */
function failure({ code, status, scimType, message }: ScimError) {
  const outcome = status >= 500 ? 'failed' : 'refused';
  return { outcome, status, error: code, scimType, detail: message };
}

import type { ScimError } from '../scim/errors.ts';
import type { Policy } from '../tenants/policy.ts';
import { type AuditFacts, isRead } from './record.ts';

type Asked = Pick<AuditFacts, 'credential' | 'requestId' | 'clientRequestId' | 'fired'>;
type Target = Pick<AuditFacts, 'operation' | 'resourceType' | 'resource'>;

/** What came of one request of a caller who was let in. */
export interface AnsweredRequest {
  readonly tenantId: string;
  readonly asked: Asked;
  readonly target: Target;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Why the request as a whole failed. */
  readonly error?: ScimError;
  readonly hasChanges: boolean;
  /** Operations that failed, of a bulk request that as a whole did not. */
  readonly refusals: readonly { readonly target: Target; readonly error: ScimError }[];
}

/** A credential of a tenant that was refused. */
export interface RefusedCredential extends Pick<AnsweredRequest, 'tenantId' | 'asked' | 'target'> {
  readonly error: ScimError;
  /** Why, which the client is not told. */
  readonly reason: string;
}

/** Facts of which the timer makes a record. */
export type AnsweredFacts = Omit<AuditFacts, 'at' | 'attributes'>;

/**
 * Chooses the facts of a request that a tenant keeps beside the events of its changes: of a write that was refused in
 * whole or in part, and at level `debug` also of reads and of writes that changed nothing.
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
 * Reasons of lib/auth/refusal.ts that concern a credential of the tenant. Nobody can check the secret of a revoked key,
 * so anyone who knows its id can cause such a record; a tenant must learn that a revoked key is still in use.
 */
const keptReasons = ['malformed', 'clientSecret', 'revoked', 'expired', 'tenantDisabled', 'wrongPath'];

/** Tells a refusal that is kept, at every level, from one that anyone could cause. */
export function isKeptRefusal({ reason }: RefusedCredential): boolean {
  return keptReasons.includes(reason);
}

/** The facts of a refused credential. */
export function refusalFacts({ asked, target, error, reason }: RefusedCredential): AnsweredFacts {
  return { ...asked, ...target, ...failure(error), reason };
}

/** What the client was told of an error. */
function failure({ code, status, scimType, message }: ScimError) {
  const outcome = status >= 500 ? 'failed' : 'refused';
  return { outcome, status, error: code, scimType, detail: message };
}

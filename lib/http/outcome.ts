import { CredentialRefused, type RefusalReason } from '../auth/refusal.ts';
import type { Context } from '../provisioning/context.ts';
import type { ScimError } from '../scim/errors.ts';
import type { Head } from './head.ts';
import type { RefusedOperation } from './operation.ts';
import type { Admission, Outcome } from './pipeline.ts';

/**
 * What the audit trail is to be told of a request beside its changes: a known credential that is refused, a write that
 * is refused in whole or in part, and at the tenant's level `debug` what changed nothing.
 */
export function factsOf(outcome: Outcome<Context>) {
  const { head, admission, error, response, refused, changed } = outcome;
  if (!admission) return error ? credentialFacts(outcome, error) : undefined;
  const { tenant, directory } = admission.context;
  const { credential } = directory.actor;
  const operation = operationOf(head);
  const isRead = reads.includes(operation);
  const isDebug = tenant.policy.audit.level === 'debug';
  const whole = { ...requestOf(outcome), credential, operation, ...targetOf(head, admission) };
  const facts = refused.map(({ method, error: failure, ...target }) => ({
    ...{ ...requestOf(outcome), credential, operation: operations.get(method) ?? operation },
    ...namedBy(target),
    ...failureOf(failure),
  }));
  if (error && response.status >= 400) {
    const isTold = isDebug || !isRead;
    return { tenantId: tenant.id, facts: isTold ? [{ ...whole, ...failureOf(error) }] : [] };
  }
  const isIdle = isDebug && !changed && refused.length === 0;
  const idle = { ...whole, status: response.status, ...(!isRead && { outcome: 'unchanged' }) };
  return { tenantId: tenant.id, facts: isIdle ? [idle] : facts };
}

/** By method, which in a bulk request may be any text. */
const operations: ReadonlyMap<string, string> = new Map([
  ['POST', 'create'],
  ['PUT', 'replace'],
  ['PATCH', 'modify'],
  ['DELETE', 'delete'],
]);
const reads: readonly string[] = ['query', 'retrieve'];

function operationOf({ method, segments }: Head): string {
  if (segments.at(-1) === '.search') return 'query';
  if (segments[0] === 'Bulk') return 'bulk';
  return operations.get(method) ?? (segments.length > 1 || segments[0] === 'Me' ? 'retrieve' : 'query');
}

/** What the path is about; `/Me` is the user for whom the client acts. */
function targetOf({ segments: [first, id] }: Head, { types, subject }: Admission<Context>) {
  if (first === 'Me') return namedBy({ type: 'User', id: subject });
  return namedBy({ type: types.find(({ endpoint }) => endpoint === `/${first}`)?.name, id });
}

/** What is no id may be anything, and stays out. */
function namedBy({ type, id }: Pick<RefusedOperation, 'type' | 'id'>) {
  return {
    ...(type !== undefined && { resourceType: type }),
    ...(type !== undefined && id !== undefined && /^\w[\w.:-]{0,129}$/.test(id) && { resource: id }),
  };
}

function requestOf({ ids: { requestId, clientRequestId }, fired }: Outcome<Context>) {
  return { fired, requestId, ...(clientRequestId !== undefined && { clientRequestId }) };
}

/** What the client was told of an error. */
function failureOf({ code, status, scimType, message }: ScimError) {
  const outcome = status >= 500 ? 'failed' : 'refused';
  return { outcome, status, error: code, scimType, detail: message };
}

/**
 * What is told of a credential that is the tenant's. Of a revoked key the secret is gone: who knows its id can have
 * that told too, though seldom, which is better than not to tell that such a key is still in use.
 */
const proven: readonly RefusalReason[] = [
  ...(['malformed', 'clientSecret', 'revoked', 'expired', 'tenantDisabled', 'wrongPath'] as const),
];

/** Nothing where nobody is known to whom it matters. */
function credentialFacts(outcome: Outcome<Context>, error: ScimError) {
  const { cause } = error;
  if (!(cause instanceof CredentialRefused)) return undefined;
  const { tenantId, keyId, trust, reason } = cause.refusal;
  const credential = keyId ?? trust;
  if (tenantId === undefined || credential === undefined || !proven.includes(reason)) return undefined;
  const fact = { ...requestOf(outcome), credential, operation: operationOf(outcome.head), reason };
  return { tenantId, facts: [{ ...fact, ...failureOf(error) }] };
}

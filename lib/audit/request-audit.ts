import { LRUCache } from 'lru-cache';
import { atMost } from '../base/at-most.ts';
import type { Clock } from '../base/clock.ts';
import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import { isFailure, type ScimError } from '../scim/errors.ts';
import { type AuditFacts, type RecordDocument, recordId, recordKind } from '../store/change-document.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, DocumentStore } from '../store/document-store.ts';
import type { Policy } from '../tenants/policy.ts';
import { auditPartition, isRead } from './record.ts';

type Asked = Pick<AuditFacts, 'credential' | 'requestId' | 'clientRequestId' | 'fired'>;
type Target = Pick<AuditFacts, 'operation' | 'resourceType' | 'resource'>;

/** The error that a request was answered with, a ScimError or an OAuthError. */
type Answered = Pick<ScimError, 'status' | 'message'> &
  Partial<Pick<ScimError, 'scimType' | 'holder'>> & { readonly code: string };

/** The outcome of one authenticated request. */
interface AnsweredRequest {
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
interface RefusedCredential extends Pick<AnsweredRequest, 'tenantId' | 'asked' | 'target'> {
  readonly error: Answered;
  /** The reason, which the answer does not say. */
  readonly reason: string;
}

/** The facts of a record of an answer. `outcome` is `done` by default. */
type AnsweredFacts = Omit<AuditFacts, 'at' | 'attributes' | 'outcome'> & Partial<Pick<AuditFacts, 'outcome'>>;

/** The services for recording answers. */
interface RequestAuditServices {
  readonly store: DocumentStore;
  readonly now: Clock;
  readonly newId: () => string;
  /** Called with the failure if something could not be recorded. */
  readonly log: (cause: unknown) => void;
}

/** Writes records of answers. It waits at most `limits.auditMillisecondsMax` and never rejects. */
interface RequestAudit {
  /** Writes at most one record of a tenant's 429 in `limits.refusedCredentialSecondsMin`. */
  answered(request: AnsweredRequest, level: Policy['audit']['level']): Promise<void>;
  /** Writes at most one record for each credential and reason in `limits.refusedCredentialSecondsMin`. */
  credentialRefused(refused: RefusedCredential): Promise<void>;
}

const throttledStatus = 429;

/** Makes the audit of requests of one instance. */
export function createRequestAudit({ store, now, newId, log }: RequestAuditServices): RequestAudit {
  const isRepeated = createRepetitions(now);
  const toRecord = (tenantId: string, facts: AnsweredFacts): RecordDocument => {
    const due = now();
    const key = { id: recordId(due, newId()), tenantId, kind: recordKind };
    const { outcome = 'done', ...others } = facts;
    return { ...key, due, at: new Date(due).toISOString(), attributes: [], outcome, ...others };
  };
  const leave = async (tenantId: string, documents: readonly Document[]): Promise<void> => {
    const changes = documents.map((document): Change => ({ op: 'create', document }));
    const size = limits.batchChangesMax;
    const batches = Array.from({ length: Math.ceil(changes.length / size) }, (_, n) =>
      changes.slice(n * size, (n + 1) * size),
    );
    // One after the other, because the embedded engine writes all commits that wait in one go.
    const commits = forEachConcurrently(batches, 1, (batch) =>
      commitOnce(store, auditPartition(tenantId), batch).catch(log),
    );
    await atMost(limits.auditMillisecondsMax, commits);
  };
  return {
    async answered(request, level) {
      const facts = factsToKeep(request, level);
      if (facts.length === 0) return;
      // The client sends it again, and a record would cost as much as the request.
      const isThrottled = request.status === throttledStatus;
      if (isThrottled && isRepeated(`${request.tenantId} ${throttledStatus}`)) return;
      await leave(
        request.tenantId,
        facts.map((one) => toRecord(request.tenantId, one)),
      );
    },

    async credentialRefused(refused) {
      const { tenantId, asked, target, error, reason } = refused;
      if (!keptReasons.includes(reason)) return;
      const known = guard(refused, now());
      if (isRepeated(known.id)) return;
      const facts = { ...asked, ...target, ...failure(error), reason };
      await leave(tenantId, [known, toRecord(tenantId, facts)]);
    },
  };
}

const silence = limits.refusedCredentialSecondsMin * 1_000;

/** The document that keeps other instances from recording the same refusal. */
function guard({ tenantId, asked, reason }: RefusedCredential, time: number): Document {
  const id = `refused:${asked.credential}.${reason}`;
  return { id, tenantId, kind: 'refused-credential', expires: time + silence };
}

/** Recognises refusals that this instance has recorded recently, so that the store need not be asked. */
function createRepetitions(now: Clock): (name: string) => boolean {
  const last = new LRUCache<string, number>({ max: limits.credentialCacheEntriesMax });
  return (name) => {
    const time = now();
    if (time - (last.get(name) ?? Number.NEGATIVE_INFINITY) < silence) return true;
    last.set(name, time);
    return false;
  };
}

/**
 * Chooses the facts of a request that a tenant keeps in addition to the records of changes. They are those of
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
 * Reasons of lib/auth/refusal.ts that concern a credential of the tenant. Such a refusal is kept at every
 * level; one that anyone could cause is not kept. The secret of a revoked key cannot
 * be checked, so anyone who knows the key's id can cause such a record. It is kept because a tenant must
 * learn that a revoked key is still in use.
 */
const keptReasons = ['malformed', 'clientSecret', 'revoked', 'expired', 'tenantDisabled', 'wrongPath'];

/** The facts of an error that the answer had. */
function failure({ code, status, scimType, message, holder }: Answered) {
  const outcome = isFailure(status) ? 'failed' : 'refused';
  return { outcome, status, error: code, scimType, detail: message, holder };
}

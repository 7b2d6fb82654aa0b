import type { Document, Partition } from '../store/document-store.ts';
import type { Policy } from '../tenants/policy.ts';

/** The kind of a RecordDocument, in the container `audit`. */
export const recordKind = 'record';

/** What the audit trail tells of a change, or of an answer that refused one; names and codes, never values. */
export interface AuditFacts {
  /** ISO 8601 UTC with milliseconds. */
  readonly at: string;
  /** The id of the key or trust; where no client acts `timer`, `management`, `activation` or an operator. */
  readonly credential: string;
  /** Such as `create`; of accounts such as `hold`; `query`, `retrieve` and `bulk` only where nothing was changed. */
  readonly operation: string;
  readonly resourceType?: string;
  readonly resource?: string;
  /** `done` where absent; `refused`, `failed`, `unchanged`, or why an account is held. */
  readonly outcome?: string;
  readonly attributes: readonly string[];
  /** Quirks and rules that the request met. */
  readonly fired: readonly string[];
  readonly requestId: string;
  readonly clientRequestId?: string;
  /** HTTP status of what was answered; absent where the change itself is told. */
  readonly status?: number;
  /** Code of the error catalogue. */
  readonly error?: string;
  readonly scimType?: string;
  /** What the client was answered, word for word. */
  readonly detail?: string;
  /** Why a credential was refused, which the client is not told. */
  readonly reason?: string;
}

/** What waits to become a record: with the directory where it changed, else beside the records. */
export interface AuditEvent extends Document, AuditFacts {}

/** A record; the newest has the first id. */
export interface RecordDocument extends Document, AuditFacts {
  readonly outcome: string;
  /** The id of the sync run it belongs to. */
  readonly run?: string;
}

/** The partition of a tenant's audit trail. */
export function auditPartition(tenantId: string): Partition {
  return { container: 'audit', tenantId };
}

const lastTime = 9_999_999_999_999;

/** A text of 13 digits that sorts before those of earlier times; milliseconds since 1970. */
export function newestFirst(time: number): string {
  const known = Math.min(Math.max(Math.trunc(time), 0), lastTime);
  return String(lastTime - known).padStart(13, '0');
}

/** The id of an event's record: the same however often the event is delivered. */
export function recordId({ id, at }: Pick<AuditEvent, 'id' | 'at'>): string {
  return `record:${newestFirst(Date.parse(at))}:${id.slice(id.indexOf(':') + 1)}`;
}

/** The record of an event, which ends when the tenant's retention does. */
export function recordOf(
  event: AuditEvent,
  { days, run }: { days: number; run: string | undefined },
): RecordDocument {
  return {
    ...event,
    id: recordId(event),
    kind: recordKind,
    due: undefined,
    users: undefined,
    outcome: event.outcome ?? 'done',
    run,
    expires: expiryOf(Date.parse(event.at), days),
  };
}

/** When what happened at a time is forgotten, in milliseconds since 1970. */
export function expiryOf(time: number, days: number): number {
  return time + days * 86_400_000;
}

/** Whether a tenant that keeps its trail at a level keeps a record of the event. */
export function isKept(event: AuditEvent, level: Policy['audit']['level']): boolean {
  if (level === 'debug' || isRefused(event) || isHold(event)) return true;
  return level === 'information' && event.outcome !== 'unchanged' && !isRead(event);
}

/** Whether the client was answered that it cannot be done. */
export function isRefused({ outcome }: AuditFacts): boolean {
  return outcome === 'refused' || outcome === 'failed';
}

/** Whether an account came to be held. */
export function isHold({ resourceType, operation }: AuditFacts): boolean {
  return resourceType === 'Account' && operation === 'hold';
}

/** Whether nothing was to be changed. */
export function isRead({ operation }: Pick<AuditFacts, 'operation'>): boolean {
  return operation === 'query' || operation === 'retrieve';
}

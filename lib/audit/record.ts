import type { Document, Partition } from '../store/document-store.ts';

/** The kind of a RecordDocument, in the container `audit`. */
export const recordKind = 'record';

/** The facts of a change or of an answered request: names and codes, never values. */
export interface AuditFacts {
  /** ISO 8601 UTC with milliseconds. */
  readonly at: string;
  /** The id of the key or trust; if no client acts, `timer`, `management`, `activation` or the operator. */
  readonly credential: string;
  /** Such as `create`, or `hold` of an account. `query`, `retrieve` and `bulk` stand for no change. */
  readonly operation: string;
  readonly resourceType?: string;
  readonly resource?: string;
  /** `refused`, `failed`, `unchanged`, or the reason to hold an account; `done` by default. */
  readonly outcome?: string;
  readonly attributes: readonly string[];
  /** Names of the quirks and rules that the request met. */
  readonly fired: readonly string[];
  readonly requestId: string;
  readonly clientRequestId?: string;
  /** HTTP status of the answer; absent for a change. */
  readonly status?: number;
  /** Code of the error catalogue. */
  readonly error?: string;
  readonly scimType?: string;
  /** The error detail that the client got. */
  readonly detail?: string;
  /** The reason why a credential was refused, which the answer does not say. */
  readonly reason?: string;
}

/** An event that will become a record, in the container of its change or, without one, in `audit`. */
export interface AuditEvent extends Document, AuditFacts {}

/** A record. Ids sort the newest first. */
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

/** A text of 13 digits for a time in milliseconds since 1970. Later times sort first. */
export function newestFirst(time: number): string {
  const known = Math.min(Math.max(Math.trunc(time), 0), lastTime);
  return String(lastTime - known).padStart(13, '0');
}

/** The id of an event's record. It is the same if the event is delivered again. */
export function recordId({ id, at }: Pick<AuditEvent, 'id' | 'at'>): string {
  return `record:${newestFirst(Date.parse(at))}:${id.slice(id.indexOf(':') + 1)}`;
}

/** The time `days` days later. Times are in milliseconds since 1970. */
export function expiryOf(time: number, days: number): number {
  return time + days * 86_400_000;
}

/** Recognises a request that was answered with an error. */
export function isRefused({ outcome }: AuditFacts): boolean {
  return outcome === 'refused' || outcome === 'failed';
}

/** Recognises the event of an account that is held from now on. */
export function isHold({ resourceType, operation }: AuditFacts): boolean {
  return resourceType === 'Account' && operation === 'hold';
}

/** Recognises a request that only reads. */
export function isRead({ operation }: Pick<AuditFacts, 'operation'>): boolean {
  return operation === 'query' || operation === 'retrieve';
}

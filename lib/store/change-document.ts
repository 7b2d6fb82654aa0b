import type { Clock } from '../base/clock.ts';
import type { Change, Document } from './document-store.ts';

/** The kind of a RecordDocument, in the container of the change, or in `audit` for a request without one. */
export const recordKind = 'record';

/** The level of an audit trail; each keeps more than the one before. */
export type AuditLevel = 'warning' | 'information' | 'debug';

/** The actor that changes something, as records name it. */
export interface Actor {
  /**
   * The id of the key or trust; if no client acts, `timer`, `management`, `activation`, the operator, or `app:` and the
   * label of an app key.
   */
  readonly credential: string;
  readonly requestId: string;
  /** The client's id of the request. */
  readonly clientRequestId?: string;
}

/** The facts of a change or of an answered request: names and codes, never values. */
export interface AuditFacts extends Actor {
  /** ISO 8601 UTC with milliseconds. */
  readonly at: string;
  /** Such as `create`, or `hold` of an account. `query`, `retrieve` and `bulk` stand for no change. */
  readonly operation: string;
  readonly resourceType?: string;
  readonly resource?: string;
  /** `done`, `refused`, `failed`, `unchanged`, or the reason to hold an account. */
  readonly outcome: string;
  /** Names of the attributes that changed. */
  readonly attributes: readonly string[];
  /** Names of the quirks and rules that the request met. */
  readonly fired: readonly string[];
  /** HTTP status of the answer; absent for a change. */
  readonly status?: number;
  /** Code of the error catalogue. */
  readonly error?: string;
  readonly scimType?: string;
  /** The error detail that the client got, or the advice of a record `recognise`. */
  readonly detail?: string;
  /** The id of the resource that has the unique value which the client sent. The answer does not say it. */
  readonly holder?: string;
  /** The reason why a credential was refused, which the answer does not say. */
  readonly reason?: string;
}

/**
 * Work in another partition that follows from a change: accounts held for a reason may be released, groups wait
 * for a new user, a key begins or ends, all accounts are derived again, or a team or tenant is removed.
 */
export type FollowUp =
  | `hold:${string}`
  | `pending:${string}`
  | `key:${string}`
  | `team:${string}`
  | `tenant:${string}`
  | 'accounts';

/** Facts of a change that its event tells, beside those of the record. They name objects by their ids only. */
export interface EventFacts {
  /** The revision of the object after the change, or one that it has at least if only members change. */
  readonly revision?: number;
  /** The new value of `active`, if it changed. */
  readonly active?: boolean;
  /** The new value of a tenant's `enabled`, if it changed. */
  readonly enabled?: boolean;
  /** Ids of the members that joined and of those that left. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  /** The `externalId` of an object that is deleted. */
  readonly externalId?: string;
}

/**
 * A record of the audit trail. It is created in the batch of its change and never moves. Ids sort the newest
 * first. While it is `due`, its run has not counted it and its follow-ups may be unfinished.
 */
export interface RecordDocument extends Document, AuditFacts {
  /** False if the level at the time of the change does not keep it. It is removed once it is delivered. */
  readonly kept?: false;
  /**
   * Ids of users whose accounts it may concern, beside the user itself and the members that `event` names. Absent once
   * it is delivered, as are `followUps`.
   */
  readonly users?: readonly string[];
  readonly followUps?: readonly FollowUp[];
  /** Absent once it is delivered. */
  readonly event?: EventFacts;
  /** True if nothing follows from the change, so that its delivery settles no account. */
  readonly isFinal?: true;
  /** The id of the sync run that counts it. */
  readonly run?: string;
}

/** The partition, time, ids, actor and audit level of a change. */
export interface Recording {
  readonly tenantId: string;
  readonly now: Clock;
  readonly newId: () => string;
  readonly actor: Actor;
  readonly auditLevel: AuditLevel;
  /** Days for which records are kept from whose changes nothing follows. */
  readonly finalDays?: number | undefined;
}

/** The facts of one change. `outcome` is `done` by default. */
export interface ChangeFacts
  extends Pick<AuditFacts, 'operation'>,
    Required<Pick<AuditFacts, 'resourceType' | 'resource'>>,
    Partial<Pick<AuditFacts, 'attributes' | 'fired' | 'outcome' | 'detail'>>,
    Pick<RecordDocument, 'users' | 'followUps' | 'event' | 'expires'> {
  /** The time of the change, in milliseconds since 1970; by default now. */
  readonly time?: number | undefined;
}

/** The change that creates the record of the other changes in its batch. */
export function recordChange(
  scope: Recording,
  { time, ...facts }: ChangeFacts,
): Change & { readonly op: 'create' } {
  const { tenantId, newId, actor, auditLevel, finalDays } = scope;
  const { credential, requestId, clientRequestId } = actor;
  const now = time ?? scope.now();
  const isKept = auditLevel !== 'warning' || isHold(facts) || isManagement(credential);
  const document: RecordDocument = {
    id: recordId(now, newId()),
    tenantId,
    kind: recordKind,
    due: now,
    at: new Date(now).toISOString(),
    ...facts,
    outcome: facts.outcome ?? 'done',
    attributes: facts.attributes ?? [],
    fired: facts.fired ?? [],
    kept: isKept ? undefined : false,
    credential,
    requestId,
    clientRequestId,
  };
  if (finalDays === undefined) return { op: 'create', document };
  const expires = now + finalDays * 86_400_000;
  return { op: 'create', document: { ...document, isFinal: true, followUps: undefined, expires } };
}

/**
 * The time of a change of an object that last changed at another (ISO 8601), in milliseconds since 1970: now, or a
 * millisecond later than that. So the changes of an object are in order, whatever the clocks of instances say.
 */
export function timeAfter(now: number, lastModified: string | undefined): number {
  return lastModified === undefined ? now : Math.max(now, Date.parse(lastModified) + 1);
}

/** The id of a record. */
export function recordId(time: number, id: string): string {
  return `${recordKind}:${newestFirst(time)}:${id}`;
}

const lastTime = 9_999_999_999_999;

/** A text of 13 digits for a time in milliseconds since 1970. Later times sort first. */
export function newestFirst(time: number): string {
  const known = Math.min(Math.max(Math.trunc(time), 0), lastTime);
  return String(lastTime - known).padStart(13, '0');
}

/** Names an app key in records. A label outlives the keys that are rotated. */
export function appCredential(label: string): string {
  return `app:${label}`;
}

/** Recognises the credential of an operator or of an app key, whose acts are kept at every level. */
export function isManagement(credential: string): boolean {
  return credential === 'management' || /^(entra|app):/.test(credential);
}

/** Recognises the record of an account that is held from now on. */
export function isHold({ resourceType, operation }: Pick<AuditFacts, 'resourceType' | 'operation'>): boolean {
  return resourceType === 'Account' && operation === 'hold';
}

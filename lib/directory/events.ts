import { limits } from '../base/limits.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Change, Document } from '../store/document-store.ts';
import { queryAll } from '../store/query-all.ts';
import type { DirectoryScope } from './scope.ts';

/** The kind of an EventDocument, or of an answer's event in the container `audit`. */
export const eventKind = 'event';
/**
 * Tells in the audit trail, under the id of an event, that it was delivered; kept for as long as someone may ask.
 */
export const receiptKind = 'receipt';
/** What was done, by the word of the audit trail. */
export type EventOperation = ResourceOperation | AccountOperation | ManageOperation;
type ResourceOperation = 'create' | 'replace' | 'modify' | 'delete' | 'restore' | 'finalise';
/** What operators do to a tenant and its keys. */
type ManageOperation = 'edit' | 'issue' | 'rotate' | 'revoke';
/** What becomes of the account that a user yields. */
export type AccountOperation =
  | 'adopt'
  | 'activate'
  | 'disable'
  | 'enable'
  | 'hold'
  | 'invite'
  | 'remove'
  | 'update'
  | 'verify';

/**
 * What happened to a resource: the audit record and the work queue in one, written in the batch of the
 * change.
 */
export interface EventDocument extends Document {
  readonly at: string;
  readonly operation: EventOperation;
  readonly resourceType: string;
  readonly resource: string;
  /** Names of the attributes that changed; never values. */
  readonly attributes: readonly string[];
  /** Quirks and rules that the request met. */
  readonly fired: readonly string[];
  /** Why, where the operation alone does not tell. */
  readonly outcome?: string;
  /** Users whose accounts it may concern, beside the resource. */
  readonly users?: readonly string[];
  readonly credential: string;
  readonly requestId: string;
  readonly clientRequestId?: string;
}

/** What tells one event of a request from the others; `users` are those whose accounts it may concern. */
export interface EventFacts {
  readonly operation: EventOperation;
  readonly id: string;
  readonly attributes?: readonly string[];
  readonly outcome?: string;
  readonly users?: readonly string[];
}

/** The change that leaves an event for the timer to deliver. */
export function eventChange(
  scope: DirectoryScope,
  type: Pick<ResourceType, 'name'>,
  facts: EventFacts,
): Change {
  const now = scope.now();
  const { credential, requestId, clientRequestId, notes } = scope.actor;
  notes?.changed();
  const document: EventDocument = {
    id: eventId(scope, facts),
    tenantId: scope.tenantId,
    kind: eventKind,
    due: now,
    at: new Date(now).toISOString(),
    operation: facts.operation,
    resourceType: type.name,
    resource: facts.id,
    attributes: facts.attributes ?? [],
    outcome: facts.outcome,
    users: scope.concern && facts.users,
    fired: notes?.fired ?? [],
    credential,
    requestId,
    clientRequestId,
  };
  return { op: 'create', document };
}

/** Leaves an event of something that is done elsewhere. */
export async function recordEvent(
  scope: DirectoryScope,
  type: Pick<ResourceType, 'name'>,
  facts: EventFacts,
): Promise<void> {
  const users = { container: 'users', tenantId: scope.tenantId } as const;
  await scope.store.commit(users, [eventChange(scope, type, facts)]);
}

/** With a mark, what is done once to a resource cannot be done again: its event is there. */
function eventId({ eventMark, newId }: DirectoryScope, { operation, id }: EventFacts): string {
  return eventMark === undefined ? `event:${newId()}` : `event:${eventMark}:${operation}:${id}`;
}

/** Whether someone may ask for the event by its mark. */
export function isMarked({ id }: Pick<EventDocument, 'id'>): boolean {
  return id.split(':').length > 2;
}

/** What is still known of an event once it was delivered. */
export type MarkedEvent = Pick<EventDocument, 'id' | 'operation' | 'resourceType' | 'resource'>;

/** All events whose marks begin with a text, whether the timer has delivered them or not. */
export async function markedEvents(scope: DirectoryScope, mark: string): Promise<readonly MarkedEvent[]> {
  const found = new Map<string, MarkedEvent>();
  // The audit trail comes last: an event is there before it leaves its container.
  const sources = [
    { container: 'users', kind: eventKind },
    { container: 'groups', kind: eventKind },
    { container: 'audit', kind: receiptKind },
  ] as const;
  const prefix = `event:${mark}`;
  for (const source of sources) {
    const query = { ...source, tenantId: scope.tenantId, after: prefix, limit: limits.pageSizeMax };
    for await (const { document } of queryAll(scope.store, query)) {
      if (!document.id.startsWith(prefix)) break;
      found.set(document.id, document as EventDocument);
    }
  }
  return [...found.values()];
}

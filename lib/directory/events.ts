import { limits } from '../base/limits.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Change, Document } from '../store/document-store.ts';
import { queryAll } from '../store/query-all.ts';
import type { DirectoryScope } from './scope.ts';

/** The kind of an EventDocument, and of the event of a request without a change in the container `audit`. */
export const eventKind = 'event';
/** The kind of the document in `audit` that shows that an event was delivered; it has the event's id. */
export const receiptKind = 'receipt';
/** An operation, by its name in the audit trail. */
export type EventOperation = ResourceOperation | AccountOperation | ManageOperation;
type ResourceOperation = 'create' | 'replace' | 'modify' | 'delete' | 'restore' | 'finalise';
/** Operations of operators on a tenant and its keys. */
type ManageOperation = 'edit' | 'issue' | 'rotate' | 'revoke';
/** Operations on the account that follows from a user. */
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
 * An event of a resource. It is written in the batch of the change. The timer makes an audit record of it and
 * settles the accounts concerned.
 */
export interface EventDocument extends Document {
  readonly at: string;
  readonly operation: EventOperation;
  readonly resourceType: string;
  readonly resource: string;
  /** Names of the attributes that changed; never values. */
  readonly attributes: readonly string[];
  /** Names of the quirks and rules that the request met. */
  readonly fired: readonly string[];
  /** The reason, if the operation does not already say it. */
  readonly outcome?: string;
  /** Ids of other users whose accounts it may concern. */
  readonly users?: readonly string[];
  readonly credential: string;
  readonly requestId: string;
  readonly clientRequestId?: string;
}

/** The facts of one event of a request; the properties of EventDocument say more. */
export interface EventFacts {
  readonly operation: EventOperation;
  readonly id: string;
  readonly attributes?: readonly string[];
  readonly outcome?: string;
  readonly users?: readonly string[];
}

/** The change that creates an event, which the timer delivers. */
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

/** Creates an event alone, of a change in another container. */
export async function recordEvent(
  scope: DirectoryScope,
  type: Pick<ResourceType, 'name'>,
  facts: EventFacts,
): Promise<void> {
  const users = { container: 'users', tenantId: scope.tenantId } as const;
  await scope.store.commit(users, [eventChange(scope, type, facts)]);
}

/** With a mark, the same operation on a resource cannot be committed twice, because its event exists. */
function eventId({ eventMark, newId }: DirectoryScope, { operation, id }: EventFacts): string {
  return eventMark === undefined ? `event:${newId()}` : `event:${eventMark}:${operation}:${id}`;
}

/** Recognises an event with a mark, which `markedEvents` can find. */
export function isMarked({ id }: Pick<EventDocument, 'id'>): boolean {
  return id.split(':').length > 2;
}

/** The properties of an event that its receipt keeps. */
export type MarkedEvent = Pick<EventDocument, 'id' | 'operation' | 'resourceType' | 'resource'>;

/** All events whose marks begin with a text, delivered or not. */
export async function markedEvents(scope: DirectoryScope, mark: string): Promise<readonly MarkedEvent[]> {
  const found = new Map<string, MarkedEvent>();
  // The audit container is read last, because an event has its receipt there before it leaves its own
  // container.
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

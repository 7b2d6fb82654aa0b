import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Change, Document } from '../store/document-store.ts';
import type { DirectoryScope } from './scope.ts';

export const eventKind = 'event';
export type EventOperation = 'create' | 'replace' | 'modify' | 'delete' | 'finalise';

/** What happened to a resource: the audit record and the work queue in one, written in the batch of the change. */
export interface EventDocument extends Document {
  readonly at: string;
  readonly operation: EventOperation;
  readonly resourceType: string;
  readonly resource: string;
  /** Names of the attributes that changed; never values. */
  readonly attributes: readonly string[];
  readonly credential: string;
  readonly requestId: string;
}

export interface EventFacts {
  readonly operation: EventOperation;
  readonly id: string;
  readonly attributes?: readonly string[];
}

/** The change that leaves an event for the timer to deliver. */
export function eventChange(scope: DirectoryScope, type: ResourceType, facts: EventFacts): Change {
  const now = scope.now();
  const document: EventDocument = {
    id: `event:${scope.newId()}`,
    tenantId: scope.tenantId,
    kind: eventKind,
    due: now,
    at: new Date(now).toISOString(),
    operation: facts.operation,
    resourceType: type.name,
    resource: facts.id,
    attributes: facts.attributes ?? [],
    ...scope.actor,
  };
  return { op: 'create', document };
}

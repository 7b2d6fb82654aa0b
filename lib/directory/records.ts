import { limits } from '../base/limits.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { type EventFacts, type FollowUp, recordChange } from '../store/change-document.ts';
import type { Change, Document } from '../store/document-store.ts';
import { queryAll } from '../store/query-all.ts';
import type { DirectoryScope } from './scope.ts';

/** The kind of the document that shows that something was done, so that it is not done again. */
export const receiptKind = 'receipt';
/** An operation, by its name in the audit trail. */
export type Operation = ResourceOperation | AccountOperation | 'edit' | 'send';
type ResourceOperation = 'create' | 'replace' | 'modify' | 'delete' | 'restore' | 'finalise';
/** Operations on the account that follows from a user. */
export type AccountOperation =
  | 'adopt'
  | 'activate'
  | 'disable'
  | 'enable'
  | 'hold'
  | 'invite'
  | 'release'
  | 'remove'
  | 'update'
  | 'verify';

/** The facts of one change. */
export interface RecordFacts {
  readonly operation: Operation;
  readonly id: string;
  /** Names of the attributes that changed; never values. */
  readonly attributes?: readonly string[];
  /** The reason, if the operation does not already say it. */
  readonly outcome?: string;
  /** Ids of users whose accounts it may concern, beside the user itself and the members that `event` names. */
  readonly users?: readonly string[];
  readonly followUps?: readonly FollowUp[];
  /** True for a part of an operation that another batch has marked as done. */
  readonly isPart?: boolean;
  /** Names of rules that applied, beside those of the request. */
  readonly fired?: readonly string[];
  readonly event?: EventFacts;
  /** The time of the change, in milliseconds since 1970; by default now. */
  readonly time?: number;
}

/**
 * The changes that record the others in their batch. In a bulk request, a receipt keeps the same operation on a
 * resource from being committed twice.
 */
export function recordChanges(
  scope: DirectoryScope,
  type: Pick<ResourceType, 'name'>,
  { id, users, isPart = false, fired = [], ...facts }: RecordFacts,
): readonly Change[] {
  const { actor, concern, eventMark } = scope;
  actor.notes?.changed();
  const record = recordChange(scope, {
    ...facts,
    resourceType: type.name,
    resource: id,
    users: concern && users,
    fired: [...(actor.notes?.fired ?? []), ...fired],
  });
  if (eventMark === undefined || isPart) return [record];
  const document: MarkedChange = {
    id: `mark:${eventMark}:${facts.operation}:${id}`,
    tenantId: scope.tenantId,
    kind: receiptKind,
    operation: facts.operation,
    resourceType: type.name,
    resource: id,
    expires: scope.now() + limits.receiptHours * 3_600_000,
  };
  return [record, { op: 'create', document }];
}

/** The receipt of an operation of a bulk request. */
export interface MarkedChange extends Document {
  readonly operation: Operation;
  readonly resourceType: string;
  readonly resource: string;
}

/** The receipts of all changes whose marks begin with a text. */
export async function markedChanges(scope: DirectoryScope, mark: string): Promise<readonly MarkedChange[]> {
  const found: MarkedChange[] = [];
  const prefix = `mark:${mark}`;
  for (const container of ['users', 'groups'] as const) {
    const source = { container, tenantId: scope.tenantId, kind: receiptKind };
    const query = { ...source, after: prefix, limit: limits.pageSizeMax };
    for await (const { document } of queryAll(scope.store, query)) {
      if (!document.id.startsWith(prefix)) break;
      found.push(document as MarkedChange);
    }
  }
  return found;
}

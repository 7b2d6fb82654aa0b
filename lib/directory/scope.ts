import type { Clock } from '../base/clock.ts';
import type { RequestNotes } from '../scim/request-notes.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { AuditLevel, Actor as RecordedActor } from '../store/change-document.ts';
import type { Container, DocumentStore, Freshness, Partition } from '../store/document-store.ts';
import type { PageMarks } from './query/page-marks.ts';

/** The dependencies of every directory. */
export interface DirectoryServices {
  readonly store: DocumentStore;
  readonly now: Clock;
  /** Time-ordered ids (RFC 9562 UUIDv7), so that the order of ids is the order of creation. */
  readonly newId: () => string;
  readonly marks: PageMarks;
}

/** The directory of one tenant for one request or timer run, and its actor. */
export interface DirectoryScope extends DirectoryServices {
  readonly tenantId: string;
  readonly actor: Actor;
  /** The tenant's audit level, which decides what is kept of a change. */
  readonly auditLevel: AuditLevel;
  /** Days for which records are kept if nothing follows from the changes of this scope. */
  readonly finalDays?: number;
  /** Attributes or paths that are unique among the tenant's resources, by resource type name. */
  readonly uniqueAttributes: Readonly<Record<string, readonly string[]>>;
  /** Type names by id of resources that this bulk request creates, which count as existing (RFC 7644 3.7.1). */
  readonly expected?: ReadonlyMap<string, string>;
  /** Called after a change with users whose accounts may change. Without it, records name no members. */
  readonly concern?: (users: readonly string[]) => void;
  /** The prefix of the receipts by which a repeated bulk request finds the operations that were done. */
  readonly eventMark?: string;
  /** The freshness of reads of a user by its id; `latest` by default. */
  readonly freshness?: Freshness;
}

/** The actor that changes the directory. */
export interface Actor extends RecordedActor {
  /** Absent if the timer or an operator acts. */
  readonly notes?: RequestNotes;
}

/** The kind of a resource type's documents. `custom-` sets the kinds of packs apart from all others. */
export function kindOf({ name }: ResourceType): string {
  return name === 'User' || name === 'Group' ? name.toLowerCase() : `custom-${name.toLowerCase()}`;
}

/** The tenant's partition for resources of a type and for the documents that change in the same batch. */
export function partitionOf(scope: DirectoryScope, type: ResourceType): Partition {
  return { container: containerOf(type), tenantId: scope.tenantId };
}

/** The container of a resource type. Groups have their own, which they share with their memberships. */
function containerOf(type: ResourceType): Container {
  return type.name === 'Group' ? 'groups' : 'users';
}

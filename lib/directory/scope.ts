import type { Clock } from '../base/clock.ts';
import type { RequestNotes } from '../scim/request-notes.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Container, DocumentStore, Partition } from '../store/document-store.ts';
import type { PageMarks } from './query/page-marks.ts';

/** What every directory works with. */
export interface DirectoryServices {
  readonly store: DocumentStore;
  readonly now: Clock;
  /** Time-ordered ids (RFC 9562 UUIDv7), so that the order of ids is the order of creation. */
  readonly newId: () => string;
  readonly marks: PageMarks;
}

/** What one request may touch: the directory of one tenant, and who acts in it. */
export interface DirectoryScope extends DirectoryServices {
  readonly tenantId: string;
  readonly actor: Actor;
  /** Per resource type name: attributes, or paths, of which at most one resource of the tenant may have a value. */
  readonly uniqueAttributes: Readonly<Record<string, readonly string[]>>;
  /** Resource type names by id: what the same bulk request creates counts as existing (RFC 7644 3.7.1). */
  readonly expected?: ReadonlyMap<string, string>;
  /** Hears of users whose accounts may have to change, once the directory has; without it events name no members. */
  readonly concern?: (users: readonly string[]) => void;
  /** Begins the ids of events, so that a repetition of a bulk request knows what was done. */
  readonly eventMark?: string;
}

/** Who changes the directory, as the events tell it. */
export interface Actor {
  readonly credential: string;
  readonly requestId: string;
  /** The client's name for the request. */
  readonly clientRequestId?: string;
  /** Absent where no client acts. */
  readonly notes?: RequestNotes;
}

/** The kind of the documents that hold resources of a type; that of a custom type is no other document's. */
export function kindOf({ name }: ResourceType): string {
  return name === 'User' || name === 'Group' ? name.toLowerCase() : `custom-${name.toLowerCase()}`;
}

/** The tenant's partition of the container that holds resources of a type and all that changes with them. */
export function partitionOf(scope: DirectoryScope, type: ResourceType): Partition {
  return { container: containerOf(type), tenantId: scope.tenantId };
}

/** The container of a resource type; memberships change with their groups, so these stand apart. */
function containerOf(type: ResourceType): Container {
  return type.name === 'Group' ? 'groups' : 'users';
}

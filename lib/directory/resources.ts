import { limits } from '../base/limits.ts';
import { invalidValue, ScimError } from '../scim/errors.ts';
import { equalJson, type JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { type EventFacts, timeAfter } from '../store/change-document.ts';
import { type Change, type DocumentKey, isLostRace, type Stored } from '../store/document-store.ts';
import { countChange } from './counts.ts';
import { type Operation, recordChanges } from './records.ts';
import { type ResourceDocument, toResourceDocument } from './resource-document.ts';
import { type DirectoryScope, kindOf, partitionOf } from './scope.ts';
import { correctClaim, holderOf, type UniqueChange, uniqueChanges } from './unique-values.ts';

/** A resource with its version. */
export type StoredResource = Stored<ResourceDocument>;

/** Accepts a text that can be the id of a resource. */
export function isResourceId(text: string): boolean {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(text);
}

/** Reads one resource by its id; `undefined` if it does not exist. */
export async function readResource(
  scope: DirectoryScope,
  type: ResourceType,
  id: string,
): Promise<StoredResource | undefined> {
  if (!isResourceId(id)) return undefined;
  return (await scope.store.read(resourceKey(scope, type, id), scope.freshness)) as
    | StoredResource
    | undefined;
}

/**
 * Reads which of the ids belong to resources of the type, with one store operation. Resources that the same
 * bulk request creates are among them.
 */
export async function existingResources(
  scope: DirectoryScope,
  type: ResourceType,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const expected = ids.filter((id) => scope.expected?.get(id) === type.name);
  const documents = await existingDocuments(scope, type, ids);
  return new Set([...documents.map(({ id }) => id), ...expected]);
}

/** Reads the resources of the type with these ids, with one store operation. Absent ones are left out. */
export async function existingDocuments(
  scope: DirectoryScope,
  type: ResourceType,
  ids: readonly string[],
): Promise<readonly ResourceDocument[]> {
  const keys = ids.filter(isResourceId).map((id) => resourceKey(scope, type, id));
  if (keys.length === 0) return [];
  const found = await scope.store.readMany(keys);
  return found.flatMap((stored) => (stored ? [stored.document as ResourceDocument] : []));
}

function resourceKey(scope: DirectoryScope, type: ResourceType, id: string): DocumentKey {
  return { ...partitionOf(scope, type), kind: kindOf(type), id };
}

/** Reads the revisions of resources by id, with one store operation. Absent ones are left out. */
export async function currentRevisions(
  scope: DirectoryScope,
  type: ResourceType,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const documents = await existingDocuments(scope, type, ids);
  return new Map(documents.map(({ id, revision }) => [id, revision]));
}

/** The creation or replacement of one resource. */
export interface ResourceChange {
  readonly id: string;
  /** Absent if the resource is created. */
  readonly before?: StoredResource;
  readonly resource: JsonObject;
  readonly operation: Operation;
  /** Other properties of the document, such as `memberCount`. */
  readonly properties?: Partial<ResourceDocument>;
  /** Other changes in the same batch. */
  readonly alongside?: readonly Change[];
  /** Names of other changed attributes, such as `members`, for the record. */
  readonly attributes?: readonly string[];
  /** Ids of members whose accounts the change may concern. */
  readonly users?: readonly string[];
  /** The members that the same batch adds and removes. */
  readonly members?: Pick<EventFacts, 'added' | 'removed'>;
  /** Makes the timer add a user to the groups that wait for it, in case the caller does not. */
  readonly isAwaited?: boolean;
}

/**
 * Creates or replaces a resource with its unique values, count and record in one batch.
 *
 * Throws ScimError `uniqueness` if another resource has a unique value, ScimError `invalidValue` if the
 * resource is too large, and StoreError `stale` if `before` is no longer current.
 */
export async function writeResource(
  scope: DirectoryScope,
  type: ResourceType,
  change: ResourceChange,
): Promise<ResourceDocument> {
  const { before, alongside = [], users = [], isAwaited = false } = change;
  requireSize(change.resource, type);
  const time = timeAfter(scope.now(), before?.document.lastModified);
  const document = nextDocument(scope, type, { ...change, time });
  const write: Change = before
    ? { op: 'replace', document, ifVersion: before.version }
    : { op: 'create', document };
  const unique = uniqueChanges(scope, type, { before: before?.document, after: document });
  const attributes = [
    ...changedAttributes(before?.document.resource ?? {}, change.resource),
    ...(change.attributes ?? []),
  ];
  const changes: Change[] = [
    write,
    ...unique.map((row) => row.change),
    ...(before ? [] : [countChange(type, document.id, 1)]),
    ...recordChanges(scope, type, {
      ...{ operation: change.operation, id: document.id, attributes, users, time },
      event: eventFacts(document, before ? attributes : [], change.members),
      followUps: isAwaited ? [`pending:${document.id}`] : undefined,
    }),
    ...alongside,
  ];
  await commitUnique(scope, type, { changes, unique, uniqueOffset: 1 });
  const { added = [], removed = [] } = change.members ?? {};
  scope.concern?.(type.name === 'User' ? [document.id] : [...users, ...added, ...removed]);
  return document;
}

function requireSize(resource: JsonObject, type: ResourceType): void {
  if (Buffer.byteLength(JSON.stringify(resource)) <= limits.resourceBytesMax) return;
  throw invalidValue(
    `A ${type.name} must not exceed ${limits.resourceBytesMax} bytes: send fewer or shorter values`,
  );
}

function eventFacts(
  { revision, resource }: ResourceDocument,
  attributes: readonly string[],
  members: ResourceChange['members'],
): EventFacts {
  const active = attributes.includes('active') ? resource.active !== false : undefined;
  return { revision, active, ...members };
}

function nextDocument(
  scope: DirectoryScope,
  type: ResourceType,
  change: ResourceChange & { readonly time: number },
): ResourceDocument {
  const { id, before, resource, properties, time } = change;
  const now = new Date(time).toISOString();
  const document = toResourceDocument({
    tenantId: scope.tenantId,
    id,
    type,
    resource,
    revision: (before?.document.revision ?? 0) + 1,
    created: before?.document.created ?? now,
    lastModified: now,
  });
  const { memberCount, secret } = before?.document ?? {};
  return { ...document, memberCount, secret, ...properties };
}

/**
 * Commits a batch. Throws ScimError `uniqueness` if another resource has one of its unique values.
 * `uniqueOffset` is the position of the first unique value among the changes.
 */
export async function commitUnique(
  scope: DirectoryScope,
  type: ResourceType,
  { changes, unique, uniqueOffset }: UniqueBatch,
): Promise<void> {
  try {
    await scope.store.commit(partitionOf(scope, type), changes);
  } catch (thrown) {
    if (!isLostRace(thrown)) throw thrown;
    const position = (thrown.change ?? -1) - uniqueOffset;
    const refused = unique[position];
    if (!refused) throw thrown;
    const corrected = await correctClaim(scope, type, refused);
    if (corrected) {
      const claims = unique.toSpliced(position, 1, ...corrected);
      const others = changes.toSpliced(uniqueOffset, unique.length, ...claims.map(({ change }) => change));
      return commitUnique(scope, type, { changes: others, unique: claims, uniqueOffset });
    }
    if (thrown.kind !== 'conflict') throw thrown;
    throw new ScimError('uniqueness', {
      detail: `${refused.attribute} is already used by another ${type.name}: send a value that no other has`,
      cause: thrown,
      holder: await holderOf(scope, type, refused),
    });
  }
}

interface UniqueBatch {
  readonly changes: readonly Change[];
  readonly unique: readonly UniqueChange[];
  readonly uniqueOffset: number;
}

/** Names of the top-level attributes that differ. */
function changedAttributes(before: JsonObject, after: JsonObject): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !equalJson(before[name], after[name]));
}

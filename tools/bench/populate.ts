import { v7 as newId } from 'uuid';
import { limits } from '../../lib/base/limits.ts';
import { countChange } from '../../lib/directory/counts.ts';
import { writeGroup } from '../../lib/directory/members/groups.ts';
import type { MemberType } from '../../lib/directory/members/memberships.ts';
import { createPageMarks } from '../../lib/directory/query/page-marks.ts';
import { recordChanges } from '../../lib/directory/records.ts';
import { type ResourceDocument, toResourceDocument } from '../../lib/directory/resource-document.ts';
import { readResource, writeResource } from '../../lib/directory/resources.ts';
import { type Actor, type DirectoryScope, partitionOf } from '../../lib/directory/scope.ts';
import { uniqueChanges } from '../../lib/directory/unique-values.ts';
import type { JsonObject } from '../../lib/scim/json.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import { validateResource } from '../../lib/scim/validate.ts';
import type { Change, DocumentStore } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { createTenants } from '../../lib/tenants/tenants.ts';
import { writeEndpointFile } from '../host/endpoint-file.ts';
import { sampleUser } from './sample-user.ts';

export interface PopulateOptions {
  readonly users: number;
  /** The number of users, from the first on, who become members of one group; without it, there is no group. */
  readonly members?: number;
  /** True if each user has a record, as after a request; `delivered` once the timer has run; true by default. */
  readonly records?: boolean | 'delivered';
  /** Returns the user with this number, from 0; a sample user by default. */
  readonly user?: (index: number) => JsonObject;
  /** Called with the number of users and memberships written so far. */
  readonly advance?: (written: number) => void;
}

export interface Population {
  readonly tenantId: string;
  /** The ids in the order of the sample users. */
  readonly userIds: readonly string[];
  readonly groupId?: string;
}

/** The number of concurrent batches; the store flushes to the disk once for all that are waiting. */
const batchesAtOnce = 20;

/** Fills a data folder of the embedded engine with the default tenant and its users; no endpoint may have it open. */
export async function populateFolder(folder: string, options: PopulateOptions): Promise<Population> {
  const store = openEmbeddedStore({ path: folder });
  try {
    const population = await populateStore(store, options);
    await makeDefault(folder, population);
    return population;
  } finally {
    await store.close();
  }
}

/** Makes the tenant the default one of an endpoint that starts on the folder. */
export function makeDefault(folder: string, { tenantId: tenant }: Population): Promise<void> {
  return writeEndpointFile(folder, { baseUrl: 'http://127.0.0.1:0', tenant });
}

/** Fills a store with a tenant and its users. */
export async function populateStore(store: DocumentStore, options: PopulateOptions): Promise<Population> {
  const tenants = createTenants({ store, now: Date.now, newId, recordDays: 1 });
  const policy = { endpoint: { profile: 'entra' as const } };
  const tenant = await tenants.by(actor).create({ name: 'Default', policy });
  return await populate(benchScope(store, tenant.id), options);
}

const deliveredDays = 90;

const actor: Actor = { credential: 'populate', requestId: newId() };

/** Creates direct access to the directory of a tenant. */
export function benchScope(store: DocumentStore, tenantId: string): DirectoryScope {
  return {
    tenantId,
    store,
    now: Date.now,
    newId,
    marks: createPageMarks(),
    uniqueAttributes: { User: ['userName'], Group: ['displayName'] },
    actor,
    auditLevel: 'information',
  };
}

/** Writes sample users, and a group of some of them, as requests would do, but in larger batches. */
export async function populate(scope: DirectoryScope, options: PopulateOptions): Promise<Population> {
  const { users, members, records = true, user = sampleUser, advance } = options;
  const create = creation(scope, records);
  const usersPerBatch = Math.floor(limits.batchChangesMax / (records ? 4 : 3));
  const userIds: string[] = [];
  while (userIds.length < users) {
    const commits: Promise<void>[] = [];
    while (commits.length < batchesAtOnce && userIds.length < users) {
      const size = Math.min(usersPerBatch, users - userIds.length);
      const documents = Array.from({ length: size }, (_, offset) =>
        userOf(scope, user(userIds.length + offset)),
      );
      userIds.push(...documents.map(({ id }) => id));
      commits.push(scope.store.commit(partitionOf(scope, userType), documents.flatMap(create)));
    }
    await Promise.all(commits);
    advance?.(userIds.length);
  }
  if (members === undefined) return { tenantId: scope.tenantId, userIds };
  const memberIds = userIds.slice(0, members);
  const groupId = await writeMembers(scope, memberIds, (written) => advance?.(users + written));
  return { tenantId: scope.tenantId, userIds, groupId };
}

function userOf(scope: DirectoryScope, user: JsonObject): ResourceDocument {
  const now = new Date(scope.now()).toISOString();
  return toResourceDocument({
    tenantId: scope.tenantId,
    id: scope.newId(),
    type: userType,
    resource: validateResource(user, userType, { context: 'create' }),
    revision: 1,
    created: now,
    lastModified: now,
  });
}

/** Returns a function that lists the changes for a new user: the user, its unique value, its count and its record. */
function creation(
  scope: DirectoryScope,
  records: boolean | 'delivered',
): (document: ResourceDocument) => readonly Change[] {
  return (document) => [
    { op: 'create', document },
    ...uniqueChanges(scope, userType, { after: document }).map(({ change }) => change),
    countChange(userType, document.id, 1),
    ...(records ? creationRecord(scope, document).map(records === 'delivered' ? delivered : same) : []),
  ];
}

function creationRecord(scope: DirectoryScope, { id, resource }: ResourceDocument): readonly Change[] {
  const attributes = Object.keys(resource);
  return recordChanges(scope, userType, { operation: 'create', id, attributes, event: { revision: 1 } });
}

const same = (change: Change) => change;

/** The creation of a record as the delivery leaves it. */
function delivered(change: Change): Change {
  if (change.op !== 'create') return change;
  const { due = 0, ...document } = change.document;
  const expires = due + deliveredDays * 86_400_000;
  return { op: 'create', document: { ...document, event: undefined, expires } };
}

async function writeMembers(
  scope: DirectoryScope,
  ids: readonly string[],
  advance: (written: number) => void,
): Promise<string> {
  const id = scope.newId();
  const type = groupType;
  const resource = { displayName: 'All of them' };
  const nobody = { add: new Map<string, MemberType>(), remove: new Set<string>() };
  await writeResource(scope, type, { id, resource, operation: 'create', properties: { memberCount: 0 } });
  for (let start = 0; start < ids.length; start += limits.membersPerBatchMax) {
    const before = await readResource(scope, type, id);
    const some = ids.slice(start, start + limits.membersPerBatchMax);
    const add = new Map(some.map((user) => [user, 'User'] as const));
    const members = { ...nobody, add };
    await writeGroup(scope, { type, id, members, operation: 'modify', ...(before && { before }) });
    advance(start + some.length);
  }
  return id;
}

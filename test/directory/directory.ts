import { v7 as newId } from 'uuid';
import { writeGroup } from '../../lib/directory/members/groups.ts';
import type { MemberType } from '../../lib/directory/members/memberships.ts';
import { createPageMarks } from '../../lib/directory/query/page-marks.ts';
import { writeResource } from '../../lib/directory/resources.ts';
import type { DirectoryScope } from '../../lib/directory/scope.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import type { AuditLevel } from '../../lib/store/change-document.ts';
import {
  type Container,
  type Document,
  type DocumentStore,
  StoreError,
} from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { interceptCommits } from '../../lib/store/store-until.ts';

/** One tenant's directory on a store of its own, with a clock that the test turns. */
export interface Directory extends AsyncDisposable {
  readonly scope: DirectoryScope;
  readonly clock: { time: number };
  /** The scope on a store that breaks down. */
  on(store: DocumentStore): DirectoryScope;
  /** All documents of a kind, in the order of their ids. */
  all(container: Container, kind: string): Promise<readonly Document[]>;
}

export function openDirectory({ auditLevel = 'information' as AuditLevel } = {}): Directory {
  const store = openEmbeddedStore({ path: ':memory:' });
  const clock = { time: Date.UTC(2030, 0, 1) };
  const scope: DirectoryScope = {
    tenantId: 'tenant',
    store,
    now: () => clock.time,
    newId,
    marks: createPageMarks(),
    actor: { credential: 'key', requestId: 'request' },
    auditLevel,
    uniqueAttributes: { User: ['userName'], Group: ['displayName'] },
  };
  return {
    scope,
    clock,
    on: (broken) => ({ ...scope, store: broken }),
    all: async (container, kind) => {
      const query = { container, kind, tenantId: scope.tenantId, limit: 100_000 };
      return (await store.query(query)).documents.map(({ document }) => document);
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
}

/** Creates a user and yields its id. */
export async function addUser(scope: DirectoryScope, userName: string): Promise<string> {
  const id = scope.newId();
  await writeResource(scope, userType, { id, resource: { userName }, operation: 'create' });
  return id;
}

/** Creates a group with users in it and yields its id. */
export async function addGroup(
  scope: DirectoryScope,
  displayName: string,
  users: readonly string[] = [],
): Promise<string> {
  const id = scope.newId();
  const members = { add: asMembers(users), remove: new Set<string>() };
  await writeGroup(scope, { type: groupType, id, resource: { displayName }, members, operation: 'create' });
  return id;
}

export function asMembers(users: readonly string[]): ReadonlyMap<string, MemberType> {
  return new Map(users.map((id) => [id, 'User']));
}

/** Where a store breaks down: the commit is lost, or it is written and only the answer is lost. */
export type Breakdown = 'before' | 'after';

/** A store that breaks down at its n-th commit, from 1, and stays down; `broke` tells whether it came so far. */
export function breakingStore(
  store: DocumentStore,
  { at, when }: { at: number; when: Breakdown },
): { store: DocumentStore; broke: () => boolean } {
  let commits = 0;
  const commit: DocumentStore['commit'] = async (partition, changes) => {
    commits += 1;
    if (commits < at) return store.commit(partition, changes);
    if (commits === at && when === 'after') await store.commit(partition, changes);
    throw new StoreError('unavailable');
  };
  return { store: intercept(store, commit), broke: () => commits >= at };
}

/** Every place where work can be cut off: before and after each commit, until it comes through whole. */
export async function cutEverywhere(
  check: (cut: { at: number; when: Breakdown }) => Promise<boolean>,
): Promise<void> {
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; await check({ at, when }); at += 1) {
      if (at === 100) throw new Error('The work does not come through');
    }
  }
}

/** A store whose commits go through `commit`. */
export function intercept(store: DocumentStore, commit: DocumentStore['commit']): DocumentStore {
  return interceptCommits(store, () => commit);
}

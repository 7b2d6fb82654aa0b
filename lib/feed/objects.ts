import {
  type AccountDocument,
  accountIdOf,
  documentId as accountKey,
  accountKind,
} from '../accounts/account.ts';
import { publicAccount } from '../accounts/public-account.ts';
import { type AccountScope, accountPartition } from '../accounts/scope.ts';
import { centralTeamId, type TeamDocument, teamKey, teamKind, teamPartition } from '../accounts/teams.ts';
import { publicResource } from '../directory/public-resource.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { partitionOf } from '../directory/scope.ts';
import type { JsonObject } from '../scim/json.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import type { DocumentKey } from '../store/document-store.ts';
import type { FeedEntry } from './entries.ts';

/** The state of an object, as it is now. `version` is its revision: a state is newer if it has a higher one. */
export type EventObject = JsonObject & { readonly version: number };

/** The user of an event, by the names under which a product may know it. */
export interface EventUser {
  readonly id: string;
  readonly externalId?: string | undefined;
  readonly userName?: string | undefined;
}

/** The objects of events as they are now. */
export interface CurrentState {
  /** The object of an entry; `null` if it is gone. */
  readonly objectOf: (entry: FeedEntry) => EventObject | null;
  /** The user of an entry about a user or an account; `null` if it is gone, `undefined` for other entries. */
  readonly userOf: (entry: FeedEntry) => EventUser | null | undefined;
}

/** Reads the present state of the objects of entries of one tenant, with at most three store operations. */
export async function readCurrentState(
  scope: AccountScope,
  entries: readonly FeedEntry[],
): Promise<CurrentState> {
  const { userType } = scope;
  const idsOf = (object: string) => [
    ...new Set(entries.flatMap((entry) => (kindOf(entry) === object ? [entry.object] : []))),
  ];
  const inUsers = partitionOf(scope.directory, userType);
  const accountKeys = idsOf('account').map(
    (id): DocumentKey => ({ ...accountPartition(scope), kind: accountKind, id: accountKey(id) }),
  );
  const groupKeys = idsOf('group').map(
    (id): DocumentKey => ({ ...partitionOf(scope.directory, groupType), kind: 'group', id }),
  );
  const teamKeys = idsOf('team').map(
    (id): DocumentKey => ({ ...teamPartition(scope), kind: teamKind, id: teamKey(id) }),
  );
  const accounts = byId(await readAll<AccountDocument>(scope, accountKeys), accountIdOf);
  const users = new Set([...idsOf('user'), ...[...accounts.values()].flatMap(({ user }) => user ?? [])]);
  const userKeys = [...users].map((id): DocumentKey => ({ ...inUsers, kind: 'user', id }));
  const [people, others] = await Promise.all([
    readAll<ResourceDocument>(scope, userKeys),
    readAll<ResourceDocument | TeamDocument>(scope, [...groupKeys, ...teamKeys]),
  ]);
  const user = byId(people, ({ id }) => id);
  const other = byId(others, ({ id }) => id);
  return {
    objectOf(entry) {
      switch (kindOf(entry)) {
        case 'user':
          return ofResource(user.get(entry.object));
        case 'group':
          return ofResource(other.get(entry.object) as ResourceDocument | undefined);
        case 'account':
          return ofAccount(accounts.get(entry.object));
        default:
          return ofTeam(scope, entry.object, other.get(teamKey(entry.object)) as TeamDocument | undefined);
      }
    },
    userOf(entry) {
      const kind = kindOf(entry);
      if (kind === 'user') return named(user.get(entry.object));
      return kind === 'account' ? named(user.get(accounts.get(entry.object)?.user ?? '')) : undefined;
    },
  };
}

/** The kind of object that an entry is about, such as `user`. */
export function kindOf({ type }: Pick<FeedEntry, 'type'>): string {
  return type.slice(0, type.indexOf('.'));
}

async function readAll<D>({ directory }: AccountScope, keys: readonly DocumentKey[]): Promise<readonly D[]> {
  if (keys.length === 0) return [];
  const found = await directory.store.readMany(keys);
  return found.flatMap((stored) => (stored ? [stored.document as D] : []));
}

function byId<D>(documents: readonly D[], idOf: (document: D) => string): ReadonlyMap<string, D> {
  return new Map(documents.map((document) => [idOf(document), document]));
}

const ofResource = (document: ResourceDocument | undefined) => (document ? publicResource(document) : null);

function ofAccount(document: AccountDocument | undefined): EventObject | null {
  if (!document) return null;
  const account = JSON.parse(JSON.stringify(publicAccount(document))) as JsonObject;
  return { ...account, version: document.revision ?? 1 };
}

function ofTeam(
  { policy }: AccountScope,
  id: string,
  document: TeamDocument | undefined,
): EventObject | null {
  if (!document && id !== centralTeamId) return null;
  const name = document?.name ?? policy.groups.centralTeam;
  return { id, name, origin: id === centralTeamId ? 'central' : 'hand', version: document?.revision ?? 0 };
}

function named(document: ResourceDocument | undefined): EventUser | null {
  if (!document) return null;
  const { externalId, userName } = document.resource;
  return { id: document.id, externalId: textOf(externalId), userName: textOf(userName) };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

import { limits } from '../base/limits.ts';
import { groupsOfUsers } from '../directory/members/memberships.ts';
import { type ListQuery, listResources } from '../directory/query/list-resources.ts';
import type { Position } from '../directory/query/page-marks.ts';
import { type RecordFacts, recordChanges } from '../directory/records.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { readResource } from '../directory/resources.ts';
import { kindOf } from '../directory/scope.ts';
import { conflict, notFound } from '../scim/errors.ts';
import { isJsonObject, type JsonObject } from '../scim/json.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import { withoutCase } from '../scim/schema/search-form.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, Partition } from '../store/document-store.ts';
import { listAccounts } from './list-accounts.ts';
import type { AccountScope } from './scope.ts';

/** The kind of a TeamDocument, in the container `groups`. */
export const teamKind = 'team';
/** The id of the central team: of all accounts, or of those without a group. */
export const centralTeamId = 'central';

/** A team made by hand, or the name of the central team. */
export interface TeamDocument extends Document {
  readonly name: string;
  /** Increases with every change of the name. Absent in documents of version 0.2.0, which counts as 0. */
  readonly revision?: number;
}

/** The origins of teams. `hand` is a team that an operator or the application has made. */
export const teamOrigins = ['central', 'group', 'hand'] as const;

/** One origin of teams. */
type TeamOrigin = (typeof teamOrigins)[number];

/** A team of accounts in the product. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly origin: TeamOrigin;
  /** The description of its group, if the policy names the attribute. */
  readonly description?: string;
}

/** A page of a tenant's teams. `next` is the `after` of the next page, absent on the last page. */
interface TeamPage {
  readonly teams: readonly Team[];
  readonly next?: Position;
}

/** The partition of a tenant's teams, which is that of its groups. */
export function teamPartition({ directory }: AccountScope): Partition {
  return { container: 'groups', tenantId: directory.tenantId };
}

/**
 * Lists the teams, or those that the displayName or externalId of a group would select. The first page has the central
 * team and those made by hand; those of groups follow.
 *
 * A group without users and a central team without accounts are left out.
 */
export async function listTeams(scope: AccountScope, query: Partial<ListQuery> = {}): Promise<TeamPage> {
  const own = query.after || query.externalId !== undefined ? [] : await ownTeams(scope, query);
  if (scope.policy.groups.teams !== 'each') return { teams: own };
  const { documents, next } = await listGroups(scope, { limit: limits.pageSizeDefault, ...query });
  const groups = documents.map((document) => groupTeam(scope, document));
  const filled = await groupsOfUsers(
    scope.directory,
    groups.map(({ id }) => id),
  );
  return { teams: [...own, ...groups.filter(({ id }) => filled.has(id))], next };
}

/** Lists groups that have members. Those that are selected by an index are filtered after it. */
async function listGroups(scope: AccountScope, query: ListQuery) {
  if (query.startsWith || query.externalId !== undefined) {
    const { documents, next } = await listResources(scope.directory, groupType, query);
    return { documents: documents.filter(({ memberCount = 0 }) => memberCount > 0), next };
  }
  const page = await scope.directory.store.query({
    ...teamPartition(scope),
    kind: kindOf(groupType),
    where: { kind: 'compare', path: ['memberCount'], op: 'gt', value: 0 },
    after: query.after?.id,
    limit: query.limit,
  });
  const documents = page.documents.map(({ document }) => document as ResourceDocument);
  const last = page.more ? documents.at(-1) : undefined;
  return { documents, next: last && { id: last.id } };
}

/** The central team and those made by hand, as far as their names have a beginning. */
async function ownTeams(scope: AccountScope, { startsWith }: Partial<ListQuery>): Promise<readonly Team[]> {
  const teams = [...(await centralTeams(scope)), ...(await handMadeTeams(scope))];
  const beginning = withoutCase(startsWith?.text ?? '');
  return teams.filter(({ name }) => withoutCase(name).startsWith(beginning));
}

/** Reads a team, also one that the list leaves out. Throws ScimError `notFound`. */
export async function requireTeam(scope: AccountScope, id: string): Promise<Team> {
  if (id === centralTeamId) return centralTeam(scope);
  const team = await readTeam(scope, id);
  if (team) return { id, name: team.name, origin: 'hand' };
  const group =
    scope.policy.groups.teams === 'each' ? await readResource(scope.directory, groupType, id) : undefined;
  if (group) return groupTeam(scope, group.document);
  throw notFound(`There is no team with the id "${id.slice(0, 64)}": GET …/teams lists them`);
}

async function readTeam(scope: AccountScope, id: string): Promise<TeamDocument | undefined> {
  const key = { ...teamPartition(scope), kind: teamKind, id: teamKey(id) };
  return (await scope.directory.store.read(key))?.document as TeamDocument | undefined;
}

/** Makes a team by hand. */
export async function createTeam(scope: AccountScope, name: string): Promise<Team> {
  const id = scope.directory.newId();
  const { store, tenantId } = scope.directory;
  const document: TeamDocument = { id: teamKey(id), tenantId, kind: teamKind, name, revision: 1 };
  await store.commit(teamPartition(scope), [
    { op: 'create', document },
    ...recordTeam(scope, { operation: 'create', id, attributes: ['name'], event: { revision: 1 } }),
  ]);
  return { id, name, origin: 'hand' };
}

/** Renames a team made by hand or the central one. Throws `notFound`, or `conflict` for a group's team. */
export async function renameTeam(scope: AccountScope, id: string, name: string): Promise<Team> {
  const team = await requireTeam(scope, id);
  requireLocal(team);
  const { store } = scope.directory;
  await store.commit(teamPartition(scope), [
    {
      ...{ op: 'increment', kind: teamKind, id: teamKey(id), ifAbsent: 'create' },
      ...{ by: { revision: 1 }, set: { name } },
    },
    ...recordTeam(scope, { operation: 'edit', id, attributes: ['name'] }),
  ]);
  return { ...team, name };
}

/**
 * Removes a team made by hand. The timer removes its members and the mappings to it, if the caller does not.
 * Throws ScimError `notFound`, or `conflict` for any other team.
 */
export async function removeTeam(scope: AccountScope, id: string): Promise<void> {
  await requireRemovable(scope, id);
  const { store } = scope.directory;
  await store.commit(teamPartition(scope), [
    { op: 'delete', kind: teamKind, id: teamKey(id) },
    ...recordTeam(scope, { operation: 'delete', id, followUps: [`team:${id}`] }),
  ]);
}

/** Gives the central team the name of the policy again. */
export async function resetCentralTeam(scope: AccountScope): Promise<void> {
  await commitOnce(scope.directory.store, teamPartition(scope), [
    { op: 'delete', kind: teamKind, id: teamKey(centralTeamId) },
    ...recordTeam(scope, { operation: 'edit', id: centralTeamId, attributes: ['name'] }),
  ]);
}

/** The changes that record those of a team in their batch. */
export function recordTeam({ directory }: AccountScope, facts: RecordFacts): readonly Change[] {
  return recordChanges(directory, { name: 'Team' }, facts);
}

async function requireRemovable(scope: AccountScope, id: string): Promise<void> {
  const team = await requireTeam(scope, id);
  requireLocal(team);
  if (team.origin === 'central') {
    throw conflict(
      'The central team cannot be removed: set groups.teams in the policy of the tenant to none',
    );
  }
}

function requireLocal({ origin }: Team): void {
  if (origin !== 'group') return;
  throw conflict('The team is a group of the client: change it there');
}

async function centralTeams(scope: AccountScope): Promise<readonly Team[]> {
  if (scope.policy.groups.teams === 'none') return [];
  const { accounts } = await listAccounts(scope, { central: true, limit: 1 });
  return accounts.length === 0 ? [] : [await centralTeam(scope)];
}

async function centralTeam(scope: AccountScope): Promise<Team> {
  const named = await readTeam(scope, centralTeamId);
  return { id: centralTeamId, name: named?.name ?? scope.policy.groups.centralTeam, origin: 'central' };
}

async function handMadeTeams(scope: AccountScope): Promise<readonly Team[]> {
  const page = await scope.directory.store.query({
    ...teamPartition(scope),
    kind: teamKind,
    limit: limits.pageSizeMax,
  });
  const teams = page.documents.map(({ document: { id, name } }): Team => {
    return { id: id.slice(teamKey('').length), name: String(name), origin: 'hand' };
  });
  return teams.filter(({ id }) => id !== centralTeamId);
}

function groupTeam({ policy }: AccountScope, { id, resource }: ResourceDocument): Team {
  const name = String(resource.displayName ?? id);
  return { id, name, origin: 'group', description: textAt(resource, policy.groups.description) };
}

/** Reads the text of an attribute of the core schema or, with its URN, of an extension. */
function textAt(resource: JsonObject, path: string | null): string | undefined {
  const [, urn, name = ''] = /^(?:(.+):)?([^:]+)$/.exec(path ?? '') ?? [];
  const holder = urn === undefined ? resource : resource[urn];
  const value = isJsonObject(holder) ? holder[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The id of a team's document, from its public id. */
export function teamKey(id: string): string {
  return `team:${id}`;
}

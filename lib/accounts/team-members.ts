import { limits } from '../base/limits.ts';
import { queryMembershipPage } from '../directory/members/member-pages.ts';
import { conflict, notFound } from '../scim/errors.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import { commitEach } from '../store/commit-once.ts';
import type { Document } from '../store/document-store.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { type AccountDocument, accountIdOf, accountOf, isLive } from './account.ts';
import { requireAccount, requireEditable } from './hand-made.ts';
import { readAccounts, readAccountsOf } from './links.ts';
import { listAccounts } from './list-accounts.ts';
import type { AccountScope } from './scope.ts';
import { settleAccount } from './settle.ts';
import { centralTeamId, recordTeam, requireTeam, type Team, teamPartition } from './teams.ts';
import { writeAccount } from './write-account.ts';

const memberKind = 'team-member';

/** A member that was added to a team by hand. */
interface TeamMember extends Document {
  readonly account: string;
}

/** A page of the live accounts of a team. */
interface MemberPage {
  readonly members: readonly AccountDocument[];
  /** The `cursor` of the next page; absent on the last page. */
  readonly next?: string;
}

interface Page {
  /** The `next` of the page before. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** Reads a page of one part of a team's members. */
type Source = (page: Page) => Promise<MemberPage>;

/**
 * Lists the live accounts of a team, part after part: first those added by hand, then those of the groups
 * that the policy maps to the team. An account in several parts is listed once for each. Throws ScimError
 * `notFound`.
 */
export async function listTeamMembers(
  scope: AccountScope,
  id: string,
  { after: cursor = '', limit = limits.pageSizeDefault }: { after?: string | undefined; limit?: number } = {},
): Promise<MemberPage> {
  const sources = await sourcesOf(scope, await requireTeam(scope, id));
  let [, part = '0', after = ''] = /^(\d{1,4})\.(.*)$/.exec(cursor) ?? [];
  for (;;) {
    const page = await sources[Number(part)]?.({ after: after === '' ? undefined : after, limit });
    if (!page) return { members: [] };
    if (page.next === undefined) [part, after] = [String(Number(part) + 1), ''];
    else after = page.next;
    const members = page.members.filter(isLive);
    const isLast = Number(part) >= sources.length;
    if (members.length > 0 || isLast) return { members, next: isLast ? undefined : `${part}.${after}` };
  }
}

/**
 * Adds an account to a team made by hand, or puts it back into the central team. Throws ScimError `notFound`, or
 * `conflict` for another team.
 */
export async function addTeamMember(scope: AccountScope, team: string, account: string): Promise<void> {
  if (team === centralTeamId) return moveCentral(scope, account, { isMoved: false });
  await requireHandMade(scope, team);
  requireEditable(accountOf((await requireAccount(scope, account)).document), {});
  const key = { kind: memberKind, id: memberId(team, account) };
  if (await scope.directory.store.read({ ...teamPartition(scope), ...key })) return;
  const edit = { operation: 'edit', id: team, attributes: ['members'] } as const;
  const document: TeamMember = { ...key, tenantId: scope.directory.tenantId, account };
  await scope.directory.store.commit(teamPartition(scope), [
    { op: 'create', document },
    ...recordTeam(scope, { ...edit, event: { added: [account] } }),
  ]);
}

/**
 * Removes an account that was added to a team by hand, or takes it out of the central team. Throws ScimError
 * `notFound` or `conflict`.
 */
export async function removeTeamMember(scope: AccountScope, team: string, account: string): Promise<void> {
  if (team === centralTeamId) return moveCentral(scope, account, { isMoved: true });
  await requireHandMade(scope, team);
  const key = { kind: memberKind, id: memberId(team, account) };
  if (!(await scope.directory.store.read({ ...teamPartition(scope), ...key }))) {
    throw notFound('The account was not added to this team by hand');
  }
  const edit = { operation: 'edit', id: team, attributes: ['members'] } as const;
  await scope.directory.store.commit(teamPartition(scope), [
    { op: 'delete', ...key },
    ...recordTeam(scope, { ...edit, event: { removed: [account] } }),
  ]);
}

/** Removes all members that were added by hand to a team that is removed. */
export async function clearTeam(scope: AccountScope, team: string): Promise<void> {
  const { store } = scope.directory;
  const prefix = memberId(team, '');
  const source = { ...teamPartition(scope), kind: memberKind, after: prefix, limit: limits.batchChangesMax };
  for (;;) {
    const { documents } = await store.query(source);
    const own = documents.filter(({ document }) => document.id.startsWith(prefix));
    if (own.length === 0) return;
    const ends = own.map(({ document: { id } }) => ({ op: 'delete', kind: memberKind, id }) as const);
    await commitEach(store, teamPartition(scope), ends);
  }
}

/** Removes from the teams made by hand the accounts that no longer exist; false if the time for it is over. */
export async function dropLostMembers(scope: AccountScope, isOver: () => boolean): Promise<boolean> {
  const { store } = scope.directory;
  let after: string | undefined;
  do {
    if (isOver()) return false;
    const source = { ...teamPartition(scope), kind: memberKind, after, limit: limits.pageSizeMax };
    const { documents, more } = await store.query(source);
    const members = documents.map(({ document }) => document as TeamMember);
    const accounts = await readAccounts(scope, [...new Set(members.map(({ account }) => account))]);
    const present = new Set(accounts.map(accountIdOf));
    const ends = members
      .filter(({ account }) => !present.has(account))
      .map(({ id }) => ({ op: 'delete', kind: memberKind, id }) as const);
    await commitEach(store, teamPartition(scope), ends);
    after = more ? members.at(-1)?.id : undefined;
  } while (after !== undefined);
  return true;
}

/** Takes an account out of the central team, where no synchronisation puts it again, or puts it back. */
function moveCentral(scope: AccountScope, id: string, { isMoved }: { isMoved: boolean }): Promise<void> {
  return retryLostRace(async () => {
    const before = await requireAccount(scope, id);
    const account = accountOf(before.document);
    requireEditable(account, {});
    if (isMoved && !account.central) {
      if (account.isMoved) return;
      throw notFound('The account is not in the central team');
    }
    if (account.user === undefined) {
      throw conflict(
        'The central team has the accounts of users that the client provides: this one was made by hand',
      );
    }
    if (!isMoved && !account.isMoved) return;
    const after = isMoved
      ? { ...account, isMoved: true as const, central: false }
      : { ...account, isMoved: undefined };
    await writeAccount(scope, { id, before, after, operation: 'edit' });
    if (!isMoved) await settleAccount(scope, account.user);
  }, unavailable);
}

async function requireHandMade(scope: AccountScope, id: string): Promise<void> {
  const { origin } = await requireTeam(scope, id);
  if (origin === 'hand') return;
  throw conflict('The members of this team come from the client: change its users and groups there');
}

async function sourcesOf(scope: AccountScope, { id, origin }: Team): Promise<readonly Source[]> {
  switch (origin) {
    case 'central':
      return [(page) => centralMembers(scope, page)];
    case 'group':
      return [(page) => groupMembers(scope, id, page)];
    case 'hand': {
      const mapped = scope.policy.groups.toTeams.filter(({ team }) => team === id);
      const groups = await Promise.all(mapped.map(({ group }) => groupsNamed(scope, group)));
      const sourceOf =
        (group: string): Source =>
        (page) =>
          groupMembers(scope, group, page);
      return [(page) => handMembers(scope, id, page), ...groups.flat().map(sourceOf)];
    }
  }
}

async function centralMembers(scope: AccountScope, page: Page): Promise<MemberPage> {
  const { accounts, next } = await listAccounts(scope, { central: true, ...page });
  return { members: accounts, next };
}

async function groupMembers(scope: AccountScope, group: string, { after, limit }: Page): Promise<MemberPage> {
  const page = await queryMembershipPage(scope.directory, {
    of: { side: 'group', id: group },
    startIndex: 1,
    after: after === undefined ? undefined : { id: after },
    count: limit,
    total: 0,
  });
  const users = page.memberships.flatMap(({ user, type }) => (type === 'User' ? [user] : []));
  return { members: await readAccountsOf(scope, users), next: page.next?.position?.id };
}

async function handMembers(scope: AccountScope, team: string, { after, limit }: Page): Promise<MemberPage> {
  const prefix = memberId(team, '');
  const page = await scope.directory.store.query({
    ...teamPartition(scope),
    kind: memberKind,
    after: after ?? prefix,
    limit,
  });
  const own = page.documents.filter(({ document: { id } }) => id.startsWith(prefix));
  const members = await readAccounts(
    scope,
    own.map(({ document }) => (document as TeamMember).account),
  );
  const isLast = own.length < page.documents.length || !page.more;
  return { members, next: isLast ? undefined : own.at(-1)?.document.id };
}

/** Finds the ids of the groups with an externalId, by which the policy names groups. */
async function groupsNamed(scope: AccountScope, externalId: string): Promise<readonly string[]> {
  const { documents } = await scope.directory.store.query({
    ...teamPartition(scope),
    kind: groupType.name.toLowerCase(),
    where: { kind: 'compare', path: ['search', 'externalId'], op: 'eq', value: externalId },
    limit: limits.pageSizeDefault,
  });
  return documents.map(({ document }) => document.id);
}

function memberId(team: string, account: string): string {
  return `team-member:${team}:${account}`;
}

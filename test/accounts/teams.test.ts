import { describe, expect, test } from 'vitest';
import { accountIdOf } from '../../lib/accounts/account.ts';
import { createAccount } from '../../lib/accounts/hand-made.ts';
import { maintainAccounts, requestResettling } from '../../lib/accounts/maintenance.ts';
import type { AccountScope } from '../../lib/accounts/scope.ts';
import { addTeamMember, listTeamMembers, removeTeamMember } from '../../lib/accounts/team-members.ts';
import { centralTeamId, createTeam, listTeams, removeTeam, renameTeam } from '../../lib/accounts/teams.ts';
import { writeGroup } from '../../lib/directory/members/groups.ts';
import { groupType } from '../../lib/scim/schema/resource-types.ts';
import { openTenancy } from './tenancy.ts';

const namesOf = async (scope: AccountScope) => (await listTeams(scope)).teams.map(({ name }) => name);

async function usersOf(scope: AccountScope, team: string): Promise<readonly (string | undefined)[]> {
  const users: (string | undefined)[] = [];
  let next: string | undefined;
  do {
    const page = await listTeamMembers(scope, team, { after: next });
    users.push(...page.members.map(({ user }) => user));
    next = page.next;
  } while (next !== undefined);
  return users;
}

describe('groups', () => {
  test('are teams once they have users, and their members are the members', async () => {
    await using tenancy = openTenancy();
    const group = await tenancy.group('Night shift');
    const { directory } = tenancy.scope;
    const outer = { type: groupType, id: directory.newId(), resource: { displayName: 'Around it' } };
    const members = { add: new Map([[group, 'Group' as const]]), remove: new Set<string>() };
    await writeGroup(directory, { ...outer, members, operation: 'create' });
    expect(await namesOf(tenancy.scope)).toEqual([]);
    const user = await tenancy.user('anna');
    await tenancy.members(group, { add: [user] });
    expect(await namesOf(tenancy.scope)).toEqual(['Night shift']);
    expect(await usersOf(tenancy.scope, group)).toEqual([user]);
    await tenancy.change(user, { active: false });
    expect(await usersOf(tenancy.scope, group)).toEqual([]);
    await expect(renameTeam(tenancy.scope, group, 'Mine')).rejects.toMatchObject({ code: 'conflict' });
  });

  test('are no teams where the policy has a central one, which can be renamed', async () => {
    await using tenancy = openTenancy({ groups: { teams: 'central' } });
    expect(await namesOf(tenancy.scope)).toEqual([]);
    const [first, second] = [await tenancy.user('first'), await tenancy.user('second')];
    const group = await tenancy.group('Night shift', [first]);
    expect(await namesOf(tenancy.scope)).toEqual(['SCIM Synchronized']);
    await renameTeam(tenancy.scope, centralTeamId, 'Everyone');
    const third = await tenancy.user('third');
    expect(await namesOf(tenancy.scope)).toEqual(['Everyone']);
    expect(await usersOf(tenancy.scope, centralTeamId)).toEqual([first, second, third]);
    await expect(listTeamMembers(tenancy.scope, group)).rejects.toMatchObject({ code: 'notFound' });
  });

  test('fill a local team that the policy maps them to, beside those put in by hand', async () => {
    await using tenancy = openTenancy({ groups: { teams: 'none' } });
    const team = (await createTeam(tenancy.scope, 'Local')).id;
    const scope = tenancy.as({ policy: { groups: { teams: 'none', toTeams: [{ group: 'g1', team }] } } });
    const [one, other] = [await tenancy.user('one'), await tenancy.user('other')];
    await tenancy.group('Remote', [one], 'g1');
    await tenancy.group('Foreign', [other], 'g2');
    const hand = accountIdOf((await createAccount(scope, {})).document);
    await addTeamMember(scope, team, hand);
    await addTeamMember(scope, team, hand);

    expect(await usersOf(scope, team)).toEqual([undefined, one]);
    await removeTeamMember(scope, team, hand);
    expect(await usersOf(scope, team)).toEqual([one]);
    await removeTeam(scope, team);
    expect(await namesOf(scope)).toEqual([]);
  });
});

describe('a change of the policy', () => {
  test('reaches every account by the timer, however it is cut up', async () => {
    await using tenancy = openTenancy();
    const users: string[] = [];
    for (let n = 0; n < 30; n += 1) users.push(await tenancy.user(`user${n}`, { displayName: 'Anna' }));
    const scope = tenancy.as({ policy: { accounts: { ignored: ['displayName'] } } });
    await requestResettling(scope);
    await requestResettling(scope);
    const { store, now } = tenancy.directory.scope;
    await maintainAccounts({ store, now, accountsOf: async () => scope });

    const attributes = (await tenancy.accounts()).map((account) => account.attributes);
    expect(attributes).toEqual(users.map(() => ({})));
    expect(await tenancy.directory.all('users', 'resettle')).toEqual([]);
  });

  test('that cannot be carried out in one tenant keeps no other from it', async () => {
    await using tenancy = openTenancy();
    const user = await tenancy.user('anna', { displayName: 'Anna' });
    const { scope } = tenancy;
    const other = { ...scope, directory: { ...scope.directory, tenantId: '0-before' } };
    await requestResettling(other);
    const changed = tenancy.as({ policy: { accounts: { ignored: ['displayName'] } } });
    await requestResettling(changed);
    const accountsOf = async (id: string) => {
      if (id === other.directory.tenantId) throw new TypeError('Its policy names what there is not');
      return changed;
    };
    const { store, now } = scope.directory;
    await expect(maintainAccounts({ store, now, accountsOf })).rejects.toThrow('Its policy names');
    await maintainAccounts({ store, now, accountsOf });
    expect(await tenancy.accountOf(user)).toMatchObject({ attributes: {} });
  });
});

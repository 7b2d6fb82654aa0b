import { expect, test } from 'vitest';
import { createAccount } from '../../lib/accounts/hand-made.ts';
import { addTeamMember, removeTeamMember } from '../../lib/accounts/team-members.ts';
import { createTeam, removeTeam, renameTeam } from '../../lib/accounts/teams.ts';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { readGroup } from '../../lib/directory/members/groups.ts';
import { restoreResource } from '../../lib/directory/restore.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import type { Document } from '../../lib/store/document-store.ts';
import type { Random } from '../../tools/client/random.ts';
import { openTenancy, type Tenancy } from '../accounts/tenancy.ts';
import { drawnChoices } from '../support/chance.ts';
import { feedOf, openConsumer } from './world.ts';

/** Changes a tenant at random. A change that another one has made impossible is left out. */
function changerOf(
  { scope, directory, user, change, remove, group, members }: Tenancy,
  { choices, succeeded }: { choices: Random; succeeded: Set<number> },
) {
  const idsOf = async (container: 'users' | 'groups', kind: string) =>
    (await directory.all(container, kind)).map(({ id }) => id.split(':').at(-1) ?? '');
  const some = (ids: readonly string[]) => ids.filter(() => choices.chance(0.4)).slice(0, 5);
  let made = 0;
  const acts: readonly (() => Promise<unknown>)[] = [
    () => user(`user${made}`, { externalId: `x-${made}` }),
    () => user(`user${made}`),
    async () => group(`group${made}`, some(await idsOf('users', 'user'))),
    async () => change(choices.pick(await idsOf('users', 'user')), { title: `title ${made}` }),
    async () => change(choices.pick(await idsOf('users', 'user')), { active: choices.chance(0.5) }),
    async () => remove(choices.pick(await idsOf('users', 'user'))),
    async () => restoreResource(scope.directory, userType, choices.pick(await idsOf('users', 'tombstone'))),
    async () => {
      const stored = await readGroup(
        scope.directory,
        groupType,
        choices.pick(await idsOf('groups', 'group')),
      );
      if (stored) await deleteFromDirectory(scope.directory, groupType, { stored });
    },
    async () => {
      const id = choices.pick(await idsOf('groups', 'group'));
      const present = await membersOf(id);
      const absent = (await idsOf('users', 'user')).filter((one) => !present.includes(one));
      await members(id, { add: some(absent), remove: some(present) });
    },
    () => createTeam(scope, `team ${made}`),
    async () => renameTeam(scope, choices.pick(await idsOf('groups', 'team')), `name ${made}`),
    async () => removeTeam(scope, choices.pick(await idsOf('groups', 'team'))),
    () => createAccount(scope, { login: `hand${made}`, attributes: {} }),
    async () =>
      addTeamMember(
        scope,
        choices.pick(await idsOf('groups', 'team')),
        choices.pick(await idsOf('users', 'account')),
      ),
    async () => {
      const [, team = '', account = ''] = choices
        .pick(await directory.all('groups', 'team-member'))
        .id.split(':');
      await removeTeamMember(scope, team, account);
    },
  ];
  const membersOf = async (id: string) =>
    (await directory.all('groups', 'member'))
      .filter(({ group: of }) => of === id)
      .map(({ user: one }) => one as string);
  return async (times: number) => {
    for (let n = 0; n < times; n += 1) {
      made += 1;
      directory.clock.time += 1_000;
      const place = choices.below(acts.length);
      await acts[place]?.().then(
        () => succeeded.add(place),
        () => undefined,
      );
    }
  };
}

/** Everything that a tenant has, as a consumer keys it, with its revisions. */
async function truthOf({ directory: { all } }: Tenancy): Promise<ReadonlyMap<string, unknown>> {
  const keyed = async (container: 'users' | 'groups', kind: string) =>
    (await all(container, kind)).map(
      ({ id, revision }) => [`${kind}/${id.split(':').at(-1)}`, revision] as const,
    );
  const objects = new Map(
    (
      await Promise.all([
        ...['user', 'account'].map((kind) => keyed('users', kind)),
        ...['group', 'team'].map((kind) => keyed('groups', kind)),
      ])
    ).flat(),
  );
  const names: ReadonlySet<string> = new Set(objects.keys());
  const isWhole = (...keys: string[]) => keys.every((key) => names.has(key));
  const members = (await all('groups', 'member'))
    .filter(({ group, user }) => isWhole(`group/${group}`, `user/${user}`))
    .map(({ group, user }: Document) => [`member/${group}/${user}`, undefined] as const);
  const seats = (await all('groups', 'team-member'))
    .map(({ id }) => id.split(':'))
    .filter(([, team, account]) => isWhole(`team/${team}`, `account/${account}`))
    .map(([, team, account]) => [`team-member/${team}/${account}`, undefined] as const);
  return new Map([...objects, ...members, ...seats]);
}

/** The groups by their names. */
function namesOf(rows: ReadonlyMap<string, string>) {
  const groups = [...rows].filter(([key]) => key.startsWith('group/'));
  return new Map(groups.map(([key, text]) => [key, JSON.parse(text).displayName]));
}

test('who removes what a snapshot did not name and follows the feed has what the tenant has', async () => {
  const succeeded = new Set<number>();
  for (let round = 0; round < 3; round += 1) {
    const choices = drawnChoices(16, round);
    await using tenancy = openTenancy({ deletion: { graceDays: choices.pick([0, 30]) } });
    const act = changerOf(tenancy, { choices, succeeded });
    const feed = feedOf(tenancy.scope);
    const consumer = openConsumer();
    await act(60);
    await consumer.follow(feed, tenancy.scope, {});
    for (let snapshots = 0; snapshots < 2; snapshots += 1) {
      await act(40);
      const limit = choices.pick([2, 5, 20]);
      const cursor = await consumer.takeOver(feed, tenancy.scope, {
        limit,
        between: () => act(choices.below(3)),
      });
      await act(choices.below(10));
      await consumer.follow(feed, tenancy.scope, { after: cursor });
      const truth = await truthOf(tenancy);
      expect(truth.size).toBeGreaterThan(10);
      const kept = [...consumer.rows].map(([key, text]) => [key, text && JSON.parse(text).version] as const);
      expect(kept.map(([key]) => key).toSorted()).toEqual([...truth.keys()].toSorted());
      // A group has a new revision without an event when a member is deleted, which is told by that deletion alone.
      const told = kept.filter(([key]) => !/^(group|member|team-member)\//.test(key));
      expect(told).toEqual(told.map(([key]) => [key, truth.get(key)]));
      const fresh = openConsumer();
      await fresh.takeOver(feed, tenancy.scope, { limit: 1_000 });
      expect(namesOf(consumer.rows)).toEqual(namesOf(fresh.rows));
    }
  }
  // Every kind of change was made.
  expect(succeeded.size).toBe(15);
});

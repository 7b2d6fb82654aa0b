import { pathOf } from '../../client/requests.ts';
import { managerPath } from '../attributes.ts';
import { expectGroupMatch } from '../groups.ts';
import { type Group, membersOf, type Present, present, type User } from '../model.ts';
import { expectReference } from '../references.ts';
import type { Phase, Run } from '../run.ts';
import { expectMatch, readUser, setActive } from '../users.ts';

const membershipsChecked = 3;

/** Finds users who manage nobody, so that their deletion leaves no dangling reference. */
function withoutReports(run: Run): Present<User>[] {
  const users = present(run.directory.users);
  const leaders = new Set(users.map(({ expected }) => expected.get(managerPath)));
  return users.filter(({ id }) => !leaders.has(id));
}

/** Disables users who leave the scope. They stay readable and keep their memberships; every second one is restored. */
export const softDelete: Phase = {
  title: 'Soft delete',
  steps: (run) => {
    const active = withoutReports(run).filter(({ expected }) => expected.get('active') === true);
    const chosen = run.random('soft delete').shuffle(active);
    const count = Math.max(2, Math.ceil(chosen.length / 10));
    return chosen
      .slice(0, count)
      .map((user, position) => () => softDeleteUser(run, user, position % 2 === 1));
  },
};

async function softDeleteUser(run: Run, user: Present<User>, isRestored: boolean): Promise<void> {
  await setActive(run, user, false);
  await readUser(run, user);
  await expectMatch(run, { name: 'userName', value: user.expected.get('userName') ?? null }, user.id);
  await expectMemberships(run, groupsOf(run, user.id), { id: user.id, holds: true });
  if (!isRestored) return;
  await setActive(run, user, true);
  await expectMemberships(run, groupsOf(run, user.id), { id: user.id, holds: true });
}

function groupsOf(run: Run, id: string): readonly Present<Group>[] {
  return present(run.directory.groups)
    .filter(({ members }) => members.has(id))
    .slice(0, membershipsChecked);
}

async function expectMemberships(
  run: Run,
  groups: readonly Present<Group>[],
  membership: { id: string; holds: boolean },
): Promise<void> {
  for (const group of groups) {
    await expectReference(run, { type: 'Group', id: group.id, value: membership.id }, membership.holds);
  }
}

/** Permanently deletes the disabled users. */
export const hardDelete: Phase = {
  title: 'Hard delete: users',
  steps: (run) => {
    const disabled = withoutReports(run).filter(({ expected }) => expected.get('active') === false);
    const chosen = run.random('hard delete').shuffle(disabled);
    const count = Math.max(1, Math.ceil(run.directory.users.length / 20));
    return chosen
      .slice(0, count)
      .map((user, position) => () => hardDeleteUser(run, user, position % 4 === 0));
  },
};

async function hardDeleteUser(run: Run, user: Present<User>, isTwice: boolean): Promise<void> {
  const known = { type: 'User', id: user.id } as const;
  const groups = groupsOf(run, user.id);
  if (!(await run.requests.delete('DELETE /Users/{id}', known))) return;
  forgetUser(run, user);
  const path = pathOf(known);
  await run.requests.refused({ kind: 'GET deleted user', method: 'GET', path }, 404);
  for (const name of ['userName', 'externalId'] as const) {
    await expectMatch(run, { name, value: user.expected.get(name) ?? null }, undefined);
  }
  await expectMemberships(run, groups, { id: known.id, holds: false });
  if (isTwice) await run.requests.refused({ kind: 'DELETE deleted user', method: 'DELETE', path }, 404);
}

function forgetUser(run: Run, user: User): void {
  if (user.id === undefined) return;
  run.directory.gone.add(user.id);
  for (const group of run.directory.groups) group.members.delete(user.id);
  user.id = undefined;
}

export const deleteGroups: Phase = {
  title: 'Hard delete: groups',
  steps: (run) => {
    const groups = present(run.directory.groups).filter(({ index }) => index > 0);
    const count = Math.ceil(groups.length / 10);
    return groups.slice(groups.length - count).map((group) => () => deleteGroup(run, group));
  },
};

async function deleteGroup(run: Run, group: Present<Group>): Promise<void> {
  const known = { type: 'Group', id: group.id } as const;
  const [member] = membersOf(run.directory, group);
  if (!(await run.requests.delete('DELETE /Groups/{id}', known))) return;
  forgetGroup(group);
  const path = pathOf(known);
  await run.requests.refused({ kind: 'GET deleted group', method: 'GET', path }, 404);
  await run.requests.refused({ kind: 'DELETE deleted group', method: 'DELETE', path }, 404);
  await expectGroupMatch(run, group.displayName, undefined);
  if (member) await readUser(run, member);
}

function forgetGroup(group: Group): void {
  group.id = undefined;
}

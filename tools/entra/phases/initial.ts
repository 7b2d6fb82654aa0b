import type { Random } from '../../client/random.ts';
import { pathOf } from '../../client/requests.ts';
import { managerPath } from '../attributes.ts';
import { createUserBody } from '../bodies.ts';
import { addMembers, provisionGroup, removeMembers } from '../groups.ts';
import { type Group, managerOf, type Present, present, type User } from '../model.ts';
import { expectReference } from '../references.ts';
import type { Phase, Run } from '../run.ts';
import { modifyUser, provisionUser } from '../users.ts';

export const initialUsers: Phase = {
  title: 'Initial cycle: users',
  steps: (run) =>
    run.directory.users.map((user) => async () => {
      await provisionUser(run, user, run.flavour);
      if (user.index === 0) await createAgain(run, user);
    }),
};

/** Repeats a creation with other upper and lower case, as after a lost answer; it must not create a second user. */
async function createAgain(run: Run, user: User): Promise<void> {
  if (user.id === undefined) return;
  const userName = String(user.expected.get('userName')).toUpperCase();
  const body = { ...createUserBody(user), userName };
  await run.requests.refused({ kind: 'POST /Users again', method: 'POST', path: '/Users', body }, 409);
}

/** Sends the references once both resources exist. */
export const initialManagers: Phase = {
  title: 'Initial cycle: managers',
  steps: (run) =>
    present(run.directory.users).flatMap((user) => {
      const index = managerOf(user.index);
      const target = index === undefined ? undefined : run.directory.users[index]?.id;
      return target === undefined ? [] : [() => assignManager(run, user, target)];
    }),
};

/** Checks the reference, sets the manager if it differs, and sometimes checks again. */
export async function assignManager(run: Run, user: Present<User>, target: string): Promise<void> {
  const reference = { type: 'User', id: user.id, value: target } as const;
  const before = user.expected.get(managerPath) === target;
  await expectReference(run, reference, before);
  if (before) return;
  const url = run.tenantUrl + pathOf({ type: 'User', id: target });
  await modifyUser(run, user, {
    kind: 'PATCH user: manager',
    operations: run.flavour.setManager({ id: target, url }),
    after: new Map(user.expected).set(managerPath, target),
  });
  if (run.random('manager', user.index).chance(0.25)) await expectReference(run, reference, true);
}

export const initialGroups: Phase = {
  title: 'Initial cycle: groups',
  steps: (run) =>
    run.directory.groups.map((group) => async () => {
      await provisionGroup(run, group);
      const [known] = present([group]);
      if (known) await provisionMembers(run, known);
    }),
};

async function provisionMembers(run: Run, group: Present<Group>): Promise<void> {
  const wanted = new Set(group.wanted.flatMap((index) => run.directory.users[index]?.id ?? []));
  const stale = [...group.members].filter((id) => !wanted.has(id));
  for (const ids of chunks(stale, run.random('stale', group.index))) await removeMembers(run, group, ids);
  const missing = [...wanted].filter((id) => !group.members.has(id));
  for (const ids of chunks(missing, run.random('missing', group.index))) {
    const [value] = ids;
    if (value !== undefined) await expectReference(run, { type: 'Group', id: group.id, value }, false);
    await addMembers(run, group, { ids });
  }
}

function chunks(ids: readonly string[], random: Random): readonly (readonly string[])[] {
  const size = 1 + random.below(40);
  const count = Math.ceil(ids.length / size);
  return Array.from({ length: count }, (_, chunk) => ids.slice(chunk * size, (chunk + 1) * size));
}

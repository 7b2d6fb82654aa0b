import { managerPath } from '../attributes.ts';
import { addMembers, expectGroupMatch, removeMembers, setGroupAttribute } from '../groups.ts';
import { type Group, managerOf, membersOf, type Present, present, type User } from '../model.ts';
import { expectReference } from '../references.ts';
import type { Phase, Run } from '../run.ts';
import { userChanges } from '../user-changes.ts';
import { expectMatch, modifyUser, readUser, setActive } from '../users.ts';
import { assignManager } from './initial.ts';

const changedShare = 0.6;

/** Changes a good half of the users, with each kind of change at least once if there are enough users. */
export const incrementalUsers: Phase = {
  title: 'Incremental cycle: users',
  steps: (run) => {
    const shuffled = run.random('incremental users').shuffle(present(run.directory.users));
    const count = Math.max(userChanges.length, Math.ceil(shuffled.length * changedShare));
    return shuffled.slice(0, count).map((user, position) => () => changeUser(run, user, position));
  },
};

async function changeUser(run: Run, user: Present<User>, position: number): Promise<void> {
  const random = run.random('change', user.index);
  const before = user.expected.get('userName');
  const plan = userChanges[position % userChanges.length];
  for (const patch of plan?.({ user, random, flavour: run.flavour }) ?? [])
    await modifyUser(run, user, patch);
  const after = user.expected.get('userName');
  if (before === undefined || after === undefined || before === after) return;
  const isFree = String(before).toLowerCase() !== String(after).toLowerCase();
  await expectMatch(run, { name: 'userName', value: before }, isFree ? undefined : user.id);
  await expectMatch(run, { name: 'userName', value: after }, user.id);
}

/** Enables some of the disabled users again. */
export const incrementalEnables: Phase = {
  title: 'Incremental cycle: re-enabled users',
  steps: (run) =>
    present(run.directory.users)
      .filter(({ expected }) => expected.get('active') === false)
      .filter((_, position) => position % 2 === 1)
      .map((user) => () => setActive(run, user, true)),
};

/** Changes, removes and adds managers. */
export const incrementalManagers: Phase = {
  title: 'Incremental cycle: managers',
  steps: (run) => {
    const reports = present(run.directory.users).filter(({ index }) => index > 0);
    const moved = run.random('managers').shuffle(reports);
    const share = Math.ceil(moved.length / 8);
    return [
      ...moved.slice(0, share).map((user) => () => clearManager(run, user)),
      ...moved.slice(share, 2 * share).map((user) => () => changeManager(run, user)),
    ];
  },
};

async function clearManager(run: Run, user: Present<User>): Promise<void> {
  const before = user.expected.get(managerPath);
  if (typeof before !== 'string') return;
  const after = new Map(user.expected);
  after.delete(managerPath);
  await modifyUser(run, user, {
    kind: 'PATCH user: clear manager',
    operations: run.flavour.clearManager(run.random('clear', user.index)),
    after,
  });
  await expectReference(run, { type: 'User', id: user.id, value: before }, false);
  await readUser(run, user);
}

async function changeManager(run: Run, user: Present<User>): Promise<void> {
  const before = user.expected.get(managerPath);
  const topmost = (managerOf(run.directory.users.length - 1) ?? 0) + 1;
  const leaders = present(run.directory.users.slice(0, topmost));
  const others = leaders.filter(({ id }) => id !== user.id && id !== before);
  if (others.length === 0) return;
  await assignManager(run, user, run.random('leader', user.index).pick(others).id);
  if (typeof before === 'string') {
    await expectReference(run, { type: 'User', id: user.id, value: before }, false);
  }
}

export const incrementalGroups: Phase = {
  title: 'Incremental cycle: groups',
  steps: (run) => present(run.directory.groups).map((group) => () => changeGroup(run, group)),
};

async function changeGroup(run: Run, group: Present<Group>): Promise<void> {
  await changeMembers(run, group);
  if (group.index % 3 === 1) await renameGroup(run, group);
  if (group.index % 3 === 2) {
    const value = run.random('externalId', group.index).guid();
    await setGroupAttribute(run, group, { name: 'externalId', value });
  }
}

async function changeMembers(run: Run, group: Present<Group>): Promise<void> {
  const random = run.random('members', group.index);
  const everyone = present(run.directory.users).map(({ id }) => id);
  const joining = random.shuffle(everyone.filter((id) => !group.members.has(id))).slice(0, 12);
  const members = membersOf(run.directory, group).map(({ id }) => id);
  const leaving = random.shuffle(members).slice(0, Math.min(9, members.length - 1));
  const [known] = members;
  if (joining.length > 0) await addMembers(run, group, { ids: joining });
  if (known !== undefined) await addMembers(run, group, { ids: [known] });
  if (leaving.length === 0) return;
  const [first, ...rest] = leaving;
  if (first === undefined) return;
  await removeMembers(run, group, [first]);
  if (rest.length > 0) await removeMembers(run, group, rest);
  await removeMembers(run, group, [first]);
}

async function renameGroup(run: Run, group: Present<Group>): Promise<void> {
  const before = group.displayName;
  await setGroupAttribute(run, group, { name: 'displayName', value: `${before} renamed` });
  await expectGroupMatch(run, `${before} renamed`, group.id);
  await expectGroupMatch(run, before, undefined);
}

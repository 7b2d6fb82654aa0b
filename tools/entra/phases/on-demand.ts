import { addMembers, expectGroupMatch } from '../groups.ts';
import { type Present, present, type User } from '../model.ts';
import { expectReference } from '../references.ts';
import type { Phase, Run } from '../run.ts';
import { flavours } from '../shapes.ts';
import { severalAttributes } from '../user-changes.ts';
import { expectMatch, modifyUser, provisionUser, readUser } from '../users.ts';

/** The default request shapes, because the feature flag has no effect on provisioning on demand. */
const flavour = flavours.default;
const usersOnDemand = 3;

/** Provisions users picked by hand: creates some of the deleted users again and changes others. */
export const provisionOnDemand: Phase = {
  title: 'Provision on demand',
  steps: (run) => {
    const deleted = run.directory.users.filter(({ id }) => id === undefined).slice(0, usersOnDemand);
    const existing = present(run.directory.users).slice(-usersOnDemand);
    return [
      ...deleted.map((user) => () => provisionAgain(run, user)),
      ...existing.map((user) => () => changeOnDemand(run, user)),
    ];
  },
};

async function testConnection(run: Run, user: User): Promise<void> {
  const value = run.random('on demand', user.index).guid();
  await expectMatch(run, { name: 'userName', value }, undefined);
}

async function provisionAgain(run: Run, user: User): Promise<void> {
  await testConnection(run, user);
  await provisionUser(run, user, flavour);
  const [again] = present([user]);
  if (!again) return;
  await readUser(run, again);
  await joinFirstGroup(run, again);
}

async function joinFirstGroup(run: Run, user: Present<User>): Promise<void> {
  const [group] = present(run.directory.groups);
  if (!group) return;
  await expectGroupMatch(run, group.displayName.toUpperCase(), group.id);
  await expectReference(run, { type: 'Group', id: group.id, value: user.id }, group.members.has(user.id));
  await addMembers(run, group, { ids: [user.id], flavour });
  await expectReference(run, { type: 'Group', id: group.id, value: user.id }, true);
}

async function changeOnDemand(run: Run, user: Present<User>): Promise<void> {
  await testConnection(run, user);
  const userName = String(user.expected.get('userName')).toUpperCase();
  await expectMatch(run, { name: 'userName', value: userName }, user.id);
  await expectUnquoted(run, user);
  await readUser(run, user);
  const random = run.random('on demand change', user.index);
  for (const patch of severalAttributes({ user, random, flavour })) await modifyUser(run, user, patch);
  await readUser(run, user);
}

/** Sends a filter without quotes, as Entra ID's documentation shows; without a match, it would create a duplicate. */
async function expectUnquoted(run: Run, user: Present<User>): Promise<void> {
  const filter = `externalId eq ${user.expected.get('externalId')}`;
  const listed = await run.requests.query('GET /Users?filter=externalId eq unquoted', 'User', { filter });
  const got = listed?.resources.map((resource) => resource.id ?? null) ?? [];
  if (listed && JSON.stringify(got) !== JSON.stringify([user.id])) {
    listed.verdict.differs(`the users ${JSON.stringify([user.id])}`, got);
  }
}

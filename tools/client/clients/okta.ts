import {
  create,
  equal,
  expectFound,
  expectListed,
  listAll,
  membersOf,
  modify,
  patchOf,
  remove,
  replace,
  retrieve,
} from '../acts.ts';
import { type Client, eachGroup, eachUser, once, type Run } from '../client.ts';
import { type JsonObject, urns } from '../json.ts';
import { type Person, present, type Team } from '../model.ts';
import { seededRandom } from '../random.ts';

/** Okta's client, as an app of the wizard (AIW): it reads a user before it replaces it. It never deletes users. */
export const okta: Client = {
  title: 'Okta',
  profile: 'okta',
  sources: 'Okta developer documentation: SCIM 2.0 reference, SCIM FAQs',
  userAgent: 'Okta SCIM Client 1.0.0',
  connection: once('Test connection', async (run) => {
    await run.requests.page('GET /Users?count=2', 'User', { startIndex: 1, count: 2 });
    if (run.teams.length > 0)
      await run.requests.page('GET /Groups?count=100', 'Group', { startIndex: 1, count: 100 });
  }),
  phases: [
    once('Import', async (run) => {
      await listAll(run, 'GET /Users by page', 'User');
      if (run.teams.length > 0) await listAll(run, 'GET /Groups by page', 'Group');
    }),
    eachUser('Assign users', assign),
    once('Assign a user twice', assignTwice),
    eachUser('Update profiles', updateProfile),
    once('Synchronise a password', changePassword),
    eachUser('Unassign users', (run, user) => setActive(run, user, false)),
    eachUser('Assign users again', assignAgain),
    eachGroup('Push groups', pushGroup),
    eachGroup('Rename groups', renameGroup),
    eachGroup('Change members', changeMembers),
    eachGroup('Push all members', pushMembers),
    once('Import again', async (run) => {
      await expectListed(run, 'GET /Users by page', run.people);
      await expectListed(run, 'GET /Groups by page', run.teams);
    }),
    eachUser('Read users again', readUser),
    eachGroup('Unlink groups', (run, group) => remove(run, group, 'DELETE group')),
    eachUser('Unassign users for good', (run, user) => setActive(run, user, false)),
  ],
};

const page = { startIndex: 1, count: 100 };

function attributesOf({ userName, externalId, givenName, familyName, index, expected }: Person): JsonObject {
  return {
    userName,
    name: { givenName, familyName },
    emails: [{ primary: true, value: userName, type: 'work' }],
    displayName: `${givenName} ${familyName}`,
    locale: 'en-US',
    externalId: `00u${externalId.replaceAll('-', '').slice(0, 17)}`,
    active: true,
    ...(expected.title !== undefined && { title: `Guide ${index}` }),
  };
}

function password(run: Run, user: Person, times: number): string {
  return `1m-${seededRandom('password', run.seed, user.index, times).guid()}`;
}

async function lookUp(run: Run, user: Person, userName = user.userName): Promise<void> {
  const filter = equal('userName', userName);
  const step = 'GET /Users?filter=userName eq';
  await expectFound(run, { step, type: 'User', filter, ...page }, user.id === undefined ? [] : [user.id]);
}

async function assign(run: Run, user: Person): Promise<void> {
  await lookUp(run, user);
  await post(run, user, 'POST user');
}

async function post(run: Run, user: Person, step: string): Promise<void> {
  const sets = attributesOf(user);
  const body = { schemas: [urns.user], ...sets, groups: [], password: password(run, user, 0) };
  await create(run, user, { step, body, sets });
}

/** Sends the first user again, as after a lost answer, and looks for it in another case. */
async function assignTwice(run: Run): Promise<void> {
  const [user] = present(run.people);
  if (!user) return;
  const body = { schemas: [urns.user], ...attributesOf(user), groups: [], password: password(run, user, 0) };
  await run.requests.refused({ kind: 'POST user again', method: 'POST', path: '/Users', body }, 409);
  await lookUp(run, user, user.userName.toUpperCase());
}

/** Reads the user and sends all that it read, with its changes. */
async function updateProfile(run: Run, user: Person): Promise<void> {
  const read = await retrieve(run, user, 'GET user before PUT');
  if (!read) return;
  const sets = { ...attributesOf(user), title: `Guide ${user.index}` };
  const emails = [{ primary: true, value: user.userName, type: 'work', display: user.userName }];
  const body = { ...read, ...sets, emails, groups: read.groups ?? [] };
  await replace(run, user, { step: 'PUT user', body, sets });
}

async function changePassword(run: Run): Promise<void> {
  const [user] = present(run.people);
  if (!user) return;
  const body = patchOf({ op: 'replace', value: { password: password(run, user, 1) } });
  await modify(run, user, { step: 'PATCH user: password', body, sets: {} });
}

async function setActive(run: Run, user: Person, active: boolean): Promise<void> {
  const step = active ? 'PATCH user: activate' : 'PATCH user: deactivate';
  await modify(run, user, { step, body: patchOf({ op: 'replace', value: { active } }), sets: { active } });
  await readUser(run, user);
}

async function readUser(run: Run, user: Person): Promise<void> {
  await retrieve(run, user, 'GET user');
}

/** Activates every second user, and creates the others again: both happen when a user is assigned once more. */
async function assignAgain(run: Run, user: Person): Promise<void> {
  if (user.index % 2 === 1) return setActive(run, user, true);
  const before = user.id;
  await post(run, user, 'POST inactive user');
  user.id ??= before;
  await lookUp(run, user);
}

async function pushGroup(run: Run, group: Team): Promise<void> {
  const { displayName } = group;
  const filter = equal('displayName', displayName);
  await expectFound(run, { step: 'GET /Groups?filter=displayName eq', type: 'Group', filter, ...page }, []);
  const body = { schemas: [urns.group], displayName, members: [] };
  await create(run, group, { step: 'POST group', body, sets: { displayName, members: [] } });
}

/** Sends the name of a group with its id, as before each change of members. */
async function sendName(run: Run, group: Team, displayName: string): Promise<void> {
  const body = patchOf({ op: 'replace', value: { id: group.id ?? '', displayName } });
  await modify(run, group, { step: 'PATCH group: name', body, sets: { displayName } });
}

async function renameGroup(run: Run, group: Team): Promise<void> {
  const displayName = `New ${group.displayName}`;
  await sendName(run, group, displayName);
}

/** Adds all users but the first, then removes the second and adds the first in one request. */
async function changeMembers(run: Run, group: Team): Promise<void> {
  const [first, ...others] = present(run.people);
  const [second] = others;
  if (!first || !second) return;
  await sendName(run, group, String(group.expected.displayName));
  await modify(run, group, {
    step: 'PATCH group: add members',
    body: patchOf({ op: 'add', path: 'members', value: displayed(others) }),
    sets: { members: membersOf(others) },
  });
  await modify(run, group, {
    step: 'PATCH group: remove and add members',
    body: patchOf(
      { op: 'remove', path: `members[value eq "${second.id}"]` },
      { op: 'add', path: 'members', value: displayed([first]) },
    ),
    sets: { members: membersOf([first, ...others.slice(1)]) },
  });
  await retrieve(run, group, 'GET group');
}

async function pushMembers(run: Run, group: Team): Promise<void> {
  const everyone = present(run.people);
  await modify(run, group, {
    step: 'PATCH group: all members',
    body: patchOf({ op: 'replace', path: 'members', value: displayed(everyone) }),
    sets: { members: membersOf(everyone) },
  });
  await retrieve(run, group, 'GET group');
}

function displayed(users: readonly (Person & { readonly id: string })[]): readonly JsonObject[] {
  return users.map(({ id, userName }) => ({ value: id, display: userName }));
}

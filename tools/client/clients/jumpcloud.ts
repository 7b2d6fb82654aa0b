import { create, equal, expectFound, membersOf, modify, patchOf, remove, retrieve } from '../acts.ts';
import { type Client, eachGroup, eachUser, once, type Run } from '../client.ts';
import { type JsonObject, urns } from '../json.ts';
import { makePerson, makeTeam, type Person, present, type Team } from '../model.ts';

/** JumpCloud's client: it activates by a test user and a test group, and sends one operation for each attribute. */
export const jumpCloud: Client = {
  title: 'JumpCloud',
  profile: 'jumpcloud',
  sources: 'JumpCloud support: custom SCIM identity management; public code that serves it',
  caution: 'The names of the test user and the test group, and the header User-Agent, are not known',
  connection: once('Test the connection', async (run) => {
    await run.requests.page('GET /Users', 'User', { startIndex: 1, count: 100 });
    if (run.teams.length > 0) await run.requests.page('GET /Groups', 'Group', { startIndex: 1, count: 100 });
  }),
  phases: [
    once('Activate', activate),
    eachUser('Bind users', bind),
    eachUser('Update users', update),
    eachGroup('Bind groups', bindGroup),
    eachGroup('Rename groups', renameGroup),
    eachGroup('Add members', addMembers),
    eachGroup('Remove members', removeMember),
    eachUser('Suspend users', (run, user) => setActive(run, user, false)),
    eachUser('Activate users again', (run, user) => setActive(run, user, true)),
    eachGroup('Unbind groups', (run, group) => remove(run, group, 'DELETE group')),
    eachUser('Unbind users', (run, user) => setActive(run, user, false)),
  ],
};

/** Creates a test user and a test group and deletes both. */
async function activate(run: Run): Promise<void> {
  const source = { client: 'jumpcloud', seed: run.seed };
  const user = makePerson(source, -1, 'test');
  await post(run, user, 'POST test user');
  if (run.teams.length > 0) {
    const group = makeTeam(source, -1, 'Test');
    await postGroup(run, group, 'POST test group');
    await remove(run, group, 'DELETE test group');
  }
  await removeTestUser(run, user);
}

/** Deletes the test user. A service that deletes no users answers 405 or 501, and the user is deactivated. */
async function removeTestUser(run: Run, user: Person): Promise<void> {
  if (user.id === undefined) return;
  const request = { method: 'DELETE', path: `/Users/${encodeURIComponent(user.id)}` } as const;
  const verdict = await run.requests.ask({ kind: 'DELETE test user', ...request }, [204, 405, 501]);
  if (verdict && verdict.answer.status !== 204) await setActive(run, user, false);
}

async function bind(run: Run, user: Person): Promise<void> {
  const filter = equal('userName', user.userName);
  await expectFound(run, { step: 'GET /Users?filter=userName eq', type: 'User', filter }, []);
  await post(run, user, 'POST user');
}

async function post(run: Run, user: Person, step: string): Promise<void> {
  const { userName, externalId, givenName, familyName } = user;
  const sets = {
    userName,
    externalId,
    name: { givenName, familyName },
    emails: [{ value: userName, type: 'work', primary: true }],
    active: true,
  };
  await create(run, user, { step, body: { schemas: [urns.user], ...sets }, sets });
}

async function update(run: Run, user: Person): Promise<void> {
  const { familyName } = user;
  const body = patchOf(
    { op: 'replace', path: 'name.givenName', value: 'Kim' },
    { op: 'replace', path: 'displayName', value: `Kim ${familyName}` },
  );
  const sets = { name: { givenName: 'Kim', familyName }, displayName: `Kim ${familyName}` };
  await modify(run, user, { step: 'PATCH user: attributes', body, sets });
  await retrieve(run, user, 'GET user');
}

async function setActive(run: Run, user: Person, active: boolean): Promise<void> {
  const step = active ? 'PATCH user: activate' : 'PATCH user: suspend';
  const body = patchOf({ op: 'replace', path: 'active', value: active });
  await modify(run, user, { step, body, sets: { active } });
  await retrieve(run, user, 'GET user');
}

async function bindGroup(run: Run, group: Team): Promise<void> {
  const filter = equal('displayName', group.displayName);
  await expectFound(run, { step: 'GET /Groups?filter=displayName eq', type: 'Group', filter }, []);
  await postGroup(run, group, 'POST group');
}

async function postGroup(run: Run, group: Team, step: string): Promise<void> {
  const { displayName } = group;
  const body = { schemas: [urns.group], displayName };
  await create(run, group, { step, body, sets: { displayName } });
}

async function renameGroup(run: Run, group: Team): Promise<void> {
  const displayName = `New ${group.displayName}`;
  const body = patchOf({ op: 'replace', path: 'displayName', value: displayName });
  await modify(run, group, { step: 'PATCH group: name', body, sets: { displayName } });
}

/** Adds each user by its id alone, one after the other. */
async function addMembers(run: Run, group: Team): Promise<void> {
  const everyone = present(run.people);
  for (const user of everyone) {
    const members = membersOf(everyone.slice(0, everyone.indexOf(user) + 1));
    await changeMember(run, group, { op: 'add', user, members });
  }
}

/** Removes a user by its id in the value, without a filter. The others stay. */
async function removeMember(run: Run, group: Team): Promise<void> {
  const [user, ...others] = present(run.people);
  if (user) await changeMember(run, group, { op: 'remove', user, members: membersOf(others) });
}

interface MemberChange {
  readonly op: 'add' | 'remove';
  readonly user: { readonly id: string };
  /** The members afterwards. */
  readonly members: readonly JsonObject[];
}

async function changeMember(run: Run, group: Team, { op, user, members }: MemberChange): Promise<void> {
  const body = patchOf({ op, path: 'members', value: membersOf([user]) });
  await modify(run, group, { step: `PATCH group: ${op} a member`, body, sets: { members } });
  await retrieve(run, group, 'GET group');
}

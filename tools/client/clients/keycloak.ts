import {
  create,
  equal,
  expectFound,
  membersOf,
  modify,
  patchOf,
  readConfiguration,
  remove,
  replace,
  retrieve,
} from '../acts.ts';
import { type Client, eachGroup, eachUser, once, type Run } from '../client.ts';
import { type JsonObject, urns } from '../json.ts';
import { type Person, present, type Team } from '../model.ts';

/** The client of scim-for-keycloak: it sends the whole list of members at any change of a group. */
export const keycloak: Client = {
  title: 'Keycloak (scim-for-keycloak)',
  profile: 'generic',
  sources: 'scim-for-keycloak issue 134; RFC 7644 for all other requests',
  caution:
    'Only the PATCH with all members of a group is recorded. Muster has no profile for this client, because it needs ' +
    'no correction',
  connection: once('Test the connection', async (run) => {
    await readConfiguration(run);
  }),
  phases: [
    eachUser('Create users', createUser),
    eachUser('Update users', update),
    eachUser('Disable users', (run, user) => save(run, user, { active: false })),
    eachUser('Enable users', (run, user) => save(run, user, { active: true })),
    eachGroup('Create groups', createGroup),
    eachGroup('Fill groups', fill),
    eachGroup('Remove members', removeMember),
    eachGroup('Rename groups', renameGroup),
    eachGroup('Empty groups', (run, group) => sendMembers(run, group, [])),
    eachGroup('Delete groups', (run, group) => remove(run, group, 'DELETE group')),
    eachUser('Delete users', (run, user) => remove(run, user, 'DELETE user')),
  ],
};

async function createUser(run: Run, user: Person): Promise<void> {
  const { userName, externalId, givenName, familyName } = user;
  const filter = equal('userName', userName);
  await expectFound(run, { step: 'GET /Users?filter=userName eq', type: 'User', filter }, []);
  const sets = {
    userName,
    externalId,
    name: { givenName, familyName },
    emails: [{ value: userName, primary: true }],
    active: true,
  };
  await create(run, user, { step: 'POST user', body: { schemas: [urns.user], ...sets }, sets });
}

async function update(run: Run, user: Person): Promise<void> {
  await save(run, user, {
    displayName: `${user.givenName} ${user.familyName}`,
    title: `Guide ${user.index}`,
  });
}

/** Replaces a user by all its attributes. */
async function save(run: Run, user: Person, changed: JsonObject): Promise<void> {
  const body = { schemas: [urns.user], ...user.expected, ...changed };
  await replace(run, user, { step: 'PUT user', body, sets: changed });
  await retrieve(run, user, 'GET user');
}

async function createGroup(run: Run, group: Team): Promise<void> {
  const { displayName } = group;
  const filter = equal('displayName', displayName);
  await expectFound(run, { step: 'GET /Groups?filter=displayName eq', type: 'Group', filter }, []);
  const body = { schemas: [urns.group], displayName };
  await create(run, group, { step: 'POST group', body, sets: { displayName } });
}

/** Adds one user after the other; each request has all members. */
async function fill(run: Run, group: Team): Promise<void> {
  const everyone = present(run.people);
  for (const user of everyone) {
    await sendMembers(run, group, everyone.slice(0, everyone.indexOf(user) + 1));
  }
}

async function removeMember(run: Run, group: Team): Promise<void> {
  await sendMembers(run, group, present(run.people).slice(1));
}

async function sendMembers(run: Run, group: Team, users: readonly { readonly id: string }[]): Promise<void> {
  const members = membersOf(users);
  const body = patchOf({ op: 'replace', path: 'members', value: members });
  await modify(run, group, { step: 'PATCH group: all members', body, sets: { members } });
  await retrieve(run, group, 'GET group');
}

async function renameGroup(run: Run, group: Team): Promise<void> {
  const displayName = `New ${group.displayName}`;
  const members = membersOf(present(run.people).slice(1));
  const body = patchOf(
    { op: 'replace', path: 'displayName', value: displayName },
    { op: 'replace', path: 'members', value: members },
  );
  await modify(run, group, {
    step: 'PATCH group: name and all members',
    body,
    sets: { displayName, members },
  });
}

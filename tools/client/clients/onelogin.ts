import {
  create,
  equal,
  expectFound,
  membersOf,
  modify,
  patchOf,
  readConfiguration,
  remove,
  retrieve,
} from '../acts.ts';
import { type Client, eachGroup, eachUser, once, type Run } from '../client.ts';
import { type JsonObject, urns } from '../json.ts';
import { domainOf, type Person, present, type Team } from '../model.ts';

/** OneLogin's client: it sends nulls, one e-mail without an array, and members that do not exist yet. */
export const oneLogin: Client = {
  title: 'OneLogin',
  profile: 'onelogin',
  sources:
    'OneLogin developer documentation: implement SCIM APIs; django-scim2; stand-ins in public test suites',
  caution:
    'Administrators of OneLogin edit the body of a user, so it may differ. The requests that rename a group and ' +
    'remove members are not recorded: they follow RFC 7644',
  userAgent: 'OneLogin SCIM Provisioner/2.0',
  connection: once('Save the connection', async (run) => {
    await readConfiguration(run);
    const userName = `nobody${domainOf({ client: 'onelogin', seed: run.seed })}`;
    await expectFound(run, { ...byUserName, filter: equal('userName', userName) }, []);
  }),
  phases: [
    eachGroup('Create groups', createGroup),
    eachGroup('Name members before they exist', nameEarly),
    eachUser('Provision users', provision),
    eachUser('Update users', update),
    eachGroup('Add members', addMembers),
    eachGroup('Rename groups', renameGroup),
    eachGroup('Remove members', removeMember),
    eachUser('Suspend users', (run, user) => setActive(run, user, false)),
    eachUser('Reactivate users', reactivate),
    eachUser('Delete users', (run, user) => remove(run, user, 'DELETE user')),
    eachGroup('Delete groups', (run, group) => remove(run, group, 'DELETE group')),
  ],
};

const byUserName = { step: 'GET /Users?filter=userName eq', type: 'User' } as const;

const olderUser = 'urn:scim:schemas:core:2.0';
const olderEnterprise = 'urn:scim:schemas:extension:enterprise:2.0';
const enterprise = { department: 'Sales' };

/** Creates a user; every second one has the URNs from before RFC 7643, as older templates do. */
async function provision(run: Run, user: Person): Promise<void> {
  const { userName, externalId, givenName, familyName } = user;
  await expectFound(run, { ...byUserName, filter: equal('userName', userName) }, []);
  const sets = { userName, externalId, name: { givenName, familyName }, active: true };
  const older = user.index % 2 === 1;
  const body = {
    schemas: older ? [olderUser, olderEnterprise] : [urns.user, urns.enterprise],
    ...sets,
    [older ? olderEnterprise : urns.enterprise]: enterprise,
    displayName: `${givenName} ${familyName}`,
    title: null,
    addresses: null,
    department: null,
    emails: { value: userName, type: 'work' },
    'urn:example:onelogin:2.0:User': { hired: '2026-01-02T03:04:05-08:00' },
  };
  const emails = [{ value: userName, type: 'work' }];
  const step = older ? 'POST user: older URNs' : 'POST user';
  await create(run, user, {
    step,
    body,
    sets: { ...sets, title: null, emails, [urns.enterprise]: enterprise },
  });
  await retrieve(run, user, 'GET user');
}

async function update(run: Run, user: Person): Promise<void> {
  const title = `Guide ${user.index}`;
  const body = patchOf({ op: 'replace', path: 'title', value: title });
  await modify(run, user, { step: 'PATCH user: title', body, sets: { title } });
}

async function setActive(run: Run, user: Person, active: boolean): Promise<void> {
  const step = active ? 'PATCH user: reactivate' : 'PATCH user: suspend';
  const body = patchOf({ op: 'replace', path: 'active', value: active });
  await modify(run, user, { step, body, sets: { active } });
  await retrieve(run, user, 'GET user');
}

/** Reactivates every second user; the others are deleted while they are suspended. */
async function reactivate(run: Run, user: Person): Promise<void> {
  if (user.index % 2 === 0) await setActive(run, user, true);
}

async function createGroup(run: Run, group: Team): Promise<void> {
  const { displayName } = group;
  await run.requests.page('GET /Groups', 'Group', { startIndex: 1, count: 100 });
  const body = { schemas: [urns.group], displayName };
  await create(run, group, { step: 'POST group', body, sets: { displayName } });
}

/** Adds the last user, whom the service does not know yet, to the first group; only a failure would be wrong. */
async function nameEarly(run: Run, group: Team): Promise<void> {
  const user = run.people.at(-1);
  if (group.index > 0 || !user) return;
  const step = 'PATCH group: add a member that does not exist yet';
  const value = [{ value: user.externalId }];
  await modify(run, group, { step, body: addition(value), sets: {} });
}

function addition(value: readonly JsonObject[]): JsonObject {
  return patchOf({ op: 'add', path: 'members', value });
}

async function addMembers(run: Run, group: Team): Promise<void> {
  const members = membersOf(present(run.people));
  const sets = membersKnown(group, members);
  await modify(run, group, { step: 'PATCH group: add members', body: addition(members), sets });
  await retrieve(run, group, 'GET group');
}

/** The members of the first group depend on how the service treats the one that was named early. */
function membersKnown({ index }: Team, members: readonly JsonObject[]): JsonObject {
  return index > 0 ? { members } : {};
}

async function renameGroup(run: Run, group: Team): Promise<void> {
  const displayName = `New ${group.displayName}`;
  const body = patchOf({ op: 'replace', path: 'displayName', value: displayName });
  await modify(run, group, { step: 'PATCH group: name', body, sets: { displayName } });
}

async function removeMember(run: Run, group: Team): Promise<void> {
  const [first, ...others] = present(run.people);
  if (!first) return;
  const body = patchOf({ op: 'remove', path: `members[value eq "${first.id}"]` });
  const sets = membersKnown(group, membersOf(others));
  await modify(run, group, { step: 'PATCH group: remove a member', body, sets });
  await retrieve(run, group, 'GET group');
}

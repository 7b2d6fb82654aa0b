import { create, expectFound, membersOf, modify, remove, replace, retrieve } from '../acts.ts';
import { type Client, eachGroup, eachUser, once, type Run } from '../client.ts';
import { isArray, isObject, type JsonObject, urns } from '../json.ts';
import { type Item, type Person, present, type Team } from '../model.ts';

/** authentik's provider: it sends whole resources, adopts what exists, and has one operation for each member. */
export const authentik: Client = {
  title: 'authentik',
  profile: 'authentik',
  sources: 'authentik, providers/scim/clients: base.py, users.py, groups.py',
  userAgent: 'authentik@2026.8.1',
  connection: once('Read the configuration', async (run) => void (await readLimits(run))),
  phases: [
    eachUser('Create users', createUser),
    once('Adopt a user that exists', adopt),
    eachUser('Update users', update),
    eachUser('Disable users', (run, user) => save(run, user, { active: false })),
    eachUser('Enable users', (run, user) => save(run, user, { active: true })),
    once('Create a user again that is gone', createAgain),
    eachGroup('Create groups', createGroup),
    eachGroup('Rename groups', renameGroup),
    eachGroup('Add members', addMembers),
    eachGroup('Remove members', removeMembers),
    eachGroup('Delete groups', (run, group) => remove(run, group, 'DELETE group')),
    eachUser('Delete users', (run, user) => remove(run, user, 'DELETE user')),
  ],
};

interface Limits {
  readonly canPatch: boolean;
  readonly operationsMax: number;
}

const known = new WeakMap<Run, Promise<Limits>>();

/** Reads what the service can do, once in a run. Without a valid answer, authentik expects only the minimum. */
function readLimits(run: Run): Promise<Limits> {
  const limits = known.get(run) ?? askLimits(run);
  known.set(run, limits);
  return limits;
}

async function askLimits({ requests }: Run): Promise<Limits> {
  const path = '/ServiceProviderConfig';
  const verdict = await requests.ask({ kind: `GET ${path}`, method: 'GET', path }, [200, 404]);
  const { patch, bulk } = isObject(verdict?.answer.body) ? verdict.answer.body : {};
  const most = isObject(bulk) && bulk.supported === true ? Number(bulk.maxOperations) : 0;
  return {
    canPatch: isObject(patch) && patch.supported === true,
    operationsMax: most > 0 ? Math.min(most, 100) : 1,
  };
}

function attributesOf({ userName, externalId, givenName, familyName }: Person): JsonObject {
  return {
    externalId,
    userName,
    name: { formatted: `${givenName} ${familyName}`, givenName, familyName },
    displayName: `${givenName} ${familyName}`,
    active: true,
    emails: [{ value: userName, type: 'other', primary: true }],
  };
}

async function createUser(run: Run, user: Person): Promise<void> {
  const sets = attributesOf(user);
  await create(run, user, { step: 'POST user', body: { schemas: [urns.user], ...sets }, sets });
}

/** Creates the first user once more, as a provider without its own records does, and looks for it without quotes. */
async function adopt(run: Run): Promise<void> {
  const [user] = present(run.people);
  if (!user) return;
  const body = { schemas: [urns.user], ...attributesOf(user) };
  await run.requests.refused({ kind: 'POST user again', method: 'POST', path: '/Users', body }, 409);
  const filter = `userName eq ${user.userName}`;
  await expectFound(run, { step: 'GET /Users?filter=userName eq unquoted', type: 'User', filter }, [user.id]);
}

async function update(run: Run, user: Person): Promise<void> {
  await save(run, user, { title: `Guide ${user.index}` });
}

/** Sends the whole user, every second time by PATCH if the service can do that, and reads it. */
async function save(run: Run, user: Person, changed: JsonObject): Promise<void> {
  const whole = wholeOf(user, changed);
  const { canPatch } = await readLimits(run);
  if (canPatch && user.index % 2 === 0) await sendWhole(run, user, changed);
  else await replace(run, user, { step: 'PUT user', body: whole, sets: changed });
  await retrieve(run, user, 'GET user');
}

function wholeOf({ type, id, expected }: Item, changed: JsonObject): JsonObject {
  const { members: _, ...kept } = expected;
  const schemas = [type === 'User' ? urns.user : urns.group];
  return { schemas, ...kept, ...changed, ...(id !== undefined && { id }) };
}

/** Replaces a whole resource by a PATCH without `schemas`, whose value has them. */
async function sendWhole(run: Run, item: Item, changed: JsonObject): Promise<void> {
  const body = { Operations: [{ op: 'replace', value: wholeOf(item, changed) }] };
  const step = `PATCH ${item.type.toLowerCase()}: whole`;
  await modify(run, item, { step, body, sets: changed });
}

/** Sends a user that somebody has deleted in the service, and creates it again because of the 404. */
async function createAgain(run: Run): Promise<void> {
  const [user] = present(run.people);
  if (!user) return;
  const path = `/Users/${encodeURIComponent(user.id)}`;
  const body = wholeOf(user, {});
  await remove(run, user, 'DELETE user');
  await run.requests.refused({ kind: 'PUT user that is gone', method: 'PUT', path, body }, 404);
  user.expected = {};
  await createUser(run, user);
}

async function createGroup(run: Run, group: Team): Promise<void> {
  const { displayName, externalId } = group;
  const sets = { displayName, externalId };
  await create(run, group, { step: 'POST group', body: { schemas: [urns.group], ...sets }, sets });
}

async function renameGroup(run: Run, group: Team): Promise<void> {
  await sendWhole(run, group, { displayName: `New ${group.displayName}` });
}

/** Reads the members and adds those that lack. A group that shows no list of members would get none. */
async function addMembers(run: Run, group: Team): Promise<void> {
  if (group.id === undefined) return;
  const seen = await run.requests.retrieve('GET group: members', { type: 'Group', id: group.id });
  if (!seen) return;
  if (!isArray(seen.resource.members)) {
    seen.verdict.deviate('members as a list, also an empty one', 'none: authentik adds nobody');
  }
  const everyone = present(run.people);
  await changeMembers(run, group, { op: 'add', users: everyone, members: membersOf(everyone) });
}

async function removeMembers(run: Run, group: Team): Promise<void> {
  const [first, ...others] = present(run.people);
  if (first) await changeMembers(run, group, { op: 'remove', users: [first], members: membersOf(others) });
}

interface MembersChange {
  readonly op: 'add' | 'remove';
  readonly users: readonly { readonly id: string }[];
  /** The members afterwards. */
  readonly members: readonly JsonObject[];
}

/** Sends one operation for each member, at most as many in a request as the service takes in bulk. */
async function changeMembers(run: Run, group: Team, { op, users, members }: MembersChange): Promise<void> {
  const { operationsMax } = await readLimits(run);
  for (let start = 0; start < users.length; start += operationsMax) {
    const chunk = users.slice(start, start + operationsMax);
    const operations = chunk.map((user) => ({ op, path: 'members', value: membersOf([user]) }));
    const isLast = start + operationsMax >= users.length;
    const step = `PATCH group: ${op} members`;
    await modify(run, group, { step, body: { Operations: operations }, sets: isLast ? { members } : {} });
  }
  await retrieve(run, group, 'GET group');
}

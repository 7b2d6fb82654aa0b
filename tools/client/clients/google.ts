import { create, modify, remove, retrieve } from '../acts.ts';
import { type Client, eachUser, once, type Run } from '../client.ts';
import { urns } from '../json.ts';
import type { Person } from '../model.ts';

/** Google Workspace's client, as far as its requests are recorded. */
export const google: Client = {
  title: 'Google Workspace',
  profile: 'google',
  sources: 'bodies and deletions that service providers reported',
  caution:
    'Google does not document what Google Workspace sends. Only what was recorded is played: older URNs in schemas, ' +
    'and the deletion of users, also of active ones. Groups are not played, and Google may send more than this',
  withoutGroups: true,
  connection: once('Test the connection', async (run) => {
    await run.requests.page('GET /Users', 'User', { startIndex: 1, count: 1 });
  }),
  phases: [
    eachUser('Create users', createUser),
    eachUser('Suspend users', suspend),
    eachUser('Delete users', (run, user) => remove(run, user, 'DELETE user')),
  ],
};

const olderUser = 'urn:scim:schemas:core:1.0';

async function createUser(run: Run, user: Person): Promise<void> {
  const { userName, externalId, givenName, familyName } = user;
  const sets = {
    userName,
    externalId,
    name: { givenName, familyName },
    emails: [{ value: userName, type: 'work', primary: true }],
    active: true,
  };
  const body = { schemas: [olderUser, urns.user], ...sets };
  await create(run, user, { step: 'POST user', body, sets });
}

/** Suspends every second user; the others are deleted while they are active. */
async function suspend(run: Run, user: Person): Promise<void> {
  if (user.index % 2 === 1) return;
  const operations = [{ op: 'replace', path: 'active', value: false }];
  const body = { schemas: [olderUser], Operations: operations };
  await modify(run, user, { step: 'PATCH user: suspend', body, sets: { active: false } });
  await retrieve(run, user, 'GET user');
}

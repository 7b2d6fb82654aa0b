import { beforeAll, describe, expect, test } from 'vitest';
import { engine } from '../support/engine.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, clientOf, groupBody, inParallel, range, userBody } from './client.ts';

let endpoint: SharedEndpoint;
let client: Client;
const writers = range(16);

beforeAll(async () => {
  endpoint = await shareEndpoint();
  client = clientOf(await endpoint.createTenant({ name: 'Races', profile: 'rfc' }));
});

const statusesOf = (answers: readonly { status: number }[]) => answers.map(({ status }) => status).sort();

async function newUsers(prefix: string): Promise<readonly string[]> {
  return inParallel(writers, 8, async (number) => (await client.user(`${prefix}.${number}`)).id);
}

const addMember = (id: string) => ({ op: 'add', path: 'members', value: [{ value: id }] });

describe('racing requests', { timeout: 120_000 }, () => {
  test('POST /Users of one userName: one is 201 and one 409, a hundred times', async () => {
    const before = (await client.get('/Users?count=0')).body.totalResults;
    const outcomes = await inParallel(range(100), 4, async (round) => {
      const spellings = [`race${round}`, `RACE${round}`];
      return statusesOf(await Promise.all(spellings.map((name) => client.post('/Users', userBody(name)))));
    });
    expect(new Set(outcomes.map(String))).toEqual(new Set(['201,409']));
    expect((await client.get('/Users?count=0')).body.totalResults).toBe(before + 100);
  });

  test('PATCH of one group by sixteen, each with another member: all are members', async () => {
    const users = await newUsers('members');
    const group = await client.group('members');
    const answers = await Promise.all(
      users.map((id) => client.patch(`/Groups/${group.id}`, [addMember(id)])),
    );
    expect(new Set(statusesOf(answers))).toEqual(new Set([200]));
    const { body, headers } = await client.get(`/Groups/${group.id}`);
    expect(body.members.map(({ value }: { value: string }) => value).sort()).toEqual(users.toSorted());
    expect(headers.get('etag')).toBe(`W/"${1 + writers.length}"`);
  });

  test('PATCH of one group that add the same member make it one once', async () => {
    const { id } = await client.user('same.member');
    const group = await client.group('same.member');
    const answers = await Promise.all(
      writers.map(() => client.patch(`/Groups/${group.id}`, [addMember(id)])),
    );
    expect(new Set(statusesOf(answers))).toEqual(new Set([200]));
    expect((await client.get(`/Groups/${group.id}`)).body.members).toHaveLength(1);
    expect(await client.find('/Groups', `members pr and id eq "${group.id}"`)).toHaveLength(1);
  });

  test('PATCH of one group with If-Match of its version: one passes and the others are 412', async () => {
    const users = await newUsers('match');
    const { id, meta } = await client.group('match');
    const headers = { 'if-match': meta.version };
    const answers = await Promise.all(
      users.map((user) => client.patch(`/Groups/${id}`, [addMember(user)], headers)),
    );
    expect(statusesOf(answers)).toEqual([200, ...writers.slice(1).map(() => 412)]);
    expect((await client.get(`/Groups/${id}`)).body.members).toHaveLength(1);
  });

  test('large and small PATCH of one group: every member that was added is there', async () => {
    const users = await inParallel(range(200), 16, async (n) => (await client.user(`large.${n}`)).id);
    const group = await client.group('large');
    const path = `/Groups/${group.id}`;
    const large = client.patch(path, [
      { op: 'add', path: 'members', value: users.slice(0, 150).map((value) => ({ value })) },
    ]);
    const small = inParallel(users.slice(100), 8, (id) => client.patch(path, [addMember(id)]));
    const answers = [await large, ...(await small)];
    expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
    const { members } = (await client.get(path)).body;
    expect(members.map(({ value }: { value: string }) => value).sort()).toEqual(users.toSorted());
    await client.patch(path, [{ op: 'remove', path: 'members' }]);
    expect(await client.find('/Groups', `members pr and id eq "${group.id}"`)).toEqual([]);
  });

  test('PATCH of one user: none is lost', async () => {
    const { id } = await client.user('patched');
    const answers = await Promise.all(
      writers.map((number) => {
        const [path, value] =
          number % 2 === 0
            ? ['phoneNumbers', [{ value: `+1 555 ${number}` }]]
            : ['roles', [{ value: `role ${number}` }]];
        return client.patch(`/Users/${id}`, [{ op: 'add', path, value }]);
      }),
    );
    expect(new Set(statusesOf(answers))).toEqual(new Set([200]));
    const { body, headers } = await client.get(`/Users/${id}`);
    expect([body.phoneNumbers.length, body.roles.length]).toEqual([8, 8]);
    expect(headers.get('etag')).toBe(`W/"${1 + writers.length}"`);
  });

  test('DELETE of one user: one is 204 and the others 404', async () => {
    for (const round of range(20)) {
      const { id } = await client.user(`deleted.${round}`);
      const answers = await Promise.all(range(4).map(() => client.delete(`/Users/${id}`)));
      expect(statusesOf(answers)).toEqual([204, 404, 404, 404]);
    }
  });

  test('PATCH, PUT and DELETE of one user answer what the order of their commits explains', async () => {
    for (const round of range(30)) {
      const name = `gone.${round}`;
      const { id } = await client.user(name);
      const title = [{ op: 'add', path: 'title', value: 'Dr' }];
      const [patched, replaced, deleted] = await Promise.all([
        client.patch(`/Users/${id}`, title),
        client.put(`/Users/${id}`, userBody(name, { displayName: 'Put' })),
        client.delete(`/Users/${id}`),
      ]);
      expect([200, 404]).toContain(patched.status);
      expect([200, 404]).toContain(replaced.status);
      expect(deleted.status).toBe(204);
      expect((await client.get(`/Users/${id}`)).status).toBe(404);
    }
  });

  test('DELETE of users and PATCH that adds them to a group never fail inside', async () => {
    const group = await client.group('ghosts');
    const users = await newUsers('ghosts');
    const added = users.map((id) => client.patch(`/Groups/${group.id}`, [addMember(id)]));
    const deleted = users.map((id) => client.delete(`/Users/${id}`));
    for (const { status } of await Promise.all(added)) expect([200, 400]).toContain(status);
    expect(new Set(statusesOf(await Promise.all(deleted)))).toEqual(new Set([204]));
  });
});

/** The emulator of Cosmos DB takes twenty milliseconds for a write. */
const crowd = range(engine === 'cosmos' ? 20 : 100);

describe(`D6: ${crowd.length} writers of one resource without If-Match`, { timeout: 60_000 }, () => {
  /** Every writer succeeds within ten seconds, and changes the resource once. */
  async function race(path: string, write: (number: number) => Promise<{ status: number }>) {
    const started = performance.now();
    const answers = await Promise.all(crowd.map(write));
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(new Set(statusesOf(answers))).toEqual(new Set([200]));
    const { body, headers } = await client.get(path);
    expect(headers.get('etag')).toBe(`W/"${1 + crowd.length}"`);
    return body;
  }

  test('PATCH of a user: every value is there', async () => {
    const path = `/Users/${(await client.user('crowd.patched')).id}`;
    const add = (n: number) => ({ op: 'add', path: 'roles', value: [{ value: `role ${n}` }] });
    expect((await race(path, (n) => client.patch(path, [add(n)]))).roles).toHaveLength(crowd.length);
  });

  test('PATCH of attributes of a group, and PATCH of its members beside it', async () => {
    const users = await inParallel(crowd, 16, async (n) => (await client.user(`crowd.${n}`)).id);
    const path = `/Groups/${(await client.group('crowd')).id}`;
    const rename = (n: number) => ({ op: 'replace', path: 'displayName', value: `crowd ${n}` });
    const { members } = await race(path, (n) =>
      client.patch(path, [n % 2 === 0 ? rename(n) : addMember(users[n] as string)]),
    );
    expect(members).toHaveLength(crowd.length / 2);
  });

  test.each([
    [
      'user',
      async () => `/Users/${(await client.user('crowd.put')).id}`,
      (n: number) => userBody('crowd.put', { title: `${n}` }),
    ],
    [
      'group',
      async () => `/Groups/${(await client.group('crowd.put')).id}`,
      (n: number) => groupBody(`crowd.put.${n}`),
    ],
  ] as const)('PUT of a %s', async (_, create, bodyOf) => {
    const path = await create();
    await race(path, (n) => client.put(path, bodyOf(n)));
  });

  test('with If-Match of one version: one passes and the others are 412', async () => {
    const { id, meta } = await client.user('crowd.match');
    const add = { op: 'add', path: 'title', value: 'Dr' };
    const answers = await Promise.all(
      crowd.map(() => client.patch(`/Users/${id}`, [add], { 'if-match': meta.version })),
    );
    expect(statusesOf(answers)).toEqual([200, ...crowd.slice(1).map(() => 412)]);
  });
});

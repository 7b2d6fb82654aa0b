import { describe, expect, test } from 'vitest';
import { groupBody, patchBody, userBody } from '../api/client.ts';
import { type Profile, profiles } from './profiles.ts';
import { inAll, inBulk, stageOfFile, type Tenant, told } from './protocol-stage.ts';

const stage = stageOfFile({ accounts: { enabled: true } });

interface Person {
  readonly id: string;
  readonly path: string;
  readonly userName: string;
}

/** A user who was disabled. */
async function disabled(tenant: Tenant): Promise<Person> {
  const userName = `bo-${crypto.randomUUID()}@example.com`;
  const { id } = await tenant.user(userName, { active: true, displayName: 'Bo' });
  const path = `/Users/${id}`;
  told(await tenant.patch(path, [{ op: 'replace', path: 'active', value: false }]));
  return { id, path, userName };
}

/** The state of a user's account, such as "disabled". */
async function accountOf({ tenantId }: Tenant, { id }: Person): Promise<string> {
  const list = `/manage/tenants/${tenantId}/accounts`;
  for (let page = list; ; ) {
    const { body } = await stage.endpoint.manage('GET', page);
    const account = body.accounts.find(({ user }: { user?: string }) => user === id);
    if (account !== undefined) return account.state;
    if (body.next === undefined) throw new Error('The user has no account');
    page = `${list}?after=${body.next}`;
  }
}

type Request = (tenant: Tenant, person: Person) => Promise<unknown>;
const patch =
  (...operations: readonly object[]): Request =>
  (tenant, { path }) =>
    tenant.patch(path, operations);
const put =
  (attributes: object): Request =>
  (tenant, { path, userName }) =>
    tenant.put(path, userBody(userName, attributes));

/** None of these says true, so none of them lets anybody in. */
const silent: readonly (readonly [string, Request])[] = [
  ['a PUT with less than before', put({})],
  ['a PUT with active null', put({ active: null })],
  ['a PUT with active as an empty list', put({ active: [] })],
  [
    'a PUT in Bulk',
    (tenant, { path, userName }) => inBulk(tenant, { method: 'PUT', path, data: userBody(userName) }),
  ],
  [
    'two PUTs in turn',
    async (tenant, person) => {
      await put({})(tenant, person);
      await put({ title: 'Chief' })(tenant, person);
    },
  ],
  ['a PATCH that removes active', patch({ op: 'remove', path: 'active' })],
  [
    'a PATCH that removes it by its whole name',
    patch({
      op: 'remove',
      path: 'urn:ietf:params:scim:schemas:core:2.0:User:active',
    }),
  ],
  ['a PATCH that replaces it with null', patch({ op: 'replace', path: 'active', value: null })],
  ['a PATCH that adds null', patch({ op: 'add', path: 'active', value: null })],
  ['a PATCH of null without a path', patch({ op: 'replace', value: { active: null } })],
  [
    'a PATCH that removes it in Bulk',
    (tenant, { path }) =>
      inBulk(tenant, { method: 'PATCH', path, data: patchBody([{ op: 'remove', path: 'active' }]) }),
  ],
  [
    'a removal before a PUT',
    async (tenant, person) => {
      await patch({ op: 'remove', path: 'active' })(tenant, person);
      await put({ displayName: 'Bo B.' })(tenant, person);
    },
  ],
  [
    'a removal before another change',
    async (tenant, person) => {
      await patch({ op: 'remove', path: 'active' })(tenant, person);
      await patch({ op: 'replace', path: 'title', value: 'Chief' })(tenant, person);
    },
  ],
  [
    'a removal and false in one PATCH',
    patch({ op: 'remove', path: 'active' }, { op: 'replace', path: 'active', value: false }),
  ],
  [
    'a removal before a new group',
    async (tenant, person) => {
      await patch({ op: 'remove', path: 'active' })(tenant, person);
      await tenant.post('/Groups', groupBody(`G ${person.id}`, [person.id]));
    },
  ],
];

describe('A14: a disabled person stays out', () => {
  test.each(silent)('after %s', async (_, request) => {
    const states = await stage.inEach(async (tenant) => {
      const person = await disabled(tenant);
      await request(tenant, person);
      return accountOf(tenant, person);
    });
    expect(states).toEqual(inAll('disabled'));
  });

  test('after 16 such requests at once', async () => {
    const states = await stage.inEach(async (tenant) => {
      const person = await disabled(tenant);
      const requests = Array.from({ length: 4 }, () => silent.slice(0, 4)).flat();
      await Promise.all(requests.map(([, request]) => request(tenant, person)));
      return accountOf(tenant, person);
    });
    expect(states).toEqual(inAll('disabled'));
  });

  test('and is shown as such after a PUT without active', async () => {
    const shown = await stage.inEach(async (tenant) => {
      const person = await disabled(tenant);
      await put({})(tenant, person);
      const { body } = await tenant.get(person.path);
      const found = await tenant.find('/Users', `userName eq "${person.userName}" and active eq false`);
      return [body.active, found.length];
    });
    expect(shown).toEqual(inAll([false, 1]));
  });
});

describe('A14: an active person stays in', () => {
  test.each(silent.filter(([title], index) => index % 3 === 0 && !title.includes('false')))(
    'after %s',
    async (_, request) => {
      const states = await stage.inEach(async (tenant) => {
        const userName = `cy-${crypto.randomUUID()}@example.com`;
        const { id } = await tenant.user(userName, { active: true });
        await request(tenant, { id, userName, path: `/Users/${id}` });
        return accountOf(tenant, { id, userName, path: '' });
      });
      expect(states).toEqual(inAll('active'));
    },
  );
});

describe('A14: a disabled person comes back', () => {
  test.each([
    ['a PUT with true', put({ active: true })],
    ['a PATCH with true', patch({ op: 'replace', path: 'active', value: true })],
    [
      'true after a removal',
      async (tenant: Tenant, person: Person) => {
        await patch({ op: 'remove', path: 'active' })(tenant, person);
        await patch({ op: 'add', path: 'active', value: true })(tenant, person);
      },
    ],
    [
      'true without a path, or in Bulk',
      async (tenant: Tenant, person: Person) => {
        const value = { active: true };
        await patch({ op: 'replace', value })(tenant, person);
        const whole = { ...value, ...userBody(person.userName) };
        await inBulk(tenant, { method: 'PUT', path: person.path, data: whole });
      },
    ],
  ])('after %s', async (_, request: Request) => {
    const states = await stage.inEach(async (tenant) => {
      const person = await disabled(tenant);
      await request(tenant, person);
      return accountOf(tenant, person);
    });
    expect(states).toEqual(inAll('active'));
  });
});

const returning: readonly Profile[] = ['okta', 'onelogin', 'jumpcloud', 'google', 'generic'];
const cameBack = Object.fromEntries(
  profiles.map((profile) => [profile, returning.includes(profile) ? '201' : '409 uniqueness']),
);

test.each([
  ['false keeps a person out', { active: false }, 'disabled'],
  ['true lets a person in', { active: true }, 'active'],
])('A14: a POST of a disabled user with %s', async (_, attributes, state) => {
  const answers = await stage.inEach(async (tenant) => {
    const person = await disabled(tenant);
    const answer = told(await tenant.post('/Users', userBody(person.userName, attributes)));
    return [answer, await accountOf(tenant, person)];
  });
  expect(answers).toEqual(
    Object.fromEntries(
      profiles.map((profile) => [
        profile,
        [cameBack[profile], returning.includes(profile) ? state : 'disabled'],
      ]),
    ),
  );
});

test('A14: a user who is created disabled, and replaced without active, gets no live account', async () => {
  const states = await stage.inEach(async (tenant) => {
    const userName = `di-${crypto.randomUUID()}@example.com`;
    const { id } = await tenant.user(userName, { active: false });
    const person = { id, userName, path: `/Users/${id}` };
    await put({ displayName: 'Di' })(tenant, person);
    return [(await tenant.get(person.path)).body.active, await accountOf(tenant, person)];
  });
  expect(states).toEqual(inAll([false, 'disabled']));
});

test('A14: a disabled user who is deleted and restored stays out until true comes', async () => {
  const states = await stage.inEach(async (tenant) => {
    const person = await disabled(tenant);
    told(await tenant.delete(person.path));
    const restore = `/manage/tenants/${tenant.tenantId}/users/${person.id}/restore`;
    expect((await stage.endpoint.manage('POST', restore)).status).toBeLessThan(300);
    await put({})(tenant, person);
    const before = await accountOf(tenant, person);
    await put({ active: true })(tenant, person);
    return [before === 'active' || before === 'invited', await accountOf(tenant, person)];
  });
  expect(states).toEqual(inAll([false, 'active']));
});

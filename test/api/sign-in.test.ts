import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, scim } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, type Created, clientOf, enterpriseUrn, userUrn } from './client.ts';

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

const issuer = 'https://login.example.com/t/v2.0';
const federated = (subject = 'externalId', at = issuer) => ({ federated: { issuer: at, subject } });
const work = (value: string) => ({ emails: [{ value, type: 'work', primary: true }] });

interface Stage {
  readonly client: Client;
  call(method: string, path: string, body?: object): Promise<Answer>;
  /** Makes an account by hand; yields its id. */
  make(account: object): Promise<string>;
  /** The account with a login, as the management API finds it. */
  find(login: object): Promise<Created | undefined>;
  /** The account of a user. */
  accountOf(user: Created): Promise<Created | undefined>;
}

/** A tenant with accounts whose logins follow this setting. */
async function stageWith(login: unknown, policy: Readonly<Record<string, object>> = {}): Promise<Stage> {
  const accounts = { enabled: true, login, adopt: { handMade: true }, ...policy.accounts };
  const access = await endpoint.createTenant({ name: 'Sign-in', policy: { ...policy, accounts } });
  const call: Stage['call'] = (method, path, body) =>
    endpoint.manage(method, `/manage/tenants/${access.tenantId}${path}`, body);
  return {
    client: clientOf(access),
    call,
    async make(account) {
      const { status, body } = await call('POST', '/accounts', account);
      expect([status, body.detail]).toEqual([201, undefined]);
      return body.id;
    },
    find: async (one) => (await call('POST', '/accounts/find', one)).body.accounts[0],
    async accountOf({ id }) {
      const { accounts } = (await call('GET', '/accounts')).body;
      return accounts.find(({ user }: Created) => user === id);
    },
  };
}

describe('the login of an account', () => {
  const person = { externalId: 'Ext-1', ...work('Anna@a.com'), [enterpriseUrn]: { employeeNumber: 'E-7' } };

  test.each<[login: unknown, shown: object, found: readonly object[], missed: readonly object[]]>([
    ['userName', { login: 'anna.a', loginBy: 'userName' }, [{ login: 'ANNA.A' }], [{ login: 'Ext-1' }]],
    ['email', { login: 'anna@a.com', loginBy: 'email' }, [{ login: 'ANNA@a.com' }], [{ login: 'anna.a' }]],
    ['mailbox', { login: 'anna', loginBy: 'mailbox' }, [{ login: 'Anna' }], [{ login: 'anna@a.com' }]],
    ['externalId', { login: 'Ext-1', loginBy: 'externalId' }, [{ login: 'Ext-1' }], [{ login: 'ext-1' }]],
    [
      federated(),
      { federated: { issuer, subject: 'Ext-1' }, loginBy: 'federated' },
      [federated('Ext-1')],
      [federated('ext-1'), federated('Ext-1', `${issuer}/`), { login: 'Ext-1' }],
    ],
    [
      federated(`${enterpriseUrn}:employeeNumber`),
      { federated: { issuer, subject: 'E-7' } },
      [federated('E-7')],
      [federated('Ext-1')],
    ],
  ])('%j is shown, and the account is found by it', async (login, shown, found, missed) => {
    const { client, find, accountOf } = await stageWith(login);
    const user = await client.user('Anna.A', person);
    expect(await accountOf(user)).toMatchObject({ state: 'active', ...shown });
    for (const one of found) expect(await find(one)).toMatchObject({ user: user.id });
    for (const one of missed) expect(await find(one)).toBeUndefined();
  });

  test.each([
    ['externalId', (value: string) => ({ login: value })],
    [federated(), (value: string) => federated(value)],
  ])('%j belongs to one account, follows the user and stays without a value', async (login, by) => {
    const { client, call, find, accountOf } = await stageWith(login);
    const anna = await client.user('anna', { externalId: 'a' });
    const [twin, upper] = [
      await client.user('twin', { externalId: 'a' }),
      await client.user('upper', { externalId: 'A' }),
    ];
    expect(await accountOf(twin)).toMatchObject({ state: 'held', hold: 'loginTaken' });
    expect(await accountOf(upper)).toMatchObject({ state: 'active' });
    expect(await call('POST', '/accounts', by('a'))).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness' },
    });

    await client.patch(`/Users/${anna.id}`, [{ op: 'replace', path: 'externalId', value: 'b' }]);
    expect([(await find(by('b')))?.user, (await find(by('a')))?.user]).toEqual([anna.id, twin.id]);
    await client.patch(`/Users/${anna.id}`, [{ op: 'remove', path: 'externalId' }]);
    expect((await find(by('b')))?.user).toBe(anna.id);

    const none = await client.user('none', work('none@a.com'));
    const account = await accountOf(none);
    expect(account).toMatchObject({ state: 'active' });
    expect([account?.login, account?.federated]).toEqual([undefined, undefined]);
    await client.patch(`/Users/${none.id}`, [{ op: 'add', path: 'externalId', value: 'late' }]);
    expect((await find(by('late')))?.user).toBe(none.id);
  });

  test('may be the same subject at two issuers, and text and subject are two logins', async () => {
    const { make, find } = await stageWith(federated());
    const ids = [
      await make(federated('s')),
      await make(federated('s', 'https://b.example')),
      await make({ login: 's' }),
    ];
    const logins = [federated('s'), federated('s', 'https://b.example'), { login: 'S' }];
    const found = await Promise.all(logins.map(async (login) => (await find(login))?.id));
    expect(found).toEqual(ids);
  });

  test('of another kind is found by an externalId only if every letter is the same', async () => {
    const { call, make, find } = await stageWith('userName');
    const id = await make({ login: 'admin' });
    expect((await find({ login: 'Admin' }))?.id).toBe(id);
    expect((await call('PATCH', '', { policy: { accounts: { login: 'externalId' } } })).status).toBe(200);
    expect([await find({ login: 'Admin' }), (await find({ login: 'admin' }))?.id]).toEqual([undefined, id]);
  });

  test('by hand is one of two kinds, and another takes its place', async () => {
    const { call, make, find } = await stageWith('externalId');
    const both = { login: 'x', ...federated('x') };
    for (const path of ['/accounts', '/accounts/find'])
      expect(await call('POST', path, both)).toMatchObject({
        status: 400,
        body: { scimType: 'invalidValue' },
      });
    expect(await call('POST', '/accounts/find', {})).toMatchObject({ status: 400 });
    const id = await make({ login: 'X' });
    expect([(await find({ login: 'X' }))?.id, await find({ login: 'x' })]).toEqual([id, undefined]);
    await make({ login: 'y' });
    expect(await find({ login: 'Y' })).toBeUndefined();
    const { body } = await call('PATCH', `/accounts/${id}`, federated('x'));
    expect([body.federated, body.login]).toEqual([{ issuer, subject: 'x' }, undefined]);
    expect([await find({ login: 'X' }), (await find(federated('x')))?.id]).toEqual([undefined, id]);
  });
});

describe('an account made by hand', () => {
  test.each([
    ['externalId', { login: 'Sub-1' }],
    [federated(), federated('Sub-1')],
  ])('with the login %j is adopted by the user that has it, which it follows', async (login, byHand) => {
    const { client, make, find, accountOf } = await stageWith(login);
    const own = { shifts: ['night'] };
    const id = await make({ ...byHand, own, attributes: { email: 'old@a.com', mobile: '1' } });
    const user = await client.user('anna', { externalId: 'Sub-1', ...work('new@a.com') });
    expect(await find(byHand)).toMatchObject({
      ...{ id, user: user.id, state: 'active', adopted: true, own },
      attributes: { email: 'new@a.com', mobile: '1' },
    });
    await client.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'externalId', value: 'Sub-2' }]);
    expect(await find(byHand)).toBeUndefined();
    expect((await accountOf(user))?.id).toBe(id);
  });

  test.each<[why: string, account: object, adopt: object]>([
    ['adoption is off', {}, { handMade: false }],
    ['its role is kept back', { role: 'administrator' }, { handMade: true }],
    [
      'its domain is not trusted',
      { attributes: { email: 'a@b.com' } },
      { handMade: true, domains: ['a.com'] },
    ],
  ])('keeps its login if %s: the user is refused', async (_, account, adopt) => {
    const { client, make, find } = await stageWith(federated(), { accounts: { adopt } });
    const id = await make({ ...federated('s'), ...account });
    const answer = await client.post('/Users', { userName: 'eve', externalId: 's', schemas: [userUrn] });
    const detail = expect.stringContaining('externalId is the login of a local account');
    expect(answer).toMatchObject({ status: 409, body: { scimType: 'uniqueness', detail } });
    const found = await find(federated('s'));
    expect([found?.id, found?.user]).toEqual([id, undefined]);
  });

  test('with another subject is not adopted by its address, and one without any keeps its own login', async () => {
    const { client, make, find } = await stageWith(federated());
    await make({ ...federated('first'), attributes: { email: 'anna@a.com' } });
    const user = { schemas: [userUrn], userName: 'anna', externalId: 'second', ...work('anna@a.com') };
    expect(await client.post('/Users', user)).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness' },
    });
    const id = await make({ login: 'bert', attributes: { email: 'bert@a.com' } });
    await client.user('bert', { externalId: 'third', ...work('bert@a.com') });
    expect(await find({ login: 'bert' })).toMatchObject({ id, adopted: true });
  });

  test('is adopted by a user who waits for a group, and not after a change of the subject', async () => {
    const { client, make, find, accountOf } = await stageWith(federated(), { groups: { required: true } });
    const [anna, eve] = [
      await client.user('anna', { externalId: 'anna' }),
      await client.user('eve', { externalId: 'eve' }),
    ];
    const [id] = [await make(federated('anna')), await make(federated('victim'))];
    await client.patch(`/Users/${eve.id}`, [{ op: 'replace', path: 'externalId', value: 'victim' }]);
    await client.group('Team', [anna.id, eve.id]);
    expect(await find(federated('anna'))).toMatchObject({ id, user: anna.id, adopted: true });
    expect(await accountOf(eve)).toMatchObject({ state: 'held', hold: 'loginTaken' });
  });
});

describe('a conversion of logins', () => {
  test('goes from each kind to each other, and back', async () => {
    const { client, call, make, find, accountOf } = await stageWith('email');
    const anna = await client.user('anna', { externalId: 'Ext-1', ...work('anna@a.com') });
    const bert = await client.user('bert', work('bert@a.com'));
    const hand = await make({ login: 'root' });
    const convert = async (to: unknown, dryRun = false) => {
      const { status, body } = await call('POST', '/login-conversion', { dryRun, to });
      expect([status, body.detail]).toEqual([200, undefined]);
      return body;
    };
    const missing = { account: (await accountOf(bert))?.id, reason: 'noValue' };
    const steps = [
      ['externalId', { login: 'Ext-1' }],
      [federated(), federated('Ext-1')],
      ['userName', { login: 'ANNA' }],
      [federated('externalId', 'https://b.example'), federated('Ext-1', 'https://b.example')],
      ['mailbox', { login: 'Anna' }],
    ] as const;
    for (const [to, login] of steps) {
      const isForBoth = to === 'userName' || to === 'mailbox';
      const result = isForBoth
        ? { converted: 2, unchanged: 1, clashes: [] }
        : { converted: 1, unchanged: 1, clashes: [missing] };
      const foreseen = await convert(to, true);
      expect(foreseen.clashes).toEqual(result.clashes);
      expect(await convert(to)).toEqual(foreseen);
      expect(await find(login)).toMatchObject({ user: anna.id });
    }
    expect(await convert('email')).toMatchObject({ converted: 2, clashes: [{ account: hand }] });
    expect((await call('GET', '')).body.policy.accounts.login).toBe('email');
    expect(await find({ login: 'anna@a.com' })).toMatchObject({ user: anna.id, loginBy: 'email' });
  });

  test('keeps a login whose value another account has, and follows a value that comes later', async () => {
    const { client, call, find, accountOf } = await stageWith('email');
    const [anna, twin] = [
      await client.user('anna', { externalId: 'same', ...work('anna@a.com') }),
      await client.user('twin', { externalId: 'same', ...work('twin@a.com') }),
    ];
    const none = await client.user('none');
    const { body } = await call('POST', '/login-conversion', { dryRun: false, to: 'externalId' });
    const clashes = [{ account: (await accountOf(twin))?.id, reason: 'loginTaken' }];
    expect(body).toEqual({ converted: 1, unchanged: 1, clashes });
    expect((await accountOf(anna))?.login).toBe('same');
    expect((await accountOf(twin))?.login).toBe('twin@a.com');
    await client.patch(`/Users/${none.id}`, [{ op: 'add', path: 'externalId', value: 'late' }]);
    expect((await find({ login: 'late' }))?.user).toBe(none.id);
  });

  test('refuses a target that the policy would refuse, and changes nothing', async () => {
    const { call } = await stageWith('email');
    for (const to of ['phone', federated('emails.value'), federated('externalId', 'http://a.example')])
      expect(await call('POST', '/login-conversion', { dryRun: false, to })).toMatchObject({ status: 400 });
    expect((await call('GET', '')).body.policy.accounts.login).toBe('email');
  });
});

test.each([
  [federated('externalId', 'http://a.example'), 'login.federated.issuer is not valid: must be an address'],
  [
    federated('externalId', 'https://a.example?x=1'),
    'login.federated.issuer is not valid: must have neither',
  ],
  [
    federated('nickname.x'),
    'login.federated.subject names "nickname.x", which is not an attribute of a User',
  ],
  [federated('emails[type eq "work"].value'), 'which is not a single text that the client sets'],
  [federated('active'), 'which is not a single text'],
  [federated('password'), 'which is not a single text'],
  [federated('id'), 'which is not a single text'],
  [{ federated: { issuer } }, 'login is not valid: must be "userName", "email", "mailbox", "externalId", or'],
  ['oid', 'login is not valid: must be "userName"'],
])('a policy with the login %j is refused', async (login, sentence) => {
  const { call } = await stageWith('userName');
  const { status, body } = await call('PATCH', '', { policy: { accounts: { login } } });
  expect([status, body.detail]).toEqual([400, expect.stringContaining(sentence)]);
});

test('the requests in docs/accounts.md are answered as it says', async () => {
  const page = readFileSync('docs/accounts.md', 'utf8');
  const [, policy = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  const access = await endpoint.createTenant({ name: 'Documented', policy: JSON.parse(policy) });
  const exchanges = [...page.matchAll(/^POST (\S+)\n(\{.*\})\n(\d{3}) (\{.*\})$/gm)];
  expect(exchanges).toHaveLength(7);
  for (const [, path = '', body = '', status, answer = ''] of exchanges) {
    const got = path.startsWith('/manage')
      ? await endpoint.manage('POST', path.replace('TENANT', access.tenantId), JSON.parse(body))
      : await scim(access, 'POST', path.slice('/scim/v2'.length), JSON.parse(body));
    expect(got, `${path} ${body}`).toMatchObject({ status: Number(status), body: JSON.parse(answer) });
  }
});

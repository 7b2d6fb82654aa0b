import { expect, test } from 'vitest';
import { patchBody, userBody } from '../api/client.ts';
import type { Answer } from '../support/endpoint.ts';
import { addressOf, inBulk, type Product, products, workEmail, worker } from './product-stage.ts';
import { profiles } from './profiles.ts';

const { open } = products();

const workPath = 'emails[type eq "work"].value';
const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];
const hand = ({ local }: Product, name: string, account: object = {}) =>
  local.makeAccount({ login: name, attributes: { email: addressOf(name), displayName: name }, ...account });

/** Users that a client sends for a person with an older account; true if the user takes that account over. */
const arrivals: Readonly<
  Record<string, readonly [(product: Product, name: string) => Promise<Answer>, boolean]>
> = {
  plain: [({ client }, name) => client.post('/Users', userBody(addressOf(name), worker(name))), true],
  'other-name': [({ client }, name) => client.post('/Users', userBody('another', worker(name))), true],
  case: [
    ({ client }, name) =>
      client.post('/Users', userBody('c', { emails: workEmail(addressOf(name).toUpperCase()) })),
    true,
  ],
  several: [
    ({ client }, name) =>
      client.post(
        '/Users',
        userBody(name, {
          emails: [
            { type: 'home', value: 'a@b.com' },
            { type: 'work', value: addressOf(name) },
          ],
        }),
      ),
    true,
  ],
  home: [
    ({ client }, name) =>
      client.post('/Users', userBody(name, { emails: [{ type: 'home', value: addressOf(name) }] })),
    false,
  ],
  untyped: [
    ({ client }, name) => client.post('/Users', userBody(name, { emails: [{ value: addressOf(name) }] })),
    false,
  ],
  none: [({ client }, name) => client.post('/Users', userBody(addressOf(name))), false],
};

test.each([
  ['before', []],
  ['after', [{ dryRun: false }]],
  ['after a dry run of', [{ dryRun: true }]],
  ['amid', [{ dryRun: false, limit: 2 }]],
] as const)(
  'B6: users take over the accounts that were there, %s the conversion of user ids',
  async (_, calls) => {
    const product = await open('v6');
    const before: Record<string, { readonly id: string }> = {};
    for (const name of Object.keys(arrivals))
      before[name] = await hand(product, name, { role: 'userManager', own: { shift: 'night' } });
    for (const call of calls) await product.local.done('POST', '/login-conversion', call);
    const found: unknown[] = [];
    for (const [name, [send]] of Object.entries(arrivals)) {
      const { status, body } = await send(product, name);
      const account = await product.of(body);
      found.push([name, status, account.id === before[name]?.id]);
      if (account.adopted) expect(account).toMatchObject({ role: 'userManager', own: { shift: 'night' } });
    }
    expect(found).toEqual(Object.entries(arrivals).map(([name, [, isSame]]) => [name, 201, isSame]));
    expect(await product.mails()).toEqual([]);
  },
);

test('B6: a user that is created inactive takes over once it is active, so that nobody is locked out', async () => {
  const product = await open('v6');
  const { id } = await hand(product, 'later');
  const user = await product.user('later', { active: false });
  expect(await product.of(user)).toMatchObject({ state: 'held', hold: 'addressTaken' });
  expect(await product.local.done('GET', `/accounts/${id}`)).toMatchObject({ state: 'active' });
  await product.client.patch(`/Users/${user.id}`, replace('active', true));
  expect(await product.of(user)).toMatchObject({ id, state: 'active', adopted: true });
});

test('B6: accounts that must not be taken over are refused with a sentence, and stay as they are', async () => {
  const product = await open('v6', { accounts: { adopt: { domains: ['contoso.com'] } } });
  const { local, client } = product;
  await hand(product, 'boss', { role: 'administrator' });
  await local.done('PATCH', `/accounts/${(await hand(product, 'off')).id}`, { state: 'disabled' });
  await hand(product, 'foreign', { attributes: { email: 'foreign@fabrikam.com' } });
  await local.done('POST', '/login-conversion', { dryRun: false });
  const before = await local.accounts();
  for (const [name, address] of [
    ['boss', 'boss@contoso.com'],
    ['off', 'OFF@contoso.com'],
    ['foreign', 'foreign@fabrikam.com'],
  ] as const) {
    const body = userBody(name, { emails: workEmail(address) });
    for (const send of [
      () => client.post('/Users', body),
      () => inBulk(client, { method: 'POST', path: '/Users', data: body }),
    ])
      expect(await send()).toMatchObject({
        ...{ status: 409, body: { scimType: 'uniqueness', detail: expect.stringMatching(/operator/) } },
      });
    expect(await client.find('/Users', `userName eq "${name}"`)).toEqual([]);
  }
  expect(await local.accounts()).toEqual(before);
});

test('B6: a bulk request takes over too, a later address or a second user does not', async () => {
  const product = await open('v6');
  const [bulk, late] = [await hand(product, 'bulk'), await hand(product, 'late')];
  await product.local.done('POST', '/login-conversion', { dryRun: false });
  const data = userBody('bulk', worker('bulk'));
  const first = await inBulk(product.client, { method: 'POST', path: '/Users', data });
  expect(first.status).toBe(201);
  const [made] = await product.client.find('/Users', 'userName eq "bulk"');
  expect(await product.of({ id: String(made?.id) })).toMatchObject({ id: bulk.id, login: addressOf('bulk') });
  const second = await product.client.user('second', worker('bulk'));
  expect(await product.of(second)).toMatchObject({ state: 'held', hold: 'addressTaken' });
  const other = await product.user('elsewhere');
  await product.client.patch(`/Users/${other.id}`, replace(workPath, addressOf('late')));
  expect(await product.of(other)).toMatchObject({ state: 'held', hold: 'addressTaken' });
  expect(await product.local.done('GET', `/accounts/${late.id}`)).not.toHaveProperty('user');
});

/** Changes of a user whose userName is not its address, and its login afterwards. */
const logins: Readonly<
  Record<string, readonly [(product: Product, id: string) => Promise<unknown>, string?]>
> = {
  untouched: [async () => undefined, addressOf('untouched')],
  renamed: [
    ({ client }, id) => client.patch(`/Users/${id}`, replace('userName', 'renamed@fabrikam.com')),
    addressOf('renamed'),
  ],
  moved: [
    ({ client }, id) => client.patch(`/Users/${id}`, replace(workPath, 'new1@contoso.com')),
    'new1@contoso.com',
  ],
  list: [
    ({ client }, id) => client.patch(`/Users/${id}`, replace('emails', workEmail('new2@contoso.com'))),
    'new2@contoso.com',
  ],
  put: [
    ({ client }, id) =>
      client.put(`/Users/${id}`, userBody('put1', { emails: workEmail('new3@contoso.com') })),
    'new3@contoso.com',
  ],
  bulk: [
    ({ client }, id) =>
      inBulk(client, {
        method: 'PATCH',
        path: `/Users/${id}`,
        data: patchBody(replace(workPath, 'new4@contoso.com')),
      }),
    'new4@contoso.com',
  ],
  home: [
    ({ client }, id) =>
      client.patch(`/Users/${id}`, [
        { op: 'add', path: 'emails', value: [{ type: 'home', value: 'h@x.com' }] },
      ]),
    addressOf('home'),
  ],
  off: [({ client }, id) => client.patch(`/Users/${id}`, replace('active', false)), addressOf('off')],
  gone: [
    ({ client }, id) => client.patch(`/Users/${id}`, [{ op: 'remove', path: 'emails' }]),
    addressOf('gone'),
  ],
  'home-only': [
    ({ client }, id) =>
      client.patch(`/Users/${id}`, replace('emails', [{ type: 'home', value: 'only@x.com' }])),
    addressOf('home-only'),
  ],
};

test.each(profiles)(
  'B8: people sign in with their work e-mail, whatever their userName: %s',
  async (profile) => {
    const product = await open('signl4', { endpoint: { profile }, groups: { required: false } });
    const ids: string[] = [];
    for (const [name, [steps]] of Object.entries(logins)) {
      const { id } = await product.client.user(`${name}-user`, worker(name));
      await steps(product, id);
      ids.push(id);
    }
    const accounts = new Map((await product.local.accounts()).map(({ user, login }) => [user, login]));
    expect(Object.keys(logins).map((name, index) => [name, accounts.get(ids[index])])).toEqual(
      Object.entries(logins).map(([name, [, login]]) => [name, login]),
    );
    const second = await product.client.user('second-user', worker('UNTOUCHED'));
    expect(await product.of(second)).toMatchObject({ state: 'held', hold: 'addressTaken' });
    const none = await product.client.user('none-user');
    expect(await product.of(none)).not.toHaveProperty('login');
  },
);

test('B8: the invitation says so, and a login that was entered by hand stays', async () => {
  const product = await open('signl4', { groups: { required: false } });
  await product.client.user('ann-user', worker('ann'));
  const [mail] = await product.mailsTo(addressOf('ann'), 1);
  expect(mail).toContain(`You sign in as ${addressOf('ann')}`);
  expect(mail).not.toContain('ann-user');
  const user = await product.client.user('bob-user', worker('bob'));
  const { id } = await product.of(user);
  const { status } = await product.local.call('PATCH', `/accounts/${id}`, { login: 'Bob' });
  await product.client.patch(`/Users/${user.id}`, replace('displayName', 'Robert'));
  expect([status, (await product.of(user)).login]).toEqual([200, 'bob']);
});

const john = (address: string, more: object = {}) =>
  userBody('John Smith', { emails: workEmail(address), active: true, ...more });

test.each(profiles)(
  'B9: several people have one userName, and the e-mail is the key: %s',
  async (profile) => {
    const { client, ...product } = await open('signinghub', { endpoint: { profile } });
    const first = (await client.post('/Users', john('j1@x.com'))).body;
    const made = [
      await client.post('/Users', john('j2@x.com')),
      await client.post('/Users', { ...john('j3@x.com'), userName: 'JOHN SMITH' }),
      await inBulk(client, { method: 'POST', path: '/Users', data: john('j4@x.com') }),
    ];
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201]);
    const [jane, jim] = [await client.user('Jane', worker('jane')), await client.user('Jim', worker('jim'))];
    expect((await client.put(`/Users/${jane.id}`, john(addressOf('jane')))).status).toBe(200);
    expect((await client.patch(`/Users/${jim.id}`, replace('userName', 'John Smith'))).status).toBeLessThan(
      300,
    );
    expect(await client.find('/Users', 'userName eq "john smith"')).toHaveLength(6);
    expect(await product.local.accounts()).toHaveLength(6);

    for (const address of ['j1@x.com', 'J1@X.com'])
      for (const send of [
        () => client.post('/Users', { ...john(address), userName: 'Other' }),
        () =>
          inBulk(client, { method: 'POST', path: '/Users', data: { ...john(address), userName: 'Other' } }),
        () => client.put(`/Users/${jane.id}`, john(address)),
        () => client.patch(`/Users/${jane.id}`, replace('emails', workEmail(address))),
        () => client.patch(`/Users/${jane.id}`, replace(workPath, address)),
      ])
        expect(await send()).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    expect((await client.get(`/Users/${jane.id}`)).body.emails[0].value).toBe(addressOf('jane'));

    await client.patch(`/Users/${first.id}`, replace('active', false));
    const namesake = await client.post('/Users', john('j5@x.com'));
    expect([namesake.status, namesake.body.id === first.id]).toEqual([201, false]);
    expect((await client.get(`/Users/${first.id}`)).body).toMatchObject({
      active: false,
      emails: [{ value: 'j1@x.com' }],
    });
    const back = await client.post('/Users', john('j1@x.com'));
    expect([back.status, back.body.id]).toBeOneOf([
      [409, undefined],
      [201, first.id],
    ]);
    await client.delete(`/Users/${first.id}`);
    expect(await client.find('/Users', 'userName eq "John Smith"')).toHaveLength(6);
    if (back.status === 409) expect((await client.post('/Users', john('j1@x.com'))).status).toBe(201);
  },
);

test('B9: discovery says so, and races are decided by the e-mail', async () => {
  const { client } = await open('signinghub');
  expect(await userNameIs(client)).toBe('none');
  const same = await Promise.all(Array.from({ length: 4 }, () => client.post('/Users', john('race@x.com'))));
  expect(same.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
  const named = await Promise.all([1, 2, 3].map((one) => client.post('/Users', john(`race${one}@x.com`))));
  expect(named.map(({ status }) => status)).toEqual([201, 201, 201]);
});

async function userNameIs(client: Product['client']): Promise<string> {
  const { body } = await client.get('/Schemas/urn:ietf:params:scim:schemas:core:2.0:User');
  return body.attributes.find(({ name }: { name: string }) => name === 'userName').uniqueness;
}

test.each([
  ['users', { uniqueUserName: true }],
  ['users', { unique: [workPath, 'title'] }],
  ['users', { unique: ['externalId'] }],
  ['groups', { unique: ['displayName', 'externalId'] }],
])(
  'B9: nothing more becomes unique while there are resources, which could not be found then: %s %j',
  async (section, unique) => {
    const { client, local } = await open('signinghub');
    const user = await client.user('John Smith', worker('john', { title: 'Dr.' }));
    const group = await client.group('Group');
    const before = await local.done('GET', '');
    const policy = { [section]: unique, audit: { days: 7 } };
    const refused = await local.call('PATCH', '', { policy });
    expect(refused).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(`policy.${section}.`) },
    });
    expect(await local.done('GET', '')).toEqual(before);
    expect(await client.find('/Users', 'userName eq "John Smith"')).toHaveLength(1);
    await client.delete(`/Users/${user.id}`);
    await client.delete(`/Groups/${group.id}`);
    expect(await local.done('PATCH', '', { policy })).toMatchObject({ policy });
    await client.user('John Smith', worker('john'));
    expect(await client.find('/Users', 'userName eq "john smith"')).toHaveLength(1);
  },
);

test('B9: a tenant that already has users can begin to share userNames', async () => {
  const { client, local } = await open('signinghub', { users: { uniqueUserName: true } });
  expect(await userNameIs(client)).toBe('server');
  const { body: first } = await client.post('/Users', john('j1@x.com'));
  expect((await client.post('/Users', john('j2@x.com'))).status).toBe(409);
  await local.done('PATCH', '', { policy: { users: { uniqueUserName: false } } });
  expect((await client.post('/Users', john('j2@x.com'))).status).toBe(201);
  expect((await client.patch(`/Users/${first.id}`, replace('userName', 'J. Smith'))).status).toBeLessThan(
    300,
  );
  expect((await client.delete(`/Users/${first.id}`)).status).toBe(204);
  expect(await client.find('/Users', 'userName eq "John Smith"')).toHaveLength(1);
});

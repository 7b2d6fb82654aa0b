import { expect, test } from 'vitest';
import { patchBody, userBody } from '../api/client.ts';
import { jsonRole } from '../products/entra.ts';
import { exitOf } from './product-command.ts';
import { addressOf, inBulk, type Product, products, workEmail, worker } from './product-stage.ts';
import { profiles } from './profiles.ts';

const { site, open } = products();

const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];

// biome-ignore lint/suspicious/noExplicitAny: tests look into records of every shape
type Body = any;

async function recordsOf({ local }: Product, query: string): Promise<readonly Body[]> {
  const { records } = await local.done('GET', `/audit?limit=1000&${query}`);
  return records;
}

/** The people of the records of held accounts, by the reason. */
async function heldIn(product: Product, reason: string): Promise<readonly Body[]> {
  return (await recordsOf(product, `operation=hold&outcome=${reason}`)).map(({ who }) => who);
}

const free = { groups: { required: false } };

test.each([
  ['noLicence', { ...free, licences: { seats: 0 } }],
  ['noGroup', {}],
  ['noLicence', { ...free, licences: { seats: 0 }, audit: { level: 'warning' } }],
  ['noLicence', { ...free, licences: { seats: 0 }, notifications: { invitation: false } }],
] as const)('B16: the audit names each person who is skipped: %s, %j', async (reason, patch) => {
  const product = await open('signl4', patch);
  const { client } = product;
  const made = [
    await product.user('ann'),
    await client.user('bob-user', { emails: workEmail(addressOf('bob')) }),
    await client.user('cyd-user', { displayName: 'Cyd' }),
  ];
  await inBulk(client, { method: 'POST', path: '/Users', data: userBody('dan', worker('dan')) });
  const [dan] = await client.find('/Users', 'userName eq "dan"');
  const [ann, bob, cyd] = made;
  expect(await heldIn(product, reason)).toMatchObject([
    { user: dan?.id, displayName: 'dan', email: addressOf('dan') },
    { user: cyd?.id, displayName: 'Cyd', account: expect.any(String) },
    { user: bob?.id, email: addressOf('bob') },
    { user: ann?.id, displayName: 'ann', email: addressOf('ann'), login: addressOf('ann') },
  ]);
  await client.patch(`/Users/${ann?.id}`, replace('displayName', 'Ann Berg'));
  await client.patch(`/Users/${ann?.id}`, replace('emails', workEmail('berg@contoso.com')));
  expect((await heldIn(product, reason)).at(-1)).toMatchObject({
    displayName: 'Ann Berg',
    email: 'berg@contoso.com',
  });
  await client.delete(`/Users/${bob?.id}`);
  expect(await heldIn(product, reason)).toHaveLength(4);
});

test('B16: a run says who waits, until there are seats for them, and so does the command line', async () => {
  const product = await open('signl4', { ...free, licences: { seats: 1 } });
  for (const name of ['ann', 'bob', 'cyd']) await product.user(name);
  await product.user('boss', { roles: [{ value: 'S4Stakeholder' }] });
  const [bob] = await product.client.find('/Users', 'userName eq "bob"');
  await product.client.patch(`/Users/${bob?.id}`, replace('userName', 'robert'));
  await product.timers();
  product.pass({ minutes: 20 });
  await product.timers();
  const run = async () => (await product.local.done('GET', '/runs')).runs.at(-1);
  expect(await run()).toMatchObject({
    ...{ state: 'closed', held: { noLicence: 2 }, beyondLicence: 2, notes: [expect.stringMatching(/2/)] },
    skipped: [
      { displayName: 'bob', email: addressOf('bob') },
      { displayName: 'cyd', email: addressOf('cyd') },
    ],
  });
  for (const command of [
    ['runs', product.local.tenantId, '--run', (await run()).id],
    ['audit', product.local.tenantId, '--outcome', 'noLicence'],
  ]) {
    const { code, stdout } = await exitOf(site(), command);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/bob.*cyd|cyd.*bob/s)]);
  }
  await product.local.done('PATCH', '', { policy: { licences: { seats: 2 } } });
  await product.timers();
  expect(await run()).toMatchObject({ skipped: [{ displayName: 'cyd' }] });
});

test('B16: other reasons to skip a person name it as well', async () => {
  const product = await open('sofa');
  await product.client.user('ann', worker('same'));
  await product.client.user('bob', worker('same', { displayName: 'Bob' }));
  await product.local.makeAccount({
    login: 'cyd',
    attributes: { email: addressOf('other'), displayName: 'x' },
  });
  await product.client.user('cyd', worker('cyd'));
  expect(await heldIn(product, 'addressTaken')).toMatchObject([
    { displayName: 'Bob', email: addressOf('same') },
  ]);
  expect(await heldIn(product, 'loginTaken')).toMatchObject([{ displayName: 'cyd', login: 'cyd' }]);
});

/** Time zones that a client sends, and what the account has of them. */
const zones: readonly (readonly [string, string | undefined])[] = [
  ['Europe/Berlin', 'Europe/Berlin'],
  ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['UTC', 'UTC'],
  ['Etc/GMT+5', 'Etc/GMT+5'],
  ['W. Europe Standard Time', undefined],
  ['(UTC+01:00) Berlin', undefined],
  ['+01:00', undefined],
  ['GMT+1', undefined],
  ['Berlin', undefined],
  ['Europe/Nowhere', undefined],
  ['Europe/Berlin ', undefined],
  ['Europe', undefined],
  ['1', undefined],
];
const droppedIn = async (product: Product) =>
  (await recordsOf(product, '')).filter(({ fired }) => fired.includes('timezone-dropped'));

test.each([
  ['iana', undefined],
  ['any', 'kept'],
] as const)('B17: a zone that is dropped is noted, with timezones %s', async (timezones, kept) => {
  const product = await open('signl4', { ...free, accounts: { timezones } });
  const found: unknown[] = [];
  for (const [index, [timezone, zone]] of zones.entries()) {
    const user = await product.user(`u${index}`, { timezone });
    const account = await product.of(user);
    const expected = kept ? timezone : zone;
    expect(user.timezone).toBe(timezone);
    expect(account).toMatchObject({ attributes: expected === undefined ? {} : { timezone: expected } });
    expect([timezone, account.attributes.timezone, account.dropped]).toEqual([
      ...[timezone, expected, expected === undefined ? ['timezone'] : undefined],
    ]);
    if (expected === undefined) found.push(user.id);
  }
  const noted = (await droppedIn(product)).map(({ who, resource }) => who?.user ?? resource);
  expect(new Set(noted)).toEqual(new Set(found));
});

test.each(['entra', 'rfc', 'generic'])(
  'B17: a later change that drops a zone is noted, by any request: %s',
  async (profile) => {
    const product = await open('signl4', { ...free, endpoint: { profile } });
    const { client } = product;
    const { id } = await product.user('ann', { timezone: 'Europe/Berlin' });
    const whole = (timezone: string) => userBody('ann', worker('ann', { timezone }));
    const steps: readonly (readonly [() => Promise<{ status: number }>, string | undefined, number])[] = [
      [() => client.patch(`/Users/${id}`, replace('timezone', 'Berlin')), undefined, 1],
      [() => client.patch(`/Users/${id}`, replace('timezone', 'Europe/Paris')), 'Europe/Paris', 1],
      [() => client.put(`/Users/${id}`, whole('Paris')), undefined, 2],
      [() => client.put(`/Users/${id}`, whole('Europe/Rome')), 'Europe/Rome', 2],
      [
        () =>
          inBulk(client, {
            method: 'PATCH',
            path: `/Users/${id}`,
            data: patchBody(replace('timezone', 'Rome')),
          }),
        undefined,
        3,
      ],
      [() => client.patch(`/Users/${id}`, [{ op: 'remove', path: 'timezone' }]), undefined, 3],
    ];
    for (const [send, zone, count] of steps) {
      expect((await send()).status).toBeLessThan(300);
      const account = await product.of({ id });
      expect([account.attributes.timezone, (await droppedIn(product)).length]).toEqual([zone, count]);
    }
    expect(await product.of({ id })).not.toHaveProperty('dropped');
    const byHand = await product.local.makeAccount({
      attributes: { email: addressOf('hand'), displayName: 'h' },
    });
    for (const [timezone, status] of [
      ['Berlin', 400],
      ['Europe/Berlin', 200],
    ] as const)
      expect(
        (await product.local.call('PATCH', `/accounts/${byHand.id}`, { attributes: { timezone } })).status,
      ).toBe(status);
  },
);

/** Roles as clients send them, and the type of account that they make. */
const roleForms: readonly (readonly [unknown, string])[] = [
  [[{ value: 's4Stakeholder' }], 'stakeholder'],
  [[{ value: 'S4STAKEHOLDER' }], 'stakeholder'],
  [[{ value: 's4stakeholder', type: 'WindowsAzureActiveDirectoryRole', display: 'x' }], 'stakeholder'],
  [[{ value: 'user' }, { value: 's4StakeHolder', primary: true }], 'stakeholder'],
  [[{ value: 'S4Stakeholder2' }], 'regular'],
  [[{ value: 'Stakeholder' }], 'regular'],
  [[{ value: 'S4 Stakeholder' }], 'regular'],
  [[{ value: 'other', display: 'S4Stakeholder' }], 'regular'],
  [[], 'regular'],
];

test.each(profiles)('B20: the role of stakeholders counts whatever its case: %s', async (profile) => {
  const product = await open('signl4', { ...free, endpoint: { profile }, licences: { seats: 100 } });
  const { client } = product;
  const forms =
    profile === 'entra' ? [...roleForms, [[jsonRole('s4stakeHOLDER')], 'stakeholder'] as const] : roleForms;
  const ids: string[] = [];
  for (const [index, [roles]] of forms.entries()) ids.push((await product.user(`u${index}`, { roles })).id);
  const later = await product.user('later');
  for (const [path, value, type] of [
    ['roles', [{ value: 's4STAKEHOLDER' }], 'stakeholder'],
    ['roles', [{ value: 'user' }], 'regular'],
  ] as const) {
    await client.patch(`/Users/${later.id}`, replace(path, value));
    expect(await product.of(later)).toMatchObject({ type });
  }
  const types = new Map((await product.local.accounts()).map(({ user, type }) => [user, type]));
  expect(forms.map(([roles], index) => [roles, types.get(ids[index])])).toEqual(forms);
});

test('B20: so do the roles that the policy knows, in whatever case either of them is written', async () => {
  const product = await open('signl4', { ...free, roles: { stakeholders: ['s4stakeholder', 'ZUSCHAUERÄ'] } });
  for (const value of ['S4Stakeholder', 'zuschauerä'])
    expect(await product.of(await product.user(value.slice(0, 4), { roles: [{ value }] }))).toMatchObject({
      type: 'stakeholder',
    });
  const hub = await open('signinghub');
  for (const [value, role] of [
    ['enterprise administrator', 'Enterprise Administrator'],
    ['ENTERPRISE USER', 'Enterprise User'],
  ] as const)
    expect(await hub.of(await hub.user(role.slice(11), { roles: [{ value, primary: true }] }))).toMatchObject(
      { role },
    );
  const refused = await hub.client.post(
    '/Users',
    userBody('x', worker('x', { roles: [{ value: 'enterprise boss' }] })),
  );
  expect(refused).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('enterprise boss') },
  });
});

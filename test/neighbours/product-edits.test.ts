import { expect, test } from 'vitest';
import type { PresetName } from '../../lib/tenants/presets.ts';
import { userBody } from '../api/client.ts';
import { exitOf } from './product-command.ts';
import { addressOf, type Product, products, workEmail } from './product-stage.ts';

const { site, open } = products();

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];

/** A user who has everything that a preset maps. */
const whole = (name: string, more: object = {}) =>
  userBody(name, {
    ...{ displayName: name, title: 'Dr.', active: true, preferredLanguage: 'de', timezone: 'Europe/Berlin' },
    ...{ externalId: `x-${name}`, emails: workEmail(addressOf(name)) },
    name: { givenName: 'Ann', familyName: 'Berg', honorificPrefix: 'Prof.' },
    phoneNumbers: [
      { type: 'work', value: '+49 1' },
      { type: 'mobile', value: '+49 2' },
    ],
    [enterprise]: { employeeNumber: '7', department: 'R&D', organization: 'Contoso' },
    ...more,
  });

async function create(product: Product, name: string, more: object = {}) {
  const { status, body } = await product.client.post('/Users', whole(name, more));
  expect(status, JSON.stringify(body)).toBe(201);
  return { user: body, account: await product.of(body) };
}

const editOf = (product: Product, id: string, edit: object) =>
  product.local.call('PATCH', `/accounts/${id}`, edit);

test.each([
  ['signl4', ['displayName', 'email', 'language', 'mobile', 'externalId', 'timezone']],
  ['sofa', ['title', 'givenName', 'honorificPrefix', 'phone', 'employeeNumber', 'department']],
  ['sguard', ['displayName', 'familyName', 'organization', 'phone']],
  ['v6', ['title', 'mobile', 'language']],
] as const)(
  'B15: what the client provides is not edited and lost, but refused: %s',
  async (preset: PresetName, names) => {
    const product = await open(preset, { groups: { required: false } });
    const { account, user } = await create(product, 'ann');
    const values: Record<string, string> = { timezone: 'Europe/Paris', email: 'new@contoso.com' };
    for (const name of names) {
      expect(account.attributes, name).toHaveProperty(name);
      for (const value of [values[name] ?? 'new', null]) {
        const attributes = { [name]: value };
        const { status, body } = await editOf(product, account.id, { attributes, own: { lost: true } });
        expect({ name, value, status, body }).toMatchObject({
          status: 409,
          body: { detail: expect.stringContaining(name) },
        });
      }
    }
    expect(await product.of(user)).toEqual(account);
    const mixed = await editOf(product, account.id, { attributes: { [names[0]]: 'new', locker: '12' } });
    expect(mixed.status).toBe(409);
    expect(await product.of(user)).toEqual(account);
    expect(
      (await editOf(product, account.id, { attributes: { locker: '12' }, own: { shift: 1 } })).status,
    ).toBe(200);
    await product.client.patch(`/Users/${user.id}`, replace('displayName', 'Ann'));
    expect(await product.of(user)).toMatchObject({ attributes: { locker: '12' }, own: { shift: 1 } });
  },
);

test('B15: what the client does not provide is edited, and stays until the client provides it', async () => {
  const product = await open('signl4', { groups: { required: false } });
  const { account, user } = await create(product, 'ann', {
    phoneNumbers: [{ type: 'work', value: '+49 1' }],
  });
  const mobile = async () => (await product.of(user)).attributes.mobile;
  expect((await editOf(product, account.id, { attributes: { mobile: '+1' } })).status).toBe(200);
  await product.client.patch(`/Users/${user.id}`, replace('displayName', 'Ann'));
  expect(await mobile()).toBe('+1');
  await product.client.put(`/Users/${user.id}`, whole('ann'));
  expect(await mobile()).toBe('+49 2');
  expect((await editOf(product, account.id, { attributes: { mobile: '+1' } })).status).toBe(409);
  await product.client.patch(`/Users/${user.id}`, [{ op: 'remove', path: 'phoneNumbers[type eq "mobile"]' }]);
  expect(await mobile()).toBeUndefined();
  expect((await editOf(product, account.id, { attributes: { mobile: '+3' } })).status).toBe(200);
  expect(await mobile()).toBe('+3');
});

test('B15: with the option an edit survives every later request, and only that of the attribute it names', async () => {
  const product = await open('signl4', { groups: { required: false }, accounts: { editable: ['mobile'] } });
  const { account, user } = await create(product, 'ann');
  expect((await editOf(product, account.id, { attributes: { mobile: '+1' } })).status).toBe(200);
  expect((await editOf(product, account.id, { attributes: { mobile: '+2', timezone: 'UTC' } })).status).toBe(
    409,
  );
  const { client } = product;
  const path = `/Users/${user.id}`;
  await client.put(path, whole('ann'));
  await client.patch(path, replace('phoneNumbers[type eq "mobile"].value', '+49 3'));
  await client.patch(path, [{ op: 'remove', path: 'phoneNumbers' }]);
  for (const active of [false, true]) await client.patch(path, replace('active', active));
  await product.timers();
  expect((await product.of(user)).attributes).toMatchObject({ mobile: '+1', timezone: 'Europe/Berlin' });

  await product.local.done('PATCH', '', { policy: { accounts: { editable: [] } } });
  await product.timers();
  await client.patch(path, [
    { op: 'add', path: 'phoneNumbers', value: [{ type: 'mobile', value: '+49 4' }] },
  ]);
  expect((await product.of(user)).attributes.mobile).toBe('+49 4');
  expect((await editOf(product, account.id, { attributes: { mobile: '+5' } })).status).toBe(409);
});

test('B15: an adopted account is refused too, and the command line says what to do', async () => {
  const product = await open('signl4', { groups: { required: false } });
  const attributes = { email: addressOf('ann'), displayName: 'Ann', mobile: '+0' };
  const { id } = await product.local.makeAccount({ attributes });
  expect((await editOf(product, id, { attributes: { mobile: '+1' } })).status).toBe(200);
  const { account } = await create(product, 'ann');
  expect(account).toMatchObject({ id, attributes: { mobile: '+49 2' } });
  expect((await editOf(product, id, { attributes: { mobile: '+1' } })).status).toBe(409);
  const edit = ['accounts', 'edit', product.local.tenantId, id];
  for (const change of [
    ['--attribute', 'mobile=+1'],
    ['--without', 'mobile'],
  ]) {
    const { code, stderr } = await exitOf(site(), [...edit, ...change]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('accounts.editable')]);
  }
  expect((await exitOf(site(), [...edit, '--attribute', 'locker=1'])).code).toBe(0);
});

const boss = 'Enterprise Administrator';
const user = 'Enterprise User';
const role = (value: string) => ({ roles: [{ value, primary: true }] });

/** The policy, the role of the person, an edit, and its answer. */
const rights: readonly (readonly [object, string, object, number])[] = [
  [{ [user]: [] }, user, { title: 'new' }, 409],
  [{ [user]: [] }, user, { title: null }, 409],
  [{ [user]: [] }, user, { locker: '1' }, 200],
  [{ [user]: [] }, boss, { title: 'new' }, 200],
  [{ [user]: ['title'] }, user, { title: 'new' }, 200],
  [{ [user]: ['title'] }, user, { phone: '+1' }, 409],
  [{ [user]: ['title'] }, user, { title: 'new', phone: '+1' }, 409],
  [{ [user]: 'all', [boss]: [] }, user, { phone: '+1' }, 200],
  [{ [user]: 'all', [boss]: [] }, boss, { phone: '+1' }, 409],
  [{ [user.toUpperCase()]: [] }, user, { title: 'new' }, 409],
  [{ [boss]: ['title', 'phone'] }, boss, { title: 'new', phone: null }, 200],
  [{}, user, { organization: 'new' }, 200],
];

test('B11: whether a person may edit is said by role', async () => {
  const product = await open('signinghub');
  for (const [index, [editableByRole, name, attributes, expected]] of rights.entries()) {
    await product.local.done('PATCH', '', {
      policy: {
        accounts: {
          editableByRole: { [user]: null, [boss]: null, [user.toUpperCase()]: null, ...editableByRole },
        },
      },
    });
    const { account, user: person } = await create(product, `p${index}`, role(name));
    expect(account.role).toBe(name);
    const { status } = await editOf(product, account.id, { attributes });
    expect([index, status]).toEqual([index, expected]);
    await product.client.patch(`/Users/${person.id}`, replace('name.givenName', 'Bea'));
    const now = (await product.of(person)).attributes;
    const merged = { ...account.attributes, givenName: 'Bea', ...(status === 200 && attributes) };
    expect(now).toEqual(Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)));
  }
});

test('B11: another role brings its own rights, and an empty value of the client loses nothing', async () => {
  const product = await open('signinghub', { accounts: { editableByRole: { [user]: [] } } });
  const { account, user: person } = await create(product, 'ann', role(boss));
  expect((await editOf(product, account.id, { attributes: { title: 'mine' } })).status).toBe(200);
  await product.client.patch(`/Users/${person.id}`, replace('title', 'theirs'));
  expect((await product.of(person)).attributes.title).toBe('mine');
  await product.client.patch(`/Users/${person.id}`, replace('roles', role(user).roles));
  await product.client.patch(`/Users/${person.id}`, replace('title', 'theirs too'));
  expect(await product.of(person)).toMatchObject({ role: user, attributes: { title: 'theirs too' } });
  expect((await editOf(product, account.id, { attributes: { title: 'mine' } })).status).toBe(409);
  await product.client.patch(`/Users/${person.id}`, [{ op: 'remove', path: 'title' }]);
  expect((await product.of(person)).attributes.title).toBe('theirs too');
  expect((await editOf(product, account.id, { attributes: { title: 'mine' } })).status).toBe(200);
  await product.client.patch(`/Users/${person.id}`, replace('title', 'again'));
  expect((await product.of(person)).attributes.title).toBe('again');
  const { id } = await product.local.makeAccount({
    role: user,
    attributes: { email: addressOf('hand'), displayName: 'h' },
  });
  expect((await editOf(product, id, { attributes: { displayName: 'H' } })).status).toBe(200);
});

test('B11: a policy with words that are not known is refused or has no effect', async () => {
  const product = await open('signinghub');
  for (const editableByRole of [{ [user]: 'some' }, { [user]: 'title' }, { [user]: [5] }, [user], 'all']) {
    const { status } = await product.local.call('PATCH', '', { policy: { accounts: { editableByRole } } });
    expect([editableByRole, status]).toEqual([editableByRole, 400]);
  }
});

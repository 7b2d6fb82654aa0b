import { expect, test } from 'vitest';
import { userBody } from '../api/client.ts';
import { exitOf } from './product-command.ts';
import { addressOf, inBulk, type Product, products, workEmail, worker } from './product-stage.ts';

const { site, open } = products();

const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];
const hand = ({ local }: Product, name: string, account: object = {}) =>
  local.makeAccount({ attributes: { email: addressOf(name), displayName: name }, ...account });

const welcomed = ['passwordLink', 'welcome'];
const passwordUrl = 'https://sofa.example.com/password?token={token}';
const mailing = { notifications: { passwordLink: true, passwordUrl } };

/** Events in a tenant, and the mails that owners get because of them. */
const stories: readonly (readonly [string, (product: Product) => Promise<unknown>, readonly string[]])[] = [
  ['an account made by hand', (product) => hand(product, 'hand'), []],
  [
    'one that is edited, disabled and enabled',
    async (product) => {
      const { id } = await hand(product, 'edited');
      await product.local.done('PATCH', `/accounts/${id}`, { attributes: { email: addressOf('other') } });
      for (const state of ['disabled', 'active'])
        await product.local.done('PATCH', `/accounts/${id}`, { state });
    },
    [],
  ],
  [
    'one that is adopted',
    async (product) => {
      const { id } = await hand(product, 'adopted');
      const user = await product.user('adopted');
      expect(await product.of(user)).toMatchObject({ id, adopted: true });
    },
    [],
  ],
  [
    'an adopted one whose user is deactivated, enabled and renamed',
    async (product) => {
      await hand(product, 'back');
      const { id } = await product.user('back');
      for (const active of [false, true])
        await product.client.patch(`/Users/${id}`, replace('active', active));
      await product.client.patch(`/Users/${id}`, replace('displayName', 'Back'));
    },
    [],
  ],
  ['a user', (product) => product.user('user'), welcomed],
  [
    'a user of a bulk request',
    ({ client }) =>
      inBulk(client, { method: 'POST', path: '/Users', data: userBody('bulk', worker('bulk')) }),
    welcomed,
  ],
  [
    'a user that is created inactive and enabled later, twice',
    async (product) => {
      const { id } = await product.user('later', { active: false });
      expect(await product.mails()).toEqual([]);
      for (const active of [true, false, true])
        await product.client.patch(`/Users/${id}`, replace('active', active));
    },
    welcomed,
  ],
  [
    'a user with another address and name later',
    async (product) => {
      const { id } = await product.user('moved');
      await product.client.put(`/Users/${id}`, userBody('moved2', worker('moved2')));
    },
    welcomed,
  ],
  [
    'a user that is deleted and restored',
    async (product) => {
      const { id } = await product.user('restored');
      await product.client.delete(`/Users/${id}`);
      await product.local.done('POST', `/users/${id}/restore`);
    },
    welcomed,
  ],
  [
    'a user that is deleted and created again',
    async (product) => {
      await product.client.delete(`/Users/${(await product.user('again')).id}`);
      await product.user('again');
    },
    [...welcomed, ...welcomed].toSorted(),
  ],
  [
    'a user that waits for the address of an account made by hand',
    async (product) => {
      await hand(product, 'taken');
      const { id } = await product.user('waiting');
      await product.client.patch(`/Users/${id}`, replace('emails', workEmail(addressOf('taken'))));
    },
    welcomed,
  ],
  [
    'accounts whose logins are converted',
    async (product) => {
      await hand(product, 'converted', { login: 'converted' });
      await product.local.done('POST', '/login-conversion', { dryRun: false });
    },
    [],
  ],
];

test.each(stories)('B3: only users whom the client has created get mails: %s', async (_, steps, mails) => {
  const product = await open('sofa', { ...mailing, accounts: { adopt: { handMade: true } } });
  await steps(product);
  await product.timers();
  expect(await product.mails()).toEqual(mails);
});

test('B3: a user without a group gets its mails with its account, and one made by hand no invitation', async () => {
  const notifications = { welcome: true, passwordLink: true, passwordUrl };
  const product = await open('signl4', { notifications });
  await hand(product, 'hand');
  const user = await product.user('held');
  expect(await product.mails()).toEqual([]);
  const group = await product.client.group('team', [user.id]);
  const all = ['invitation', ...welcomed];
  expect(await product.mails()).toEqual(all);
  await product.client.delete(`/Groups/${group.id}`);
  await product.client.group('team', [user.id]);
  const again = (await product.mails()).filter((one) => one !== 'invitation');
  expect(again).toEqual(welcomed);
});

const linkIn = (text = '') => /https?:\/\/\S+activate\?token=[\w.~%-]+/.exec(text)?.[0] ?? '';
const follow = async (link: string) => (await fetch(link, { method: 'POST' })).status;

async function invited(product: Product, name: string) {
  const user = await product.user(name);
  await product.client.group(name, [user.id]);
  return { user, account: await product.of(user) };
}

test.each([1, 8, 31, 400])('B14: an invitation can be sent again after %i days', async (days) => {
  const product = await open('signl4');
  const { user, account } = await invited(product, `late${days}`);
  const [first] = await product.mailsTo(addressOf(`late${days}`), 1);
  product.pass({ days });
  await product.timers();
  const sent = await product.local.call('POST', `/accounts/${account.id}/invitation`);
  expect(sent).toMatchObject({ status: 202, body: { template: 'invitation' } });
  const mails = await product.mailsTo(addressOf(`late${days}`), 2);
  const link = linkIn(mails.find((text) => linkIn(text) !== linkIn(first)));
  if (days > 7) expect(await follow(linkIn(first))).toBe(410);
  expect((await product.of(user)).state).toBe('invited');
  expect((await fetch(link)).status).toBe(200);
  expect((await product.of(user)).state).toBe('invited');
  expect(await follow(link)).toBe(200);
  expect((await product.of(user)).state).toBe('active');
  expect(await follow(link)).toBe(409);
  expect((await product.local.call('POST', `/accounts/${account.id}/invitation`)).status).toBe(409);
});

test('B14: a corrected address gets a new invitation, at any time and from the command line too', async () => {
  const product = await open('signl4');
  const { user, account } = await invited(product, 'wrong');
  const [old] = await product.mailsTo(addressOf('wrong'), 1);
  product.pass({ days: 40 });
  await product.client.patch(`/Users/${user.id}`, replace('emails', workEmail(addressOf('right'))));
  const [first] = await product.mailsTo(addressOf('right'), 1);
  expect(await follow(linkIn(old))).toBe(410);
  product.pass({ days: 40 });
  await product.timers();
  const { code } = await exitOf(site(), ['accounts', 'invite', product.local.tenantId, account.id]);
  expect(code).toBe(0);
  const mails = await product.mailsTo(addressOf('right'), 2);
  const link = linkIn(mails.find((text) => text !== first));
  expect(await follow(link)).toBe(200);
  expect(await product.of(user)).toMatchObject({ id: account.id, state: 'active' });
});

test('B14: nobody else is invited, and nothing changes', async () => {
  const product = await open('signl4');
  const { client, local } = product;
  const off = await invited(product, 'off');
  await client.patch(`/Users/${off.user.id}`, replace('active', false));
  const gone = await invited(product, 'gone');
  await client.delete(`/Users/${gone.user.id}`);
  const held = await product.of(await product.user('held'));
  const byHand = await hand(product, 'by-hand');
  await hand(product, 'adopted');
  const adopted = await invited(product, 'adopted');
  const before = [await product.mails(), await local.accounts()];
  const asked = [off.account, gone.account, held, byHand, adopted.account].map(async ({ id }) =>
    local.call('POST', `/accounts/${id}/invitation`),
  );
  for (const { status, body } of await Promise.all(asked))
    expect({ status, body }).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/\S/) } });
  expect((await local.call('POST', '/accounts/none/invitation')).status).toBe(404);
  expect([await product.mails(), await local.accounts()]).toEqual(before);

  const { account } = await invited(product, 'quiet');
  await local.done('PATCH', '', { policy: { notifications: { invitation: false } } });
  expect((await local.call('POST', `/accounts/${account.id}/invitation`)).status).toBe(409);
});

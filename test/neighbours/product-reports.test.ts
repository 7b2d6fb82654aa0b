import { expect, test } from 'vitest';
import type { PresetName } from '../../lib/tenants/presets.ts';
import { userBody } from '../api/client.ts';
import { addressOf, type Product, products, worker } from './product-stage.ts';

const { open } = products();

const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];
const hand = ({ local }: Product, name: string, role: string) =>
  local.makeAccount({ role, attributes: { email: addressOf(name), displayName: name } });

/** Lets a run with a failure end, and sends its report; yields who of the people got how many mails. */
async function reported(
  product: Product,
  people: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const { status } = await product.client.post('/Users', userBody('', { emails: 'x' }));
  expect(status).toBe(400);
  await product.timers();
  product.pass({ minutes: 20 });
  await product.timers();
  await product.mailsTo('nobody@contoso.com', 0);
  const { name } = await product.local.done('GET', '');
  const mails = product.mailsWith([name]);
  const counts = people.map((one) => [one, mails.filter((text) => text.includes(addressOf(one))).length]);
  return Object.fromEntries(counts);
}

test.each([
  ['v6', { administrator: 1, userManager: 1, user: 0 }],
  ['sofa', { administrator: 1, subjectManager: 1, userManager: 0, user: 0 }],
  ['signl4', { administrator: 0, userManager: 0, user: 0 }],
] as const)(
  'B7: a failure is reported to accounts by their roles: %s',
  async (preset: PresetName, expected) => {
    const product = await open(preset, { notifications: { failures: true } });
    for (const role of Object.keys(expected)) await hand(product, role, role);
    expect(await reported(product, Object.keys(expected))).toEqual(expected);
  },
);

test('B7: who is typed in as well gets one, and who left, lost the role or never had it gets none', async () => {
  const typed = [addressOf('typed'), addressOf('Both').toUpperCase()];
  const product = await open('v6', { notifications: { administrators: typed } });
  const { local } = product;
  await hand(product, 'both', 'administrator');
  await hand(product, 'manager', 'userManager');
  for (const name of ['disabled', 'demoted', 'removed']) {
    const { id } = await hand(product, name, 'administrator');
    if (name === 'disabled') await local.done('PATCH', `/accounts/${id}`, { state: 'disabled' });
    if (name === 'demoted') await local.done('PATCH', `/accounts/${id}`, { role: 'user' });
    if (name === 'removed') await local.done('DELETE', `/accounts/${id}`);
  }
  await local.makeAccount({ role: 'administrator', attributes: { displayName: 'no address' } });
  await product.user('provisioned', { roles: [{ value: 'userManager' }] });
  const off = await product.user('off', { roles: [{ value: 'userManager' }] });
  await product.client.patch(`/Users/${off.id}`, replace('active', false));
  await product.user('plain');
  const people = ['typed', 'manager', 'disabled', 'demoted', 'removed', 'provisioned', 'off', 'plain'];
  expect(await reported(product, people)).toEqual({
    ...{ typed: 1, manager: 1, disabled: 0, demoted: 0, removed: 0, provisioned: 1, off: 0, plain: 0 },
  });
  const { name } = await local.done('GET', '');
  const both = product.mailsWith([name]).filter((text) => /both@contoso\.com/i.test(text));
  expect(both).toHaveLength(1);
});

test.each([
  ['no failure mails', { notifications: { failures: false, administrators: [addressOf('typed')] } }, [0, 0]],
  ['no roles', { notifications: { administratorRoles: [], administrators: [addressOf('typed')] } }, [1, 0]],
  ['another role', { notifications: { administratorRoles: ['user'] } }, [0, 0]],
] as const)('B7: the policy decides: %s', async (_, patch, [typed, boss]) => {
  const product = await open('v6', patch);
  await hand(product, 'boss', 'administrator');
  expect(await reported(product, ['typed', 'boss'])).toEqual({ typed, boss });
});

test('B7: an invited administrator is not active yet, and the one of a held account neither', async () => {
  const product = await open('signl4', {
    notifications: { failures: true, administratorRoles: ['administrator'] },
  });
  const roles = [{ value: 'administrator' }];
  const invited = await product.user('invited', { roles });
  await product.client.group('admins', [invited.id]);
  await product.user('held', { roles });
  await hand(product, 'active', 'administrator');
  expect(await product.of(invited)).toMatchObject({ state: 'invited', role: 'administrator' });
  const { held, active } = await reported(product, ['held', 'active']);
  expect({ held, active }).toEqual({ held: 0, active: 1 });
  const { name } = await product.local.done('GET', '');
  const mails = product.mailsWith([name, addressOf('invited')]);
  expect(mails.filter((text) => !text.includes('activate?token='))).toEqual([]);
});

test('B7: the warning that a key ends goes to the same people', async () => {
  const product = await open('sofa', { keys: { daysMin: 1 } });
  for (const role of ['administrator', 'subjectManager', 'user']) await hand(product, role, role);
  await product.local.done('POST', '/keys', { validDays: 40, label: 'ends soon' });
  product.pass({ days: 39, minutes: 30 });
  await product.timers();
  for (const [name, count] of [
    ['administrator', 1],
    ['subjectManager', 1],
    ['user', 0],
  ] as const)
    expect((await product.mailsTo(addressOf(name), count)).length).toBe(count);
});

const presets = ['signl4', 'sofa', 'sguard', 'signinghub'] as const;
const named = { signl4: 'SIGNL4', sofa: 'Sofa 365 Bridge', sguard: 's.GUARD', signinghub: 'SigningHub' };

async function invite(product: Product, name: string): Promise<readonly string[]> {
  const names = { 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { employeeNumber: '1' } };
  const whole = { ...names, name: { givenName: 'Ann', familyName: 'Berg' }, preferredLanguage: 'de' };
  const user = await product.client.user(name, worker(name, whole));
  const { local } = product;
  if ((await local.done('GET', '')).policy.endpoint.groups) await product.client.group(name, [user.id]);
  return product.mailsTo(addressOf(name), 1);
}

const pageOf = async (mail = '') => {
  const link = /https?:\/\/\S+activate\?token=[\w.~%-]+/.exec(mail)?.[0] ?? '';
  return (await fetch(link)).text();
};
const subjectOf = (mail = '') => /^Subject: (.*)$/m.exec(mail.replace(/\r?\n /g, ' '))?.[1];

test.each(presets)(
  'B18: the invitation and its page name the product, not the tenant: %s',
  async (preset) => {
    const product = await open(preset, { notifications: { invitation: true, welcome: false } });
    const { name } = await product.local.done('GET', '');
    const [mail] = await invite(product, 'ann');
    expect(subjectOf(mail)).toContain(named[preset]);
    expect(subjectOf(mail)).not.toContain(name);
    expect(mail).toContain(name);
    const page = await pageOf(mail);
    expect(page).toContain(named[preset]);
  },
);

test.each([
  ['A & B <i>"x"</i>', 'A &amp; B &lt;i&gt;'],
  ['Müller', 'Müller'],
  ['{{name}}', '{{name}}'],
  ['警報', '警報'],
])('B18: a name of any characters is shown as it is: %s', async (title, inHtml) => {
  const product = await open('signl4', { notifications: { product: title } });
  const [mail] = await invite(product, 'ann');
  expect(await pageOf(mail)).toContain(inHtml);
  expect(await pageOf(mail)).not.toContain('<i>"x"');
  expect(Buffer.from(mail ?? '', 'latin1').toString()).toContain(`account with ${title.slice(0, 5)}`);
});

test('B18: the name of the tenant stands for a missing product, and a change holds from the next mail on', async () => {
  const product = await open('signl4', { notifications: { product: null } });
  const { name } = await product.local.done('GET', '');
  const [mail] = await invite(product, 'ann');
  expect(subjectOf(mail)).toContain(name);
  expect(await pageOf(mail)).toContain(name);
  await product.local.done('PATCH', '', { policy: { notifications: { product: 'Nova' } } });
  const [next] = await invite(product, 'bob');
  expect(subjectOf(next)).toContain('Nova');
  expect(await pageOf(mail)).toContain('Nova');
});

test.each(['welcome', 'passwordLink'] as const)(
  'B18: the other mails to owners name it too: %s',
  async (template) => {
    const notifications = { invitation: false, welcome: false, passwordUrl: 'https://a.example.com/{token}' };
    const product = await open('sofa', { notifications: { ...notifications, [template]: true } });
    const [mail] = await invite(product, 'ann');
    expect(subjectOf(mail)).toContain('Sofa 365 Bridge');
  },
);

import { expect, test } from 'vitest';
import { groupUrn, patchBody } from '../api/client.ts';
import type { Answer } from '../support/endpoint.ts';
import { exitOf } from './product-command.ts';
import { addressOf, inBulk, type Product, products } from './product-stage.ts';
import { profiles } from './profiles.ts';

const { site, open } = products();

const urn = 'urn:ietf:params:scim:schemas:extension:muster:2.0:Group';
const replace = (value: unknown, path = `${urn}:description`) => [{ op: 'replace', path, value }];

/** The team of a group, as the product sees it. */
async function teamOf({ local }: Product, name: string) {
  return (await local.done('GET', '/teams')).teams.find((one: { name: string }) => one.name === name);
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into teams of every shape
type Body = any;
type Group = { readonly id: string };
type Steps = (product: Product, group: Group) => Promise<Pick<Answer, 'status'>>;
const body = (displayName: string, members: object[], more: object = {}) => ({
  ...{ schemas: [groupUrn, urn], displayName, members },
  ...more,
});
const patch =
  (operations: readonly object[]): Steps =>
  ({ client }, { id }) =>
    client.patch(`/Groups/${id}`, operations);

/** Changes of a group with the description "first", and the description of its team afterwards. */
const changes: Readonly<Record<string, readonly [Steps, string | undefined]>> = {
  replaced: [patch(replace('next')), 'next'],
  added: [patch([{ op: 'add', path: `${urn}:description`, value: 'next' }]), 'next'],
  removed: [patch([{ op: 'remove', path: `${urn}:description` }]), undefined],
  'removed-whole': [patch([{ op: 'remove', path: urn }]), undefined],
  case: [patch(replace('next', `${urn}:DESCRIPTION`)), 'next'],
  long: [patch(replace('x'.repeat(1_000))), 'x'.repeat(1_000)],
  lines: [patch(replace('two\nlines "of" <text>')), 'two\nlines "of" <text>'],
  bulk: [
    ({ client }, { id }) =>
      inBulk(client, { method: 'PATCH', path: `/Groups/${id}`, data: patchBody(replace('next')) }),
    'next',
  ],
  put: [
    async ({ client, ...product }, { id }) => {
      const { id: value } = await product.user('put2');
      return client.put(`/Groups/${id}`, body('put', [{ value }], { [urn]: { description: 'next' } }));
    },
    'next',
  ],
  'put-without': [
    async ({ client, ...product }, { id }) => {
      const { id: value } = await product.user('without2');
      return client.put(`/Groups/${id}`, body('put-without', [{ value }]));
    },
    undefined,
  ],
  renamed: [patch([...replace('next'), ...replace('renamed', 'displayName')]), 'next'],
};

test.each(profiles)('B4: the description of a team follows that of its group: %s', async (profile) => {
  const product = await open('signl4', { endpoint: { profile } });
  const statuses: number[] = [];
  for (const [name, [steps]] of Object.entries(changes)) {
    const { id: value } = await product.user(name);
    const more = { externalId: name, [urn]: { description: 'first' } };
    const { body: group } = await product.client.post('/Groups', body(name, [{ value }], more));
    const { status } = await steps(product, group);
    statuses.push(Math.floor(status / 100));
  }
  const { teams } = await product.local.done('GET', '/teams');
  const shown = new Map(teams.map((team: Body) => [team.name, team.description]));
  expect(Object.keys(changes).map((name, index) => [name, statuses[index], shown.get(name)])).toEqual(
    Object.entries(changes).map(([name, [, description]]) => [name, 2, description]),
  );
});

test.each(['entra', 'generic'])('B4: Entra ID may send it under the core schema: %s', async (profile) => {
  const product = await open('signl4', { endpoint: { profile } });
  const { id: value } = await product.user('core');
  const made = await product.client.post('/Groups', {
    ...{
      schemas: [groupUrn],
      displayName: 'core',
      externalId: '1',
      members: [{ value }],
      description: 'first',
    },
  });
  expect(made.status).toBe(201);
  expect((await teamOf(product, 'core')).description).toBe('first');
  for (const [operations, expected] of [
    [replace('second', 'description'), 'second'],
    [[{ op: 'replace', value: { description: 'third' } }], 'third'],
    [[{ op: 'replace', value: { [`${urn}:description`]: 'fourth' } }], 'fourth'],
    [replace('fifth', `${groupUrn}:description`), 'fifth'],
    [[{ op: 'remove', path: 'description' }], undefined],
  ] as const) {
    const { status } = await product.client.patch(`/Groups/${made.body.id}`, operations);
    expect([Math.floor(status / 100), (await teamOf(product, 'core')).description]).toEqual([2, expected]);
  }
});

test('B4: what is no text is refused, and the policy names the attribute', async () => {
  const product = await open('signl4');
  const { id: value } = await product.user('kept');
  const group = body('kept', [{ value }], { externalId: '1', [urn]: { description: 'first' } });
  const { id } = (await product.client.post('/Groups', group)).body;
  for (const wrong of [5, true, ['a'], { text: 'a' }, 'x'.repeat(8_001)]) {
    const { status } = await product.client.patch(`/Groups/${id}`, replace(wrong));
    expect([wrong, status, (await teamOf(product, 'kept')).description]).toEqual([wrong, 400, 'first']);
  }
  const empty = body('empty', [], { externalId: '2', [urn]: { description: 'later' } });
  const { id: later } = (await product.client.post('/Groups', empty)).body;
  expect(await teamOf(product, 'empty')).toBeUndefined();
  await product.client.patch(`/Groups/${later}`, [{ op: 'add', path: 'members', value: [{ value }] }]);
  expect((await teamOf(product, 'empty')).description).toBe('later');

  await product.local.done('POST', '/teams', { name: 'by hand' });
  expect(await teamOf(product, 'by hand')).not.toHaveProperty('description');
  for (const [description, shown] of [
    ['externalId', '1'],
    ['displayName', 'kept'],
    [null, undefined],
  ] as const) {
    await product.local.done('PATCH', '', { policy: { groups: { description } } });
    expect((await teamOf(product, 'kept')).description).toBe(shown);
  }
  for (const description of ['nosuch', `${urn}:colour`, 'urn:a:b', 'emails']) {
    const refused = await product.local.call('PATCH', '', { policy: { groups: { description } } });
    expect(refused.body.detail).toContain('policy.groups.description');
    expect(refused.status).toBe(400);
  }
  expect((await product.local.done('GET', '')).policy.groups.description).toBe(null);
});

const central = 'SCIM Synchronized';

/** Events after an operator has taken a user out of the central team. The user stays out. */
const later: Readonly<Record<string, (product: Product, user: Group, account: Group) => Promise<unknown>>> = {
  nothing: async () => undefined,
  renamed: ({ client }, { id }) => client.patch(`/Users/${id}`, replace('Renamed', 'displayName')),
  replaced: ({ client }, { id }) =>
    client.put(`/Users/${id}`, {
      ...{ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'replaced', active: true },
      emails: [{ type: 'work', value: addressOf('replaced') }],
    }),
  back: async ({ client }, { id }) => {
    for (const active of [false, true]) await client.patch(`/Users/${id}`, replace(active, 'active'));
  },
  grouped: async ({ client }, { id }) => client.group('grouped', [id]),
  regrouped: async ({ client }, { id }) => client.delete(`/Groups/${(await client.group('re', [id])).id}`),
  restored: async ({ client, local }, { id }) => {
    await client.delete(`/Users/${id}`);
    await local.done('POST', `/users/${id}/restore`);
  },
  edited: ({ local }, _, { id }) => local.done('PATCH', `/accounts/${id}`, { own: { shift: 'night' } }),
  team: async ({ local }, _, { id }) => {
    const team = await local.done('POST', '/teams', { name: 'Night shift' });
    await local.done('PUT', `/teams/${team.id}/members/${id}`);
  },
  'central-renamed': async ({ local }) => {
    await local.done('PATCH', '/teams/central', { name: 'Everybody' });
    await local.done('PATCH', '/teams/central', { name: central });
  },
};

test.each(['central', 'each'] as const)(
  'B19: who was taken out of the central team stays out: %s',
  async (teams) => {
    const product = await open('signl4', { groups: { teams, required: false } });
    const { local } = product;
    await product.user('stays');
    for (const [name, steps] of Object.entries(later)) {
      const user = await product.user(name);
      const account = await product.of(user);
      await local.done('DELETE', `/teams/central/members/${account.id}`);
      await steps(product, user, account);
    }
    await product.timers();
    expect(await local.membersOf(central)).toEqual([addressOf('stays')]);
    const found = await product.teamsByAddress();
    expect(found[addressOf('team')]).toEqual(['Night shift']);
    if (teams === 'each') expect(found[addressOf('grouped')]).toEqual(['grouped']);
  },
);

test('B19: it can be put back, and one that is deleted and created again is in the team as a new person', async () => {
  const product = await open('signl4', { groups: { teams: 'central', required: false } });
  const { local, client } = product;
  const users = [await product.user('ann'), await product.user('bob'), await product.user('cyd')];
  const [ann, bob, cyd] = await Promise.all(users.map((user) => product.of(user)));
  const path = (account: Group) => `/teams/central/members/${account.id}`;
  expect((await local.call('DELETE', path(ann))).status).toBe(204);
  expect((await local.call('DELETE', path(ann))).status).toBe(204);
  const command = ['teams', 'take', local.tenantId, 'central', bob.id];
  expect((await exitOf(site(), command)).code).toBe(0);
  expect(await local.membersOf(central)).toEqual([addressOf('cyd')]);
  for (const _ of ['once', 'twice']) expect((await local.call('PUT', path(ann))).status).toBe(204);
  expect(await local.membersOf(central)).toEqual([addressOf('ann'), addressOf('cyd')]);
  await client.delete(`/Users/${users[1]?.id}`);
  await product.user('bob');
  expect(await local.membersOf(central)).toEqual(['ann', 'bob', 'cyd'].map(addressOf));

  const byHand = await local.makeAccount({ attributes: { email: addressOf('hand'), displayName: 'hand' } });
  for (const method of ['PUT', 'DELETE']) {
    expect((await local.call(method, path(byHand))).status).toBeOneOf([404, 409]);
    expect((await local.call(method, path({ id: 'none' }))).status).toBe(404);
  }
  await client.patch(`/Users/${users[2]?.id}`, replace(false, 'active'));
  expect((await local.call('DELETE', path(cyd))).status).toBeLessThan(500);
  expect(await local.membersOf(central)).toEqual(['ann', 'bob'].map(addressOf));
});

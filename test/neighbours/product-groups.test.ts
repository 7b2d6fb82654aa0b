import { expect, test } from 'vitest';
import { type Client, groupBody, patchBody } from '../api/client.ts';
import { addressOf, inBulk, type Product, products } from './product-stage.ts';
import { profiles } from './profiles.ts';

const { open } = products();

type Way = (client: Client, group: string, user: string) => Promise<{ readonly status: number }>;

const leave = (user: string) => [{ op: 'remove', path: `members[value eq "${user}"]` }];

/** Ways in which a user ceases to be in a group. */
const ways: Readonly<Record<string, Way>> = {
  filtered: (client, group, user) => client.patch(`/Groups/${group}`, leave(user)),
  named: (client, group, value) =>
    client.patch(`/Groups/${group}`, [{ op: 'remove', path: 'members', value: [{ value }] }]),
  all: (client, group) => client.patch(`/Groups/${group}`, [{ op: 'remove', path: 'members' }]),
  null: (client, group) => client.patch(`/Groups/${group}`, [{ op: 'remove', path: 'members', value: null }]),
  emptied: (client, group) =>
    client.patch(`/Groups/${group}`, [{ op: 'replace', path: 'members', value: [] }]),
  pathless: (client, group) => client.patch(`/Groups/${group}`, [{ op: 'replace', value: { members: [] } }]),
  put: (client, group) => client.put(`/Groups/${group}`, groupBody(`put ${group}`)),
  'put-without': (client, group) =>
    client.put(`/Groups/${group}`, { ...groupBody(`put ${group}`), members: undefined }),
  deleted: (client, group) => client.delete(`/Groups/${group}`),
  'bulk-filtered': (client, group, user) =>
    inBulk(client, { method: 'PATCH', path: `/Groups/${group}`, data: patchBody(leave(user)) }),
  'bulk-deleted': (client, group) => inBulk(client, { method: 'DELETE', path: `/Groups/${group}` }),
};

const setActive = (client: Client, user: string, value: boolean) =>
  client.patch(`/Users/${user}`, [{ op: 'replace', path: 'active', value }]);

test.each(profiles)(
  'B1: a deactivated user that leaves its last group has no account: %s',
  async (profile) => {
    const product = await open('signl4', { endpoint: { profile } });
    const { client } = product;
    const left: Record<string, { readonly id: string }> = {};
    for (const [name, way] of Object.entries(ways)) {
      const user = await product.user(name);
      const group = await client.group(name, [user.id]);
      await setActive(client, user.id, false);
      const { status } = await way(client, group.id, user.id);
      if (profile === 'interop' && name === 'pathless') {
        expect([status, (await product.of(user)).state]).toEqual([400, 'disabled']);
        continue;
      }
      expect({ name, status }).toEqual({ name, status: expect.toSatisfy((one: number) => one < 300) });
      left[name] = user;
    }
    const accounts = new Map((await product.local.accounts()).map(({ user, state }) => [user, state]));
    const states = Object.entries(left).map(([name, { id }]) => [name, accounts.get(id)]);
    expect(states).toEqual(Object.keys(left).map((name) => [name, 'removed']));

    const { named, filtered } = left;
    if (!named || !filtered) throw new Error('There are no such ways');
    const before = await product.of(named);
    await setActive(client, named.id, true);
    expect(await product.of(named)).toMatchObject({ state: 'removed' });
    await client.group('again', [named.id, filtered.id]);
    expect(await product.of(named)).toMatchObject({ id: before.id, state: 'invited' });
    expect(await product.of(filtered)).toMatchObject({ state: 'disabled' });
  },
);

test('B1: the order of leaving and deactivating does not matter, and other groups keep the account', async () => {
  const { client, ...product } = await open('signl4');
  const user = await product.user('order');
  const [first, second] = [await client.group('first', [user.id]), await client.group('second', [user.id])];
  await setActive(client, user.id, false);
  await client.patch(`/Groups/${first.id}`, leave(user.id));
  expect(await product.of(user)).toMatchObject({ state: 'disabled' });
  await client.patch(`/Groups/${second.id}`, leave(user.id));
  expect(await product.of(user)).toMatchObject({ state: 'removed' });

  const later = await product.user('later');
  const group = await client.group('third', [later.id]);
  await client.patch(`/Groups/${group.id}`, leave(later.id));
  await setActive(client, later.id, false);
  expect(await product.of(later)).toMatchObject({ state: 'removed' });

  const never = await product.user('never', { active: false });
  expect(await product.of(never)).toMatchObject({ state: 'held', hold: 'noGroup' });
  await client.group('fourth', [never.id]);
  expect(await product.of(never)).toMatchObject({ state: 'disabled' });
});

test('B1: a group inside of another keeps nobody, and memberships as resources end accounts as well', async () => {
  const { client, ...product } = await open('signl4', {
    endpoint: { packs: ['group-description', 'group-members'] },
  });
  const user = await product.user('nested');
  const inner = await client.group('inner', [user.id]);
  await client.group('outer', [inner.id]);
  await setActive(client, user.id, false);
  await client.patch(`/Groups/${inner.id}`, leave(user.id));
  expect(await product.of(user)).toMatchObject({ state: 'removed' });

  const other = await product.user('resource');
  const group = await client.group('resources', [other.id]);
  await setActive(client, other.id, false);
  const [membership] = await client.find('/GroupMembers', `group.value eq "${group.id}"`);
  expect((await client.delete(`/GroupMembers/${membership?.id}`)).status).toBe(204);
  expect(await product.of(other)).toMatchObject({ state: 'removed' });
});

test('B1: a policy that begins to require groups removes those without, also deactivated ones', async () => {
  const { client, local, ...product } = await open('signl4', { groups: { required: false } });
  const [gone, kept] = [await product.user('gone'), await product.user('kept')];
  await client.group('kept', [kept.id]);
  for (const { id } of [gone, kept]) await setActive(client, id, false);
  expect(await product.of(gone)).toMatchObject({ state: 'disabled' });
  await local.done('PATCH', '', { policy: { groups: { required: true } } });
  await product.timers();
  expect((await product.of(gone)).state).toMatch(/^(removed|held)$/);
  expect(await product.of(kept)).toMatchObject({ state: 'disabled' });
});

type Way21 = readonly [
  name: string,
  steps: (product: Product, user: string) => Promise<unknown>,
  alone: string,
  central: string,
];

const group = ({ client }: Product, name: string, ...members: string[]) => client.group(name, members);
const central = 'SCIM Synchronized';

/** The story of a user, and the teams that it ends in: where it needs a group, and where it needs none. */
const stories: readonly Way21[] = [
  ['alone', async () => undefined, 'held', central],
  ['grouped', (product, user) => group(product, 'grouped', user), 'grouped', 'grouped'],
  [
    'twice',
    async (product, user) => [await group(product, 'one', user), await group(product, 'two', user)],
    'one two',
    'one two',
  ],
  [
    'left',
    async (product, user) => product.client.delete(`/Groups/${(await group(product, 'left', user)).id}`),
    'removed',
    central,
  ],
  [
    'moved',
    async (product, user) => {
      const { id } = await group(product, 'from', user);
      await group(product, 'to', user);
      await product.client.patch(`/Groups/${id}`, leave(user));
    },
    'to',
    'to',
  ],
  ['off', ({ client }, user) => setActive(client, user, false), 'held', 'disabled'],
  [
    'off-grouped',
    async (product, user) => [
      await group(product, 'off-grouped', user),
      await setActive(product.client, user, false),
    ],
    'disabled',
    'disabled',
  ],
  [
    'on-again',
    async ({ client }, user) => [await setActive(client, user, false), await setActive(client, user, true)],
    'held',
    central,
  ],
  ['deleted', ({ client }, user) => client.delete(`/Users/${user}`), 'removed', 'removed'],
  [
    'nested',
    async (product, user) => group(product, 'outer', (await group(product, 'inner', user)).id),
    'inner',
    'inner',
  ],
];

test.each([
  [true, 2],
  [false, 3],
] as const)(
  'B21: users are in the teams that the option says: groups.required %s',
  async (required, column) => {
    const product = await open('signl4', { groups: { required } });
    await product.local.makeAccount({ attributes: { email: 'hand@contoso.com', displayName: 'hand' } });
    const users: Record<string, string> = {};
    for (const [name, steps] of stories) {
      const { id } = await product.user(name);
      await steps(product, id);
      users[name] = id;
    }
    const teams = await product.teamsByAddress();
    const accounts = new Map((await product.local.accounts()).map(({ user, state }) => [user, state]));
    const ended = stories.map(([name]) => [
      name,
      teams[addressOf(name)]?.toSorted().join(' ') ?? accounts.get(users[name]) ?? 'removed',
    ]);
    expect(ended).toEqual(stories.map((story) => [story[0], story[column]]));
    expect(teams['hand@contoso.com']).toBeUndefined();
  },
);

test('B21: the option can be changed there and back, and the accounts stay the same', async () => {
  const { local, ...product } = await open('signl4', { groups: { centralTeam: 'Everybody' } });
  const users = [await product.user('ann'), await product.user('bob')];
  expect(await local.teams()).toEqual([]);
  const ids: string[][] = [];
  for (const required of [false, true, false]) {
    await local.done('PATCH', '', { policy: { groups: { required } } });
    await product.timers();
    const members = Object.entries(await product.teamsByAddress());
    const everybody = ['ann', 'bob'].map((name) => [addressOf(name), ['Everybody']]);
    expect({ required, members }).toEqual({ required, members: required ? [] : everybody });
    ids.push(await Promise.all(users.map(async (user) => (await product.of(user)).id)));
  }
  expect(ids).toEqual([ids[0], ids[0], ids[0]]);
});

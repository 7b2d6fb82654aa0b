import { describe, expect, test } from 'vitest';
import { accountIdOf } from '../../lib/accounts/account.ts';
import { removeAccount } from '../../lib/accounts/hand-made.ts';
import { readLinked } from '../../lib/accounts/links.ts';
import { settleAccount, settleAccounts } from '../../lib/accounts/settle.ts';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { readResource } from '../../lib/directory/resources.ts';
import { userType } from '../../lib/scim/schema/resource-types.ts';
import { breakingStore } from '../directory/directory.ts';
import { openTenancy, type Tenancy, workEmail } from './tenancy.ts';

describe('the account of a user', () => {
  test('is given what the policy maps, and follows changes', async () => {
    await using tenancy = openTenancy({ accounts: { ignored: ['title'] } });
    const user = await tenancy.user('anna@a.com', {
      displayName: 'Anna',
      title: 'Dr.',
      name: { givenName: 'Anna' },
      ...workEmail('anna@a.com'),
    });
    expect(await tenancy.accountOf(user)).toMatchObject({
      ...{ state: 'active', type: 'regular', role: 'user', login: 'anna@a.com', adopted: false },
      attributes: { displayName: 'Anna', givenName: 'Anna', email: 'anna@a.com' },
    });
    expect((await tenancy.accountOf(user))?.attributes).not.toHaveProperty('title');
    await tenancy.change(user, { displayName: 'Anna B', active: false });
    expect(await tenancy.accountOf(user)).toMatchObject({
      state: 'disabled',
      attributes: { displayName: 'Anna B' },
    });
    await tenancy.change(user, { active: true });
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'active' });
    await tenancy.remove(user);
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'removed' });
  });

  test('is one, however many settle it at once, and settling again writes nothing', async () => {
    await using tenancy = openTenancy();
    const user = await tenancy.user('anna');
    await Promise.all(Array.from({ length: 16 }, () => settleAccount(tenancy.scope, user)));
    const records = await tenancy.directory.all('users', 'record');
    await settleAccount(tenancy.scope, user);

    expect(await tenancy.accounts()).toHaveLength(1);
    expect(records.map(({ operation }) => operation).sort()).toEqual(['activate', 'create']);
    expect(await tenancy.directory.all('users', 'record')).toEqual(records);
  });

  test.each(['before', 'after'] as const)(
    'is whole though a settling is cut off %s its commit',
    async (when) => {
      for (let settled = false, at = 1; !settled; at += 1) {
        await using tenancy = openTenancy({ licences: { seats: 1 }, notifications: { welcome: true } });
        const first = await tenancy.user('first', workEmail('first@a.com'));
        const user = await tenancy.user('anna', workEmail('anna@a.com'));
        const stored = await readResource(tenancy.scope.directory, userType, first);
        const graceDays = 0;
        if (stored) await deleteFromDirectory(tenancy.scope.directory, userType, { stored, graceDays });
        const { store, broke } = breakingStore(tenancy.directory.scope.store, { at, when });
        await settleAccounts(tenancy.as({ store }), [first]).catch(() => undefined);
        settled = !broke();
        await settleAccounts(tenancy.scope, [first, user]);

        expect(await tenancy.accountOf(user)).toMatchObject({ state: 'active', seated: true });
        expect(await tenancy.directory.all('users', 'seats')).toMatchObject([{ used: 1 }]);
        expect(await tenancy.directory.all('users', 'mail')).toHaveLength(2);
      }
    },
  );
});

describe('an account without a group', () => {
  test('is held where one is required, joins with the first and leaves with the last', async () => {
    await using tenancy = openTenancy({ groups: { required: true }, notifications: { invitation: true } });
    const user = await tenancy.user('anna', workEmail('anna@a.com'));
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'held', hold: 'noGroup' });
    expect(await tenancy.directory.all('users', 'mail')).toEqual([]);

    const group = await tenancy.group('Team', [user]);
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'invited', greeted: true });
    await tenancy.members(group, { remove: [user] });
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'removed', hold: 'noGroup' });
    await tenancy.members(group, { add: [user] });
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'invited' });
    expect(await tenancy.directory.all('users', 'mail')).toHaveLength(1);
  });

  const steps = {
    disable: ({ tenancy, user }) => tenancy.change(user, { active: false }),
    enable: ({ tenancy, user }) => tenancy.change(user, { active: true }),
    rename: ({ tenancy, user }) => tenancy.change(user, { displayName: 'Another' }),
    'leave A': ({ tenancy, user, a }) => tenancy.members(a, { remove: [user] }),
    'leave B': ({ tenancy, user, b }) => tenancy.members(b, { remove: [user] }),
    'join A': ({ tenancy, user, a }) => tenancy.members(a, { add: [user] }),
    'delete by hand': async ({ tenancy, user }) => {
      const link = (await readLinked(tenancy.scope, user)).account;
      if (link) await removeAccount(tenancy.scope, accountIdOf(link.document));
    },
  } as const satisfies Record<string, (party: Party) => Promise<void>>;
  interface Party {
    readonly tenancy: Tenancy;
    readonly user: string;
    readonly a: string;
    readonly b: string;
  }
  const left = { state: 'removed', hold: 'noGroup', seated: false };

  test.each<readonly [readonly (keyof typeof steps)[], object]>([
    [['disable', 'leave A', 'leave B'], left],
    [['leave A', 'disable', 'leave B'], left],
    [['leave A', 'leave B', 'disable'], left],
    [['leave A', 'leave B', 'disable', 'rename'], left],
    [['disable', 'leave A'], { state: 'disabled', hold: undefined, seated: false }],
    [['disable', 'leave A', 'leave B', 'enable'], left],
    [['disable', 'leave A', 'leave B', 'join A'], { state: 'disabled', hold: undefined }],
    [['disable', 'leave A', 'leave B', 'join A', 'enable'], { state: 'active', seated: true }],
    [['leave A', 'leave B', 'disable', 'enable', 'join A'], { state: 'active', seated: true }],
    [['disable', 'delete by hand', 'leave A', 'leave B'], { state: 'removed', hold: undefined }],
    [['disable', 'delete by hand', 'leave A', 'leave B', 'join A'], { state: 'removed' }],
    [['disable', 'delete by hand', 'leave A', 'enable'], { state: 'active', seated: true }],
  ])('B1: is removed with the last group, also of an inactive user: %j', async (way, expected) => {
    await using tenancy = openTenancy({ groups: { required: true }, licences: { seats: 1 } });
    const user = await tenancy.user('anna', workEmail('anna@a.com'));
    const party = { tenancy, user, a: await tenancy.group('A', [user]), b: await tenancy.group('B', [user]) };
    for (const step of way) await steps[step](party);
    expect({ hold: undefined, ...(await tenancy.accountOf(user)) }).toMatchObject(expected);
  });

  test('is in the central team where groups become teams', async () => {
    await using tenancy = openTenancy();
    const user = await tenancy.user('anna');
    expect(await tenancy.accountOf(user)).toMatchObject({ central: true });
    await tenancy.group('Team', [user]);
    expect(await tenancy.accountOf(user)).toMatchObject({ central: false });
  });
});

describe('seats', () => {
  const taken = { licences: { seats: 30 } };

  test('are never more than there are, though a hundred users race, and go on when freed', async () => {
    await using tenancy = openTenancy(taken);
    const users = await Promise.all(Array.from({ length: 100 }, (_, n) => tenancy.user(`user${n}`)));
    const count = async (state: string) =>
      (await tenancy.accounts()).filter((account) => account.state === state).length;
    expect([await count('active'), await count('held')]).toEqual([30, 70]);
    expect(await tenancy.directory.all('users', 'seats')).toMatchObject([{ used: 30 }]);

    const seated = (await tenancy.accounts()).flatMap(({ user, seated }) => (seated && user ? [user] : []));
    await Promise.all(seated.slice(0, 20).map((user) => tenancy.change(user, { active: false })));
    expect([await count('active'), await count('held')]).toEqual([30, 50]);
    await Promise.all(users.map((user) => tenancy.remove(user)));
    expect(await tenancy.directory.all('users', 'seats')).toMatchObject([{ used: 0 }]);
  });

  test('go to who has waited longest', async () => {
    await using tenancy = openTenancy({ licences: { seats: 1 } });
    const [first, second, third] = [
      await tenancy.user('first'),
      await tenancy.user('second'),
      await tenancy.user('third'),
    ];
    await tenancy.remove(first);
    expect(await tenancy.accountOf(second)).toMatchObject({ state: 'active' });
    expect(await tenancy.accountOf(third)).toMatchObject({ state: 'held', hold: 'noLicence' });
  });
});

describe('an address', () => {
  test('is of one account; the other is held until it is free', async () => {
    await using tenancy = openTenancy();
    const first = await tenancy.user('first', workEmail('same@a.com'));
    const second = await tenancy.user('second', workEmail('SAME@a.com'));
    expect(await tenancy.accountOf(second)).toMatchObject({ state: 'held', hold: 'addressTaken' });
    await tenancy.change(first, workEmail('other@a.com'));
    expect(await tenancy.accountOf(second)).toMatchObject({ state: 'active' });
  });
});

describe('a role', () => {
  test('comes from the client, from a group, or is the default', async () => {
    await using tenancy = openTenancy({
      roles: { known: ['user', 'admin', 'boss'], stakeholders: ['Holder'] },
      groups: { toRoles: [{ group: 'g1', role: 'boss' }] },
    });
    const user = await tenancy.user('anna', { roles: [{ value: 'admin', primary: true }] });
    expect(await tenancy.accountOf(user)).toMatchObject({ role: 'admin', type: 'regular' });
    const group = await tenancy.group('Bosses', [user], 'g1');
    await settleAccounts(tenancy.scope, [user]);
    expect(await tenancy.accountOf(user)).toMatchObject({ role: 'boss' });
    await tenancy.members(group, { remove: [user] });
    await tenancy.change(user, { roles: [{ value: 'Holder' }] });
    expect(await tenancy.accountOf(user)).toMatchObject({ role: 'user', type: 'stakeholder' });
  });
});

import { describe, expect, test } from 'vitest';
import { accountIdOf } from '../../lib/accounts/account.ts';
import {
  createAccount,
  editAccount,
  removeAccount,
  requireAccount,
  verifyAttribute,
} from '../../lib/accounts/hand-made.ts';
import { findByAddress } from '../../lib/accounts/list-accounts.ts';
import { maintainAccounts } from '../../lib/accounts/maintenance.ts';
import { settleAccounts } from '../../lib/accounts/settle.ts';
import { addTeamMember } from '../../lib/accounts/team-members.ts';
import { createTeam } from '../../lib/accounts/teams.ts';
import { restoreResource } from '../../lib/directory/restore.ts';
import { userType } from '../../lib/scim/schema/resource-types.ts';
import { openTenancy, type Tenancy, workEmail } from './tenancy.ts';

const day = 86_400_000;

async function handMade({ scope }: Tenancy, attributes: Record<string, string>, edit: object = {}) {
  return accountIdOf((await createAccount(scope, { attributes, ...edit })).document);
}

const idOf = async ({ scope }: Tenancy, address: string) => {
  const found = await findByAddress(scope, address);
  return found ? accountIdOf(found.document) : '';
};

describe('an account made by hand', () => {
  test('is taken over by the user with its work e-mail: what the client has replaces, the rest stays', async () => {
    await using tenancy = openTenancy({ accounts: { adopt: { handMade: true } } });
    const own = { shifts: ['night'], loginMethod: 'password' };
    const edit = { own, login: 'anna' };
    const id = await handMade(tenancy, { email: 'Anna@a.com', mobile: '1', displayName: 'Old' }, edit);
    const user = await tenancy.user('anna@a.com', { displayName: 'Anna', ...workEmail('anna@a.com') });

    expect(await tenancy.accounts()).toMatchObject([
      {
        ...{ user, state: 'active', adopted: true, own, login: 'anna' },
        attributes: { email: 'anna@a.com', mobile: '1', displayName: 'Anna' },
      },
    ]);
    expect(await idOf(tenancy, 'ANNA@a.com')).toBe(id);
    expect(await tenancy.directory.all('users', 'mail')).toEqual([]);
  });

  test.each([
    ['no policy lets it', { adopt: { handMade: false } }, 'user'],
    ['its role is kept back', { adopt: { handMade: true } }, 'Administrator'],
    ['its domain is not trusted', { adopt: { handMade: true, domains: ['b.com'] } }, 'user'],
  ])('is not taken over where %s: the user is held', async (_, accounts, role) => {
    await using tenancy = openTenancy({ accounts });
    const id = await handMade(tenancy, { email: 'anna@a.com' }, { role });
    const user = await tenancy.user('anna@a.com', workEmail('anna@a.com'));

    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'held', hold: 'addressTaken' });
    expect((await requireAccount(tenancy.scope, id)).document.user).toBeUndefined();
    await removeAccount(tenancy.scope, id);
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'active', adopted: false });
  });

  test('is taken over by one of many users who race for it', async () => {
    await using tenancy = openTenancy({ accounts: { adopt: { handMade: true } } });
    const id = await handMade(tenancy, { email: 'same@a.com' });
    const users = await Promise.all(
      Array.from({ length: 100 }, (_, n) => tenancy.user(`user${n}`, workEmail('same@a.com'))),
    );

    const { document } = await requireAccount(tenancy.scope, id);
    expect(users).toContain(document.user);
    const states = (await tenancy.accounts()).map(({ state, hold }) => hold ?? state);
    expect(states.filter((state) => state === 'addressTaken')).toHaveLength(99);
    expect(states.filter((state) => state === 'active')).toHaveLength(1);
  });

  test('is left alone until the user that would take it over is more than held', async () => {
    const policy = { accounts: { adopt: { handMade: true } }, groups: { required: true } };
    await using tenancy = openTenancy(policy);
    const id = await handMade(tenancy, { email: 'anna@a.com' });
    const user = await tenancy.user('anna@a.com', workEmail('anna@a.com'));
    expect((await requireAccount(tenancy.scope, id)).document).toMatchObject({ state: 'active' });
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'held', hold: 'noGroup' });
    await tenancy.group('Team', [user]);

    expect(await tenancy.accounts()).toMatchObject([{ user, adopted: true, state: 'active' }]);
    expect((await requireAccount(tenancy.scope, id)).document.user).toBe(user);
  });

  test.each([
    ['was live', {}, false],
    ['is held for want of a group', { groups: { required: true } }, true],
    ['came disabled', {}, false, { active: false }],
  ])(
    'is not taken over by a later change of an address: the user %s',
    async (...[, policy, isJoining, first]) => {
      await using tenancy = openTenancy({ ...policy, accounts: { adopt: { handMade: true } } });
      const id = await handMade(tenancy, { email: 'victim@a.com' });
      const user = await tenancy.user('eve', { ...first, ...workEmail('eve@a.com') });
      await tenancy.change(user, { active: true, ...workEmail('victim@a.com') });
      if (isJoining) await tenancy.group('Team', [user]);

      expect(await tenancy.accountOf(user)).toMatchObject({ state: 'held', hold: 'addressTaken' });
      expect((await requireAccount(tenancy.scope, id)).document.user).toBeUndefined();
    },
  );

  test('is not taken over while an operator has it disabled', async () => {
    await using tenancy = openTenancy({ accounts: { adopt: { handMade: true } } });
    const id = await handMade(tenancy, { email: 'anna@a.com' }, { state: 'disabled' });
    const user = await tenancy.user('anna', workEmail('anna@a.com'));

    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'held', hold: 'addressTaken' });
    expect((await requireAccount(tenancy.scope, id)).document.state).toBe('disabled');
  });

  test('may be made with the address of a user who waits for a group, disabled or not', async () => {
    await using tenancy = openTenancy({ groups: { required: true } });
    const user = await tenancy.user('anna', workEmail('anna@a.com'));
    await tenancy.change(user, { active: false });
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'held', hold: 'noGroup' });
    await handMade(tenancy, { email: 'anna@a.com' });
    await tenancy.change(user, { active: true });
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'held', hold: 'noGroup' });
  });

  test('keeps its address from a user who comes disabled', async () => {
    await using tenancy = openTenancy();
    await handMade(tenancy, { email: 'anna@a.com' });
    const user = await tenancy.user('anna', { active: false, ...workEmail('anna@a.com') });
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'held', hold: 'addressTaken' });
  });

  test('takes up a seat, and is refused when there is none', async () => {
    await using tenancy = openTenancy({ licences: { seats: 1 } });
    const id = await handMade(tenancy, { email: 'a@a.com' });
    await expect(createAccount(tenancy.scope, {})).rejects.toMatchObject({ code: 'conflict' });
    const user = await tenancy.user('anna');
    expect(await tenancy.accountOf(user)).toMatchObject({ hold: 'noLicence' });
    await editAccount(tenancy.scope, id, { state: 'disabled' });
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'active' });
    await expect(editAccount(tenancy.scope, id, { state: 'active' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('shares no address and no login with another', async () => {
    await using tenancy = openTenancy();
    await handMade(tenancy, { email: 'a@a.com' }, { login: 'Anna' });
    for (const edit of [{ attributes: { email: 'A@a.com' } }, { login: 'anna' }]) {
      await expect(createAccount(tenancy.scope, edit)).rejects.toMatchObject({ code: 'uniqueness' });
    }
    expect(await tenancy.accounts()).toHaveLength(1);
  });
});

const mobileOf = (value: string) => ({ phoneNumbers: [{ value, type: 'mobile' }] });

describe('a local edit', () => {
  test('of a phone number survives where the policy lets it', async () => {
    await using tenancy = openTenancy({ accounts: { editable: ['mobile'] } });
    const user = await tenancy.user('anna', { ...mobileOf('1'), ...workEmail('a@a.com') });
    await editAccount(tenancy.scope, await idOf(tenancy, 'a@a.com'), { attributes: { mobile: '2' } });
    await tenancy.change(user, { displayName: 'Anna' });
    expect(await tenancy.accountOf(user)).toMatchObject({
      attributes: { mobile: '2', displayName: 'Anna' },
    });
  });

  const edits: readonly (readonly [what: string, edit: Parameters<typeof editAccount>[2], detail: RegExp])[] =
    [
      ['another number', { attributes: { mobile: '2' } }, /attributes\.mobile/],
      ['no number', { attributes: { mobile: null } }, /attributes\.mobile/],
      ['an empty number', { attributes: { mobile: '' } }, /attributes\.mobile/],
      ['a number beside what is free', { attributes: { fax: '9', mobile: '2' } }, /attributes\.mobile/],
      [
        'two values',
        { attributes: { mobile: '2', displayName: 'X' } },
        /attributes\.mobile, attributes\.displayName/,
      ],
      ['another address', { attributes: { email: 'b@a.com' } }, /attributes\.email/],
      ['an attribute that the policy ignores', { attributes: { language: 'de' } }, /attributes\.language/],
      ['another type', { type: 'stakeholder' }, /type/],
      ['an unknown time zone', { attributes: { timezone: 'Mars' } }, /attributes\.timezone/],
      ['an offset as time zone', { attributes: { timezone: '+01:00' } }, /attributes\.timezone/],
    ];
  test.each(edits)('B15: that would be lost is refused: %s', async (_, edit, detail) => {
    const accounts = { ignored: ['preferredLanguage'], timezones: 'iana' } as const;
    await using tenancy = openTenancy({ accounts });
    const user = await tenancy.user('anna', {
      ...{ ...mobileOf('1'), ...workEmail('a@a.com'), displayName: 'Anna', preferredLanguage: 'en' },
    });
    const before = await tenancy.accountOf(user);
    const id = await idOf(tenancy, 'a@a.com');
    await expect(editAccount(tenancy.scope, id, edit)).rejects.toMatchObject({
      message: expect.stringMatching(detail),
    });
    expect(await tenancy.accountOf(user)).toEqual(before);
    const kept = {
      attributes: { mobile: '1', fax: '9', hobby: 'x', timezone: 'Asia/Tokyo' },
      type: 'regular',
    } as const;
    await editAccount(tenancy.scope, id, kept);
    await tenancy.change(user, { title: 'Dr.' });
    expect(await tenancy.accountOf(user)).toMatchObject(kept);
  });

  test('stays where the client has no value', async () => {
    await using tenancy = openTenancy();
    const user = await tenancy.user('anna', workEmail('a@a.com'));
    await editAccount(tenancy.scope, await idOf(tenancy, 'a@a.com'), { attributes: { mobile: '2' } });
    await tenancy.change(user, { displayName: 'Anna' });
    expect(await tenancy.accountOf(user)).toMatchObject({ attributes: { mobile: '2' } });
    await tenancy.change(user, mobileOf('1'));
    expect(await tenancy.accountOf(user)).toMatchObject({ attributes: { mobile: '1' }, edited: [] });
  });

  test('that takes a value away stays where the policy lets it', async () => {
    await using tenancy = openTenancy({ accounts: { editable: ['mobile'] } });
    const user = await tenancy.user('anna', { ...mobileOf('1'), ...workEmail('a@a.com') });
    await editAccount(tenancy.scope, await idOf(tenancy, 'a@a.com'), { attributes: { mobile: null } });
    await tenancy.change(user, { displayName: 'Anna' });
    await tenancy.change(user, mobileOf('2'));
    expect((await tenancy.accountOf(user))?.attributes).toEqual({ displayName: 'Anna', email: 'a@a.com' });
  });

  test('of what is the application’s own stays whatever comes', async () => {
    await using tenancy = openTenancy();
    const user = await tenancy.user('anna', workEmail('a@a.com'));
    await editAccount(tenancy.scope, await idOf(tenancy, 'a@a.com'), { attributes: { shoeSize: '38' } });
    await tenancy.change(user, { displayName: 'Anna' });
    expect(await tenancy.accountOf(user)).toMatchObject({ attributes: { shoeSize: '38' }, edited: [] });
  });

  test('of a number, like a new one, has to be confirmed by its owner', async () => {
    await using tenancy = openTenancy({ accounts: { verified: ['mobile'], editable: ['mobile'] } });
    const user = await tenancy.user('anna', { ...mobileOf('1'), ...workEmail('a@a.com') });
    const id = await idOf(tenancy, 'a@a.com');
    expect(await tenancy.accountOf(user)).toMatchObject({ unverified: ['mobile'] });
    await verifyAttribute(tenancy.scope, id, 'mobile');
    await tenancy.change(user, { displayName: 'Anna' });
    expect(await tenancy.accountOf(user)).toMatchObject({ unverified: [] });
    await tenancy.change(user, mobileOf('2'));
    expect(await tenancy.accountOf(user)).toMatchObject({ unverified: ['mobile'] });
    await verifyAttribute(tenancy.scope, id, 'mobile');
    await editAccount(tenancy.scope, id, { attributes: { mobile: '3' } });
    expect(await tenancy.accountOf(user)).toMatchObject({ unverified: ['mobile'] });
  });
});

describe('a deactivated account', () => {
  test('can be removed early but not edited, and comes back with its user', async () => {
    await using tenancy = openTenancy({ accounts: { verified: ['mobile'] } });
    const user = await tenancy.user('anna', { ...mobileOf('1'), ...workEmail('a@a.com') });
    const id = await idOf(tenancy, 'a@a.com');
    const team = (await createTeam(tenancy.scope, 'Night shift')).id;
    await expect(removeAccount(tenancy.scope, id)).rejects.toMatchObject({ code: 'conflict' });
    await tenancy.change(user, { active: false });
    for (const edit of [
      editAccount(tenancy.scope, id, { role: 'x' }),
      verifyAttribute(tenancy.scope, id, 'mobile'),
      addTeamMember(tenancy.scope, team, id),
    ]) {
      await expect(edit).rejects.toMatchObject({ code: 'conflict' });
    }
    await removeAccount(tenancy.scope, id);
    await settleAccounts(tenancy.scope, [user]);
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'removed' });
    await tenancy.change(user, { active: true });
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'active' });
  });
});

describe('a removed account', () => {
  const maintain = ({ scope, directory }: Tenancy) =>
    maintainAccounts({
      store: directory.scope.store,
      now: directory.scope.now,
      accountsOf: async () => scope,
    });

  test('goes for good when the grace period ends, with what led to it', async () => {
    await using tenancy = openTenancy();
    const user = await tenancy.user('anna', workEmail('a@a.com'));
    await tenancy.remove(user);
    tenancy.directory.clock.time += 30 * day - 1;
    await maintain(tenancy);
    expect(await tenancy.accounts()).toHaveLength(1);
    tenancy.directory.clock.time += 1;
    await maintain(tenancy);
    await maintain(tenancy);
    expect(await tenancy.accounts()).toEqual([]);
    for (const kind of ['account-link', 'account-claim']) {
      expect(await tenancy.directory.all('users', kind)).toEqual([]);
    }
  });

  test('goes at once where the policy keeps nothing', async () => {
    await using tenancy = openTenancy({ deletion: { graceDays: 0 } });
    await tenancy.remove(await tenancy.user('anna'));
    expect(await tenancy.accounts()).toEqual([]);
  });

  test('stays as it is, and is not ended, when its user is restored inactive', async () => {
    await using tenancy = openTenancy();
    const user = await tenancy.user('anna', { active: false, ...workEmail('a@a.com') });
    await tenancy.remove(user);
    await restoreResource(tenancy.scope.directory, userType, user);
    tenancy.directory.clock.time += 60 * day;
    await maintain(tenancy);
    const [account] = await tenancy.directory.all('users', 'account');
    expect(account).toMatchObject({ state: 'removed', user });
    expect(account).not.toHaveProperty('due');
  });

  test('is back when its user is restored', async () => {
    await using tenancy = openTenancy();
    const user = await tenancy.user('anna', workEmail('a@a.com'));
    await tenancy.remove(user);
    await restoreResource(tenancy.scope.directory, userType, user);
    await settleAccounts(tenancy.scope, [user]);
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'active' });
    tenancy.directory.clock.time += 60 * day;
    await maintain(tenancy);
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'active' });
  });
});

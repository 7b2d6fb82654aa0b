import { expect, test } from 'vitest';
import { accountIdOf } from '../../lib/accounts/account.ts';
import { createAccount, editAccount } from '../../lib/accounts/hand-made.ts';
import { readLinked } from '../../lib/accounts/links.ts';
import { addTeamMember, removeTeamMember } from '../../lib/accounts/team-members.ts';
import { createTeam, requireTeam } from '../../lib/accounts/teams.ts';
import { openTenancy, type Tenancy, workEmail } from './tenancy.ts';

async function idOf({ scope }: Tenancy, user: string): Promise<string> {
  const { account } = await readLinked(scope, user);
  return account ? accountIdOf(account.document) : '';
}

const mailing = {
  notifications: { welcome: true, passwordLink: true, passwordUrl: 'https://a.com/{token}' },
};

test('B3: only accounts that follow from a user are greeted', async () => {
  await using tenancy = openTenancy({ ...mailing, accounts: { adopt: { handMade: true } } });
  const mails = async () => (await tenancy.directory.all('users', 'mail')).length;
  for (const email of ['a@a.com', 'b@a.com']) {
    const { document } = await createAccount(tenancy.scope, { login: email, attributes: { email } });
    const id = accountIdOf(document);
    await editAccount(tenancy.scope, id, { state: 'disabled' });
    await editAccount(tenancy.scope, id, { state: 'active', attributes: { email: `new.${email}` } });
  }
  const adopting = await tenancy.user('new.a', workEmail('new.a@a.com'));
  await tenancy.change(adopting, workEmail('newer.a@a.com'));
  expect(await mails()).toBe(0);
  const user = await tenancy.user('carl', workEmail('carl@a.com'));
  expect(await mails()).toBe(2);
  await tenancy.change(user, { active: false });
  await tenancy.change(user, { active: true });
  expect(await mails()).toBe(2);
});

test.each([
  ['W. Europe Standard Time', undefined],
  ['+01:00', undefined],
  ['Mars/Olympus', undefined],
  ['Berlin', undefined],
  [' Europe/Berlin', undefined],
  ['12', undefined],
  ['Europe/Berlin', 'Europe/Berlin'],
  ['europe/berlin', 'europe/berlin'],
  ['UTC', 'UTC'],
  ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
])(
  'B17: of the time zone %j the account has %j, and the audit notes one that is dropped',
  async (zone, kept) => {
    await using tenancy = openTenancy({ accounts: { timezones: 'iana' } });
    const user = await tenancy.user('anna', { timezone: zone });
    const account = await tenancy.accountOf(user);
    expect(account?.attributes.timezone).toBe(kept);
    expect(account?.dropped).toEqual(kept === undefined ? ['timezone'] : undefined);
    const noted = async () => {
      const records = await tenancy.directory.all('users', 'record');
      return records.filter(({ fired }) => (fired as string[]).includes('timezone-dropped')).length;
    };
    expect(await noted()).toBe(kept === undefined ? 1 : 0);
    await tenancy.change(user, { displayName: 'Anna' });
    expect(await noted()).toBe(kept === undefined ? 1 : 0);
    await tenancy.change(user, { timezone: 'Asia/Tokyo' });
    expect((await tenancy.accountOf(user))?.dropped).toBeUndefined();
    await tenancy.change(user, { timezone: 'Nowhere' });
    expect(await noted()).toBe(kept === undefined ? 2 : 1);
  },
);

test.each([
  ['s4Stakeholder', 'stakeholder', 'user'],
  ['S4STAKEHOLDER', 'stakeholder', 'user'],
  ['S4Stakeholders', 'regular', 'user'],
  ['S4Stakeholder ', 'regular', 'user'],
  ['BOSS', 'regular', 'Boss'],
  ['boss', 'regular', 'Boss'],
  ['Boss', 'regular', 'Boss'],
  ['strasse', 'regular', 'user'],
  ['STRAẞE', 'regular', 'Straße'],
  ['clerk', 'regular', 'clerk'],
  ['Clerk', 'regular', 'Clerk'],
])('B20: the role %j makes a %s with the role %s', async (value, type, role) => {
  const known = ['user', 'Boss', 'Straße', 'Clerk', 'clerk'];
  await using tenancy = openTenancy({ roles: { known, stakeholders: ['S4Stakeholder'] } });
  const user = await tenancy.user('anna', { roles: [{ value }] });
  expect(await tenancy.accountOf(user)).toMatchObject({ type, role });
});

test('B19: who is taken out of the central team stays out, and only who is in it can be', async () => {
  await using tenancy = openTenancy({ groups: { teams: 'central' } });
  const { scope } = tenancy;
  const [user, other] = [await tenancy.user('anna'), await tenancy.user('bert')];
  const made = accountIdOf((await createAccount(scope, { login: 'dora' })).document);
  const [id, otherId] = [await idOf(tenancy, user), await idOf(tenancy, other)];
  for (const _ of ['once', 'again']) await removeTeamMember(scope, 'central', id);
  await tenancy.change(user, { displayName: 'Anna' });
  await tenancy.change(user, { active: false });
  await tenancy.change(user, { active: true });
  expect(await tenancy.accountOf(user)).toMatchObject({ central: false, state: 'active' });
  expect(await tenancy.accountOf(other)).toMatchObject({ central: true });

  await tenancy.change(other, { active: false });
  await expect(removeTeamMember(scope, 'central', otherId)).rejects.toMatchObject({ code: 'conflict' });
  await expect(removeTeamMember(scope, 'central', made)).rejects.toMatchObject({ code: 'notFound' });
  await expect(addTeamMember(scope, 'central', made)).rejects.toMatchObject({ code: 'conflict' });
  await expect(removeTeamMember(scope, 'central', 'nobody')).rejects.toMatchObject({ code: 'notFound' });
  for (const _ of ['once', 'again']) await addTeamMember(scope, 'central', id);
  expect(await tenancy.accountOf(user)).toMatchObject({ central: true });
});

test.each([
  ['externalId', { externalId: 'g1' }, 'g1'],
  ['urn:ietf:params:scim:schemas:extension:muster:2.0:Group:description', { externalId: 'g1' }, undefined],
  [null, { externalId: 'g1' }, undefined],
])('B4: the description of a team at %s', async (description, { externalId }, expected) => {
  await using tenancy = openTenancy({ groups: { description } });
  const group = await tenancy.group('Night', [await tenancy.user('anna')], externalId);
  expect((await requireTeam(tenancy.scope, group)).description).toBe(expected);
  const hand = await createTeam(tenancy.scope, 'By hand');
  expect((await requireTeam(tenancy.scope, hand.id)).description).toBeUndefined();
});

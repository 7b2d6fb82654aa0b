import { expect, test } from 'vitest';
import { type ConversionPage, convertLogins } from '../../lib/accounts/convert-logins.ts';
import { createAccount } from '../../lib/accounts/hand-made.ts';
import type { AccountScope } from '../../lib/accounts/scope.ts';
import type { Schema } from '../../lib/scim/schema/attribute.ts';
import { userType } from '../../lib/scim/schema/resource-types.ts';
import type { LoginSetting } from '../../lib/tenants/login-policy.ts';
import { openTenancy, workEmail } from './tenancy.ts';

async function convertAll(scope: AccountScope, dryRun: boolean, to: LoginSetting = 'email') {
  const pages: ConversionPage[] = [];
  let after: string | undefined;
  do {
    const page = await convertLogins(scope, { dryRun, to, after, limit: 3 });
    pages.push(page);
    after = page.next;
  } while (after !== undefined);
  const sum = (count: (page: ConversionPage) => number) =>
    pages.reduce((total, page) => total + count(page), 0);
  return {
    converted: sum(({ converted }) => converted),
    unchanged: sum(({ unchanged }) => unchanged),
    clashes: pages.flatMap(({ clashes }) => clashes.map(({ reason }) => reason)),
  };
}

test('a dry run tells what a conversion then does, which may be repeated while users come and change', async () => {
  await using tenancy = openTenancy({ accounts: { login: 'mailbox' } });
  for (const name of ['anna', 'bert', 'carl', 'dora']) {
    await tenancy.user(`${name}@a.com`, workEmail(`${name}@a.com`));
  }
  const twin = await tenancy.user('anna@b.com', workEmail('anna@b.com'));
  expect(await tenancy.accountOf(twin)).toMatchObject({ state: 'held', hold: 'loginTaken' });
  await createAccount(tenancy.scope, { login: 'carl@a.com' });
  const double = await tenancy.user('double', workEmail('carl@a.com'));
  expect(await tenancy.accountOf(double)).toMatchObject({ state: 'held', hold: 'addressTaken' });
  await createAccount(tenancy.scope, { login: 'nobody' });
  const before = await tenancy.accounts();

  const foreseen = await convertAll(tenancy.scope, true);
  expect(await tenancy.accounts()).toEqual(before);
  expect(foreseen).toMatchObject({ converted: 5, clashes: ['loginTaken', 'noAddress', 'noAddress'] });

  const scope = tenancy.as({ policy: { accounts: { login: 'email' } } });
  const [done] = await Promise.all([
    convertAll(scope, false),
    tenancy.user('eve@a.com', workEmail('eve@a.com')),
  ]);
  expect(done.clashes).toEqual(foreseen.clashes);
  expect(await convertAll(scope, false)).toMatchObject({ clashes: foreseen.clashes });
  expect(await tenancy.accountOf(twin)).toMatchObject({ state: 'active', login: 'anna@b.com' });
  const logins = (await tenancy.accounts()).map(({ login }) => login).toSorted();
  expect(logins).toEqual(
    expect.arrayContaining(['anna@a.com', 'anna@b.com', 'bert@a.com', 'carl', 'dora@a.com', 'nobody']),
  );
});

test('a login that is the e-mail address already is unchanged, and follows the address from then on', async () => {
  await using tenancy = openTenancy({ accounts: { login: 'userName' } });
  const user = await tenancy.user('anna@a.com', workEmail('anna@a.com'));
  const unchanged = { converted: 0, unchanged: 1, clashes: [] };
  expect(await convertAll(tenancy.scope, true)).toEqual(unchanged);
  expect(await convertAll(tenancy.scope, false)).toEqual(unchanged);
  expect(await tenancy.accountOf(user)).toMatchObject({ login: 'anna@a.com', loginBy: 'email' });
});

test('an account follows its user also after the tenant has given up the pack with its login', async () => {
  await using tenancy = openTenancy();
  const id = await tenancy.user('anna', { 'urn:example:User': { badge: '7' } });
  const badge = { id: 'urn:example:User', name: 'Badge', description: '', attributes: [{ name: 'badge' }] };
  const extensions = [...userType.extensions, { schema: badge as unknown as Schema, required: false }];
  const to = { federated: { issuer: 'https://login.example.com', subject: 'urn:example:User:badge' } };
  await convertAll({ ...tenancy.scope, userType: { ...userType, extensions } }, false, to);
  await tenancy.change(id, { active: false });
  expect(await tenancy.accountOf(id)).toMatchObject({ state: 'disabled', federated: { subject: '7' } });
});

import { expect } from 'vitest';
import { group, person } from './entra.ts';
import type { Local } from './local.ts';
import { rowsOf } from './row.ts';

const row = rowsOf('v6');

row(
  'V1',
  {
    says: 'A key is issued on behalf of an administrator or user manager, and its record names the person',
    off: { keys: { issuerRoles: [] } },
  },
  async ({ local }) => {
    const roles = {
      'boss@contoso.com': 'administrator',
      'hr@contoso.com': 'userManager',
      'anna@contoso.com': 'user',
    };
    for (const [email, role] of Object.entries(roles))
      await local.makeAccount({ role, attributes: { email } });
    for (const body of [{}, { onBehalfOf: 'anna@contoso.com' }, { onBehalfOf: 'nobody@contoso.com' }]) {
      const { status, body: error } = await local.call('POST', '/keys', body);
      expect({ status, detail: error.detail }).toEqual({
        ...{ status: 400, detail: expect.stringContaining('administrator, userManager') },
      });
    }
    await local.done('POST', '/keys', { onBehalfOf: 'boss@contoso.com' });
    await local.done('POST', '/keys', { onBehalfOf: 'hr@contoso.com' });
    const { keys } = await local.done('GET', '/keys');
    const issuers = keys.map(({ issuer }: { issuer: string }) => issuer);
    expect(issuers.slice(-2)).toEqual(['boss@contoso.com', 'hr@contoso.com']);
  },
);

row(
  'V2',
  {
    says: 'One key is active at a time: a new key revokes the old one at once',
    off: { keys: { replaces: false, activeMax: 2 } },
  },
  async ({ entra, local, tenantUrl }) => {
    await entra.testConnection();
    const { key } = await local.done('POST', '/keys', { onBehalfOf: 'operator@contoso.com' });
    expect((await entra.send('GET', '/Users')).status).toBe(401);
    const headers = { authorization: `Bearer ${key}` };
    expect((await fetch(`${tenantUrl}/Users`, { headers })).status).toBe(200);
    const { keys } = await local.done('GET', '/keys');
    expect(keys.map(({ status }: { status: string }) => status)).toEqual(['revoked', 'active']);
  },
);

row(
  'V3',
  { says: 'The tenant URL is the address of the account and /scim', off: { endpoint: { path: '/scim/v2' } } },
  async ({ entra, tenantUrl, endpoint }) => {
    expect(tenantUrl).toBe(`${endpoint.baseUrl}/scim`);
    await entra.testConnection();
  },
);

row(
  'V4',
  {
    says: 'Users and groups are provisioned and kept up to date as they are added, changed and removed',
    always: 'it is what the endpoint is for',
  },
  async ({ entra, flagged, local }) => {
    for (const client of [entra, flagged]) {
      const [anna, bert] = [person('anna'), person('bert')];
      const sales = group('Sales');
      await client.provision(anna, bert);
      await client.provisionGroup(sales, [anna]);
      expect(await local.account(anna)).toMatchObject({
        state: 'active',
        attributes: { displayName: 'anna' },
      });
      expect(await local.membersOf('Sales')).toEqual(['anna@contoso.com']);

      await client.change(anna, { displayName: 'Anna', 'name.familyName': 'Stein' });
      await client.change(sales, { displayName: 'Sales EU' });
      await client.addMembers(sales, [bert]);
      expect(await local.account(anna)).toMatchObject({
        attributes: { displayName: 'Anna', familyName: 'Stein' },
      });
      expect(await local.membersOf('Sales EU')).toEqual(['anna@contoso.com', 'bert@contoso.com']);

      await client.removeMembers(sales, [bert]);
      await client.disable(anna);
      expect(await local.membersOf('Sales EU')).toEqual([]);
      await client.enable(anna);
      expect(await local.membersOf('Sales EU')).toEqual(['anna@contoso.com']);
      for (const source of [anna, bert, sales]) await client.delete(source);
      expect(await local.account(anna)).toMatchObject({ state: 'removed' });
      expect(await local.teams()).toEqual([]);
    }
  },
);

row(
  'V5',
  {
    says: 'Failures are reported by e-mail, and administrators see users, groups and the last synchronisation',
    on: { notifications: { administrators: ['boss@contoso.com'] } },
    off: { notifications: { failures: false } },
  },
  async ({ entra, local, pass, timers, mailsTo }) => {
    const anna = person('anna');
    await entra.provision(anna);
    await entra.provisionGroup(group('Sales'), [anna]);
    const { body } = await entra.post(person('anna'));
    await timers();
    pass({ minutes: 15 });
    await timers();
    await timers();

    const status = await local.done('GET', '/status');
    expect(status).toMatchObject({ users: 1, groups: 1, lastCall: expect.any(String) });
    const { runs } = await local.done('GET', '/runs');
    expect(runs).toMatchObject([
      { state: 'closed', created: 2, refused: { uniqueness: 1 }, details: [{ detail: body.detail }] },
    ]);
    expect(await mailsTo('boss@contoso.com', 1)).toEqual([expect.stringContaining(body.detail)]);
  },
);

row(
  'V6',
  {
    says: 'Provision on demand works: a single user is created or updated outside of the cycle',
    always: 'it sends the same requests',
  },
  async ({ entra, local }) => {
    const anna = person('anna');
    for (const displayName of ['Anna', 'Anna Berg', 'Anna Stein']) {
      anna.values = { ...anna.values, displayName };
      await entra.testConnection();
      await entra.provision(anna);
      expect(await local.account(anna)).toMatchObject({ state: 'active', attributes: { displayName } });
    }
    expect(await entra.find('/Users', 'userName eq "ANNA@contoso.com"')).toMatchObject([{ id: anna.id }]);
  },
);

row(
  'V7',
  {
    says: 'Logins from mailbox names clash and are converted to e-mail addresses, after a dry run and without a pause',
    off: { accounts: { login: 'email' } },
  },
  async ({ entra, local }) => {
    await local.makeAccount({ login: 'anna', attributes: { email: 'anna@fabrikam.com' } });
    const [anna, bert, carl, dora] = [person('anna'), person('bert'), person('carl'), person('dora')];
    await entra.provision(anna, bert, carl, dora);
    expect(await local.account(anna)).toMatchObject({ state: 'held', hold: 'loginTaken' });
    const desk = await local.makeAccount({ login: 'dora@contoso.com' });
    const older = ['anna', 'bert', 'carl', 'dora', 'dora@contoso.com'];
    expect(await loginsOf(local)).toEqual(older);

    const clashes = [(await local.account(dora)).id, desk.id];
    expect(await convert(local, { dryRun: true })).toEqual({ pages: 4, converted: 4, unchanged: 1, clashes });
    expect(await loginsOf(local)).toEqual(older);

    const first = await local.done('POST', '/login-conversion', { dryRun: false, limit: 2 });
    expect(first).toMatchObject({ converted: 1, unchanged: 1, next: expect.any(String) });
    // Cut off here, it begins again, and the client goes on meanwhile.
    await entra.provision(person('eve'));
    await entra.change(anna, { displayName: 'Anna' });
    expect(await convert(local, { dryRun: false })).toMatchObject({ converted: 3, unchanged: 3, clashes });
    const addresses = ['anna@contoso.com', 'anna@fabrikam.com', 'bert@contoso.com', 'carl@contoso.com'];
    const left = ['dora', 'dora@contoso.com', 'eve@contoso.com'];
    expect(await loginsOf(local)).toEqual([...addresses, ...left]);

    await local.done('DELETE', `/accounts/${desk.id}`);
    expect(await convert(local, { dryRun: false })).toMatchObject({ converted: 1, clashes: [] });
    expect(await loginsOf(local)).toEqual([...addresses, 'dora@contoso.com', 'eve@contoso.com']);
  },
);

/** What people sign in with. */
async function loginsOf(local: Local): Promise<readonly string[]> {
  const accounts = await local.accounts();
  const active = accounts.filter(({ login, state }) => login !== undefined && state === 'active');
  return active.map(({ login }) => login).toSorted();
}

interface Progress {
  readonly converted: number;
  readonly unchanged: number;
  readonly clashes: readonly { readonly account: string }[];
  readonly next?: string;
}

/** Converts page by page, or foretells it, and sums up what the pages tell of the progress. */
async function convert(local: Local, { dryRun }: { dryRun: boolean }) {
  const pages: Progress[] = [];
  do {
    const after = pages.at(-1)?.next;
    pages.push(await local.done('POST', '/login-conversion', { dryRun, limit: 2, ...(after && { after }) }));
  } while (pages.at(-1)?.next !== undefined);
  const sum = (name: 'converted' | 'unchanged') => pages.reduce((total, page) => total + page[name], 0);
  const clashes = pages.flatMap((page) => page.clashes.map(({ account }) => account));
  return { pages: pages.length, converted: sum('converted'), unchanged: sum('unchanged'), clashes };
}

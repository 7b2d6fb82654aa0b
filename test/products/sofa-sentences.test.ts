import { expect } from 'vitest';
import { scim } from '../support/endpoint.ts';
import { group, person } from './entra.ts';
import { rowsOf } from './row.ts';

const row = rowsOf('sofa', {}, 'sentences');

row(
  'B2',
  {
    says: 'The end of a key is displayed, also after it, so that the key is regenerated in time',
    off: { keys: { daysMax: 365 } },
  },
  async ({ local, tenantUrl, pass, timers }) => {
    const listed = async () => (await local.done('GET', '/keys')).keys;
    const { id, key, expires } = await local.done('POST', '/keys', { validDays: 730 });
    for (const days of [729, 2, 30]) {
      pass({ days });
      await timers();
      expect(await listed()).toContainEqual(expect.objectContaining({ id, expires }));
    }
    expect((await listed()).find((one: { id: string }) => one.id === id)).toMatchObject({
      status: 'expired',
    });
    expect((await scim({ tenantUrl, token: key }, 'GET', '/Users')).status).toBe(401);
  },
);

row(
  'B3',
  {
    says: 'Welcome and password mails go to users whom the synchronisation has created, and to nobody else',
    on: { notifications: { passwordLink: true, passwordUrl: 'https://contoso.com/password?token={token}' } },
    off: [{ notifications: { welcome: false } }, { notifications: { passwordLink: false } }],
  },
  async ({ entra, flagged, local, mailsTo }) => {
    const address = (name: string) => `${name}@contoso.com`;
    const attributes = (name: string) => ({ attributes: { email: address(name) } });
    const made = await local.makeAccount(attributes('dora'));
    await local.done('PATCH', `/accounts/${made.id}`, { state: 'disabled' });
    await local.done('PATCH', `/accounts/${made.id}`, { state: 'active', ...attributes('eve') });
    await entra.provision(person('anna'));
    await flagged.provision(person('bert'));
    for (const name of ['anna', 'bert']) await mailsTo(address(name), 2);
    for (const name of ['dora', 'eve']) await mailsTo(address(name), 0);
  },
);

row(
  'B12',
  {
    says: 'Deleting a synchronisation removes its settings, and the users and groups that it has created; others stay',
    always: 'a synchronisation can be ended without its tenant',
  },
  async ({ entra, local, pass, timers }) => {
    const made = await local.makeAccount({ attributes: { email: 'dora@contoso.com' }, own: { desk: 7 } });
    const { id: team } = await local.done('POST', '/teams', { name: 'Night shift' });
    const [anna, staff] = [person('anna'), group('Staff', { externalId: 'remote' })];
    await entra.provision(anna);
    await entra.provisionGroup(staff, [anna]);
    await local.done('PUT', '/mappings/remote/team', { team });
    await local.done('PUT', '/mappings/remote/role', { role: 'subjectManager' });
    for (const { id } of [made, await local.account(anna)])
      await local.done('PUT', `/teams/${team}/members/${id}`);
    const { identifier, policy } = await local.done('GET', '');

    expect((await local.call('DELETE', '/synchronization')).status).toBe(400);
    await entra.testConnection();
    await local.done('DELETE', `/synchronization?confirm=${identifier}`);
    expect((await entra.send('GET', '/Users')).status).toBe(401);
    expect(await local.done('GET', '/mappings')).toEqual({ toTeams: [], toRoles: [] });
    for (const minutes of [0, 13]) {
      pass({ minutes });
      await timers();
    }
    expect(await local.accounts()).toEqual([made]);
    expect(await local.membersOf('Night shift')).toEqual(['dora@contoso.com']);
    const status = await local.done('GET', '/status');
    expect(status).toMatchObject({ users: 0, groups: 0, accounts: { active: 1, removed: 0 } });
    expect((await local.done('GET', '/keys')).keys).toEqual([]);
    expect((await local.done('GET', '')).policy.accounts).toEqual(policy.accounts);

    const { key: token, tenantUrl } = await local.done('POST', '/keys', {});
    const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'anna@contoso.com' };
    expect((await scim({ tenantUrl, token }, 'POST', '/Users', body)).status).toBe(201);
  },
);

row(
  'B13',
  {
    says: 'The identifier of a synchronisation identifies it: no other can have the same, whatever its case',
    always: 'every identifier belongs to one tenant',
  },
  async ({ endpoint, local, another }) => {
    const { identifier } = await local.done('GET', '');
    const other = (await another()).local;
    const own = (await other.done('GET', '')).identifier;
    for (const taken of [identifier, identifier.toUpperCase(), identifier.toLowerCase()]) {
      const edited = await other.call('PATCH', '', { identifier: taken, name: 'Another' });
      expect(edited).toMatchObject({ status: 409, body: { detail: expect.stringContaining(taken) } });
      const body = { name: 'Another', identifier: taken, preset: 'sofa' };
      expect((await endpoint.manage('POST', '/manage/tenants', body)).status).toBe(409);
    }
    expect(await other.done('GET', '')).toMatchObject({ identifier: own });
    await local.done('PATCH', '', { identifier: `${own}_former` });
    await other.done('PATCH', '', { identifier });
  },
);

import { expect } from 'vitest';
import type { JsonObject } from '../../lib/scim/json.ts';
import { roleType } from '../../tools/entra/people.ts';
import { scim } from '../support/endpoint.ts';
import { enterprise, mobile, person, primaryRole, workEmail, workPhone } from './entra.ts';
import type { Local } from './local.ts';
import { rowsOf } from './row.ts';

const row = rowsOf('signinghub', { '/Users': workEmail });

const [administrator, user] = ['Enterprise Administrator', 'Enterprise User'];
const role = (value: string) => ({ roles: [{ primary: 'True', type: roleType, value }] });

row(
  'H1',
  {
    says: 'Provisioning is enabled per enterprise, and the lifetime of tokens in days is a setting',
    off: { keys: { tokenMinutes: 60 } },
  },
  async ({ entra, local, endpoint, another }) => {
    const other = await another();
    const client = await local.done('POST', '/keys', { kind: 'client' });
    const { body } = await authenticate(endpoint.baseUrl, client);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 30 * 86_400 });
    await local.done('PATCH', '', { enabled: false });
    expect((await entra.send('GET', '/Users')).status).toBe(401);
    expect((await authenticate(endpoint.baseUrl, client)).status).toBe(401);
    await other.entra.testConnection();
  },
);

row(
  'H2',
  {
    says: 'authenticate, with client id, secret and X-SCIM: true, issues a token for SCIM of this enterprise only',
    off: { keys: { tokenMinutes: 60 } },
  },
  async ({ entra, local, tenantUrl, endpoint, pass, another }) => {
    const client = await local.done('POST', '/keys', { kind: 'client' });
    expect((await authenticate(endpoint.baseUrl, client, {})).status).toBe(400);
    const { status, body } = await authenticate(endpoint.baseUrl, client);
    expect(status).toBe(200);
    const token = String(body.access_token);

    const other = await another();
    await other.entra.provision(person('bert'));
    await entra.provision(person('anna'));
    const list = await scim({ tenantUrl, token }, 'GET', '/Users');
    expect(list).toMatchObject({ status: 200, body: { totalResults: 1 } });
    const headers = { authorization: `Bearer ${token}` };
    for (const path of ['', `/${local.tenantId}`, `/${other.local.tenantId}/accounts`]) {
      expect((await fetch(`${endpoint.baseUrl}/manage/tenants${path}`, { headers })).status).toBe(401);
    }
    pass({ days: 29 });
    expect((await scim({ tenantUrl, token }, 'GET', '/Users')).status).toBe(200);
    pass({ days: 2 });
    expect((await scim({ tenantUrl, token }, 'GET', '/Users')).status).toBe(401);
  },
);

async function authenticate(
  baseUrl: string,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  headers: Readonly<Record<string, string>> = { 'X-SCIM': 'true' },
): Promise<{ status: number; body: Record<string, unknown> }> {
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret });
  const response = await fetch(`${baseUrl}/authenticate`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

row(
  'H3',
  { says: 'The tenant URL ends in /api/scim/v2', off: { endpoint: { path: '/scim/v2' } } },
  async ({ entra, tenantUrl, endpoint }) => {
    expect(tenantUrl).toBe(`${endpoint.baseUrl}/api/scim/v2`);
    await entra.testConnection();
  },
);

row(
  'H4',
  {
    says: 'A user with an unknown primary role is not registered; a user without one gets the default role',
    off: [{ roles: { unknown: 'default' } }, { roles: { default: administrator } }],
  },
  async ({ entra, flagged, local }) => {
    const stranger = person('stranger', role('Wizard'));
    expect(await entra.post(stranger)).toMatchObject({
      ...{ status: 400, body: { scimType: 'invalidValue', detail: expect.stringContaining('"Wizard"') } },
    });
    expect(await entra.find('/Users', `${workEmail} eq "stranger@contoso.com"`)).toEqual([]);

    const [anna, bert] = [person('anna', role(administrator)), person('bert')];
    await entra.provision(anna, bert);
    expect(await local.account(anna)).toMatchObject({ role: administrator });
    expect(await local.account(bert)).toMatchObject({ role: user });
    for (const client of [entra, flagged]) {
      await client.change(bert, { [primaryRole]: administrator });
      expect(await local.account(bert)).toMatchObject({ role: administrator });
      await client.change(bert, { [primaryRole]: user });
      expect(await local.account(bert)).toMatchObject({ role: user });
      const refused = await client.patch(bert, { op: 'Replace', path: primaryRole, value: 'Wizard' });
      expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringContaining('"Wizard"') } });
      expect(await local.account(bert)).toMatchObject({ role: user });
    }
    const beside: JsonObject = { roles: [{ value: administrator, primary: true }, { value: 'Wizard' }] };
    const carl = person('carl', beside);
    await entra.provision(carl);
    expect(await local.account(carl)).toMatchObject({ role: administrator });
    await entra.patch(anna, { op: 'Remove', path: 'roles[primary eq "True"]' });
    expect(await local.account(anna)).toMatchObject({ role: user });
  },
);

row(
  'H5',
  {
    says: 'The work e-mail is the unique key and mandatory, and so is userName; the other attributes are optional',
    off: [
      { users: { unique: [] } },
      { users: { required: [] } },
      { accounts: { attributes: { organization: null, phone: null, title: null } } },
    ],
  },
  async ({ entra, local }) => {
    const optional = {
      ...{ active: true, title: 'CEO', 'name.givenName': 'Anna', 'name.familyName': 'Berg' },
      ...{ [workPhone]: '+49 30 1', [enterprise('organization')]: 'Contoso', ...role(user) },
    };
    const anna = person('anna', { userName: 'Anna Berg', ...optional });
    await entra.provision(anna);
    expect(await local.account(anna)).toMatchObject({
      ...{ state: 'active', role: user, login: 'anna@contoso.com' },
      attributes: {
        ...{ email: 'anna@contoso.com', displayName: 'Anna Berg', title: 'CEO', phone: '+49 30 1' },
        ...{ givenName: 'Anna', familyName: 'Berg', organization: 'Contoso' },
      },
    });
    const twin = await entra.post(person('twin', { [workEmail]: 'ANNA@contoso.com' }));
    expect(twin).toMatchObject({
      ...{ status: 409, body: { scimType: 'uniqueness', detail: expect.stringContaining(workEmail) } },
    });
    for (const path of [workEmail, 'userName']) {
      const { status, body } = await entra.post(person('bert', { [path]: null }));
      expect({ status, detail: body.detail }).toEqual({ status: 400, detail: expect.stringContaining(path) });
    }
    const bare = person('bert', {
      active: null,
      displayName: null,
      'name.givenName': null,
      externalId: null,
    });
    bare.values = { userName: 'Bert Stein', [workEmail]: 'bert@contoso.com' };
    await entra.provision(bare);
    expect(await local.account(bare)).toMatchObject({ state: 'active', role: user });
    const again = person('anna', { userName: 'Anna Stein', ...optional });
    await entra.provision(again);
    expect(again.id).toBe(anna.id);
    expect(await local.account(anna)).toMatchObject({ attributes: { displayName: 'Anna Stein' } });
  },
);

row(
  'H6',
  {
    says: 'Users are created, updated, disabled, enabled, and, when they are deleted, removed for good',
    off: { deletion: { graceDays: 30 } },
  },
  async ({ entra, flagged, local }) => {
    for (const client of [entra, flagged]) {
      const anna = person('anna', role(user));
      await client.provision(anna);
      const account = await local.account(anna);
      expect(account).toMatchObject({ state: 'active' });
      const values = {
        title: 'CEO',
        [enterprise('organization')]: 'Fabrikam',
        [mobile]: '1',
        [workPhone]: '2',
      };
      await client.change(anna, { ...values, [primaryRole]: administrator });
      expect(await local.account(anna)).toMatchObject({
        role: administrator,
        attributes: { title: 'CEO', organization: 'Fabrikam', mobile: '1', phone: '2' },
      });
      await client.disable(anna);
      expect(await local.account(anna)).toMatchObject({ state: 'disabled' });
      await client.enable(anna);
      expect(await local.account(anna)).toMatchObject({ state: 'active' });
      await client.delete(anna);
      expect((await local.call('GET', `/accounts/${account.id}`)).status).toBe(404);
      expect((await local.call('POST', `/users/${anna.id}/restore`)).status).toBe(404);
    }
  },
);

row(
  'H7',
  {
    says: 'Users made by hand are not deleted; SCIM manages them once they are provisioned with a valid role',
    off: [{ accounts: { adopt: { handMade: false } } }, { roles: { unknown: 'default' } }],
  },
  async ({ entra, local }) => {
    const made = await handMade(local, 'anna@contoso.com');
    const bert = person('bert');
    await entra.provision(bert);
    await entra.delete(bert);
    expect((await entra.post(person('anna', role('Wizard')))).status).toBe(400);
    expect(await local.accounts()).toEqual([made]);

    const anna = person('anna', role(administrator));
    await entra.provision(anna);
    expect(await local.accounts()).toMatchObject([
      { id: made.id, user: anna.id, adopted: true, state: 'active', role: administrator },
    ]);
    await entra.delete(anna);
    expect(await local.accounts()).toEqual([]);
  },
);

const handMade = (local: Local, email: string) =>
  local.makeAccount({ attributes: { email, displayName: 'Made by hand' } });

row(
  'H8',
  {
    says: 'Users cannot edit: the client’s value overwrites the local one unless it is empty',
    on: { accounts: { editable: [] } },
    off: [{ accounts: { editable: 'all' } }, { accounts: { keepWhenEmpty: false } }],
  },
  async ({ entra, flagged, local }) => {
    const anna = person('anna', { title: 'CEO', [workPhone]: '1' });
    await entra.provision(anna);
    const valuesOf = async () => {
      const { title, phone, organization } = (await local.account(anna)).attributes;
      return { title, phone, organization };
    };
    await local.edit(anna, { attributes: { title: 'Mine' } });
    await local.edit(anna, { attributes: { organization: 'Ours' } });
    await entra.change(anna, { [workPhone]: '2' });
    expect(await valuesOf()).toEqual({ title: 'CEO', phone: '2', organization: 'Ours' });
    for (const client of [entra, flagged]) {
      await client.change(anna, { title: '', [workPhone]: null });
      expect(await valuesOf()).toEqual({ title: 'CEO', phone: '2', organization: 'Ours' });
      await client.change(anna, { title: null });
      expect(await valuesOf()).toEqual({ title: 'CEO', phone: '2', organization: 'Ours' });
      await client.change(anna, { title: 'CEO', [workPhone]: '2' });
    }
    await entra.change(anna, { [enterprise('organization')]: 'Theirs' });
    expect(await valuesOf()).toMatchObject({ organization: 'Theirs' });
  },
);

row(
  'H9',
  {
    says: 'A bad or expired token, a missing mandatory attribute or a malformed one is refused with a helpful error',
    always: 'every answer has an error body that says what to change',
  },
  async ({ entra, local, tenantUrl, token, pass }) => {
    const detailOf = async (answer: ReturnType<typeof scim>, status: number) => {
      const { body, ...rest } = await answer;
      expect(rest.status).toBe(status);
      expect(rest.headers.get('content-type')).toBe('application/scim+json');
      expect(body).toMatchObject({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: `${status}`,
      });
      return body.detail;
    };
    const bad = { tenantUrl, token: `${token.slice(0, -8)}12345678` };
    expect(await detailOf(scim(bad, 'GET', '/Users'), 401)).toMatch(/unknown, expired or revoked: /);
    expect(await detailOf(entra.post(person('anna', { [workEmail]: null })), 400)).toContain(workEmail);
    const malformed: readonly [string, Parameters<typeof person>[1]][] = [
      ['active', { active: 'perhaps' }],
      ['emails', { emails: [{ type: 'work', value: 'anna@contoso.com', primary: 'perhaps' }] }],
      ['name', { name: 'Anna' }],
      [workEmail, { [workEmail]: 'anna' }],
      ['title', { title: ['CEO', 'CTO'] }],
      ['phoneNumbers[0].value', { phoneNumbers: [{ type: 'work', value: { number: '1' } }] }],
    ];
    for (const [name, values] of malformed) {
      expect(await detailOf(entra.post(person('anna', values)), 400)).toContain(name);
    }
    const anna = person('anna');
    await entra.provision(anna);
    const patch = entra.patch(anna, { op: 'Replace', path: 'active', value: 'perhaps' });
    expect(await detailOf(patch, 400)).toMatch(/Operation 1.*active/);
    expect(await local.account(anna)).toMatchObject({ state: 'active' });

    const { key } = await local.done('POST', '/keys', { validDays: 1 });
    expect((await scim({ tenantUrl, token: key }, 'GET', '/Users')).status).toBe(200);
    pass({ days: 2 });
    expect(await detailOf(scim({ tenantUrl, token: key }, 'GET', '/Users'), 401)).toMatch(
      /unknown, expired or revoked: /,
    );
  },
);

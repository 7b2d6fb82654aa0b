import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manageRows } from '../../lib/manage/rows.ts';
import { type Answer, type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { openData } from '../support/engine.ts';
import { clientOf } from './client.ts';

let endpoint: Endpoint;
const data = mkdtempSync(join(tmpdir(), 'muster-test-'));
beforeAll(async () => {
  endpoint = await startEndpoint({ data });
});
afterAll(async () => {
  await endpoint.stop();
  rmSync(data, { recursive: true });
});

const email = (value: string) => ({ emails: [{ value, type: 'work', primary: true }] });

/** Calls the API and holds the answer to what the operation declares of it. */
async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await endpoint.manage(method, `/manage${path}`, body);
  const row = manageRows.find((one) => one.method === method && matches(one.template, path));
  if (!row) throw new Error(`${method} ${path} is no operation`);
  if (answer.status === row.status) {
    const read = row.answer?.safeParse(answer.body);
    expect({ path, issues: read?.error?.issues }).toEqual({ path, issues: undefined });
  }
  return answer;
}

function matches(template: string, path: string): boolean {
  const pattern = template.replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^/${pattern}$`).test(path.split('?')[0] ?? '');
}

async function tenantWith(policy: object, names: object = {}) {
  const { status, body } = await call('POST', '/tenants', { name: 'Contoso', ...names, policy });
  expect(status).toBe(201);
  const issued = await endpoint.manage('POST', `/manage/tenants/${body.id}/keys`, {});
  const access = { tenantUrl: body.tenantUrl, token: issued.body.key };
  const { identifier } = body;
  return { id: String(body.id), path: `/tenants/${body.id}`, identifier, client: clientOf(access) };
}

const refusal = (status: number, detail: string) => ({
  status,
  body: { status: String(status), detail: expect.stringContaining(detail) },
});

test('the function key is taken from the query too', async () => {
  const url = `${endpoint.baseUrl}/manage/tenants?code=${endpoint.functionKey}`;
  expect((await fetch(url)).status).toBe(200);
});

describe('a tenant', () => {
  test('begins with a preset, beside which single settings can be given', async () => {
    const { body } = await call('POST', '/tenants', {
      name: 'Contoso Ltd.',
      preset: 'signinghub',
      policy: { roles: { known: ['Boss'], default: 'Boss' } },
    });
    expect(body).toMatchObject({
      ...{ identifier: 'Contoso_Ltd', description: '', enabled: true },
      tenantUrl: `${endpoint.baseUrl}/api/scim/v2`,
      policy: { roles: { known: ['Boss'], unknown: 'refuse' }, deletion: { graceDays: 0 } },
    });
  });

  test.each([
    ['no name', {}, 'Property name is missing: add it'],
    ['an empty name', { name: ' ' }, 'Property name is not valid'],
    ['an unknown preset', { name: 'a', preset: 'x' }, 'Property preset is not valid'],
    ['an identifier with a dash', { name: 'a', identifier: 'a-b' }, 'must start with a letter'],
    ['an unknown property', { name: 'a', nmae: 'b' }, 'nmae'],
    ['an unknown profile', policy({ endpoint: { profile: 'x' } }), 'Property policy.endpoint.profile'],
    ['a setting out of bounds', policy({ keys: { activeMax: 11 } }), 'Property policy.keys.activeMax'],
    ['an unknown section', policy({ nope: {} }), 'nope'],
    ['an unknown pack', policy({ endpoint: { packs: ['x'] } }), 'policy.endpoint.packs names "x"'],
    ['an unknown attribute', policy({ users: { required: ['nmae'] } }), 'policy.users.required names "nmae"'],
    [
      'an unknown attribute of groups',
      policy({ groups: { unique: ['title'] } }),
      'not an attribute of a Group',
    ],
    ['a malformed path', policy({ users: { unique: ['a[b'] } }), 'policy.users.unique names "a[b"'],
    ['a default role that there is not', policy({ roles: { default: 'x' } }), 'policy.roles.default'],
    ['days the wrong way round', policy({ keys: { daysMin: 9, daysMax: 8 } }), 'policy.keys.daysMin'],
  ])('is refused with %s', async (_, body, detail) => {
    expect(await call('POST', '/tenants', body)).toMatchObject(refusal(400, detail));
  });

  test('is edited part by part; what is not named stays', async () => {
    const { path } = await tenantWith({ licences: { seats: 5 } }, { description: 'Ours' });
    const edited = await call('PATCH', path, { name: 'Fabrikam', policy: { audit: { days: 7 } } });
    expect(edited.body).toMatchObject({
      ...{ name: 'Fabrikam', description: 'Ours', identifier: 'Contoso' },
      policy: { audit: { days: 7, level: 'information' }, licences: { seats: 5 } },
    });
    const back = await call('PATCH', path, { policy: { licences: null } });
    expect(back.body.policy.licences).toEqual({ seats: null, stakeholders: false });
    expect((await call('GET', path)).body).toEqual(back.body);
  });

  test('that is disabled refuses every call, until it is enabled', async () => {
    const { path, client } = await tenantWith({});
    await call('PATCH', path, { enabled: false });
    expect((await client.get('/Users')).status).toBe(401);
    await call('PATCH', path, { enabled: true });
    expect((await client.get('/Users')).status).toBe(200);
  });

  test('is deleted with all that it had, once that is confirmed', async () => {
    const { id, path, identifier, client } = await tenantWith({ accounts: { enabled: true } });
    const user = await client.user('anna');
    await client.group('Team', [user.id]);
    expect(await call('DELETE', path)).toMatchObject(refusal(400, `?confirm=${identifier}`));
    const wrong = identifier.toLowerCase();
    expect((await call('DELETE', `${path}?confirm=${wrong}`)).status).toBe(400);
    expect((await call('DELETE', `${path}?confirm=${identifier}`)).status).toBe(204);

    expect((await client.get('/Users')).status).toBe(401);
    for (const below of ['', '/keys', '/accounts', '/status', `/users/${user.id}`]) {
      expect(await call('GET', path + below)).toMatchObject(refusal(404, 'There is no tenant'));
    }
    const { body } = await call('GET', '/tenants');
    expect(body.tenants.map((tenant: { id: string }) => tenant.id)).not.toContain(id);
  });

  test('that is deleted leaves only its purge behind once the timer has run', async () => {
    const { id, path, identifier, client } = await tenantWith({ accounts: { enabled: true } });
    const users = await Promise.all(Array.from({ length: 5 }, (_, n) => client.user(`user${n}`)));
    await client.group(
      'Team',
      users.map((user) => user.id),
    );
    await call('DELETE', `${path}?confirm=${identifier}`);
    await endpoint.manage('POST', '/admin/functions/maintenance', {});
    await expect.poll(() => documentsOf(id), { timeout: 10_000 }).toEqual(['tenants/purge']);
  });
});

/** Every document of a tenant and of its keys, read beside the endpoint. */
async function documentsOf(tenantId: string): Promise<readonly string[]> {
  const store = await openData(data);
  const kinds = ['user', 'group', 'member', 'unique', 'account', 'account-link', 'count-user', 'purge'];
  const found = await Promise.all(
    (['users', 'groups', 'audit', 'tenants'] as const).flatMap((container) =>
      [...kinds, 'record', 'tenant'].map(async (kind) => {
        const { documents } = await store.query({ container, tenantId, kind, limit: 100 });
        return documents.map(({ document }) => `${container}/${document.id}`);
      }),
    ),
  );
  const keys = await store.due('tokens', ['key'], { before: Number.MAX_SAFE_INTEGER, limit: 1_000 });
  await store.close();
  const ofTenant = keys.filter(({ document }) => document.tenant === tenantId);
  return [...found.flat(), ...ofTenant.map(({ document }) => document.tenantId)];
}

function policy(settings: object): object {
  return { name: 'a', policy: settings };
}

describe('a key', () => {
  test('is issued on behalf of an account with a role that the policy names, which the record keeps', async () => {
    const { path } = await tenantWith({ accounts: { enabled: true } });
    await call('PATCH', path, { policy: { keys: { issuerRoles: ['administrator'], activeMax: 5 } } });
    const account = { role: 'administrator', attributes: { email: 'boss@a.com' } };
    await call('POST', `${path}/accounts`, account);
    await call('POST', `${path}/accounts`, { attributes: { email: 'user@a.com' } });
    for (const body of [{}, { onBehalfOf: 'user@a.com' }, { onBehalfOf: 'nobody@a.com' }]) {
      const answer = await call('POST', `${path}/keys`, body);
      expect(answer).toMatchObject(refusal(400, 'onBehalfOf must be the work e-mail'));
    }
    expect((await call('POST', `${path}/keys`, { onBehalfOf: 'boss@a.com' })).status).toBe(201);
    const { body } = await call('GET', `${path}/keys`);
    expect(body.keys.map(({ issuer }: { issuer: string }) => issuer)).toEqual(['function key', 'boss@a.com']);
  });

  test('is rotated with an overlap, in which both work, or at once', async () => {
    const { path, client } = await tenantWith({});
    const [first] = (await call('GET', `${path}/keys`)).body.keys;
    const second = await call('POST', `${path}/keys/${first.id}/rotate`, { overlapDays: 7 });
    expect(second.status).toBe(201);
    expect((await client.get('/Users')).status).toBe(200);
    const third = await call('POST', `${path}/keys/${second.body.id}/rotate`, { overlapDays: 1 });
    expect(third).toMatchObject(refusal(409, 'revoke one first'));
    await call('DELETE', `${path}/keys/${first.id}`);
    expect((await client.get('/Users')).status).toBe(401);
    await call('POST', `${path}/keys/${second.body.id}/rotate`, {});
    const { body } = await call('GET', `${path}/keys`);
    expect(body.keys.map(({ status }: { status: string }) => status)).toEqual([
      ...['revoked', 'revoked', 'active'],
    ]);
  });

  test('that there is not is 404, without a word of what was asked for', async () => {
    const { path } = await tenantWith({});
    const answer = await call('DELETE', `${path}/keys/muster_secret`);
    expect(answer).toMatchObject(refusal(404, 'There is no key with this id here'));
  });
});

describe('accounts and teams', () => {
  test('follow users, and can be made, edited and removed by hand', async () => {
    const { path, client } = await tenantWith({
      accounts: { enabled: true, editable: ['mobile'], verified: ['mobile'] },
    });
    const user = await client.user('anna@a.com', { displayName: 'Anna', ...email('anna@a.com') });
    const [account] = (await call('GET', `${path}/accounts`)).body.accounts;
    expect(account).toMatchObject({ user: user.id, state: 'active', attributes: { displayName: 'Anna' } });

    const one = `${path}/accounts/${account.id}`;
    const own = { shifts: ['night'] };
    expect((await call('PATCH', one, { attributes: { mobile: '1' }, own })).body).toMatchObject({
      ...{ own, edited: ['mobile'], unverified: ['mobile'], attributes: { mobile: '1' } },
    });
    expect((await call('POST', `${one}/verify`, { attribute: 'mobile' })).body.unverified).toEqual([]);
    expect(await call('POST', `${one}/verify`, { attribute: 'mobile' })).toMatchObject(
      refusal(404, 'mobile'),
    );
    expect(await call('DELETE', one)).toMatchObject(refusal(409, 'unassign the user'));
    await client.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'active', value: false }]);
    expect((await call('GET', `${path}/accounts?state=disabled`)).body.accounts).toHaveLength(1);
    expect(await call('PATCH', one, { role: 'user' })).toMatchObject(refusal(409, 'is disabled'));
    expect((await call('DELETE', one)).status).toBe(204);
    expect((await call('GET', one)).body.state).toBe('removed');
    expect((await client.get(`/Users/${user.id}`)).body.active).toBe(false);
    expect((await call('GET', `${path}/users/${user.id}`)).body).toMatchObject({ userName: 'anna@a.com' });
  });

  test('meet where groups are mapped, row by row, to local teams and roles', async () => {
    const { path, client } = await tenantWith({ accounts: { enabled: true }, groups: { teams: 'none' } });
    const team = (await call('POST', `${path}/teams`, { name: 'Local' })).body;
    const user = await client.user('anna', email('anna@a.com'));
    const group = await client.post('/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Remote',
      externalId: 'object-1',
    });
    await client.patch(`/Groups/${group.body.id}`, [
      { op: 'add', path: 'members', value: [{ value: user.id }] },
    ]);
    await call('PUT', `${path}/mappings/object-1/team`, { team: team.id });
    await call('PUT', `${path}/mappings/object-1/role`, { role: 'userManager' });
    expect(await call('PUT', `${path}/mappings/object-1/role`, { role: 'x' })).toMatchObject(
      refusal(400, 'policy.groups.toRoles'),
    );
    expect(await call('PUT', `${path}/mappings/o/team`, { team: 'x' })).toMatchObject(refusal(404, '"x"'));
    await client.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'displayName', value: 'Anna' }]);

    const { body } = await call('GET', `${path}/teams/${team.id}/members`);
    expect(body.members).toMatchObject([{ user: user.id, role: 'userManager' }]);
    expect((await call('DELETE', `${path}/mappings/object-1`)).body).toEqual({ toTeams: [], toRoles: [] });
    expect((await call('GET', `${path}/teams/${team.id}/members`)).body.members).toEqual([]);
    await call('PUT', `${path}/teams/${team.id}/members/${body.members[0].id}`);
    expect((await call('GET', `${path}/teams/${team.id}/members`)).body.members).toHaveLength(1);
    await call('DELETE', `${path}/teams/${team.id}/members/${body.members[0].id}`);
    await call('PATCH', `${path}/teams/${team.id}`, { name: 'Renamed' });
    expect((await call('GET', `${path}/teams`)).body.teams).toMatchObject([{ name: 'Renamed' }]);
    await call('PUT', `${path}/mappings/object-2/team`, { team: team.id });
    await call('PUT', `${path}/mappings/object-3/team`, { team: 'central' });
    expect((await call('DELETE', `${path}/teams/central`)).status).toBe(409);
    expect((await call('GET', `${path}/mappings`)).body.toTeams).toHaveLength(2);
    await call('DELETE', `${path}/mappings/object-3`);
    expect((await call('DELETE', `${path}/teams/${team.id}`)).status).toBe(204);
    expect((await call('GET', `${path}/mappings`)).body).toEqual({ toTeams: [], toRoles: [] });
  });

  test('are not there for a tenant without them', async () => {
    const { path } = await tenantWith({});
    expect(await call('GET', `${path}/accounts`)).toMatchObject(refusal(409, 'policy.accounts.enabled'));
    expect(await call('POST', `${path}/teams`, { name: 'a' })).toMatchObject(refusal(409, 'no accounts'));
  });

  test('are counted, with the seats and the last call', async () => {
    const { path, client } = await tenantWith({ accounts: { enabled: true }, licences: { seats: 1 } });
    await client.user('one');
    await client.user('two');
    await client.group('Team');
    expect((await call('GET', `${path}/status`)).body).toMatchObject({
      ...{ users: 2, groups: 1, seats: { used: 1, limit: 1 }, lastCall: expect.any(String) },
      accounts: { active: 1, noLicence: 1, disabled: 0 },
    });
  });
});

describe('a deleted user', () => {
  test('is restored with its account, unless its userName is taken', async () => {
    const { path, client } = await tenantWith({ accounts: { enabled: true } });
    const user = await client.user('anna', email('anna@a.com'));
    await client.delete(`/Users/${user.id}`);
    const restore = `${path}/users/${user.id}/restore`;
    expect((await call('POST', restore)).body).toMatchObject({ id: user.id, userName: 'anna' });
    expect((await client.get(`/Users/${user.id}`)).status).toBe(200);
    expect((await call('GET', `${path}/accounts?state=active`)).body.accounts).toHaveLength(1);
    expect(await call('POST', restore)).toMatchObject(refusal(409, 'is not deleted'));
    await client.delete(`/Users/${user.id}`);
    await client.user('anna');
    expect(await call('POST', restore)).toMatchObject(refusal(409, 'userName is already used'));
  });
});

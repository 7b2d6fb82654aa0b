import { expect } from 'vitest';
import { enterprise, fax, group, mobile, person, workPhone } from './entra.ts';
import { rowsOf } from './row.ts';

const row = rowsOf('sofa');

row(
  'F1',
  {
    says: 'A synchronisation has a name, a description, and an identifier derived from the name; all can be edited',
    always: 'every tenant has them',
  },
  async ({ endpoint, local }) => {
    const made = await endpoint.manage('POST', '/manage/tenants', {
      ...{ name: '365 Brücke, Zürich', description: 'Head office', preset: 'sofa' },
    });
    expect(made.body).toMatchObject({ identifier: 'Brucke_Zurich', description: 'Head office' });
    for (const identifier of ['1st', 'a-b', 'a b', '_a', 'ä', '']) {
      const { status, body } = await local.call('PATCH', '', { identifier });
      expect({ status, detail: body.detail }).toEqual({
        ...{ status: 400, detail: expect.stringContaining('must start with a letter, then letters, digits') },
      });
    }
    await local.done('PATCH', '', { name: 'Berlin', identifier: 'Head_2', description: 'Moved' });
    const edited = { name: 'Berlin', identifier: 'Head_2', description: 'Moved' };
    expect(await local.done('GET', '')).toMatchObject(edited);
  },
);

row(
  'F2',
  {
    says: 'It can be disabled (calls are refused), enabled, edited and, after a confirmation, deleted with its data',
    always: 'every tenant can be',
  },
  async ({ entra, local, timers }) => {
    const anna = person('anna');
    await entra.provision(anna);
    await local.done('PATCH', '', { enabled: false });
    expect((await entra.send('GET', '/Users')).status).toBe(401);
    await local.done('PATCH', '', { enabled: true, name: 'Fabrikam', policy: { audit: { days: 7 } } });
    await entra.testConnection();
    expect(await local.done('GET', '')).toMatchObject({ name: 'Fabrikam', policy: { audit: { days: 7 } } });

    expect(await local.call('DELETE', '')).toMatchObject({ status: 400 });
    await entra.testConnection();
    const { identifier } = await local.done('GET', '');
    await local.done('DELETE', `?confirm=${identifier}`);
    await timers();
    expect((await entra.send('GET', `/Users/${anna.id}`)).status).toBe(401);
    const gone = ['', '/keys', '/accounts', '/teams', '/mappings', `/users/${anna.id}`];
    for (const path of gone) expect((await local.call('GET', path)).status).toBe(404);
  },
);

const link = 'https://contoso.com/password?token={token}';

row(
  'F3',
  {
    says: 'Options: a report to administrators on failures, a welcome to new users, and a link for their password',
    on: { notifications: { administrators: ['boss@contoso.com'], passwordLink: true, passwordUrl: link } },
    off: [
      { notifications: { failures: false } },
      { notifications: { welcome: false } },
      { notifications: { passwordLink: false } },
    ],
  },
  async ({ entra, pass, timers, mailsTo }) => {
    await entra.provision(person('anna'));
    expect((await entra.post(person('anna'))).status).toBe(409);
    const mails = await mailsTo('anna@contoso.com', 2);
    expect(mails.filter((text) => text.includes('https://contoso.com/password?token='))).toHaveLength(1);
    await timers();
    pass({ minutes: 15 });
    await timers();
    await timers();
    await mailsTo('boss@contoso.com', 1);
  },
);

row(
  'F4',
  {
    says: 'Remote groups, by object id, are mapped to local teams row by row (`groups.toTeams`); none becomes a team',
    off: { groups: { teams: 'each' } },
  },
  async ({ entra, local, timers }) => {
    const [anna, bert] = [person('anna'), person('bert')];
    const [remote, other] = [group('Remote'), group('Other')];
    await entra.provision(anna, bert);
    await entra.provisionGroup(remote, [anna]);
    await entra.provisionGroup(other, [bert]);
    const [sales, staff] = [
      await local.done('POST', '/teams', { name: 'Sales' }),
      await local.done('POST', '/teams', { name: 'Staff' }),
    ];
    expect(await local.membersOf('Sales')).toEqual([]);

    const map = (source: typeof remote, team: { id: string }) =>
      local.done('PUT', `/mappings/${source.values.externalId}/team`, { team: team.id });
    await map(remote, sales);
    await map(other, staff);
    await timers();
    expect(await local.membersOf('Sales')).toEqual(['anna@contoso.com']);
    expect(await local.membersOf('Staff')).toEqual(['bert@contoso.com']);
    await entra.addMembers(remote, [bert]);
    expect(await local.membersOf('Sales')).toEqual(['anna@contoso.com', 'bert@contoso.com']);
    await local.done('DELETE', `/mappings/${remote.values.externalId}`);
    await timers();
    expect(await local.membersOf('Sales')).toEqual([]);
    expect(await local.membersOf('Staff')).toEqual(['bert@contoso.com']);
    expect((await local.teams()).toSorted()).toEqual(['Sales', 'Staff']);
  },
);

row(
  'F5',
  {
    says: 'Remote groups, by object id, are mapped to local roles row by row (`groups.toRoles`)',
    off: { roles: { known: ['user'] } },
  },
  async ({ entra, local, timers }) => {
    const [anna, bert] = [person('anna'), person('bert')];
    const managers = group('Managers');
    await entra.provision(anna, bert);
    await entra.provisionGroup(managers, [anna]);
    const roles = async () => [(await local.account(anna)).role, (await local.account(bert)).role];
    expect(await roles()).toEqual(['user', 'user']);
    await local.done('PUT', `/mappings/${managers.values.externalId}/role`, { role: 'userManager' });
    await timers();
    expect(await roles()).toEqual(['userManager', 'user']);
    await entra.addMembers(managers, [bert]);
    await entra.removeMembers(managers, [anna]);
    expect(await roles()).toEqual(['user', 'userManager']);
    await entra.change(managers, { externalId: 'another-object' });
    expect(await roles()).toEqual(['user', 'user']);
    await local.done('PUT', '/mappings/third-object/role', { role: 'userManager' });
    await entra.change(managers, { externalId: 'third-object' });
    expect(await roles()).toEqual(['user', 'userManager']);
    await local.done('DELETE', '/mappings/third-object');
    await timers();
    expect(await roles()).toEqual(['user', 'user']);
  },
);

row(
  'F6',
  {
    says: 'Each synchronisation has a logging level, warning, information or debug, and its log can be read',
    on: { audit: { level: 'debug' } },
    off: { audit: { level: 'information' } },
  },
  async ({ entra, local, timers, now }) => {
    const anna = person('anna');
    const outcomes = async () => {
      await timers();
      const { records } = await local.done('GET', '/audit?limit=1000');
      return new Set(records.map(({ outcome }: { outcome: string }) => outcome));
    };
    await entra.provision(anna);
    await entra.patch(anna, { op: 'Replace', path: 'displayName', value: 'anna' });
    expect((await entra.post(person('anna'))).status).toBe(409);
    expect(await outcomes()).toEqual(new Set(['done', 'unchanged', 'refused']));

    const levels = { information: ['done', 'refused'], warning: ['refused'] };
    for (const [level, expected] of Object.entries(levels)) {
      const since = encodeURIComponent(new Date(now()).toISOString());
      await local.done('PATCH', '', { policy: { audit: { level } } });
      await entra.change(anna, { displayName: level });
      await entra.patch(anna, { op: 'Replace', path: 'displayName', value: level });
      expect((await entra.post(person('anna'))).status).toBe(409);
      await timers();
      const { records } = await local.done('GET', `/audit?from=${since}`);
      const told = records
        .filter(({ credential }: { credential: string }) => credential !== 'management')
        .map(({ outcome }: { outcome: string }) => outcome);
      expect(new Set(told)).toEqual(new Set(expected));
    }
  },
);

row(
  'F7',
  {
    says: 'Keys are valid for 90 to 730 days, are shown once with URL and expiry, and can be regenerated in time',
    off: [{ keys: { daysMin: 1 } }, { keys: { daysMax: 365 } }],
  },
  async ({ entra, local, tenantUrl, pass }) => {
    const [first] = (await local.done('GET', '/keys')).keys;
    for (const validDays of [89, 731]) {
      const { status, body } = await local.call('POST', '/keys', { validDays });
      expect({ status, detail: body.detail }).toMatchObject({
        ...{ status: 400, detail: expect.stringContaining('90 to 730 days') },
      });
    }
    const days = ({ expires, created }: { expires: string; created: string }) =>
      (Date.parse(expires) - Date.parse(created)) / 86_400_000;
    const issued = await local.done('POST', `/keys/${first.id}/rotate`, { validDays: 90, overlapDays: 7 });
    expect(issued).toMatchObject({ tenantUrl, key: expect.stringMatching(/^muster_/) });
    const { keys } = await local.done('GET', '/keys');
    expect(keys).toMatchObject([{ id: first.id }, { id: issued.id, expires: issued.expires }]);
    expect(days(keys[1])).toBe(90);
    expect(JSON.stringify([keys, await local.done('GET', '')])).not.toContain(issued.key.slice(-40));

    await entra.testConnection();
    pass({ days: 8 });
    expect((await entra.send('GET', '/Users')).status).toBe(401);
    const headers = { authorization: `Bearer ${issued.key}` };
    expect((await fetch(`${tenantUrl}/Users`, { headers })).status).toBe(200);
    expect(days((await local.done('GET', '/keys')).keys[1])).toBe(90);
    await local.done('POST', '/keys', { validDays: 730 });
  },
);

row(
  'F8',
  {
    says: 'The time of the last call by the remote application is shown',
    always: 'the last use of every key is recorded',
  },
  async ({ entra, local, pass, now }) => {
    const lastCall = async () => Date.parse((await local.done('GET', '/status')).lastCall);
    expect(await lastCall()).toBeNaN();
    const began = now();
    await entra.testConnection();
    await expect.poll(lastCall).toBeGreaterThanOrEqual(began);
    const first = await lastCall();
    pass({ minutes: 40 });
    await entra.testConnection();
    await expect.poll(lastCall).toBeGreaterThanOrEqual(first + 40 * 60_000);
    const [key] = (await local.done('GET', '/keys')).keys;
    expect(Date.parse(key.lastUsed)).toBe(await lastCall());
  },
);

row(
  'F9',
  {
    says: 'Users have these attributes; language, formatted name, address and fax are accepted but reach no account',
    off: [
      { accounts: { ignored: [] } },
      { accounts: { attributes: { honorificPrefix: null, honorificSuffix: null } } },
    ],
  },
  async ({ entra, flagged, local }) => {
    const boss = person('boss');
    await entra.provision(boss);
    const mapped = {
      ...{ title: 'Head of Sales', 'name.honorificPrefix': 'Dr.', 'name.honorificSuffix': 'MBA' },
      ...{ [workPhone]: '+49 30 1', [mobile]: '+49 170 1' },
      ...{ [enterprise('employeeNumber')]: '007', [enterprise('department')]: 'Sales' },
    };
    const accepted = {
      ...{ preferredLanguage: 'de-DE', 'name.formatted': 'Dr. Anna Berg', [fax]: '+49 30 2' },
      ...{ 'addresses[type eq "work"].locality': 'Berlin', 'addresses[type eq "work"].country': 'DE' },
    };
    for (const client of [entra, flagged]) {
      const anna = person('anna', { ...mapped, ...accepted });
      await client.provision(anna);
      await client.setManager(anna, boss);
      const account = await local.account(anna);
      expect(account).toMatchObject({ state: 'active', login: 'anna@contoso.com' });
      expect(account.attributes).toEqual({
        ...{ displayName: 'anna', title: 'Head of Sales', email: 'anna@contoso.com' },
        ...{ givenName: 'anna', familyName: 'Berg', honorificPrefix: 'Dr.', honorificSuffix: 'MBA' },
        ...{ phone: '+49 30 1', mobile: '+49 170 1', externalId: anna.values.externalId },
        ...{ employeeNumber: '007', department: 'Sales', manager: boss.id },
      });
      const { body } = await client.send('GET', `/Users/${anna.id}`);
      expect(body).toMatchObject({
        ...{ preferredLanguage: 'de-DE', name: { formatted: 'Dr. Anna Berg' } },
        addresses: [{ type: 'work', locality: 'Berlin', country: 'DE' }],
        phoneNumbers: expect.arrayContaining([{ type: 'fax', value: '+49 30 2' }]),
      });
      await client.change(anna, { 'name.honorificPrefix': null, title: 'CEO', [fax]: '+49 30 3' });
      const { attributes } = await local.account(anna);
      expect(attributes).toMatchObject({ title: 'CEO', honorificSuffix: 'MBA' });
      expect(attributes).not.toHaveProperty('honorificPrefix');
      await client.delete(anna);
    }
  },
);

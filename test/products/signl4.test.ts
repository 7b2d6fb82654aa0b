import { expect } from 'vitest';
import { group, jsonRole, mobile, person, workEmail } from './entra.ts';
import { rowsOf } from './row.ts';

const row = rowsOf('signl4', { '/Groups': 'externalId' });

const description = 'urn:ietf:params:scim:schemas:extension:muster:2.0:Group:description';
const central = 'SCIM Synchronized';

row(
  'S1',
  {
    says: 'Enabling yields an endpoint URL and a bearer key, shown once; a disabled tenant refuses every call',
    always: 'every tenant has an endpoint, which `enabled` switches off',
  },
  async ({ entra, local, tenantUrl, token, endpoint }) => {
    expect(tenantUrl).toBe(`${endpoint.baseUrl}/scim/v2`);
    await entra.testConnection();
    const shown = [await local.done('GET', ''), await local.done('GET', '/keys')];
    expect(JSON.stringify(shown)).not.toContain(token.slice(-40));

    await local.done('PATCH', '', { enabled: false });
    const anna = person('anna');
    const refused = [
      await entra.send('GET', '/Users'),
      await entra.send('GET', '/ServiceProviderConfig'),
      await entra.post(anna),
      await entra.post(group('Night shift')),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    await local.done('PATCH', '', { enabled: true });
    await entra.provision(anna);
  },
);

row(
  'S2',
  {
    says: 'Groups become teams, and their members become members of the teams',
    off: { groups: { teams: 'none' } },
  },
  async ({ entra, flagged, local }) => {
    for (const client of [entra, flagged]) {
      const [anna, bert] = [person('anna'), person('bert')];
      const night = group('Night shift');
      await client.provision(anna, bert);
      await client.provisionGroup(night, [anna]);
      expect(await local.teams()).toEqual(['Night shift']);
      expect(await local.membersOf('Night shift')).toEqual(['anna@contoso.com']);
      await client.addMembers(night, [bert]);
      await client.removeMembers(night, [anna]);
      expect(await local.membersOf('Night shift')).toEqual(['bert@contoso.com']);
      await client.change(night, { displayName: 'Day shift' });
      expect(await local.teams()).toEqual(['Day shift']);
      for (const source of [anna, bert, night]) await client.delete(source);
      expect(await local.teams()).toEqual([]);
    }
  },
);

row(
  'S3',
  {
    says: 'Groups do not become teams: every user joins one central team, also without any groups',
    on: { groups: { teams: 'central', required: false } },
    off: { groups: { teams: 'each' } },
  },
  async ({ entra, local }) => {
    const [anna, bert] = [person('anna'), person('bert')];
    await entra.provision(anna);
    expect(await local.membersOf(central)).toEqual(['anna@contoso.com']);
    await entra.provision(bert);
    await entra.provisionGroup(group('Night shift'), [anna]);
    expect(await local.teams()).toEqual([central]);
    expect(await local.membersOf(central)).toEqual(['anna@contoso.com', 'bert@contoso.com']);
  },
);

row(
  'S4',
  {
    says: 'The central team can be renamed locally, and synchronisation goes on with it',
    on: { groups: { teams: 'central' } },
    off: { groups: { teams: 'none' } },
  },
  async ({ entra, local }) => {
    const [anna, bert] = [person('anna'), person('bert')];
    const everyone = group('Everyone');
    await entra.provision(anna);
    await entra.provisionGroup(everyone, [anna]);
    await local.done('PATCH', '/teams/central', { name: 'On call' });
    await entra.provision(bert);
    await entra.addMembers(everyone, [bert]);
    await entra.change(everyone, { displayName: 'All of us' });
    expect(await local.teams()).toEqual(['On call']);
    expect(await local.membersOf('On call')).toEqual(['anna@contoso.com', 'bert@contoso.com']);
    await entra.removeMembers(everyone, [anna]);
    expect(await local.membersOf('On call')).toEqual(['bert@contoso.com']);
  },
);

row(
  'S5',
  {
    says: 'Phone numbers may be edited locally, and edits survive later synchronisations',
    on: { accounts: { editable: ['mobile'] } },
    off: { accounts: { editable: [] } },
  },
  async ({ entra, local }) => {
    const anna = person('anna', { [mobile]: '+49 170 1' });
    await entra.provision(anna);
    await entra.provisionGroup(group('Night shift'), [anna]);
    await local.edit(anna, { attributes: { mobile: '+49 170 2' } });
    await entra.change(anna, { [mobile]: '+49 170 3', displayName: 'Anna' });
    expect((await local.account(anna)).attributes).toMatchObject({
      mobile: '+49 170 2',
      displayName: 'Anna',
    });
  },
);

row(
  'S6',
  {
    says: 'Users have userName, active, name, work e-mail, language, mobile, externalId and an IANA time zone',
    off: [
      { accounts: { timezones: 'any' } },
      { accounts: { attributes: { language: null, mobile: null, externalId: null } } },
    ],
  },
  async ({ entra, flagged, local }) => {
    const anna = person('anna', {
      [mobile]: '+49 170 1',
      preferredLanguage: 'de-DE',
      timezone: 'Europe/Berlin',
      title: 'Dr.',
    });
    await entra.provision(anna);
    await entra.provisionGroup(group('Night shift'), [anna]);
    const mapped = {
      ...{ displayName: 'anna', email: 'anna@contoso.com', mobile: '+49 170 1', language: 'de-DE' },
      externalId: anna.values.externalId,
    };
    expect(await local.account(anna)).toMatchObject({ state: 'invited', login: 'anna@contoso.com' });
    expect((await local.account(anna)).attributes).toEqual({ ...mapped, timezone: 'Europe/Berlin' });
    for (const client of [entra, flagged]) {
      await client.change(anna, { timezone: 'W. Europe Standard Time' });
      expect((await local.account(anna)).attributes).toEqual(mapped);
      await client.change(anna, { timezone: 'Asia/Tokyo', preferredLanguage: 'ja-JP' });
      expect((await local.account(anna)).attributes).toMatchObject({
        timezone: 'Asia/Tokyo',
        language: 'ja-JP',
      });
      await client.change(anna, { preferredLanguage: 'de-DE' });
    }
  },
);

row(
  'S7',
  {
    says: 'active arrives from Switch([IsSoftDeleted], …) as the strings "True" and "False"',
    off: { endpoint: { profile: 'rfc' } },
  },
  async ({ entra, local }) => {
    const anna = person('anna', { active: 'True' });
    await entra.provision(anna);
    await entra.provisionGroup(group('Night shift'), [anna]);
    expect(await local.account(anna)).toMatchObject({ state: 'invited' });
    await entra.patch(anna, { op: 'Replace', path: 'active', value: 'False' });
    expect(await local.account(anna)).toMatchObject({ state: 'disabled' });
    expect((await entra.send('GET', `/Users/${anna.id}`)).body.active).toBe(false);
    await entra.patch(anna, { op: 'Replace', path: 'active', value: 'True' });
    expect(await local.account(anna)).toMatchObject({ state: 'invited' });
  },
);

row(
  'S8',
  {
    says: 'Groups have displayName, externalId as their key, members, and a description by an extension',
    off: [{ endpoint: { packs: [] } }, { groups: { unique: ['displayName'] } }],
  },
  async ({ entra, flagged, local }) => {
    const anna = person('anna');
    await entra.provision(anna);
    const night = group('Shift', { [description]: 'By night' });
    const day = group('Shift', { description: 'By day' });
    await entra.provisionGroup(night, [anna]);
    await entra.provisionGroup(day, [anna]);
    expect(day.id).not.toBe(night.id);
    expect(await local.teams()).toEqual(['Shift', 'Shift']);
    expect(await entra.post(group('Other', { externalId: day.values.externalId ?? '' }))).toMatchObject({
      ...{ status: 409, body: { scimType: 'uniqueness', detail: expect.stringContaining('externalId') } },
    });

    const described = async () =>
      (await entra.send('GET', `/Groups/${day.id}`)).body[description.replace(/:description$/, '')];
    expect(await described()).toEqual({ description: 'By day' });
    const core = 'urn:ietf:params:scim:schemas:core:2.0:Group:description';
    for (const [client, path] of [entra, flagged].flatMap((one) =>
      [description, core, 'description'].map((path) => [one, path] as const),
    )) {
      await client.change(day, { displayName: 'Day', [path]: `As ${path}` });
      expect(await described()).toEqual({ description: `As ${path}` });
    }
    expect(await local.teams()).toEqual(['Shift', 'Day']);
    expect(await entra.find('/Groups', `externalId eq "${day.values.externalId}"`)).toMatchObject([
      { id: day.id, displayName: 'Day' },
    ]);
  },
);

row(
  'S9',
  {
    says: 'The app role S4Stakeholder provisions a person as a stakeholder instead of a regular user',
    off: { roles: { stakeholders: [] } },
  },
  async ({ entra, flagged, local }) => {
    const anna = person('anna', { roles: [jsonRole('S4Stakeholder')] });
    const bert = person('bert');
    await entra.provision(anna, bert);
    await entra.provisionGroup(group('Night shift'), [anna, bert]);
    expect(await local.account(anna)).toMatchObject({ type: 'stakeholder', state: 'invited' });
    expect(await local.account(bert)).toMatchObject({ type: 'regular' });
    for (const client of [entra, flagged]) {
      await client.assignRoles(bert, ['S4Stakeholder']);
      expect(await local.account(bert)).toMatchObject({ type: 'stakeholder' });
      await client.assignRoles(bert, ['Another']);
      expect(await local.account(bert)).toMatchObject({ type: 'regular', role: 'user' });
    }
  },
);

row(
  'S10',
  {
    says: 'Users and teams made by hand stay as they are; SCIM manages only those that it has created',
    always: 'nothing changes an account without a user; a user takes it over only as in S11',
  },
  async ({ entra, local }) => {
    const made = await local.makeAccount({
      ...{ login: 'dora', attributes: { email: 'dora@contoso.com', mobile: '1' }, own: { shifts: ['day'] } },
    });
    const team = await local.done('POST', '/teams', { name: 'Night shift' });
    await local.done('PUT', `/teams/${team.id}/members/${made.id}`);

    const [anna, bert] = [person('anna'), person('bert')];
    const night = group('Night shift');
    await entra.provision(anna, bert);
    await entra.provisionGroup(night, [anna, bert]);
    await entra.change(anna, { displayName: 'Dora', [mobile]: '2' });
    await entra.removeMembers(night, [bert]);
    await entra.delete(anna);
    await entra.delete(night);

    expect(await local.done('GET', `/accounts/${made.id}`)).toEqual(made);
    expect(await local.teams()).toEqual(['Night shift']);
    expect(await local.membersOf('Night shift')).toEqual(['dora@contoso.com']);
    expect(await entra.find('/Users', `${workEmail} eq "dora@contoso.com"`)).toEqual([]);
  },
);

row(
  'S11',
  {
    says: 'A new user takes over the existing user with its work e-mail: mapped attributes change, others stay',
    off: { accounts: { adopt: { handMade: false } } },
  },
  async ({ entra, local }) => {
    const own = { shifts: ['night'], loginMethod: 'password' };
    const made = await local.makeAccount({
      ...{ login: 'anna', own, attributes: { email: 'Anna@Contoso.com', displayName: 'Old', mobile: '1' } },
    });
    const anna = person('anna', { [mobile]: '2' });
    await entra.provision(anna);
    await entra.provisionGroup(group('Night shift'), [anna]);
    expect(await local.accounts()).toMatchObject([
      {
        ...{ id: made.id, user: anna.id, adopted: true, state: 'active', login: 'anna', own },
        attributes: { email: 'anna@contoso.com', displayName: 'anna', mobile: '2' },
      },
    ]);
    expect(await local.membersOf('Night shift')).toEqual(['anna@contoso.com']);
  },
);

row(
  'S12',
  {
    says: 'Users beyond the licence limit are skipped, and the audit says so after each synchronisation',
    on: { licences: { seats: 2 } },
    off: { licences: { seats: null } },
  },
  async ({ entra, local, pass, timers }) => {
    const people = ['anna', 'bert', 'carl', 'dora'].map((name) => person(name));
    await entra.provision(...people);
    await entra.provisionGroup(group('Night shift'), people);
    expect(await local.membersOf('Night shift')).toHaveLength(2);
    expect(await local.done('GET', '/accounts?hold=noLicence')).toMatchObject({
      accounts: [{ state: 'held' }, { state: 'held' }],
    });
    await timers();
    pass({ minutes: 15 });
    await timers();
    const { runs } = await local.done('GET', '/runs');
    expect(runs).toMatchObject([
      { state: 'closed', beyondLicence: 2, notes: [expect.stringMatching(/^2 users/)] },
    ]);
  },
);

row(
  'S13',
  {
    says: 'A phone number that is new or has changed is unverified until its owner confirms it',
    off: { accounts: { verified: [] } },
  },
  async ({ entra, local }) => {
    const [anna, bert] = [person('anna', { [mobile]: '+49 170 1' }), person('bert')];
    await entra.provision(anna, bert);
    await entra.provisionGroup(group('Night shift'), [anna, bert]);
    const isUnverified = async () => (await local.account(anna)).unverified.includes('mobile');
    expect(await isUnverified()).toBe(true);
    await local.done('POST', `/accounts/${(await local.account(anna)).id}/verify`, { attribute: 'mobile' });
    await entra.change(anna, { displayName: 'Anna' });
    expect(await isUnverified()).toBe(false);
    await entra.change(anna, { [mobile]: '+49 170 2' });
    expect(await isUnverified()).toBe(true);
    expect((await local.account(bert)).unverified).toEqual([]);
  },
);

row(
  'S14',
  {
    says: 'There is no account for a user without a group, and leaving the last group removes it',
    off: { groups: { required: false } },
  },
  async ({ entra, local }) => {
    const anna = person('anna');
    const [night, day] = [group('Night shift'), group('Day shift')];
    await entra.provision(anna);
    expect(await local.account(anna)).toMatchObject({ state: 'held', hold: 'noGroup' });
    expect(await local.teams()).toEqual([]);
    await entra.provisionGroup(night, [anna]);
    await entra.provisionGroup(day, [anna]);
    await entra.removeMembers(night, [anna]);
    expect(await local.account(anna)).toMatchObject({ state: 'invited' });
    await entra.removeMembers(day, [anna]);
    expect(await local.account(anna)).toMatchObject({ state: 'removed', hold: 'noGroup' });
    await entra.addMembers(day, [anna]);
    expect(await local.account(anna)).toMatchObject({ state: 'invited' });
    await entra.delete(day);
    expect(await local.account(anna)).toMatchObject({ state: 'removed' });
  },
);

row(
  'S15',
  {
    says: 'A soft delete deactivates a user, whom an administrator can delete but not edit; a final delete removes it',
    off: { deletion: { graceDays: 60 } },
  },
  async ({ entra, local, pass, timers }) => {
    const [anna, bert] = [person('anna'), person('bert')];
    await entra.provision(anna, bert);
    await entra.provisionGroup(group('Night shift'), [anna, bert]);
    await entra.disable(anna);
    await entra.disable(bert);
    const accounts = [await local.account(anna), await local.account(bert)];
    expect(accounts.map(({ state }) => state)).toEqual(['disabled', 'disabled']);
    expect(await local.edit(anna, { attributes: { mobile: '1' } })).toMatchObject({ status: 409 });
    await local.done('DELETE', `/accounts/${accounts[0].id}`);
    expect(await local.account(anna)).toMatchObject({ state: 'removed' });
    await entra.delete(anna);
    await entra.delete(bert);
    expect(await local.account(bert)).toMatchObject({ state: 'removed' });
    expect(await local.edit(bert, { attributes: { mobile: '1' } })).toMatchObject({ status: 409 });
    pass({ days: 31 });
    await timers();
    expect(await local.accounts()).toEqual([]);
  },
);

row(
  'S16',
  {
    says: 'A new user gets an invitation and is pending until its owner follows the link; an existing user does not',
    off: { notifications: { invitation: false } },
  },
  async ({ entra, local, mailsTo }) => {
    await local.makeAccount({ attributes: { email: 'dora@contoso.com' } });
    const [anna, dora] = [person('anna'), person('dora')];
    await entra.provision(dora, anna);
    await entra.provisionGroup(group('Night shift'), [dora, anna]);
    expect(await local.account(anna)).toMatchObject({ state: 'invited' });
    expect(await local.account(dora)).toMatchObject({ state: 'active', adopted: true });

    const [invitation = ''] = await mailsTo('anna@contoso.com', 1);
    await mailsTo('dora@contoso.com', 0);
    const [link = ''] = /http\S+\/activate\?token=[\w-]+/.exec(invitation) ?? [];
    expect((await fetch(link)).status).toBe(200);
    expect(await local.account(anna)).toMatchObject({ state: 'invited' });
    expect((await fetch(link, { method: 'POST' })).status).toBe(200);
    expect(await local.account(anna)).toMatchObject({ state: 'active' });
  },
);

row(
  'S17',
  {
    says: 'A group without users is not a team; it becomes one with its first user',
    off: { groups: { teams: 'none' } },
  },
  async ({ entra, flagged, local }) => {
    const anna = person('anna');
    const [night, day] = [group('Night shift'), group('Day shift')];
    await entra.provision(anna);
    await entra.provisionGroup(night);
    await flagged.provisionGroup(day);
    expect(await local.teams()).toEqual([]);
    await entra.addMembers(night, [anna]);
    expect(await local.teams()).toEqual(['Night shift']);
    await flagged.addMembers(day, [anna]);
    expect(await local.teams()).toEqual(['Night shift', 'Day shift']);
  },
);

row(
  'S18',
  {
    says: 'Administrators can read every transfer and its result in an audit trail',
    off: { audit: { level: 'warning' } },
  },
  async ({ entra, local, timers }) => {
    const [anna, bert] = [person('anna'), person('bert')];
    const night = group('Night shift');
    await entra.provision(anna, bert);
    await entra.provisionGroup(night, [anna]);
    await entra.change(anna, { displayName: 'Anna' });
    const refused = await entra.post(person('anna'));
    expect(refused.status).toBe(409);
    await entra.disable(anna);
    await entra.delete(anna);
    await timers();

    const { records } = await local.done('GET', '/audit?limit=1000');
    const told = records.map(
      (record: Record<string, string>) => `${record.resourceType} ${record.operation} ${record.outcome}`,
    );
    const results = ['User create done', 'Group create done', 'Group modify done', 'User modify done'];
    const ends = ['User delete done', 'User create refused', 'Account invite done', 'Account hold noGroup'];
    expect(told).toEqual(expect.arrayContaining([...results, ...ends]));
    const refusal = records.find(({ outcome }: { outcome: string }) => outcome === 'refused');
    expect(refusal).toMatchObject({ status: 409, detail: refused.body.detail, at: expect.any(String) });
  },
);

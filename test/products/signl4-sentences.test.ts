import { expect } from 'vitest';
import { scim } from '../support/endpoint.ts';
import { allTenants } from '../support/shared-endpoint.ts';
import { group, mobile, person, workEmail } from './entra.ts';
import { rowsOf } from './row.ts';

const row = rowsOf('signl4', { '/Groups': 'externalId' }, 'sentences');

row(
  'B1',
  {
    says: 'A user in no group any more is removed at once, also one that was deactivated before',
    off: { groups: { required: false } },
  },
  async ({ entra, flagged, local }) => {
    for (const client of [entra, flagged]) {
      const [anna, bert] = [person('anna'), person('bert')];
      const [night, day] = [group('Night shift'), group('Day shift')];
      await client.provision(anna, bert);
      await client.provisionGroup(night, [anna, bert]);
      await client.provisionGroup(day, [bert]);
      for (const one of [anna, bert]) await client.disable(one);
      expect(await local.account(anna)).toMatchObject({ state: 'disabled' });
      await client.removeMembers(night, [anna, bert]);
      expect(await local.account(anna)).toMatchObject({ state: 'removed' });
      expect(await local.account(bert)).toMatchObject({ state: 'disabled' });
      await client.delete(day);
      expect(await local.account(bert)).toMatchObject({ state: 'removed' });
      for (const one of [anna, bert]) await client.delete(one);
      await client.delete(night);
    }
  },
);

const description = 'urn:ietf:params:scim:schemas:extension:muster:2.0:Group:description';
const central = 'SCIM Synchronized';

row(
  'B4',
  { says: 'The description of a group is that of its team', off: { groups: { description: null } } },
  async ({ entra, flagged, local }) => {
    const described = async () =>
      (await local.done('GET', '/teams')).teams.map((team: Row) => team.description);
    const anna = person('anna');
    await entra.provision(anna);
    const night = group('Night shift', { [description]: 'By night' });
    await entra.provisionGroup(night, [anna]);
    expect(await described()).toEqual(['By night']);
    for (const client of [entra, flagged]) {
      for (const path of [description, 'description']) {
        await client.change(night, { [path]: `As ${path}` });
        expect(await described()).toEqual([`As ${path}`]);
      }
    }
    await entra.change(night, { [description]: null });
    expect(await described()).toEqual([undefined]);
  },
);

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Row = any;

row(
  'B8',
  {
    says: 'People sign in with their e-mail; the userName is not in use',
    off: { accounts: { login: 'userName' } },
  },
  async ({ entra, flagged, local }) => {
    for (const [index, client] of [entra, flagged].entries()) {
      const anna = person('anna', { userName: `ab${index}@tenant.onmicrosoft.com` });
      await client.provision(anna);
      const night = group('Night shift');
      await client.provisionGroup(night, [anna]);
      expect(await local.account(anna)).toMatchObject({ login: 'anna@contoso.com' });
      await client.change(anna, { userName: `new${index}@tenant.onmicrosoft.com` });
      expect(await local.account(anna)).toMatchObject({ login: 'anna@contoso.com' });
      await client.change(anna, { [workEmail]: `anna${index}@contoso.com` });
      expect(await local.account(anna)).toMatchObject({ login: `anna${index}@contoso.com` });
      for (const source of [anna, night]) await client.delete(source);
    }
  },
);

row(
  'B14',
  {
    says: 'The activation link must be clicked, and an invitation can be sent again however old the last one is',
    off: { notifications: { invitation: false } },
  },
  async ({ entra, local, pass, timers, mailsTo }) => {
    const anna = person('anna');
    await entra.provision(anna);
    await entra.provisionGroup(group('Night shift'), [anna]);
    const [first = ''] = await mailsTo('anna@contoso.com', 1);
    pass({ days: 45 });
    await timers();
    const { id } = await local.account(anna);
    await local.done('POST', `/accounts/${id}/invitation`);
    const mails = await mailsTo('anna@contoso.com', 2);
    const [old, link] = [first, mails.find((text) => text !== first) ?? ''].map(
      (text) => /http\S+\/activate\?token=[\w-]+/.exec(text)?.[0] ?? '',
    );
    expect((await fetch(String(old), { method: 'POST' })).status).toBe(410);
    expect(await local.account(anna)).toMatchObject({ state: 'invited' });
    expect((await fetch(String(link), { method: 'POST' })).status).toBe(200);
    expect(await local.account(anna)).toMatchObject({ state: 'active' });
    expect(await local.call('POST', `/accounts/${id}/invitation`)).toMatchObject({ status: 409 });
  },
);

row(
  'B15',
  {
    says: 'Phone numbers can be edited locally only with the option; without it an edit is refused, not lost',
    off: { accounts: { editable: 'all' } },
  },
  async ({ entra, flagged, local }) => {
    const [anna, bert] = [person('anna', { [mobile]: '+49 170 1' }), person('bert')];
    await entra.provision(anna, bert);
    await entra.provisionGroup(group('Night shift'), [anna, bert]);
    for (const value of ['+49 170 2', '', null]) {
      const { status, body } = await local.edit(anna, { attributes: { mobile: value } });
      expect({ status, detail: body.detail }).toEqual({
        ...{ status: 409, detail: expect.stringContaining('attributes.mobile') },
      });
    }
    for (const client of [entra, flagged]) {
      await client.change(anna, { preferredLanguage: client === entra ? 'de-DE' : 'fr-FR' });
      expect((await local.account(anna)).attributes).toMatchObject({ mobile: '+49 170 1' });
    }
    // The client has no number of this one, so the edit stays until it has.
    expect((await local.edit(bert, { attributes: { mobile: '+49 170 3' } })).status).toBe(200);
    await entra.change(bert, { displayName: 'Bert' });
    expect((await local.account(bert)).attributes).toMatchObject({ mobile: '+49 170 3' });
    await local.done('PATCH', '', { policy: { accounts: { editable: ['mobile'] } } });
    expect((await local.edit(anna, { attributes: { mobile: '+49 170 2' } })).status).toBe(200);
    await entra.change(anna, { [mobile]: '+49 170 4' });
    expect((await local.account(anna)).attributes).toMatchObject({ mobile: '+49 170 2' });
  },
);

row(
  'B16',
  {
    says: 'The audit names the users who are skipped because there is no licence for them',
    on: { licences: { seats: 1 } },
    off: { licences: { seats: null } },
  },
  async ({ entra, local, pass, timers }) => {
    const [anna, bert] = [person('anna'), person('bert')];
    await entra.provision(anna, bert);
    await entra.provisionGroup(group('Night shift'), [anna]);
    await entra.provisionGroup(group('Day shift'), [bert]);
    const who = { displayName: 'bert', email: 'bert@contoso.com', login: 'bert@contoso.com', user: bert.id };
    const { records } = await local.done('GET', '/audit?outcome=noLicence');
    expect(records.map((record: Row) => record.who)).toMatchObject([who]);
    await timers();
    pass({ minutes: 15 });
    await timers();
    const { runs } = await local.done('GET', '/runs');
    expect(runs).toMatchObject([{ beyondLicence: 1, skipped: [who] }]);
    expect(await local.done('GET', `/runs/${runs[0].id}`)).toMatchObject({ skipped: [who] });
    await entra.delete(bert);
    const later = await local.done('GET', '/audit?outcome=noLicence');
    expect(JSON.stringify(later)).not.toContain('bert');
  },
);

row(
  'B17',
  {
    says: 'A time zone must be one of IANA; one that is dropped is noted in the audit',
    off: { accounts: { timezones: 'any' } },
  },
  async ({ entra, flagged, local }) => {
    const anna = person('anna', { timezone: 'Europe/Berlin' });
    await entra.provision(anna);
    await entra.provisionGroup(group('Night shift'), [anna]);
    const noted = async () => {
      const { records } = await local.done('GET', '/audit?limit=1000');
      return records.filter((record: Row) => record.fired.includes('timezone-dropped'));
    };
    expect(await noted()).toEqual([]);
    for (const [index, client] of [entra, flagged].entries()) {
      await client.change(anna, { timezone: 'W. Europe Standard Time' });
      const account = await local.account(anna);
      expect(account).toMatchObject({ dropped: ['timezone'] });
      expect(account.attributes).not.toHaveProperty('timezone');
      expect(await noted()).toHaveLength(index + 1);
      expect((await noted())[0]).toMatchObject({ resourceType: 'Account', resource: account.id });
      await client.change(anna, { timezone: 'Asia/Tokyo' });
      expect(await local.account(anna)).not.toHaveProperty('dropped');
      expect((await local.account(anna)).attributes).toMatchObject({ timezone: 'Asia/Tokyo' });
    }
  },
);

row(
  'B18',
  {
    says: 'The invitation and its page name the application that the organisation provides',
    off: { notifications: { product: null } },
  },
  async ({ entra, local, mailsTo }) => {
    const anna = person('anna');
    await entra.provision(anna);
    await entra.provisionGroup(group('Night shift'), [anna]);
    const { name } = await local.done('GET', '');
    const [mail = ''] = await mailsTo('anna@contoso.com', 1);
    expect(mail).toMatch(/^Subject: Activate your account with SIGNL4/m);
    expect(mail).toContain(`${name} provides`);
    const [link = ''] = /http\S+\/activate\?token=[\w-]+/.exec(mail) ?? [];
    expect(await (await fetch(link)).text()).toContain('<p>SIGNL4</p>');
  },
);

row(
  'B19',
  {
    says: 'Users of the central team are moved to other teams by hand, and stay there',
    on: { groups: { teams: 'central', required: false } },
    off: { groups: { teams: 'none' } },
  },
  async ({ entra, flagged, local }) => {
    const [anna, bert] = [person('anna'), person('bert')];
    await entra.provision(anna, bert);
    const team = await local.done('POST', '/teams', { name: 'On call' });
    const { id } = await local.account(anna);
    expect(await local.membersOf(central)).toEqual(['anna@contoso.com', 'bert@contoso.com']);
    await local.done('PUT', `/teams/${team.id}/members/${id}`);
    await local.done('DELETE', `/teams/central/members/${id}`);
    for (const client of [entra, flagged]) {
      await client.change(anna, { displayName: client === entra ? 'Anna' : 'Anna B' });
      await client.disable(anna);
      await client.enable(anna);
      expect(await local.membersOf(central)).toEqual(['bert@contoso.com']);
      expect(await local.membersOf('On call')).toEqual(['anna@contoso.com']);
    }
    await local.done('PUT', `/teams/central/members/${id}`);
    expect(await local.membersOf(central)).toEqual(['anna@contoso.com', 'bert@contoso.com']);
  },
);

row(
  'B20',
  {
    says: 'The app role of stakeholders counts whatever its case: s4Stakeholder and S4Stakeholder',
    off: { roles: { stakeholders: [] } },
  },
  async ({ entra, flagged, local }) => {
    const anna = person('anna');
    await entra.provision(anna);
    await entra.provisionGroup(group('Night shift'), [anna]);
    for (const client of [entra, flagged]) {
      for (const name of ['s4Stakeholder', 'S4Stakeholder', 's4stakeholder', 'S4STAKEHOLDER']) {
        await client.assignRoles(anna, [name]);
        expect(await local.account(anna)).toMatchObject({ type: 'stakeholder' });
        await client.assignRoles(anna, ['S4Stakeholders']);
        expect(await local.account(anna)).toMatchObject({ type: 'regular' });
      }
    }
  },
);

row(
  'B21',
  {
    says: 'If only users are transferred, a central team gets them (S14 contradicts it, and is the other option)',
    on: { groups: { required: false } },
    off: { groups: { required: true } },
  },
  async ({ entra, flagged, local }) => {
    for (const client of [entra, flagged]) {
      const anna = person('anna');
      await client.provision(anna);
      expect(await local.account(anna)).toMatchObject({ state: 'invited' });
      expect(await local.teams()).toEqual([central]);
      expect(await local.membersOf(central)).toEqual(['anna@contoso.com']);
      const night = group('Night shift');
      await client.provisionGroup(night, [anna]);
      expect(await local.teams()).toEqual(['Night shift']);
      await client.removeMembers(night, [anna]);
      expect(await local.membersOf(central)).toEqual(['anna@contoso.com']);
      for (const source of [anna, night]) await client.delete(source);
    }
  },
);

row(
  'B22',
  {
    says: '"Save" yields the URL and the first key, which is shown once',
    always: 'the creation of a tenant issues its first key if it is asked to',
  },
  async ({ endpoint }) => {
    const create = (body: object) =>
      endpoint.manage('POST', '/manage/tenants', { name: 'Saved', preset: 'signl4', ...body });
    const { status, body } = await create({ key: { label: 'Entra ID' } });
    expect({ status, firstKey: body.firstKey }).toMatchObject({
      ...{ status: 201, firstKey: { key: expect.stringMatching(/^muster_/), expires: expect.any(String) } },
    });
    const { tenantUrl, key: token } = body.firstKey;
    expect((await scim({ tenantUrl, token }, 'GET', '/Users')).status).toBe(200);
    const shown = await endpoint.manage('GET', `/manage/tenants/${body.id}`);
    expect(JSON.stringify(shown.body)).not.toContain(token.slice(-40));
    expect((await create({ key: {} })).body.firstKey).toMatchObject({ key: expect.any(String) });
    expect((await create({})).body).not.toHaveProperty('firstKey');
    const before = (await allTenants(endpoint)).length;
    for (const refused of [{ key: { validDays: 0 } }, { key: true }, { key: {}, preset: 'v6' }]) {
      expect((await create(refused)).status).toBe(400);
    }
    expect(await allTenants(endpoint)).toHaveLength(before);
  },
);

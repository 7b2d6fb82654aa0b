import { expect } from 'vitest';
import { scim } from '../support/endpoint.ts';
import { person, workEmail, workPhone } from './entra.ts';
import { rowsOf } from './row.ts';

const row = rowsOf('signinghub', { '/Users': workEmail }, 'sentences');

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Row = any;

row(
  'B5',
  {
    says: 'An expired token and a malformed number are errors that an administrator sees and can act on',
    always: 'expired credentials are recorded, and no malformed value is stored or lost',
  },
  async ({ entra, local, endpoint, tenantUrl, pass, timers }) => {
    const { id, key } = await local.done('POST', '/keys', { validDays: 1 });
    const client = await local.done('POST', '/keys', { kind: 'client', validDays: 90 });
    const body = new URLSearchParams({ client_id: client.clientId, client_secret: client.clientSecret });
    const options = { method: 'POST', headers: { 'X-SCIM': 'true' }, body };
    const granted = (await (await fetch(`${endpoint.baseUrl}/authenticate`, options)).json()) as Row;
    pass({ days: 31 });
    await timers();
    for (const token of [key, granted.access_token]) {
      expect((await scim({ tenantUrl, token }, 'GET', '/Users')).status).toBe(401);
    }
    const { records } = await local.done('GET', '/audit?limit=1000');
    const expired = records.filter((record: Row) => record.reason === 'expired');
    expect(expired.map((record: Row) => record.credential).toSorted()).toEqual(
      [id, client.clientId].toSorted(),
    );
    const malformed: readonly Parameters<typeof person>[1][] = [
      { phoneNumbers: 'x' },
      { phoneNumbers: ['x'] },
      { emails: 'anna@contoso.com' },
      { emails: ['anna@contoso.com'] },
    ];
    for (const values of malformed) {
      const answer = await entra.post(person('anna', values));
      expect([answer.status, JSON.stringify(values)]).toEqual([400, JSON.stringify(values)]);
      expect(answer.body.detail).toContain(Object.keys(values ?? {})[0]);
    }
    const anna = person('anna');
    await entra.provision(anna);
    const patched = await entra.patch(anna, { op: 'Replace', path: 'phoneNumbers', value: 'x' });
    expect(patched.status).toBe(400);
  },
);

row(
  'B9',
  {
    says: 'userName is mapped from displayName, so that two people can have the same; the e-mail is the key',
    off: { users: { uniqueUserName: true } },
  },
  async ({ entra, flagged, local }) => {
    for (const client of [entra, flagged]) {
      const smiths = [1, 2, 3].map((number) =>
        person(`john${number}`, {
          userName: number === 3 ? 'JOHN smith' : 'John Smith',
          displayName: 'John Smith',
        }),
      );
      await client.provision(...smiths);
      expect(new Set(smiths.map(({ id }) => id)).size).toBe(3);
      for (const name of ['John Smith', 'john smith']) {
        expect(await client.find('/Users', `userName eq "${name}"`)).toHaveLength(3);
      }
      const [first, second] = smiths as [Row, Row];
      expect(await local.account(first)).toMatchObject({ state: 'active', login: 'john1@contoso.com' });
      expect(await local.account(second)).toMatchObject({ state: 'active', login: 'john2@contoso.com' });
      const twin = await client.post(person('twin', { [workEmail]: 'JOHN1@contoso.com' }));
      expect(twin).toMatchObject({ status: 409, body: { detail: expect.stringContaining(workEmail) } });

      const jane = person('jane', { userName: 'Jane Doe' });
      await client.provision(jane);
      await client.change(jane, { userName: 'John Smith' });
      const { body } = await client.send('GET', `/Users/${jane.id}`);
      const put = await client.send('PUT', `/Users/${jane.id}`, { ...body, userName: 'JOHN SMITH' });
      expect(put).toMatchObject({ status: 200, body: { userName: 'JOHN SMITH' } });
      await client.delete(first);
      expect(await client.find('/Users', 'userName eq "John Smith"')).toHaveLength(3);
      expect(
        await client.find('/Users', `userName eq "John Smith" and ${workEmail} eq "john2@contoso.com"`),
      ).toMatchObject([{ id: second.id }]);
      for (const one of [...smiths.slice(1), jane]) await client.delete(one);
    }
    const schemas = await entra.send('GET', '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User');
    const userName = schemas.body.attributes.find(({ name }: Row) => name === 'userName');
    expect(userName).toMatchObject({ required: true, uniqueness: 'none' });
    expect((await entra.post(person('nameless', { userName: null }))).status).toBe(400);
  },
);

row(
  'B10',
  {
    says: 'The guide’s table of attributes writes email[…] and phoneNumber[…] in the singular; both are understood',
    off: { endpoint: { profile: 'rfc' } },
  },
  async ({ entra, flagged, local }) => {
    const [email, phone] = [workEmail, workPhone].map((path) => path.replace('s[', '['));
    for (const client of [entra, flagged]) {
      const anna = person('anna', { [workEmail]: null });
      anna.values = { ...anna.values, [String(email)]: 'anna@contoso.com', [String(phone)]: '+49 30 1' };
      const created = await client.post(anna);
      expect(created).toMatchObject({
        status: 201,
        body: {
          emails: [{ type: 'work', value: 'anna@contoso.com' }],
          phoneNumbers: [{ value: '+49 30 1' }],
        },
      });
      expect(await client.find('/Users', `${email} eq "anna@contoso.com"`)).toMatchObject([{ id: anna.id }]);
      const patched = await client.patch(
        anna,
        { op: 'Replace', path: String(phone), value: '+49 30 2' },
        { op: 'Add', path: String(email), value: 'anna.berg@contoso.com' },
      );
      expect([200, 204]).toContain(patched.status);
      expect((await local.account(anna)).attributes).toMatchObject({
        ...{ phone: '+49 30 2', email: 'anna.berg@contoso.com' },
      });
      await client.delete(anna);
    }
  },
);

row(
  'B11',
  {
    says: 'Restricting users from editing fields is an option of their role',
    on: { accounts: { editableByRole: { 'Enterprise User': [] } } },
    off: { accounts: { editableByRole: { 'Enterprise User': 'all' } } },
  },
  async ({ entra, flagged, local }) => {
    const role = (value: string) => ({ roles: [{ primary: 'True', value }] });
    const [anna, boss] = [
      person('anna', { title: 'CTO', ...role('Enterprise User') }),
      person('boss', { title: 'CEO', ...role('Enterprise Administrator') }),
    ];
    await entra.provision(anna, boss);
    const edit = { attributes: { title: 'Mine' } };
    expect(await local.edit(anna, edit)).toMatchObject({
      ...{ status: 409, body: { detail: expect.stringContaining('attributes.title') } },
    });
    expect((await local.edit(boss, edit)).status).toBe(200);
    for (const [index, client] of [entra, flagged].entries()) {
      for (const one of [anna, boss]) await client.change(one, { title: `Title ${index}` });
      expect((await local.account(anna)).attributes).toMatchObject({ title: `Title ${index}` });
      expect((await local.account(boss)).attributes).toMatchObject({ title: 'Mine' });
    }
    // What the client leaves empty stays editable, and a role that changes changes what is editable.
    expect((await local.edit(anna, { attributes: { organization: 'Ours' } })).status).toBe(200);
    await entra.change(boss, { 'roles[primary eq "True"].value': 'Enterprise User' });
    expect((await local.account(boss)).attributes).toMatchObject({ title: 'Title 1' });
    expect((await local.edit(boss, edit)).status).toBe(409);
  },
);

import { expect } from 'vitest';
import {
  type ConformanceEndpoint,
  enterpriseSchema,
  freshName,
  patchOp,
  requirement,
  specimen,
  userSchema,
} from './support.ts';

const work = { type: 'work', value: 'w@example.com' };
const home = { type: 'home', value: 'h@example.com' };
const [bothEmails] = [{ emails: [work, home] }];

/** Modifies a new user, expects success and yields the user as it is then. */
async function modified(endpoint: ConformanceEndpoint, attributes: object, ...operations: readonly object[]) {
  const { id } = await endpoint.createUser(attributes);
  const answer = await endpoint.patch(`/Users/${id}`, ...operations);
  expect(answer.status).toBe(200);
  const { body } = await endpoint.send('GET', `/Users/${id}`);
  expect(answer.body).toEqual(body);
  return body;
}

/** Expects a PATCH of a new user to fail and to change nothing. */
async function refused(
  endpoint: ConformanceEndpoint,
  { attributes = {}, operations }: { attributes?: object; operations: readonly object[] },
  scimType: string,
): Promise<void> {
  const user = await endpoint.createUser(attributes);
  const answer = await endpoint.patch(`/Users/${user.id}`, ...operations);
  expect(answer).toMatchObject({ status: 400, body: { status: '400', scimType } });
  expect(answer.body.detail).toMatch(/\w/);
  expect((await endpoint.send('GET', `/Users/${user.id}`)).body).toEqual(user);
}

requirement('RFC 7644 3.5 #1', async (endpoint) => {
  const { id, userName } = await endpoint.createUser({ title: 'Guide', nickName: 'B' });
  const body = { schemas: [userSchema], userName, title: 'Chief' };
  const answer = await endpoint.send('PUT', `/Users/${id}`, body);
  expect(answer).toMatchObject({ status: 200, body: { id, title: 'Chief' } });
  expect(answer.body).not.toHaveProperty('nickName');
});

requirement('RFC 7644 3.5 #2', async (endpoint) => {
  const { body } = await endpoint.send('GET', '/ServiceProviderConfig');
  expect(body.patch).toEqual({ supported: true });
});

requirement('RFC 7644 3.5.1 #2', async (endpoint) => {
  const { id, userName } = await endpoint.createUser({ title: 'Guide', ...bothEmails });
  const body = { schemas: [userSchema], userName, title: 'Chief', emails: [home] };
  await endpoint.send('PUT', `/Users/${id}`, body);
  expect((await endpoint.send('GET', `/Users/${id}`)).body).toMatchObject({ title: 'Chief', emails: [home] });
});

requirement('RFC 7644 3.5.1 #3', async (endpoint) => {
  const member = await endpoint.createUser();
  const group = await endpoint.createGroup({ externalId: 'x', members: [{ value: member.id }] });
  const { schemas, displayName } = group;
  await endpoint.send('PUT', `/Groups/${group.id}`, { schemas, displayName });
  const { body } = await endpoint.send('GET', `/Groups/${group.id}`);
  expect(body).not.toHaveProperty('externalId');
  expect(body.members.map(({ value }: { value: string }) => value)).toEqual([member.id]);
});

requirement('RFC 7644 3.5.1 #4', async (endpoint) => {
  const { id } = await endpoint.createSpecimen({ origin: 'Rome' });
  const answer = await endpoint.send('PUT', `/Specimens/${id}`, specimen({ origin: 'Oslo' }));
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
  expect((await endpoint.send('PUT', `/Specimens/${id}`, specimen({ origin: 'Rome' }))).status).toBe(200);
});

requirement('RFC 7644 3.5.1 #5', async (endpoint) => {
  const { id } = await endpoint.createSpecimen();
  const answer = await endpoint.send('PUT', `/Specimens/${id}`, specimen({ origin: 'Rome' }));
  expect(answer).toMatchObject({ status: 200, body: { origin: 'Rome' } });
});

requirement('RFC 7644 3.5.1 #6', async (endpoint) => {
  const { id, meta } = await endpoint.createSpecimen();
  const sent = specimen({ id: 'other', curator: 'Me', meta: { created: '1999-01-01T00:00:00Z' } });
  const answer = await endpoint.send('PUT', `/Specimens/${id}`, sent);
  expect(answer).toMatchObject({ status: 200, body: { id, meta: { created: meta.created } } });
  expect(answer.body).not.toHaveProperty('curator');
});

requirement('RFC 7644 3.5.1 #7', async (endpoint) => {
  const user = await endpoint.createUser();
  const answer = await endpoint.send('PUT', `/Users/${user.id}`, { schemas: [userSchema], title: 'T' });
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
  expect((await endpoint.send('GET', `/Users/${user.id}`)).body).toEqual(user);
});

requirement('RFC 7644 3.5.2 #1', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const Operations = [{ op: 'add', path: 'title', value: 'T' }];
  for (const schemas of [undefined, [], [userSchema]]) {
    const answer = await endpoint.send('PATCH', `/Users/${id}`, { schemas, Operations });
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
  }
});

requirement('RFC 7644 3.5.2 #2', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const { Operations: _, ...message } = patchOp() as { Operations: unknown };
  for (const Operations of [undefined, {}, 'x']) {
    const answer = await endpoint.send('PATCH', `/Users/${id}`, { ...message, Operations });
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
  }
});

requirement('RFC 7644 3.5.2 #3', async (endpoint) => {
  const operation = { path: 'title', value: 'T' };
  await refused(endpoint, { operations: [operation] }, 'invalidSyntax');
  await refused(endpoint, { operations: [{ ...operation, op: 'move' }] }, 'invalidSyntax');
  for (const op of ['add', 'replace']) {
    expect((await modified(endpoint, {}, { ...operation, op })).title).toBe('T');
  }
});

requirement('RFC 7644 3.5.2 #4', async (endpoint) => {
  await refused(endpoint, { attributes: { title: 'T' }, operations: [{ op: 'remove' }] }, 'noTarget');
  const okta = await endpoint.otherTenant({ profile: 'okta' });
  for (const op of ['add', 'replace']) {
    expect((await modified(okta, {}, { op, value: { title: 'T' } })).title).toBe('T');
  }
});

requirement('RFC 7644 3.5.2 #5', async (endpoint) => {
  await refused(endpoint, { operations: [{ op: 'replace', path: 'id', value: 'x' }] }, 'mutability');
  await refused(
    endpoint,
    { operations: [{ op: 'add', path: 'groups', value: [{ value: 'x' }] }] },
    'mutability',
  );
  await refused(endpoint, { operations: [{ op: 'add', path: 'active', value: 'maybe' }] }, 'invalidValue');
  await refused(endpoint, { operations: [{ op: 'add', path: 'shoeSize', value: 7 }] }, 'invalidPath');
  const { id } = await endpoint.createSpecimen({ origin: 'Rome' });
  const answer = await endpoint.patch(`/Specimens/${id}`, { op: 'replace', path: 'origin', value: 'Oslo' });
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
});

requirement('RFC 7644 3.5.2 #8', async (endpoint) => {
  const path = `${enterpriseSchema}:department`;
  const user = await modified(
    endpoint,
    {},
    { op: 'add', path, value: 'D' },
    { op: 'add', path: 'title', value: 'T' },
  );
  expect(user).toMatchObject({ schemas: [userSchema, enterpriseSchema], title: 'T' });
});

requirement('RFC 7644 3.5.2 #9', async (endpoint) => {
  const user = await modified(
    endpoint,
    {},
    { op: 'add', path: 'schemas', value: [enterpriseSchema] },
    { op: 'add', path: `${enterpriseSchema}:department`, value: 'D' },
  );
  expect(user.schemas).toEqual([userSchema, enterpriseSchema]);
});

requirement('RFC 7644 3.5.2 #10', async (endpoint) => {
  const emails = [{ ...work, primary: true }, home];
  const path = 'emails[type eq "home"].primary';
  const user = await modified(endpoint, { emails }, { op: 'add', path, value: true });
  expect(user.emails).toEqual([
    { ...work, primary: false },
    { ...home, primary: true },
  ]);
});

requirement('RFC 7644 3.5.2 #11', async (endpoint) => {
  const operations = [
    { op: 'add', path: 'title', value: 'T' },
    { op: 'remove', path: 'emails[type eq "home"].value' },
    { op: 'replace', path: 'meta', value: {} },
  ];
  await refused(endpoint, { attributes: bothEmails, operations }, 'mutability');
});

requirement('RFC 7644 3.5.2 #14', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const operation = { op: 'add', path: 'title', value: 'T' };
  const answer = await endpoint.patch(`/Users/${id}?excludedAttributes=userName`, operation);
  expect(answer).toMatchObject({ status: 200, body: { id, title: 'T' } });
  expect(answer.body).not.toHaveProperty('userName');
});

requirement('RFC 7644 3.5.2 #15', async (endpoint) => {
  const entra = await endpoint.otherTenant({ profile: 'entra' });
  const { id } = await entra.createGroup();
  const operation = { op: 'add', path: 'externalId', value: 'x' };
  const answer = await entra.patch(`/Groups/${id}?attributes=externalId`, operation);
  expect(answer).toMatchObject({ status: 200, body: { id, externalId: 'x' } });
});

requirement('RFC 7644 3.5.2.1 #1', async (endpoint) => {
  await refused(endpoint, { operations: [{ op: 'add', path: 'title' }] }, 'invalidValue');
});

requirement('RFC 7644 3.5.2.1 #2', async (endpoint) => {
  const name = { givenName: 'A' };
  const user = await modified(endpoint, { name }, { op: 'add', path: 'name', value: { familyName: 'B' } });
  expect(user.name).toEqual({ givenName: 'A', familyName: 'B' });
  await refused(endpoint, { operations: [{ op: 'add', path: 'name', value: 'A' }] }, 'invalidValue');
});

requirement('RFC 7644 3.5.2.1 #3', async (endpoint) => {
  const user = await endpoint.createUser({ title: 'T', emails: [work] });
  for (const operation of [
    { op: 'add', path: 'title', value: 'T' },
    { op: 'add', path: 'emails', value: [work] },
  ]) {
    const answer = await endpoint.patch(`/Users/${user.id}`, operation);
    expect(answer).toMatchObject({ status: 200, body: { meta: user.meta } });
  }
  expect((await endpoint.send('GET', `/Users/${user.id}`)).body).toEqual(user);
});

requirement('RFC 7644 3.5.2.2 #1', async (endpoint) => {
  expect(await modified(endpoint, { title: 'T' }, { op: 'remove', path: 'title' })).not.toHaveProperty(
    'title',
  );
});

requirement('RFC 7644 3.5.2.2 #2', async (endpoint) => {
  expect(await modified(endpoint, bothEmails, { op: 'remove', path: 'emails' })).not.toHaveProperty('emails');
});

/** The strict profile wants a sub-attribute behind a filter, which RFC 7644 does not. */
const lenient = (endpoint: ConformanceEndpoint) => endpoint.otherTenant({ profile: 'google' });

requirement('RFC 7644 3.5.2.2 #3', async (endpoint) => {
  const tenant = await lenient(endpoint);
  const operation = { op: 'remove', path: 'emails[value ew "example.com"]' };
  expect(await modified(tenant, bothEmails, operation)).not.toHaveProperty('emails');
});

requirement('RFC 7644 3.5.2.2 #4', async (endpoint) => {
  const emails = [{ ...work, display: 'W' }];
  const user = await modified(endpoint, { emails }, { op: 'remove', path: 'emails[type eq "work"].display' });
  expect(user.emails).toEqual([work]);
});

requirement('RFC 7644 3.5.2.2 #5', async (endpoint) => {
  const tenant = await lenient(endpoint);
  const operations = ['work', 'home'].map((type) => ({ op: 'remove', path: `emails[type eq "${type}"]` }));
  expect(await modified(tenant, bothEmails, ...operations)).not.toHaveProperty('emails');
});

requirement('RFC 7644 3.5.2.2 #6', async (endpoint) => {
  await refused(endpoint, { operations: [{ op: 'remove', path: 'userName' }] }, 'mutability');
  await refused(endpoint, { operations: [{ op: 'remove', path: 'meta.created' }] }, 'mutability');
});

requirement('RFC 7644 3.5.2.3 #1', async (endpoint) => {
  const okta = await endpoint.otherTenant({ profile: 'okta' });
  const value = { title: 'New', name: { givenName: 'N' } };
  const user = await modified(okta, { title: 'Old', nickName: 'K' }, { op: 'replace', value });
  expect(user).toMatchObject({ ...value, nickName: 'K' });
});

requirement('RFC 7644 3.5.2.3 #2', async (endpoint) => {
  const user = await modified(endpoint, {}, { op: 'replace', path: 'title', value: 'T' });
  expect(user.title).toBe('T');
});

requirement('RFC 7644 3.5.2.3 #3', async (endpoint) => {
  const tenant = await lenient(endpoint);
  const name = { givenName: 'A', familyName: 'B' };
  const user = await modified(tenant, { name }, { op: 'replace', path: 'name', value: { givenName: 'C' } });
  expect(user.name.givenName).toBe('C');
});

requirement('RFC 7644 3.5.2.3 #4', async (endpoint) => {
  const tenant = await lenient(endpoint);
  const operation = { op: 'replace', path: 'emails[value ew "example.com"].display', value: 'D' };
  const user = await modified(tenant, bothEmails, operation);
  expect(user.emails).toEqual([
    { ...work, display: 'D' },
    { ...home, display: 'D' },
  ]);
});

requirement('RFC 7644 3.5.2.3 #5', async (endpoint) => {
  const path = 'emails[type eq "other"].value';
  const operations = [{ op: 'replace', path, value: freshName('o') }];
  await refused(endpoint, { attributes: bothEmails, operations }, 'noTarget');
});

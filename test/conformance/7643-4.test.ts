import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { scim, startEndpoint } from '../support/endpoint.ts';
import { textOfData } from '../support/engine.ts';
import { attributeOf } from './discovered.ts';
import { enterpriseSchema, freshName, groupSchema, requirement, userSchema } from './support.ts';

const userWith = (attributes: object) => ({
  schemas: [userSchema],
  userName: freshName('user'),
  ...attributes,
});

// userName: Each User MUST include a non-empty userName value.
requirement('RFC 7643 4.1.1 #1', async (endpoint) => {
  for (const userName of [undefined, null, '', '  ']) {
    const answer = await endpoint.send('POST', '/Users', { schemas: [userSchema], userName });
    expect([userName, answer.status, answer.body.scimType]).toEqual([userName, 400, 'invalidValue']);
  }
  const { id, userName } = await endpoint.createUser();
  expect(userName).toMatch(/./);
  const removed = await endpoint.patch(`/Users/${id}`, { op: 'remove', path: 'userName' });
  expect(removed).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
});

// userName: This identifier MUST be unique across the service provider's entire set of Users.
requirement('RFC 7643 4.1.1 #2', async (endpoint) => {
  const { userName } = await endpoint.createUser();
  const { id } = await endpoint.createUser();
  const taken = [
    await endpoint.send('POST', '/Users', { schemas: [userSchema], userName }),
    await endpoint.send('PUT', `/Users/${id}`, { schemas: [userSchema], userName }),
    await endpoint.patch(`/Users/${id}`, { op: 'replace', path: 'userName', value: userName }),
  ];
  for (const answer of taken) expect(answer).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
  expect((await endpoint.send('GET', '/Users')).body.totalResults).toBe(2);
});

// userName: This attribute is REQUIRED and is case insensitive.
requirement('RFC 7643 4.1.1 #3', async (endpoint) => {
  expect(await attributeOf(endpoint, userSchema, 'userName')).toMatchObject({
    required: true,
    caseExact: false,
  });
  const { id } = await endpoint.createUser({ userName: 'BJensen@Example.com' });
  const again = await endpoint.send('POST', '/Users', userWith({ userName: 'bjensen@example.COM' }));
  expect(again).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
  const filter = encodeURIComponent('userName eq "BJENSEN@EXAMPLE.COM"');
  expect((await endpoint.send('GET', `/Users?filter=${filter}`)).body.Resources).toMatchObject([{ id }]);
});

// password: The cleartext value or the hashed value of a password SHALL NOT be returnable by a service
// provider.
requirement('RFC 7643 4.1.1 #8', async (endpoint) => {
  const password = 'correct horse battery staple';
  const create = userWith({ password });
  const created = await endpoint.send('POST', '/Users?attributes=userName,password', create);
  const { id } = created.body;
  const answers = [
    created,
    await endpoint.send('GET', `/Users/${id}?attributes=password`),
    await endpoint.send('GET', '/Users?attributes=password'),
    await endpoint.send('PUT', `/Users/${id}`, userWith({ password: `${password}!` })),
    await endpoint.patch(`/Users/${id}`, { op: 'replace', path: 'password', value: `${password}?` }),
    await endpoint.send('GET', `/Users?filter=${encodeURIComponent(`password eq "${password}"`)}`),
    await endpoint.send('POST', '/Users', { ...create, userName: 7 }),
  ];
  expect(answers.map(({ status }) => status).slice(0, 5)).toEqual([201, 200, 200, 200, 200]);
  const sent = answers.map(({ body }) => JSON.stringify(body));
  expect(sent.filter((body) => /correct horse|scrypt|\$2[aby]\$|argon2/.test(body))).toEqual([]);
  for (const { body } of answers) expect(body).not.toHaveProperty('password');
});

// password: If a service provider holds the value locally, the value SHOULD be hashed.
requirement('RFC 7643 4.1.1 #9', async () => {
  const password = 'a-password-that-stands-nowhere';
  const data = mkdtempSync(join(tmpdir(), 'muster-conformance-'));
  const host = await startEndpoint({ data });
  const created = await scim(host, 'POST', '/Users', userWith({ password, nickName: 'kept-in-clear' }));
  expect(created.status).toBe(201);
  expect(await host.stop()).toBe(0);
  const kept = await textOfData(data);
  rmSync(data, { recursive: true });
  expect(kept).toContain('kept-in-clear');
  expect(kept).not.toContain(password);
  expect(host.output()).not.toContain(password);
});

// password: When a password is set or changed by the client, the cleartext password SHOULD be processed by
// the service provider as follows:
requirement('RFC 7643 4.1.1 #10', async (endpoint) => {
  const { id, meta } = await endpoint.createUser({ password: 'pa\u0308sswo\u0308rd\u00a01' });
  const set = (value: string) => endpoint.patch(`/Users/${id}`, { op: 'replace', path: 'password', value });
  // Prepared for international comparison, this is the password that the user has, so nothing changes.
  expect((await set('p\u00e4ssw\u00f6rd 1')).body.meta.version).toBe(meta.version);
  expect((await set('p\u00e4ssw\u00f6rd 2')).body.meta.version).not.toBe(meta.version);
  // The policy of the server: a password is not empty.
  expect(await set('')).toMatchObject({ status: 400 });
});

// emails: Service providers SHOULD canonicalize the value according to [RFC5321], e.g., "bjensen@example.com"
// instead of "bjensen@EXAMPLE.COM".
requirement('RFC 7643 4.1.2 #2', async (endpoint) => {
  const { id, emails } = await endpoint.createUser({
    emails: [{ value: 'bjensen@EXAMPLE.COM', type: 'work' }],
  });
  expect(emails).toEqual([{ value: 'bjensen@example.com', type: 'work' }]);
  const operation = { op: 'add', path: 'emails', value: [{ value: 'Babs@JENSEN.Org', type: 'home' }] };
  const { body } = await endpoint.patch(`/Users/${id}`, operation);
  expect(body.emails[1].value).toBe('Babs@jensen.org');
});

// phoneNumbers: Service providers SHOULD canonicalize the value according to [RFC3966] format, when
// appropriate.
requirement('RFC 7643 4.1.2 #4', async (endpoint) => {
  // Appropriate is it where the client wrote a URI of RFC 3966; what else it writes it has to find again.
  const numbers = ['TEL:+1 (201) 555.0123', 'tel:+1-201-555-0124', '555 0125'];
  const { phoneNumbers } = await endpoint.createUser({ phoneNumbers: numbers.map((value) => ({ value })) });
  const expected = ['tel:+1-201-555-0123', 'tel:+1-201-555-0124', '555 0125'];
  expect(phoneNumbers.map(({ value }: { value: string }) => value)).toEqual(expected);
});

// ims: No official canonicalization rules exist for all instant messaging addresses, but service providers
// SHOULD, when appropriate, remove all whitespace and convert the address to lowercase.
requirement('RFC 7643 4.1.2 #5', async (endpoint) => {
  const user = await endpoint.createUser({ ims: [{ value: ' Some One 99 ', type: 'AIM' }] });
  expect(user.ims).toEqual([{ value: 'someone99', type: 'aim' }]);
  const filter = encodeURIComponent('ims.value eq "Some One 99"');
  expect((await endpoint.send('GET', `/Users?filter=${filter}`)).body.totalResults).toBe(1);
});

// groups: Direct group membership indicates that the user is directly associated with the group and SHOULD
// indicate that clients may modify membership through the "Group" resource.
requirement('RFC 7643 4.1.2 #10', async (endpoint) => {
  const user = await endpoint.createUser();
  const group = await endpoint.createGroup({ members: [{ value: user.id }] });
  const groups = async () => (await endpoint.send('GET', `/Users/${user.id}`)).body.groups;
  expect(await groups()).toMatchObject([{ value: group.id, type: 'direct' }]);
  const operation = { op: 'remove', path: `members[value eq "${user.id}"]` };
  expect((await endpoint.patch(`/Groups/${group.id}`, operation)).status).toBeLessThan(300);
  expect(await groups()).toBeUndefined();
});

// groups: If the SCIM service provider exposes a "Group" resource, the "value" sub-attribute MUST be the
// "id", and the "$ref" sub-attribute must be the URI of the corresponding "Group" resources to which the user
// belongs.
requirement('RFC 7643 4.1.2 #11', async (endpoint) => {
  const user = await endpoint.createUser();
  const group = await endpoint.createGroup({ members: [{ value: user.id }] });
  const { body } = await endpoint.send('GET', `/Users/${user.id}`);
  expect(body.groups).toMatchObject([{ value: group.id, $ref: group.meta.location }]);
});

// groups: Since this attribute has a mutability of "readOnly", group membership changes MUST be applied via
// the "Group" Resource (Section 4.2).
requirement('RFC 7643 4.1.2 #12', async (endpoint) => {
  const group = await endpoint.createGroup();
  const { id, userName, groups } = await endpoint.createUser({ groups: [{ value: group.id }] });
  expect(groups).toBeUndefined();
  const replaced = await endpoint.send(
    'PUT',
    `/Users/${id}`,
    userWith({ userName, groups: [{ value: group.id }] }),
  );
  expect(replaced.body).not.toHaveProperty('groups');
  const operation = { op: 'add', path: 'groups', value: [{ value: group.id }] };
  expect(await endpoint.patch(`/Users/${id}`, operation)).toMatchObject({
    status: 400,
    body: { scimType: 'mutability' },
  });
  expect((await endpoint.send('GET', `/Groups/${group.id}`)).body).not.toHaveProperty('members');
});

// x509Certificates: Each value contains exactly one DER-encoded X.509 certificate (see Section 4 of
// [RFC5280]), which MUST be base64 encoded per Section 4 of [RFC4648].
requirement('RFC 7643 4.1.2 #13', async (endpoint) => {
  const value = 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVM=';
  expect(await endpoint.createUser({ x509Certificates: [{ value }] })).toMatchObject({
    x509Certificates: [{ value }],
  });
  expect(await attributeOf(endpoint, userSchema, 'x509Certificates.value')).toMatchObject({ type: 'binary' });
  const armoured = '-----BEGIN CERTIFICATE-----';
  const answer = await endpoint.send('POST', '/Users', userWith({ x509Certificates: [{ value: armoured }] }));
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
});

// displayName: REQUIRED.
requirement('RFC 7643 4.2 #1', async (endpoint) => {
  expect(await attributeOf(endpoint, groupSchema, 'displayName')).toMatchObject({ required: true });
  for (const displayName of [undefined, null, '']) {
    const answer = await endpoint.send('POST', '/Groups', { schemas: [groupSchema], displayName });
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
  }
});

// manager.value: RECOMMENDED.
requirement('RFC 7643 4.3 #1', async (endpoint) => {
  const boss = await endpoint.createUser();
  const manager = { value: boss.id, $ref: `../Users/${boss.id}` };
  const user = await endpoint.createUser({
    schemas: [userSchema, enterpriseSchema],
    [enterpriseSchema]: { manager },
  });
  expect(user[enterpriseSchema].manager).toMatchObject(manager);
  const filter = encodeURIComponent(`${enterpriseSchema}:manager.value eq "${boss.id}"`);
  expect((await endpoint.send('GET', `/Users?filter=${filter}`)).body.Resources).toMatchObject([
    { id: user.id },
  ]);
  expect(await attributeOf(endpoint, enterpriseSchema, 'manager.value')).toMatchObject({ type: 'string' });
  expect(await attributeOf(endpoint, enterpriseSchema, 'manager.$ref')).toMatchObject({
    type: 'reference',
    referenceTypes: ['User'],
  });
});

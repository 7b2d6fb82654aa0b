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

// Implementers MUST support HTTP PUT as specified in Section 4.3 of [RFC7231].
requirement('RFC 7644 3.5 #1', async (endpoint) => {
  const { id, userName } = await endpoint.createUser({ title: 'Guide', nickName: 'B' });
  const body = { schemas: [userSchema], userName, title: 'Chief' };
  const answer = await endpoint.send('PUT', `/Users/${id}`, body);
  expect(answer).toMatchObject({ status: 200, body: { id, title: 'Chief' } });
  expect(answer.body).not.toHaveProperty('nickName');
});

// Resources such as Groups may be very large; hence, implementers SHOULD support HTTP PATCH [RFC5789] to
// enable partial resource modifications.
requirement('RFC 7644 3.5 #2', async (endpoint) => {
  const { body } = await endpoint.send('GET', '/ServiceProviderConfig');
  expect(body.patch).toEqual({ supported: true });
});

// readWrite, writeOnly: Any values provided SHALL replace the existing attribute values.
requirement('RFC 7644 3.5.1 #2', async (endpoint) => {
  const { id, userName } = await endpoint.createUser({ title: 'Guide', ...bothEmails });
  const body = { schemas: [userSchema], userName, title: 'Chief', emails: [home] };
  await endpoint.send('PUT', `/Users/${id}`, body);
  expect((await endpoint.send('GET', `/Users/${id}`)).body).toMatchObject({ title: 'Chief', emails: [home] });
});

// readWrite, writeOnly: Service providers MAY take into account whether or not a client has access to, or
// understands, all of the resource's attributes when deciding whether non-asserted attributes SHALL be
// removed or defaulted.
requirement('RFC 7644 3.5.1 #3', async (endpoint) => {
  const member = await endpoint.createUser();
  const group = await endpoint.createGroup({ externalId: 'x', members: [{ value: member.id }] });
  const { schemas, displayName } = group;
  await endpoint.send('PUT', `/Groups/${group.id}`, { schemas, displayName });
  const { body } = await endpoint.send('GET', `/Groups/${group.id}`);
  expect(body).not.toHaveProperty('externalId');
  expect(body).not.toHaveProperty('members');
  const { id, userName } = await endpoint.createUser({ active: false, title: 'T' });
  const user = await endpoint.send('PUT', `/Users/${id}`, { schemas: [userSchema], userName });
  expect(user.body.active).toBe(false);
  expect(user.body).not.toHaveProperty('title');
});

// immutable: If one or more values are already set for the attribute, the input value(s) MUST match, or HTTP
// status code 400 SHOULD be returned with a "scimType" error code of "mutability".
requirement('RFC 7644 3.5.1 #4', async (endpoint) => {
  const { id } = await endpoint.createSpecimen({ origin: 'Rome' });
  const answer = await endpoint.send('PUT', `/Specimens/${id}`, specimen({ origin: 'Oslo' }));
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
  expect((await endpoint.send('PUT', `/Specimens/${id}`, specimen({ origin: 'Rome' }))).status).toBe(200);
});

// immutable: If the service provider has no existing values, the new value(s) SHALL be applied.
requirement('RFC 7644 3.5.1 #5', async (endpoint) => {
  const { id } = await endpoint.createSpecimen();
  const answer = await endpoint.send('PUT', `/Specimens/${id}`, specimen({ origin: 'Rome' }));
  expect(answer).toMatchObject({ status: 200, body: { origin: 'Rome' } });
});

// readOnly: Any values provided SHALL be ignored.
requirement('RFC 7644 3.5.1 #6', async (endpoint) => {
  const { id, meta } = await endpoint.createSpecimen();
  const sent = specimen({ id: 'other', curator: 'Me', meta: { created: '1999-01-01T00:00:00Z' } });
  const answer = await endpoint.send('PUT', `/Specimens/${id}`, sent);
  expect(answer).toMatchObject({ status: 200, body: { id, meta: { created: meta.created } } });
  expect(answer.body).not.toHaveProperty('curator');
});

// If an attribute is "required", clients MUST specify the attribute in the PUT request.
requirement('RFC 7644 3.5.1 #7', async (endpoint) => {
  const user = await endpoint.createUser();
  const answer = await endpoint.send('PUT', `/Users/${user.id}`, { schemas: [userSchema], title: 'T' });
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
  expect((await endpoint.send('GET', `/Users/${user.id}`)).body).toEqual(user);
});

// The body of each request MUST contain the "schemas" attribute with the URI value of
// "urn:ietf:params:scim:api:messages:2.0:PatchOp".
requirement('RFC 7644 3.5.2 #1', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const Operations = [{ op: 'add', path: 'title', value: 'T' }];
  for (const schemas of [undefined, [], [userSchema]]) {
    const answer = await endpoint.send('PATCH', `/Users/${id}`, { schemas, Operations });
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
  }
});

// The body of an HTTP PATCH request MUST contain the attribute "Operations", whose value is an array of one
// or more PATCH operations.
requirement('RFC 7644 3.5.2 #2', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const { Operations: _, ...message } = patchOp() as { Operations: unknown };
  for (const Operations of [undefined, {}, 'x']) {
    const answer = await endpoint.send('PATCH', `/Users/${id}`, { ...message, Operations });
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
  }
});

// Each PATCH operation object MUST have exactly one "op" member, whose value indicates the operation to
// perform and MAY be one of "add", "remove", or "replace".
requirement('RFC 7644 3.5.2 #3', async (endpoint) => {
  const operation = { path: 'title', value: 'T' };
  await refused(endpoint, { operations: [operation] }, 'invalidSyntax');
  await refused(endpoint, { operations: [{ ...operation, op: 'move' }] }, 'invalidSyntax');
  for (const op of ['add', 'replace']) {
    expect((await modified(endpoint, {}, { ...operation, op })).title).toBe('T');
  }
});

// The "path" attribute is OPTIONAL for "add" and "replace" and is REQUIRED for "remove" operations.
requirement('RFC 7644 3.5.2 #4', async (endpoint) => {
  await refused(endpoint, { attributes: { title: 'T' }, operations: [{ op: 'remove' }] }, 'noTarget');
  for (const op of ['add', 'replace']) {
    expect((await modified(endpoint, {}, { op, value: { title: 'T' } })).title).toBe('T');
  }
});

// Each operation against an attribute MUST be compatible with the attribute's mutability and schema as
// defined in Sections 2.2 and 2.3 of [RFC7643].
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

// For all operations, the value of the "schemas" attribute on the SCIM service provider's representation of
// the resource SHALL be assumed by default.
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

// If one of the PATCH operations modifies the "schemas" attribute, subsequent operations SHALL assume the
// modified state of the "schemas" attribute.
requirement('RFC 7644 3.5.2 #9', async (endpoint) => {
  const user = await modified(
    endpoint,
    {},
    { op: 'add', path: 'schemas', value: [enterpriseSchema] },
    { op: 'add', path: `${enterpriseSchema}:department`, value: 'D' },
  );
  expect(user.schemas).toEqual([userSchema, enterpriseSchema]);
});

// For multi-valued attributes, a PATCH operation that sets a value's "primary" sub-attribute to "true" SHALL
// cause the server to automatically set "primary" to "false" for any other values in the array.
requirement('RFC 7644 3.5.2 #10', async (endpoint) => {
  const emails = [{ ...work, primary: true }, home];
  const path = 'emails[type eq "home"].primary';
  const user = await modified(endpoint, { emails }, { op: 'add', path, value: true });
  expect(user.emails).toEqual([
    { ...work, primary: false },
    { ...home, primary: true },
  ]);
});

// A PATCH request, regardless of the number of operations, SHALL be treated as atomic.
requirement('RFC 7644 3.5.2 #11', async (endpoint) => {
  const operations = [
    { op: 'add', path: 'title', value: 'T' },
    { op: 'remove', path: 'emails[type eq "home"].value' },
    { op: 'replace', path: 'meta', value: {} },
  ];
  await refused(endpoint, { attributes: bothEmails, operations }, 'mutability');
});

// On successful completion, the server either MUST return a 200 OK response code and the entire resource
// within the response body, subject to the "attributes" query parameter (see Section 3.9), or MAY return HTTP
// status code 204 (No Content) and the appropriate response headers for a successful PATCH request.
requirement('RFC 7644 3.5.2 #14', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const operation = { op: 'add', path: 'title', value: 'T' };
  const answer = await endpoint.patch(`/Users/${id}?excludedAttributes=userName`, operation);
  expect(answer).toMatchObject({ status: 200, body: { id, title: 'T' } });
  expect(answer.body).not.toHaveProperty('userName');
});

// The server MUST return a 200 OK if the "attributes" parameter is specified in the request.
requirement('RFC 7644 3.5.2 #15', async (endpoint) => {
  const entra = await endpoint.otherTenant({ profile: 'entra' });
  const { id } = await entra.createGroup();
  const operation = { op: 'add', path: 'externalId', value: 'x' };
  const answer = await entra.patch(`/Groups/${id}?attributes=externalId`, operation);
  expect(answer).toMatchObject({ status: 200, body: { id, externalId: 'x' } });
});

// The operation MUST contain a "value" member whose content specifies the value to be added.
requirement('RFC 7644 3.5.2.1 #1', async (endpoint) => {
  await refused(endpoint, { operations: [{ op: 'add', path: 'title' }] }, 'invalidValue');
});

// If the target location specifies a complex attribute, a set of sub-attributes SHALL be specified in the
// "value" parameter.
requirement('RFC 7644 3.5.2.1 #2', async (endpoint) => {
  const name = { givenName: 'A' };
  const user = await modified(endpoint, { name }, { op: 'add', path: 'name', value: { familyName: 'B' } });
  expect(user.name).toEqual({ givenName: 'A', familyName: 'B' });
  await refused(endpoint, { operations: [{ op: 'add', path: 'name', value: 'A' }] }, 'invalidValue');
});

// If the target location already contains the value specified, no changes SHOULD be made to the resource, and
// a success response SHOULD be returned.
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

// If the target location is a single-value attribute, the attribute and its associated value is removed, and
// the attribute SHALL be considered unassigned.
requirement('RFC 7644 3.5.2.2 #1', async (endpoint) => {
  expect(await modified(endpoint, { title: 'T' }, { op: 'remove', path: 'title' })).not.toHaveProperty(
    'title',
  );
});

// If the target location is a multi-valued attribute and no filter is specified, the attribute and all values
// are removed, and the attribute SHALL be considered unassigned.
requirement('RFC 7644 3.5.2.2 #2', async (endpoint) => {
  expect(await modified(endpoint, bothEmails, { op: 'remove', path: 'emails' })).not.toHaveProperty('emails');
});

// If no other values remain after removal of the selected values, the multi-valued attribute SHALL be
// considered unassigned.
requirement('RFC 7644 3.5.2.2 #3', async (endpoint) => {
  const operation = { op: 'remove', path: 'emails[value ew "example.com"]' };
  expect(await modified(endpoint, bothEmails, operation)).not.toHaveProperty('emails');
});

// Sub-attributes whose values have been removed SHALL be considered unassigned.
requirement('RFC 7644 3.5.2.2 #4', async (endpoint) => {
  const emails = [{ ...work, display: 'W' }];
  const user = await modified(endpoint, { emails }, { op: 'remove', path: 'emails[type eq "work"].display' });
  expect(user.emails).toEqual([work]);
});

// If the complex multi-valued attribute has no remaining records, the attribute SHALL be considered
// unassigned.
requirement('RFC 7644 3.5.2.2 #5', async (endpoint) => {
  const operations = ['work', 'home'].map((type) => ({ op: 'remove', path: `emails[type eq "${type}"]` }));
  expect(await modified(endpoint, bothEmails, ...operations)).not.toHaveProperty('emails');
});

// If an attribute is removed or becomes unassigned and is defined as a required attribute or a read-only
// attribute, the server SHALL return an HTTP response status code and a JSON detail error response as defined
// in Section 3.12, with a "scimType" error code of "mutability".
requirement('RFC 7644 3.5.2.2 #6', async (endpoint) => {
  await refused(endpoint, { operations: [{ op: 'remove', path: 'userName' }] }, 'mutability');
  await refused(endpoint, { operations: [{ op: 'remove', path: 'meta.created' }] }, 'mutability');
});

// In this case, the "value" attribute SHALL contain a list of one or more attributes that are to be replaced.
requirement('RFC 7644 3.5.2.3 #1', async (endpoint) => {
  const value = { title: 'New', name: { givenName: 'N' } };
  const user = await modified(endpoint, { title: 'Old', nickName: 'K' }, { op: 'replace', value });
  expect(user).toMatchObject({ ...value, nickName: 'K' });
});

// If the target location path specifies an attribute that does not exist, the service provider SHALL treat
// the operation as an "add".
requirement('RFC 7644 3.5.2.3 #2', async (endpoint) => {
  const user = await modified(endpoint, {}, { op: 'replace', path: 'title', value: 'T' });
  expect(user.title).toBe('T');
});

// If the target location specifies a complex attribute, a set of sub-attributes SHALL be specified in the
// "value" parameter, which replaces any existing values or adds where an attribute did not previously exist.
requirement('RFC 7644 3.5.2.3 #3', async (endpoint) => {
  const name = { givenName: 'A', familyName: 'B' };
  const user = await modified(endpoint, { name }, { op: 'replace', path: 'name', value: { givenName: 'C' } });
  expect(user.name.givenName).toBe('C');
});

// If the target location is a multi-valued attribute and a value selection ("valuePath") filter is specified
// that matches one or more values of the multi-valued attribute, then all matching record values SHALL be
// replaced.
requirement('RFC 7644 3.5.2.3 #4', async (endpoint) => {
  const operation = { op: 'replace', path: 'emails[value ew "example.com"].display', value: 'D' };
  const user = await modified(endpoint, bothEmails, operation);
  expect(user.emails).toEqual([
    { ...work, display: 'D' },
    { ...home, display: 'D' },
  ]);
});

// If the target location is a multi-valued attribute for which a value selection filter ("valuePath") has
// been supplied and no record match was made, the service provider SHALL indicate failure by returning HTTP
// status code 400 and a "scimType" error code of "noTarget".
requirement('RFC 7644 3.5.2.3 #5', async (endpoint) => {
  const path = 'emails[type eq "other"].value';
  const operations = [{ op: 'replace', path, value: freshName('o') }];
  await refused(endpoint, { attributes: bothEmails, operations }, 'noTarget');
});

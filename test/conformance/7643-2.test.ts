import { expect } from 'vitest';
import { attributeOf, attributesOf, everyAttribute, resourceSchemasOf, schemasOf } from './discovered.ts';
import { enterpriseSchema, freshName, requirement, specimen, userSchema } from './support.ts';

// SCIM resources are represented in JSON [RFC7159] format and MUST specify schema via the "schemas" attribute
// per Section 3.
requirement('RFC 7643 2.1 #1', async (endpoint) => {
  const user = await endpoint.createUser();
  const list = await endpoint.send('GET', '/Users');
  const schema = await endpoint.send('GET', `/Schemas/${userSchema}`);
  for (const resource of [user, list.body.Resources[0], list.body, schema.body]) {
    expect(resource.schemas).toEqual([expect.stringMatching(/^urn:ietf:params:scim:/)]);
  }
  const without = await endpoint.send('POST', '/Users', { userName: freshName('user') });
  expect(without).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
});

// Attribute names MUST conform to the following ABNF rules:
requirement('RFC 7643 2.1 #2', async (endpoint) => {
  const names = (await attributesOf(endpoint)).map(({ name }) => name);
  // Reference attributes are named "$ref" by the RFC itself (erratum 4690 adds "$" to the first character).
  expect(names.filter((name) => !/^[$A-Za-z][$\w-]*$/.test(name))).toEqual([]);
  expect(names).toContain('userName');
});

// "required" is "false" (i.e., not REQUIRED),
requirement('RFC 7643 2.2 #1', async (endpoint) => {
  const attributes = await attributesOf(endpoint);
  expect(attributes.filter(({ required }) => typeof required !== 'boolean')).toEqual([]);
  expect(await attributeOf(endpoint, userSchema, 'nickName')).toMatchObject({ required: false });
  const user = await endpoint.createUser();
  expect(user).not.toHaveProperty('nickName');
});

// SCIM extensions SHOULD NOT introduce new data types.
requirement('RFC 7643 2.3 #1', async (endpoint) => {
  const types = new Set((await attributesOf(endpoint)).map(({ type }) => type));
  const known = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference', 'complex'];
  expect([...types].filter((type) => !known.includes(type))).toEqual([]);
});

// The JSON format is defined in Section 6 of [RFC7159], with the additional constraint that the value MUST
// NOT contain fractional or exponent parts.
requirement('RFC 7643 2.3.4 #1', async (endpoint) => {
  const fractional = await endpoint.send('POST', '/Specimens', specimen({ count: 1.5 }));
  expect(fractional).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
  const body = JSON.stringify(specimen({ count: 12_000 })).replace('12000', '1.2e4');
  const { status, body: created } = await endpoint.send('POST', '/Specimens', body);
  expect(status).toBe(201);
  const headers = { authorization: `Bearer ${endpoint.token}` };
  const response = await fetch(created.meta.location, { headers });
  expect(await response.text()).toMatch(/"count":12000[,}]/);
});

// The attribute value MUST be encoded as a valid xsd:dateTime as specified in Section 3.3.7 of [XML-Schema]
// and MUST include both a date and a time.
requirement('RFC 7643 2.3.5 #1', async (endpoint) => {
  const kept = ['2011-05-13T04:42:34Z', '2011-05-13T04:42:34.123+02:00', '2024-02-29T00:00:00-05:30'];
  for (const taken of kept) {
    expect(await endpoint.createSpecimen({ taken })).toMatchObject({ taken });
  }
  const wrong = [
    '2011-05-13',
    '04:42:34Z',
    '13.05.2011 04:42',
    '2023-02-29T00:00:00Z',
    'yesterday',
    1305261754,
  ];
  for (const taken of wrong) {
    const { status, body } = await endpoint.send('POST', '/Specimens', specimen({ taken }));
    expect([taken, status, body.scimType]).toEqual([taken, 400, 'invalidValue']);
  }
});

// The attribute value MUST be base64 encoded as specified in Section 4 of [RFC4648].
requirement('RFC 7643 2.3.6 #1', async (endpoint) => {
  expect(await endpoint.createSpecimen({ scan: 'aGVsbG8=' })).toMatchObject({ scan: 'aGVsbG8=' });
  for (const scan of ['not base64!', 'a', 'aGV=sbG8', 17]) {
    const { status, body } = await endpoint.send('POST', '/Specimens', specimen({ scan }));
    expect([scan, status, body.scimType]).toEqual([scan, 400, 'invalidValue']);
  }
});

// The value MUST be the absolute or relative URI of the target resource.
requirement('RFC 7643 2.3.7 #1', async (endpoint) => {
  const user = await endpoint.createUser({ profileUrl: 'https://example.com/~jensen' });
  const group = await endpoint.createGroup({ members: [{ value: user.id }] });
  const { body } = await endpoint.send('GET', `/Users/${user.id}`);
  const references = [user.meta.location, user.profileUrl, group.members[0].$ref, body.groups[0].$ref];
  expect(references.filter((reference) => !URL.canParse(reference))).toEqual([]);
  const wrong = await endpoint.send('POST', '/Specimens', specimen({ page: 'no uri at all <>' }));
  expect(wrong).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
  expect(await endpoint.createSpecimen({ page: '../pages/7' })).toMatchObject({ page: '../pages/7' });
});

// However, the base URI for relative URI resolution MUST include all URI components and path segments up to,
// but not including, the Endpoint URI (the SCIM service provider root endpoint); e.g., the base URI for a
// request to "https://example.com/v2/Users/2819c223-7f76-453a-919d-413861904646" would be
// "https://example.com/v2/", and the relative URI for this resource would be
// "Users/2819c223-7f76-453a-919d-413861904646".
requirement('RFC 7643 2.3.7 #2', async (endpoint) => {
  const { id, meta } = await endpoint.createUser();
  expect(new URL(`Users/${id}`, `${endpoint.tenantUrl}/`).href).toBe(meta.location);
});

// A reference URI MUST be to an HTTP-addressable resource.
requirement('RFC 7643 2.3.7 #3', async (endpoint) => {
  const user = await endpoint.createUser();
  const group = await endpoint.createGroup({ members: [{ value: user.id }] });
  const { body } = await endpoint.send('GET', `/Users/${user.id}`);
  for (const reference of [group.members[0].$ref, body.groups[0].$ref, body.meta.location]) {
    expect(new URL(reference).protocol).toMatch(/^https?:$/);
  }
});

// An HTTP client performing a GET operation on a reference URI MUST receive the target resource or an
// appropriate HTTP response code.
requirement('RFC 7643 2.3.7 #4', async (endpoint) => {
  const headers = { authorization: `Bearer ${endpoint.token}` };
  const user = await endpoint.createUser();
  const group = await endpoint.createGroup({ members: [{ value: user.id }] });
  const reference = group.members[0].$ref;
  expect(await (await fetch(reference, { headers })).json()).toMatchObject({ id: user.id });
  await endpoint.send('DELETE', `/Users/${user.id}`);
  expect((await fetch(reference, { headers })).status).toBe(404);
});

// Servers and clients MUST NOT require or expect attributes to be in any specific order when an object is
// either generated or analyzed.
requirement('RFC 7643 2.3.8 #1', async (endpoint) => {
  const attributes = { nickName: 'Babs', name: { givenName: 'Barbara', familyName: 'Jensen' }, active: true };
  const body = { schemas: [userSchema], userName: freshName('user'), ...attributes };
  const reversed = {
    active: true,
    name: { familyName: 'Jensen', givenName: 'Barbara' },
    nickName: 'Babs',
    userName: freshName('user'),
    schemas: [userSchema],
  };
  const answers = [
    await endpoint.send('POST', '/Users', body),
    await endpoint.send('POST', '/Users', reversed),
  ];
  for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: attributes });
});

// A complex attribute MUST NOT contain sub-attributes that have sub-attributes (i.e., that are complex).
requirement('RFC 7643 2.3.8 #2', async (endpoint) => {
  const schemas = await resourceSchemasOf(endpoint);
  const subAttributes = schemas.flatMap(({ attributes }) =>
    attributes.flatMap(({ subAttributes = [] }) => subAttributes),
  );
  expect(subAttributes.filter(({ type }) => type === 'complex')).toEqual([]);
  expect(subAttributes.length).toBeGreaterThan(40);
});

// objects with a set of sub-attributes and values, using the JSON object format defined in Section 4 of
// [RFC7159], in which case they SHALL be considered to be complex attributes.
requirement('RFC 7643 2.4 #1', async (endpoint) => {
  const attributes = (await schemasOf(endpoint)).flatMap((schema) => everyAttribute(schema.attributes));
  const withParts = attributes.filter(({ multiValued, subAttributes }) => multiValued && subAttributes);
  expect(new Set(withParts.map(({ type }) => type))).toEqual(new Set(['complex']));
  const wrong = await endpoint.send('POST', '/Specimens', specimen({ parts: ['a part'] }));
  expect(wrong).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
});

// The predefined sub-attributes listed in this section can be used with multi-valued attribute objects, but
// these sub-attributes MUST be used with the meanings defined here.
requirement('RFC 7643 2.4 #2', async (endpoint) => {
  const predefined: Readonly<Record<string, string>> = {
    type: 'string',
    primary: 'boolean',
    display: 'string',
    $ref: 'reference',
  };
  const resources = (await schemasOf(endpoint)).filter(({ id }) => /:(User|Group|Specimen)$/.test(id));
  const used = resources
    .flatMap(({ attributes }) => attributes)
    .filter(({ multiValued }) => multiValued)
    .flatMap(({ subAttributes = [] }) => subAttributes)
    .filter(({ name }) => name in predefined);
  expect(used.filter(({ name, type, multiValued }) => type !== predefined[name] || multiValued)).toEqual([]);
  expect(new Set(used.map(({ name }) => name))).toEqual(new Set(Object.keys(predefined)));
});

// primary: The primary attribute value "true" MUST appear no more than once.
requirement('RFC 7643 2.4 #3', async (endpoint) => {
  const multiValued = ['emails', 'phoneNumbers', 'ims', 'photos', 'addresses', 'entitlements', 'roles'];
  const twice = [
    { value: 'a', primary: true },
    { value: 'b', primary: true },
  ];
  for (const name of multiValued) {
    const values =
      name === 'addresses' ? twice.map(({ value, primary }) => ({ locality: value, primary })) : twice;
    const body = { schemas: [userSchema], userName: freshName('user'), [name]: values };
    const answer = await endpoint.send('POST', '/Users', body);
    expect([name, answer.status, answer.body.scimType]).toEqual([name, 400, 'invalidValue']);
  }
  const certificates = twice.map(({ primary }, index) => ({ value: index ? 'AAAB' : 'AAAA', primary }));
  const body = { schemas: [userSchema], userName: freshName('user'), x509Certificates: certificates };
  expect(await endpoint.send('POST', '/Users', body)).toMatchObject({ status: 400 });
});

// primary: If not specified, the value of "primary" SHALL be assumed to be "false".
requirement('RFC 7643 2.4 #4', async (endpoint) => {
  const { id } = await endpoint.createUser({ emails: [{ value: 'a@example.com' }] });
  await endpoint.createUser({ emails: [{ value: 'b@example.com', primary: true }] });
  const filter = encodeURIComponent('emails[primary eq false]');
  const { body } = await endpoint.send('GET', `/Users?filter=${filter}`);
  expect(body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
});

// $ref: While the representation of a resource may vary in different SCIM protocol API versions (see Section
// 3.13 of [RFC7644]), URIs for SCIM resources with an API version SHALL be considered comparable to URIs
// without a version or with a different version.
requirement('RFC 7643 2.4 #5', async (endpoint) => {
  const user = await endpoint.createUser();
  const owner = user.meta.location;
  const { id } = await endpoint.createSpecimen({ owner });
  expect(owner).toContain('/v2/');
  for (const reference of [owner, owner.replace('/v2/', '/'), owner.replace('/v2/', '/v1/')]) {
    const filter = encodeURIComponent(`owner eq "${reference}"`);
    const { body } = await endpoint.send('GET', `/Specimens?filter=${filter}`);
    expect([reference, body.totalResults]).toEqual([reference, 1]);
    expect(body.Resources[0].id).toBe(id);
  }
});

// When returning multi-valued attributes, service providers SHOULD canonicalize the value returned (e.g., by
// returning a value for the sub-attribute "type", such as "home" or "work") when appropriate (e.g., for email
// addresses and URLs).
requirement('RFC 7643 2.4 #6', async (endpoint) => {
  const emails = [
    { value: 'bjensen@EXAMPLE.COM', type: 'WORK' },
    { value: 'babs@Jensen.org', type: 'Home' },
  ];
  const user = await endpoint.createUser({ emails });
  expect(user.emails).toEqual([
    { value: 'bjensen@example.com', type: 'work' },
    { value: 'babs@jensen.org', type: 'home' },
  ]);
});

// Service providers MAY return element objects with the same "value" sub-attribute more than once with a
// different "type" sub-attribute (e.g., the same email address may be used for work and home) but SHOULD NOT
// return the same (type, value) combination more than once per attribute, as this complicates processing by
// the client.
requirement('RFC 7643 2.4 #7', async (endpoint) => {
  const email = { value: 'bjensen@example.com', type: 'work' };
  const user = await endpoint.createUser({ emails: [email, email, { ...email, type: 'home' }] });
  expect(user.emails).toHaveLength(2);
  const operation = { op: 'add', path: 'emails', value: [email] };
  const { body } = await endpoint.patch(`/Users/${user.id}`, operation);
  expect(body.emails).toEqual(user.emails);
});

// Unassigned attributes, the null value, or an empty array (in the case of a multi-valued attribute) SHALL be
// considered to be equivalent in "state".
requirement('RFC 7643 2.5 #1', async (endpoint) => {
  const states = [{}, { nickName: null, emails: null }, { nickName: null, emails: [] }];
  const { id, meta, userName, ...expected } = await endpoint.createUser();
  for (const state of states) {
    const user = await endpoint.createUser(state);
    expect({ ...user, id: undefined, meta: undefined, userName: undefined }).toEqual(expected);
  }
  const filter = encodeURIComponent('not (nickName pr) and not (emails pr)');
  expect((await endpoint.send('GET', `/Users?filter=${filter}`)).body.totalResults).toBe(states.length + 1);

  for (const value of [null, []]) {
    const user = await endpoint.createUser({ emails: [{ value: 'a@example.com' }] });
    const { body } = await endpoint.patch(`/Users/${user.id}`, { op: 'replace', path: 'emails', value });
    expect(body).not.toHaveProperty('emails');
  }
  const extended = await endpoint.createUser({ [enterpriseSchema]: { department: null } });
  expect(extended.schemas).toEqual([userSchema]);
});

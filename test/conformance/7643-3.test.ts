import { expect } from 'vitest';
import { schemasOf } from './discovered.ts';
import {
  enterpriseSchema,
  freshName,
  groupSchema,
  requirement,
  shelfSchema,
  specimen,
  specimenSchema,
  userSchema,
} from './support.ts';

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

// "Schemas" Attribute: The "schemas" attribute is a REQUIRED attribute and is an array of Strings containing
// URIs that are used to indicate the namespaces of the SCIM schemas that define the attributes present in the
// current JSON structure.
requirement('RFC 7643 3 #1', async (endpoint) => {
  const answers = [
    await endpoint.createUser(),
    (await endpoint.send('GET', '/Users')).body,
    (await endpoint.send('GET', '/Users/unknown')).body,
    (await endpoint.send('GET', '/ServiceProviderConfig')).body,
    (await endpoint.send('GET', '/ResourceTypes/User')).body,
  ];
  for (const { schemas } of answers) {
    expect(schemas).toEqual([expect.stringMatching(/^urn:ietf:params:scim:(schemas|api):/)]);
  }
  for (const schemas of [undefined, null, [], 'urn:x', [7]]) {
    const body = { schemas, userName: freshName('user') };
    expect(await endpoint.send('POST', '/Users', body)).toMatchObject({ status: 400 });
  }
});

// "Schemas" Attribute: All representations of SCIM schemas MUST include a non-empty array with value(s) of
// the URIs supported by that representation.
requirement('RFC 7643 3 #2', async (endpoint) => {
  await endpoint.createUser({
    [enterpriseSchema]: { department: 'Sales' },
    schemas: [userSchema, enterpriseSchema],
  });
  await endpoint.createGroup();
  for (const path of ['/Users', '/Groups', '/Schemas', '/ResourceTypes']) {
    const { body } = await endpoint.send('GET', path);
    expect(body.Resources.length).toBeGreaterThan(0);
    for (const { schemas } of body.Resources) expect(schemas[0]).toMatch(/^urn:/);
  }
});

// "Schemas" Attribute: The "schemas" attribute for a resource MUST only contain values defined as "schema"
// and "schemaExtensions" for the resource's defined "resourceType".
requirement('RFC 7643 3 #3', async (endpoint) => {
  const user = await endpoint.createUser({
    schemas: [userSchema, enterpriseSchema],
    [enterpriseSchema]: { department: 'Sales' },
  });
  const type = (await endpoint.send('GET', `/ResourceTypes/${user.meta.resourceType}`)).body;
  const known = [type.schema, ...type.schemaExtensions.map(({ schema }: { schema: string }) => schema)];
  expect(user.schemas).toEqual([userSchema, enterpriseSchema]);
  expect(known).toEqual(expect.arrayContaining(user.schemas));
  const foreign = { schemas: [userSchema, groupSchema], userName: freshName('user') };
  expect((await endpoint.createUser(foreign)).schemas).toEqual([userSchema]);
  const interop = await endpoint.otherTenant({ profile: 'interop' });
  const answer = await interop.send('POST', '/Users', foreign);
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
});

// "Schemas" Attribute: Duplicate values MUST NOT be included.
requirement('RFC 7643 3 #4', async (endpoint) => {
  const twice = [userSchema, enterpriseSchema, userSchema, enterpriseSchema];
  const user = await endpoint.createUser({ schemas: twice, [enterpriseSchema]: { department: 'Sales' } });
  expect(user.schemas).toEqual([userSchema, enterpriseSchema]);
});

// "Schemas" Attribute: Value order is not specified and MUST NOT impact behavior.
requirement('RFC 7643 3 #5', async (endpoint) => {
  const extension = { [enterpriseSchema]: { department: 'Sales' } };
  for (const schemas of [
    [userSchema, enterpriseSchema],
    [enterpriseSchema, userSchema],
  ]) {
    const user = await endpoint.createUser({ schemas, nickName: 'Babs', ...extension });
    expect(user).toMatchObject({ nickName: 'Babs', ...extension });
    const filter = encodeURIComponent(`id eq "${user.id}" and ${enterpriseSchema}:department eq "sales"`);
    expect((await endpoint.send('GET', `/Users?filter=${filter}`)).body.totalResults).toBe(1);
  }
});

// Common Attributes: These attributes are not defined in any particular schema but SHALL be assumed to be
// present in every resource, regardless of the value of the "schemas" attribute.
requirement('RFC 7643 3 #6', async (endpoint) => {
  const externalId = freshName('external');
  const resources = [
    await endpoint.createUser({ externalId }),
    await endpoint.createGroup({ externalId }),
    await endpoint.createSpecimen({ externalId }),
  ];
  for (const resource of resources) {
    expect(resource).toMatchObject({
      externalId,
      id: expect.any(String),
      meta: { version: expect.any(String) },
    });
  }
});

// With the exception of the "ServiceProviderConfig" and "ResourceType" server discovery endpoints and their
// associated resources, these attributes MUST be defined for all resources, including any extended resource
// types.
requirement('RFC 7643 3.1 #1', async (endpoint) => {
  const resources = [
    await endpoint.createUser(),
    await endpoint.createGroup(),
    await endpoint.createSpecimen(),
  ];
  for (const { id, meta } of resources) {
    expect(id).toMatch(/./);
    expect(Object.keys(meta).sort()).toEqual([
      'created',
      'lastModified',
      'location',
      'resourceType',
      'version',
    ]);
  }
  const schemas = await endpoint.send('GET', '/Schemas');
  for (const { id, meta } of schemas.body.Resources) {
    expect(meta).toMatchObject({ resourceType: 'Schema', location: `${endpoint.tenantUrl}/Schemas/${id}` });
  }
});

// When accepted by a service provider (e.g., after a SCIM create), the attributes "id" and "meta" (and its
// associated sub-attributes) MUST be assigned values by the service provider.
requirement('RFC 7643 3.1 #2', async (endpoint) => {
  for (const resource of [await endpoint.createUser(), await endpoint.createGroup()]) {
    expect(resource.id).toMatch(/^\S+$/);
    expect(resource.meta).toMatchObject({
      resourceType: expect.stringMatching(/^(User|Group)$/),
      created: expect.stringMatching(instant),
      lastModified: expect.stringMatching(instant),
      location: expect.stringContaining(resource.id),
      version: expect.stringMatching(/"/),
    });
  }
});

// The attribute characteristics (see Section 2.2) listed here SHALL take precedence over older definitions
// that may be included in existing schemas.
requirement('RFC 7643 3.1 #3', async (endpoint) => {
  const { id } = await endpoint.createUser({ externalId: 'Case-Matters' });
  const found = async (filter: string) =>
    (await endpoint.send('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body.totalResults;
  expect(await found('externalId eq "Case-Matters"')).toBe(1);
  expect(await found('externalId eq "case-matters"')).toBe(0);
  const { body } = await endpoint.send('GET', `/Users/${id}?attributes=userName`);
  expect(body).toMatchObject({ id });
  expect(body).not.toHaveProperty('meta');
});

// id: Each representation of the resource MUST include a non-empty "id" value.
requirement('RFC 7643 3.1 #4', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const operation = { op: 'replace', path: 'nickName', value: 'Babs' };
  const representations = [
    (await endpoint.send('GET', `/Users/${id}?attributes=nickName`)).body,
    (await endpoint.send('GET', `/Users/${id}?excludedAttributes=id`)).body,
    (await endpoint.send('GET', '/Users?attributes=nickName')).body.Resources[0],
    (await endpoint.patch(`/Users/${id}?attributes=nickName`, operation)).body,
  ];
  expect(representations.map((body) => body.id)).toEqual([id, id, id, id]);
});

// id: This identifier MUST be unique across the SCIM service provider's entire set of resources.
requirement('RFC 7643 3.1 #5', async (endpoint) => {
  const created = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      index % 2 ? endpoint.createUser() : index % 4 ? endpoint.createGroup() : endpoint.createSpecimen(),
    ),
  );
  expect(new Set(created.map(({ id }) => id)).size).toBe(60);
});

// id: It MUST be a stable, non-reassignable identifier that does not change when the same resource is
// returned in subsequent requests.
requirement('RFC 7643 3.1 #6', async (endpoint) => {
  const { id, userName } = await endpoint.createUser();
  const operation = { op: 'replace', path: 'userName', value: freshName('renamed') };
  expect((await endpoint.patch(`/Users/${id}`, operation)).body.id).toBe(id);
  const replacement = { schemas: [userSchema], userName };
  expect((await endpoint.send('PUT', `/Users/${id}`, replacement)).body.id).toBe(id);
  expect((await endpoint.send('GET', `/Users/${id}`)).body.id).toBe(id);
  await endpoint.send('DELETE', `/Users/${id}`);
  expect((await endpoint.createUser({ userName })).id).not.toBe(id);
});

// id: The value of the "id" attribute is always issued by the service provider and MUST NOT be specified by
// the client.
requirement('RFC 7643 3.1 #7', async (endpoint) => {
  const user = await endpoint.createUser({ id: 'my-own-id' });
  expect(user.id).not.toBe('my-own-id');
  expect(await endpoint.send('GET', '/Users/my-own-id')).toMatchObject({ status: 404 });
});

// id: The string "bulkId" is a reserved keyword and MUST NOT be used within any unique identifier value.
requirement('RFC 7643 3.1 #8', async (endpoint) => {
  const resources = [
    await endpoint.createUser(),
    await endpoint.createGroup(),
    await endpoint.createSpecimen(),
  ];
  expect(resources.filter(({ id }) => /bulkId/i.test(id))).toEqual([]);
});

// externalId: The value of the "externalId" attribute is always issued by the provisioning client and MUST
// NOT be specified by the service provider.
requirement('RFC 7643 3.1 #9', async (endpoint) => {
  for (const [path, resource] of [
    ['/Users', await endpoint.createUser()],
    ['/Groups', await endpoint.createGroup()],
  ] as const) {
    expect(resource).not.toHaveProperty('externalId');
    expect((await endpoint.send('GET', `${path}/${resource.id}`)).body).not.toHaveProperty('externalId');
  }
  expect((await endpoint.createUser({ externalId: 'X-1' })).externalId).toBe('X-1');
});

// externalId: The service provider MUST always interpret the externalId as scoped to the provisioning domain.
requirement('RFC 7643 3.1 #10', async (endpoint) => {
  const other = await endpoint.otherTenant();
  const [own, foreign] = [
    await endpoint.createUser({ externalId: '701984' }),
    await other.createUser({ externalId: '701984' }),
  ];
  const filter = encodeURIComponent('externalId eq "701984"');
  for (const [domain, user] of [
    [endpoint, own],
    [other, foreign],
  ] as const) {
    const { body } = await domain.send('GET', `/Users?filter=${filter}`);
    expect(body).toMatchObject({ totalResults: 1, Resources: [{ id: user.id }] });
  }
});

// meta: This attribute SHALL be ignored when provided by clients.
requirement('RFC 7643 3.1 #11', async (endpoint) => {
  const forged = {
    resourceType: 'Robot',
    created: '1999-01-01T00:00:00Z',
    lastModified: '1999-01-01T00:00:00Z',
    location: 'https://elsewhere.example/Users/1',
    version: 'W/"forged"',
  };
  const { id, userName, meta } = await endpoint.createUser({ meta: forged });
  const body = { schemas: [userSchema], userName, nickName: 'Babs', meta: forged };
  const replaced = await endpoint.send('PUT', `/Users/${id}`, body);
  expect(replaced.status).toBe(200);
  for (const answered of [meta, replaced.body.meta]) {
    expect(answered).toMatchObject({ resourceType: 'User', created: meta.created, location: meta.location });
    expect(
      Object.values(answered).filter((value) => Object.values(forged).includes(value as string)),
    ).toEqual([]);
  }
});

// meta.created: This attribute MUST be a DateTime.
requirement('RFC 7643 3.1 #12', async (endpoint) => {
  const before = Date.now();
  const { meta } = await endpoint.createUser();
  expect(meta.created).toMatch(instant);
  expect(Date.parse(meta.created)).toBeGreaterThanOrEqual(before - 1000);
  expect(Date.parse(meta.created)).toBeLessThanOrEqual(Date.now() + 1000);
});

// meta.lastModified: If this resource has never been modified since its initial creation, the value MUST be
// the same as the value of "created".
requirement('RFC 7643 3.1 #13', async (endpoint) => {
  const { id, meta } = await endpoint.createUser();
  expect(meta.lastModified).toBe(meta.created);
  expect((await endpoint.send('GET', `/Users/${id}`)).body.meta.lastModified).toBe(meta.created);
  const operation = { op: 'add', path: 'nickName', value: 'Babs' };
  const modified = (await endpoint.patch(`/Users/${id}`, operation)).body.meta;
  expect(modified.created).toBe(meta.created);
  expect(Date.parse(modified.lastModified)).toBeGreaterThan(Date.parse(meta.created));
});

// meta.location: This value MUST be the same as the "Content-Location" HTTP response header (see Section
// 3.1.4.2 of [RFC7231]).
requirement('RFC 7643 3.1 #14', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const body = { schemas: [userSchema], userName: freshName('user') };
  const answers = [
    await endpoint.send('POST', '/Users', { ...body, userName: freshName('user') }),
    await endpoint.send('GET', `/Users/${id}`),
    await endpoint.send('PUT', `/Users/${id}`, body),
    await endpoint.patch(`/Users/${id}`, { op: 'add', path: 'nickName', value: 'Babs' }),
  ];
  for (const answer of answers) {
    expect(answer.body.meta.location).toMatch(/^http/);
    expect(answer.headers.get('content-location')).toBe(answer.body.meta.location);
  }
});

// meta.version: If a service provider provides "version" (entity-tag) for a representation and the generation
// of that entity-tag does not satisfy all of the characteristics of a strong validator (see Section 2.1 of
// [RFC7232]), then the origin server MUST mark the "version" (entity-tag) as weak by prefixing its opaque
// value with "W/" (case sensitive).
requirement('RFC 7643 3.1 #15', async (endpoint) => {
  const { id } = await endpoint.createUser();
  // One version stands for all representations of a state, so it is no strong validator.
  const whole = await endpoint.send('GET', `/Users/${id}`);
  const part = await endpoint.send('GET', `/Users/${id}?attributes=userName`);
  expect(part.headers.get('etag')).toBe(whole.headers.get('etag'));
  expect(whole.body.meta.version).toMatch(/^W\/".+"$/);
  expect(whole.headers.get('etag')).toBe(whole.body.meta.version);
});

// The "schemas" attribute MUST contain at least one value, which SHALL be the base schema for the resource.
requirement('RFC 7643 3.3 #1', async (endpoint) => {
  const user = await endpoint.createUser({
    schemas: [userSchema, enterpriseSchema],
    [enterpriseSchema]: { department: 'Sales' },
  });
  expect(user.schemas).toContain(userSchema);
  expect((await endpoint.createGroup()).schemas).toEqual([groupSchema]);
  const extensionOnly = { schemas: [enterpriseSchema], userName: freshName('user') };
  expect(await endpoint.send('POST', '/Users', extensionOnly)).toMatchObject({ status: 400 });
});

// Schema extensions SHOULD avoid redefining any attributes defined in this specification and SHOULD follow
// conventions defined in this specification.
requirement('RFC 7643 3.3 #2', async (endpoint) => {
  const schemas = await schemasOf(endpoint);
  const namesIn = (id: string) =>
    schemas.find((schema) => schema.id === id)?.attributes.map(({ name }) => name.toLowerCase()) ?? [];
  const core = new Set([...namesIn(userSchema), 'id', 'externalid', 'meta', 'schemas']);
  expect(namesIn(enterpriseSchema)).toContain('manager');
  expect(namesIn(enterpriseSchema).filter((name) => core.has(name))).toEqual([]);
});

// Except for the base object schema, the schema extension URI SHALL be used as a JSON container to
// distinguish attributes belonging to the extension namespace from base schema attributes.
requirement('RFC 7643 3.3 #3', async (endpoint) => {
  const created = await endpoint.createSpecimen({ [shelfSchema]: { room: 'attic', row: 7 } });
  expect(created).toMatchObject({
    schemas: [specimenSchema, shelfSchema],
    [shelfSchema]: { room: 'attic', row: 7 },
  });
  expect(created).not.toHaveProperty('room');
  const flat = { ...specimen({ room: 'attic' }), [shelfSchema]: undefined };
  expect(await endpoint.send('POST', '/Specimens', flat)).toMatchObject({ status: 400 });
});

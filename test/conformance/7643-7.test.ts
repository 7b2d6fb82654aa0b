import { expect } from 'vitest';
import { attributeOf, attributesOf, everyAttribute, schemasOf } from './discovered.ts';
import { requirement, specimen, specimenSchema, userSchema } from './support.ts';

// Unlike other core resources, the "Schema" resource MAY contain a complex object within a sub-attribute, and
// all attributes are REQUIRED unless otherwise specified.
requirement('RFC 7643 7 #1', async (endpoint) => {
  for (const schema of await schemasOf(endpoint)) {
    expect(Object.keys(schema)).toEqual(
      expect.arrayContaining(['schemas', 'id', 'name', 'description', 'attributes', 'meta']),
    );
    for (const attribute of everyAttribute(schema.attributes)) {
      const named = ['name', 'type', 'multiValued', 'description', 'required', 'mutability', 'returned'];
      expect(Object.keys(attribute)).toEqual(expect.arrayContaining(named));
      if (attribute.type === 'string') expect(attribute).toHaveProperty('caseExact');
      if (attribute.type === 'string') expect(attribute).toHaveProperty('uniqueness');
    }
  }
});

// id: When applicable, service providers MUST specify the URI, e.g.,
// "urn:ietf:params:scim:schemas:core:2.0:User".
requirement('RFC 7643 7 #2', async (endpoint) => {
  const schemas = await schemasOf(endpoint);
  for (const { id } of schemas) {
    expect(id).toMatch(/^urn:/);
    expect(await endpoint.send('GET', `/Schemas/${id}`)).toMatchObject({ status: 200, body: { id } });
  }
  expect(new Set(schemas.map(({ id }) => id)).size).toBe(schemas.length);
});

// name: When applicable, service providers MUST specify the name, e.g., "User" or "Group".
requirement('RFC 7643 7 #4', async (endpoint) => {
  const schemas = await schemasOf(endpoint);
  const named = schemas.map(({ name, description }) => [name, description]);
  expect(named.flat().filter((text) => typeof text !== 'string' || text.trim() === '')).toEqual([]);
  expect(named.map(([name]) => name)).toEqual(expect.arrayContaining(['User', 'Group']));
});

// attributes.type: When an attribute is of type "complex", there SHOULD be a corresponding schema attribute
// "subAttributes" defined, listing the sub-attributes of the attribute.
requirement('RFC 7643 7 #6', async (endpoint) => {
  const complex = (await attributesOf(endpoint)).filter(({ type }) => type === 'complex');
  expect(complex.filter(({ subAttributes = [] }) => subAttributes.length === 0)).toEqual([]);
  expect(complex.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['name', 'emails', 'members', 'manager']),
  );
});

// attributes.description: When applicable, service providers MUST specify the description.
requirement('RFC 7643 7 #7', async (endpoint) => {
  const attributes = await attributesOf(endpoint);
  expect(attributes.filter(({ description }) => !/\w/.test(description))).toEqual([]);
});

// attributes.caseExact: The server SHALL use case sensitivity when evaluating filters.
requirement('RFC 7643 7 #8', async (endpoint) => {
  await endpoint.createSpecimen({ code: 'AbC', label: 'AbC' });
  const found = async (filter: string) =>
    (await endpoint.send('GET', `/Specimens?filter=${encodeURIComponent(filter)}`)).body.totalResults;
  expect(await attributeOf(endpoint, specimenSchema, 'code')).toMatchObject({ caseExact: true });
  expect([await found('code eq "AbC"'), await found('code eq "abc"'), await found('code sw "a"')]).toEqual([
    1, 0, 0,
  ]);
  expect([await found('label eq "AbC"'), await found('label eq "abc"'), await found('label sw "a"')]).toEqual(
    [1, 1, 1],
  );
});

// attributes.caseExact: For attributes that are case exact, the server SHALL preserve case for any value
// submitted.
requirement('RFC 7643 7 #9', async (endpoint) => {
  const { id, code } = await endpoint.createSpecimen({ code: 'AbCdÉ' });
  expect(code).toBe('AbCdÉ');
  const operation = { op: 'replace', path: 'code', value: 'abCDé' };
  expect((await endpoint.patch(`/Specimens/${id}`, operation)).body.code).toBe('abCDé');
  expect((await endpoint.send('GET', `/Specimens/${id}`)).body.code).toBe('abCDé');
});

// attributes.mutability.readOnly: The attribute SHALL NOT be modified.
requirement('RFC 7643 7 #10', async (endpoint) => {
  const { id, label, curator } = await endpoint.createSpecimen({ curator: 'me' });
  expect(curator).toBeUndefined();
  const replaced = await endpoint.send('PUT', `/Specimens/${id}`, specimen({ label, curator: 'me' }));
  expect(replaced.status).toBe(200);
  for (const [path, value] of [
    ['curator', 'me'],
    ['id', 'other'],
    ['meta.created', '1999-01-01T00:00:00Z'],
  ]) {
    const answer = await endpoint.patch(`/Specimens/${id}`, { op: 'replace', path, value });
    expect([path, answer.status, answer.body.scimType]).toEqual([path, 400, 'mutability']);
  }
  expect((await endpoint.send('GET', `/Specimens/${id}`)).body).not.toHaveProperty('curator');
});

// attributes.mutability.immutable: The attribute SHALL NOT be updated.
requirement('RFC 7643 7 #11', async (endpoint) => {
  const { id, label } = await endpoint.createSpecimen({ origin: 'Oslo' });
  const wrong = [
    await endpoint.patch(`/Specimens/${id}`, { op: 'replace', path: 'origin', value: 'Rome' }),
    await endpoint.patch(`/Specimens/${id}`, { op: 'remove', path: 'origin' }),
    await endpoint.send('PUT', `/Specimens/${id}`, specimen({ label, origin: 'Rome' })),
  ];
  for (const answer of wrong) expect(answer).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
  expect((await endpoint.send('GET', `/Specimens/${id}`)).body.origin).toBe('Oslo');
  const { id: later } = await endpoint.createSpecimen();
  const added = await endpoint.patch(`/Specimens/${later}`, { op: 'add', path: 'origin', value: 'Rome' });
  expect(added.body.origin).toBe('Rome');
});

// attributes.mutability.writeOnly: Attribute values SHALL NOT be returned (e.g., because the value is a
// stored hash).
requirement('RFC 7643 7 #12', async (endpoint) => {
  const created = await endpoint.send('POST', '/Specimens?attributes=label,pin', specimen({ pin: '4711' }));
  const { id } = created.body;
  const answers = [
    created,
    await endpoint.send('GET', `/Specimens/${id}`),
    await endpoint.send('GET', `/Specimens/${id}?attributes=pin`),
    await endpoint.send('GET', '/Specimens?attributes=pin'),
    await endpoint.patch(`/Specimens/${id}`, { op: 'replace', path: 'pin', value: '4711' }),
  ];
  expect(answers.filter(({ body }) => /4711|"pin"/.test(JSON.stringify(body)))).toEqual([]);
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200]);
});

// attributes.uniqueness.server: The value SHOULD be unique within the context of the current SCIM endpoint
// (or tenancy) and MAY be globally unique (e.g., a "username", email address, or other server-generated key
// or counter).
requirement('RFC 7643 7 #13', async (endpoint) => {
  const declared = (await attributesOf(endpoint)).filter(({ uniqueness }) => uniqueness === 'server');
  expect(declared.map(({ name }) => name)).toEqual(expect.arrayContaining(['userName', 'serial']));
  await endpoint.createSpecimen({ serial: 'S-1' });
  const { id } = await endpoint.createSpecimen({ serial: 'S-2' });
  const taken = [
    await endpoint.send('POST', '/Specimens', specimen({ serial: 's-1' })),
    await endpoint.send('PUT', `/Specimens/${id}`, specimen({ serial: 'S-1' })),
    await endpoint.patch(`/Specimens/${id}`, { op: 'replace', path: 'serial', value: 'S-1' }),
  ];
  for (const answer of taken) expect(answer).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
  // The context is the tenancy: another tenant may have the same value.
  expect((await (await endpoint.otherTenant()).createSpecimen({ serial: 'S-1' })).serial).toBe('S-1');
});

// attributes.uniqueness.global: The value SHOULD be globally unique (e.g., an email address, a GUID, or other
// value).
requirement('RFC 7643 7 #15', async (endpoint) => {
  // Nothing is promised to be unique in the world that the service provider does not make so itself.
  const uniqueness = new Set((await attributesOf(endpoint)).map((attribute) => attribute.uniqueness));
  expect(uniqueness).toEqual(new Set(['none', 'server', undefined]));
});

// Schema.attributes.canonicalValues: When applicable, service providers MUST specify the canonical types,
// e.g., 'work', 'home'.
requirement('RFC 7643 8.7.2 #7', async (endpoint) => {
  const canonical = async (path: string) => (await attributeOf(endpoint, userSchema, path)).canonicalValues;
  expect(await canonical('emails.type')).toEqual(['work', 'home', 'other']);
  expect(await canonical('photos.type')).toEqual(['photo', 'thumbnail']);
  expect(await canonical('groups.type')).toEqual(['direct', 'indirect']);
  expect(await canonical('nickName')).toBeUndefined();
});

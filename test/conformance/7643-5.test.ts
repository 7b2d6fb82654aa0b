import { expect } from 'vitest';
import {
  enterpriseSchema,
  requirement,
  shelfSchema,
  specimen,
  specimenSchema,
  userSchema,
} from './support.ts';

// patch: REQUIRED.
requirement('RFC 7643 5 #1', async (endpoint) => {
  const { status, body } = await endpoint.send('GET', '/ServiceProviderConfig');
  expect(status).toBe(200);
  for (const name of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag']) {
    expect([name, body[name]?.supported]).toEqual([name, expect.any(Boolean)]);
  }
});

// bulk.maxOperations: REQUIRED.
requirement('RFC 7643 5 #5', async (endpoint) => {
  const { body } = await endpoint.send('GET', '/ServiceProviderConfig');
  const { maxOperations, maxPayloadSize } = body.bulk;
  for (const bound of [maxOperations, maxPayloadSize, body.filter.maxResults]) {
    expect(Number.isSafeInteger(bound) && bound > 0).toBe(true);
  }
});

// authenticationSchemes: To enable seamless discovery of configurations, the service provider SHOULD, with
// the appropriate security considerations, make the authenticationSchemes attribute publicly accessible
// without prior authentication.
requirement('RFC 7643 5 #16', async (endpoint) => {
  const response = await fetch(`${endpoint.tenantUrl}/ServiceProviderConfig`);
  expect(response.status).toBe(200);
  expect((await response.json()) as unknown).toMatchObject({
    authenticationSchemes: [{ type: 'oauthbearertoken' }],
  });
});

// authenticationSchemes: REQUIRED.
requirement('RFC 7643 5 #17', async (endpoint) => {
  const { body } = await endpoint.send('GET', '/ServiceProviderConfig');
  expect(body.authenticationSchemes.length).toBeGreaterThan(0);
  for (const { type, name, description } of body.authenticationSchemes) {
    expect(['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest']).toContain(type);
    expect([name, description]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  }
});

// Unlike other core resources, all attributes are REQUIRED unless otherwise specified.
requirement('RFC 7643 6 #1', async (endpoint) => {
  const { body } = await endpoint.send('GET', '/ResourceTypes');
  expect(body.totalResults).toBe(3);
  for (const type of body.Resources) {
    expect(type).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      name: expect.stringMatching(/^\w+$/),
      endpoint: expect.stringMatching(/^\/\w+$/),
      schema: expect.stringMatching(/^urn:/),
    });
    for (const extension of type.schemaExtensions ?? []) {
      expect(extension).toEqual({ schema: expect.stringMatching(/^urn:/), required: expect.any(Boolean) });
    }
    expect(await endpoint.send('GET', type.endpoint)).toMatchObject({ status: 200 });
  }
});

// name: When applicable, service providers MUST specify the name, e.g., "User" or "Group".
requirement('RFC 7643 6 #2', async (endpoint) => {
  const { meta } = await endpoint.createUser();
  const { body } = await endpoint.send('GET', `/ResourceTypes/${meta.resourceType}`);
  expect(body).toMatchObject({ name: 'User', description: expect.stringMatching(/./) });
});

// schema: This MUST be equal to the "id" attribute of the associated "Schema" resource.
requirement('RFC 7643 6 #6', async (endpoint) => {
  const { body } = await endpoint.send('GET', '/ResourceTypes');
  for (const { schema } of body.Resources) {
    expect((await endpoint.send('GET', `/Schemas/${schema}`)).body.id).toBe(schema);
  }
});

// schemaExtensions.schema: This MUST be equal to the "id" attribute of a "Schema" resource.
requirement('RFC 7643 6 #8', async (endpoint) => {
  const { body } = await endpoint.send('GET', '/ResourceTypes');
  const extensions: readonly string[] = body.Resources.flatMap(
    ({ schemaExtensions = [] }: { schemaExtensions?: readonly { schema: string }[] }) =>
      schemaExtensions.map(({ schema }) => schema),
  );
  expect(extensions).toEqual(expect.arrayContaining([enterpriseSchema, shelfSchema]));
  for (const schema of extensions) {
    expect((await endpoint.send('GET', `/Schemas/${schema}`)).body.id).toBe(schema);
  }
});

// schemaExtensions.required: If true, a resource of this type MUST include this schema extension and also
// include any attributes declared as required in this schema extension.
requirement('RFC 7643 6 #10', async (endpoint) => {
  const type = (await endpoint.send('GET', '/ResourceTypes/Specimen')).body;
  expect(type.schemaExtensions).toEqual([{ schema: shelfSchema, required: true }]);
  for (const wrong of [
    { schemas: [specimenSchema], [shelfSchema]: undefined },
    { [shelfSchema]: {} },
    { [shelfSchema]: { row: 7 } },
  ]) {
    const answer = await endpoint.send('POST', '/Specimens', specimen(wrong));
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
  }
  const { id } = await endpoint.createSpecimen();
  const removed = await endpoint.patch(`/Specimens/${id}`, { op: 'remove', path: `${shelfSchema}:room` });
  expect(removed.status).toBe(400);
  expect(await endpoint.createUser()).toMatchObject({ schemas: [userSchema] });
});

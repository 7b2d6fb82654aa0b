import { expect } from 'vitest';
import { scim } from '../support/endpoint.ts';
import { freshName, requirement, specimen, userSchema } from './support.ts';

const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';

// Implementers MUST percent-encode URLs as described in Section 2.1 of [RFC3986].
requirement('RFC 7644 1.2 #1', async (endpoint) => {
  const user = await endpoint.createUser({ userName: 'a b+c%@example.com' });
  const filter = encodeURIComponent('userName eq "a b+c%@example.com"');
  const { body } = await endpoint.send('GET', `/Users?filter=${filter}`);
  expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual([user.id]);
  expect(user.meta.location).toBe(new URL(user.meta.location).href);
});

// Base URI: The Base URI MUST NOT contain a query string, as clients MAY append additional path information
// and query parameters as part of forming the request.
requirement('RFC 7644 1.3 #1', async (endpoint) => {
  expect(new URL(endpoint.tenantUrl).search).toBe('');
});

// As per Section 4.1 of [RFC7235], a SCIM service provider SHALL indicate supported HTTP authentication
// schemes via the "WWW-Authenticate" header.
requirement('RFC 7644 2 #3', async (endpoint) => {
  const answer = await scim({ ...endpoint, token: 'none' }, 'GET', '/Users');
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
});

// Regardless of methodology, the SCIM service provider MUST be able to map the authenticated client to an
// access control policy in order to determine the client's authorization to retrieve and update SCIM
// resources.
requirement('RFC 7644 2 #4', async (endpoint) => {
  const user = await endpoint.createUser();
  const other = await endpoint.otherTenant();
  for (const method of ['GET', 'DELETE']) {
    expect(await other.send(method, `/Users/${user.id}`)).toMatchObject({ status: 404 });
  }
  expect((await endpoint.send('GET', `/Users/${user.id}`)).status).toBe(200);
});

// As with a SCIM resource, a SCIM message is a JSON object [RFC7159] that contains a "schemas" attribute with
// a URI whose namespace prefix MUST begin with "urn:ietf:params:scim:api:".
requirement('RFC 7644 3.1 #1', async (endpoint) => {
  const list = await endpoint.send('GET', '/Users');
  const missing = await endpoint.send('GET', '/Users/none');
  for (const { body } of [list, missing]) {
    for (const urn of body.schemas) expect(urn).toMatch(/^urn:ietf:params:scim:api:/);
  }
});

// As SCIM protocol messages are fixed and defined by SCIM specifications and registered extensions, SCIM
// message schemas using the above prefix URN SHALL NOT be discoverable using the "/Schemas" endpoint.
requirement('RFC 7644 3.1 #2', async (endpoint) => {
  const { body } = await endpoint.send('GET', '/Schemas');
  const ids = body.Resources.map(({ id }: { id: string }) => id);
  expect(ids).toContain(userSchema);
  expect(ids.filter((id: string) => id.startsWith('urn:ietf:params:scim:api:'))).toEqual([]);
});

// SCIM responses SHALL reflect resource state as interpreted by the SCIM service provider.
requirement('RFC 7644 3.1 #4', async (endpoint) => {
  const sent = { schemas: [userSchema], USERNAME: freshName('case'), title: null, id: 'mine' };
  const { body } = await endpoint.send('POST', '/Users', sent);
  const { body: read } = await endpoint.send('GET', `/Users/${body.id}`);
  expect(body).toEqual(read);
  expect(body).toMatchObject({ userName: sent.USERNAME });
  expect(body).not.toHaveProperty('title');
  expect(body.id).not.toBe('mine');
});

// Service providers that support extended resources SHOULD define resource endpoints using the convention of
// pluralizing the resource name defined in the extended schema, by appending an 's'.
requirement('RFC 7644 3.2 #1', async (endpoint) => {
  const { body } = await endpoint.send('GET', '/ResourceTypes');
  for (const { name, endpoint: path } of body.Resources) expect(path).toBe(`/${name}s`);
});

// PUT: PUT MUST NOT be used to create new resources.
requirement('RFC 7644 3.2 #3', async (endpoint) => {
  const path = '/Users/0190f000-0000-7000-8000-000000000000';
  const answer = await endpoint.send('PUT', path, { schemas: [userSchema], userName: freshName('put') });
  expect(answer.status).toBe(404);
  expect((await endpoint.send('GET', '/Users')).body.totalResults).toBe(0);
});

// Error status codes SHOULD be transmitted via the HTTP status code of the response (if possible) and SHOULD
// also be specified in the body of the response (see Section 3.12).
requirement('RFC 7644 3.2 #4', async (endpoint) => {
  for (const [method, path, status] of [
    ['GET', '/Users/none', 404],
    ['POST', '/Users/none', 405],
    ['GET', '/Nothing', 404],
    ['GET', '/Users?filter=x', 400],
  ] as const) {
    const answer = await endpoint.send(method, path);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ schemas: [errorUrn], status: String(status) });
  }
});

// The server SHALL process attributes according to the following mutability rules:
requirement('RFC 7644 3.3 #1', async (endpoint) => {
  const sent = specimen({ id: 'mine', meta: { resourceType: 'Other' } });
  const { status, body } = await endpoint.send('POST', '/Specimens', sent);
  expect(status).toBe(201);
  expect(body.id).not.toBe('mine');
  expect(body.meta.resourceType).toBe('Specimen');
  const user = await endpoint.createUser({ groups: [{ value: 'none' }] });
  expect(user).not.toHaveProperty('groups');
});

// When the service provider successfully creates the new resource, an HTTP response SHALL be returned with
// HTTP status code 201 (Created).
requirement('RFC 7644 3.3 #3', async (endpoint) => {
  const sent = { schemas: [userSchema], userName: freshName('created'), title: 'Guide' };
  const { status, body } = await endpoint.send('POST', '/Users', sent);
  expect(status).toBe(201);
  expect(body).toMatchObject(sent);
  expect((await endpoint.send('GET', `/Users/${body.id}`)).body).toEqual(body);
});

// The URI of the created resource SHALL include, in the HTTP "Location" header and the HTTP body, a JSON
// representation [RFC7159] with the attribute "meta.location".
requirement('RFC 7644 3.3 #5', async (endpoint) => {
  const { headers, body } = await endpoint.send('POST', '/Users', {
    schemas: [userSchema],
    userName: freshName('located'),
  });
  const location = `${endpoint.tenantUrl}/Users/${body.id}`;
  expect(headers.get('location')).toBe(location);
  expect(body.meta.location).toBe(location);
});

// If the service provider determines that the creation of the requested resource conflicts with existing
// resources (e.g., a "User" resource with a duplicate "userName"), the service provider MUST return HTTP
// status code 409 (Conflict) with a "scimType" error code of "uniqueness", as per Section 3.12.
requirement('RFC 7644 3.3 #6', async (endpoint) => {
  const { userName } = await endpoint.createUser();
  const body = { schemas: [userSchema], userName: userName.toUpperCase() };
  const answer = await endpoint.send('POST', '/Users', body);
  expect(answer).toMatchObject({ status: 409, body: { status: '409', scimType: 'uniqueness' } });
  expect((await endpoint.send('GET', '/Users')).body.totalResults).toBe(1);
});

// When adding a resource to a specific endpoint, the meta attribute "resourceType" SHALL be set by the HTTP
// service provider to the corresponding resource type for the endpoint.
requirement('RFC 7644 3.3.1 #1', async (endpoint) => {
  expect((await endpoint.createUser()).meta.resourceType).toBe('User');
  expect((await endpoint.createGroup()).meta.resourceType).toBe('Group');
  expect((await endpoint.createSpecimen()).meta.resourceType).toBe('Specimen');
});

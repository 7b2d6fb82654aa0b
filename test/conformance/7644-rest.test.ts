import { expect } from 'vitest';
import { scim } from '../support/endpoint.ts';
import { freshName, requirement, userSchema } from './support.ts';

const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';

// Servers MUST accept requests and be able to return JSON-structured responses using UTF-8 encoding
// [RFC3629].
requirement('RFC 7644 3.8 #1', async (endpoint) => {
  const displayName = 'Žofie 芳子 🙂';
  const { id } = await endpoint.createUser({ displayName });
  const { body, headers } = await endpoint.send('GET', `/Users/${id}`);
  expect(body.displayName).toBe(displayName);
  expect(headers.get('content-type')).toMatch(/^application\/scim\+json/);
});

// UTF-8 SHALL be the default encoding format.
requirement('RFC 7644 3.8 #2', async (endpoint) => {
  const user = JSON.stringify({ schemas: [userSchema], userName: freshName('é') });
  for (const type of ['application/scim+json', 'application/json; charset=utf-8']) {
    const text = user.replace('é', `é${type.length}`);
    const answer = await endpoint.send('POST', '/Users', text, { 'content-type': type });
    expect(answer).toMatchObject({ status: 201, body: { userName: JSON.parse(text).userName } });
  }
});

// Service providers MUST support the "Accept" header "Accept: application/scim+json" and SHOULD support the
// header "Accept: application/json", both of which specify JSON documents conforming to [RFC7159].
requirement('RFC 7644 3.8 #4', async (endpoint) => {
  for (const accept of ['application/scim+json', 'application/json']) {
    const { status, headers } = await endpoint.send('GET', '/Users', undefined, { accept });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(accept);
  }
});

// attributes: When specified, the default list of attributes SHALL be overridden, and each resource returned
// MUST contain the minimum set of resource attributes and any attributes or sub-attributes explicitly
// requested by the "attributes" parameter.
requirement('RFC 7644 3.9 #1', async (endpoint) => {
  const sent = { schemas: [userSchema], userName: freshName('min'), title: 'T', nickName: 'N' };
  const { status, body } = await endpoint.send('POST', '/Users?attributes=title', sent);
  expect(status).toBe(201);
  expect(Object.keys(body).sort()).toEqual(['id', 'schemas', 'title']);
  const replaced = await endpoint.send('PUT', `/Users/${body.id}?attributes=nickName`, sent);
  expect(Object.keys(replaced.body).sort()).toEqual(['id', 'nickName', 'schemas']);
});

// excludedAttributes: When specified, each resource returned MUST contain the minimum set of resource
// attributes.
requirement('RFC 7644 3.9 #2', async (endpoint) => {
  const { id } = await endpoint.createSpecimen({ kept: 'K', hint: 'H' });
  const { body } = await endpoint.send('GET', `/Specimens/${id}?excludedAttributes=id,kept,label`);
  expect(body).toMatchObject({ id, kept: 'K' });
  expect(body).not.toHaveProperty('label');
});

// A service provider that does NOT support this feature SHOULD respond with HTTP status code 501 (Not
// Implemented).
requirement('RFC 7644 3.11 #1', async (endpoint) => {
  const answer = await endpoint.send('GET', '/Me');
  expect(answer).toMatchObject({ status: 501, body: { schemas: [errorUrn], status: '501' } });
});

// In any response, the HTTP "Location" header MUST be the permanent location of the aliased resource
// associated with the authenticated subject.
requirement('RFC 7644 3.11 #2', async (endpoint) => {
  const tenant = await endpoint.host.createTenant({ name: 'me', profile: 'rfc' });
  const body = { schemas: [userSchema], userName: freshName('me') };
  const { body: user } = await scim(tenant, 'POST', '/Users', body);
  const keys = `/manage/tenants/${tenant.tenantId}/keys`;
  const { body: issued } = await endpoint.host.manage('POST', keys, { subject: user.id });
  const answer = await scim({ ...tenant, token: issued.key }, 'GET', '/Me');
  expect(answer).toMatchObject({ status: 200, body: { id: user.id } });
  expect(answer.headers.get('location')).toBe(`${tenant.tenantUrl}/Users/${user.id}`);
});

// In addition to returning an HTTP response code, implementers MUST return the errors in the body of the
// response in a JSON format, using the attributes described below.
requirement('RFC 7644 3.12 #1', async (endpoint) => {
  const { body } = await endpoint.send('GET', '/Users/none');
  expect(body).toEqual({ schemas: [errorUrn], status: '404', detail: expect.any(String) });
  const filtered = await endpoint.send('GET', '/Users?filter=x');
  expect(Object.keys(filtered.body).sort()).toEqual(['detail', 'schemas', 'scimType', 'status']);
});

// Implementers SHOULD handle the identified HTTP status codes as described below.
requirement('RFC 7644 3.12 #3', async (endpoint) => {
  const { id, userName } = await endpoint.createUser();
  const wrongVersion = { 'if-match': 'W/"none"' };
  const body = { schemas: [userSchema], userName };
  for (const [status, answer] of [
    [400, await endpoint.send('POST', '/Users', '{')],
    [401, await scim({ ...endpoint, token: '' }, 'GET', '/Users')],
    [404, await endpoint.send('GET', '/Users/none')],
    [409, await endpoint.send('POST', '/Users', body)],
    [412, await endpoint.send('PUT', `/Users/${id}`, body, wrongVersion)],
    [413, await endpoint.send('POST', '/Users', { ...body, title: 'x'.repeat(5_000_000) })],
    [501, await endpoint.send('GET', '/Me')],
  ] as const) {
    expect(answer).toMatchObject({ status, body: { status: String(status) } });
  }
});

// sensitive: For example, personal information SHALL NOT be transmitted over request URIs.
requirement('RFC 7644 3.12 #7', async (endpoint) => {
  const user = await endpoint.createUser({ emails: [{ type: 'work', value: 'private@example.com' }] });
  for (const uri of [user.meta.location]) {
    expect(uri).not.toContain('private');
    expect(uri).not.toContain(user.userName);
  }
});

// If specified, the version identifier MUST appear in the URL path immediately preceding the resource
// endpoint and conform to the following scheme: the character 'v' followed by the desired SCIM version
// number, e.g., a version 'v2' User request is specified as /v2/Users.
requirement('RFC 7644 3.13 #1', async (endpoint) => {
  expect(new URL(endpoint.tenantUrl).pathname).toMatch(/\/v2$/);
  expect((await endpoint.send('GET', '/Users')).status).toBe(200);
});

// When specified, service providers MUST perform the operation using the desired version or reject the
// request.
requirement('RFC 7644 3.13 #2', async (endpoint) => {
  const tenantUrl = endpoint.tenantUrl.replace(/v2$/, 'v3');
  const { status } = await scim({ ...endpoint, tenantUrl }, 'GET', '/Users');
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
});

// When omitted, service providers SHOULD perform the operation using the most recent SCIM protocol version
// supported by the service provider.
requirement('RFC 7644 3.13 #3', async (endpoint) => {
  const tenant = await endpoint.host.createTenant({ name: 'unversioned', path: '/scim' });
  expect(new URL(tenant.tenantUrl).pathname).toBe('/scim');
  const body = { schemas: [userSchema], userName: freshName('v') };
  expect((await scim(tenant, 'POST', '/Users', body)).status).toBe(201);
});

// When supported, SCIM ETags MUST be specified as an HTTP header and SHOULD be specified within the 'version'
// attribute contained in the resource's 'meta' attribute.
requirement('RFC 7644 3.14 #1', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const { headers, body } = await endpoint.send('GET', `/Users/${id}`);
  expect(headers.get('etag')).toMatch(/^(W\/)?"[^"]+"$/);
  expect(body.meta.version).toBe(headers.get('etag'));
});

// /ServiceProviderConfig: This endpoint SHALL return responses with a JSON object using a "schemas" attribute
// of "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig".
requirement('RFC 7644 4 #1', async (endpoint) => {
  const { status, body } = await endpoint.send('GET', '/ServiceProviderConfig');
  expect(status).toBe(200);
  expect(body.schemas).toEqual(['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig']);
});

// /Schemas: An HTTP GET to the endpoint "/Schemas" SHALL return all supported schemas in ListResponse format
// (see Figure 3).
requirement('RFC 7644 4 #2', async (endpoint) => {
  for (const path of ['/Schemas', '/ResourceTypes']) {
    const { status, body } = await endpoint.send('GET', path);
    expect(status).toBe(200);
    expect(body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:ListResponse']);
    expect(body.Resources).toHaveLength(body.totalResults);
  }
});

// Query parameters described in Section 3.4.2, such as filtering, sorting, and pagination, SHALL be ignored.
requirement('RFC 7644 4 #4', async (endpoint) => {
  for (const path of ['/Schemas', '/ResourceTypes']) {
    const all = await endpoint.send('GET', path);
    const parameters = 'startIndex=2&count=1&sortBy=name&sortOrder=descending&attributes=name';
    expect((await endpoint.send('GET', `${path}?${parameters}`)).body).toEqual(all.body);
  }
});

// If a "filter" is provided, the service provider SHOULD respond with HTTP status code 403 (Forbidden) to
// ensure that clients cannot incorrectly assume that any matching conditions specified in a filter are true.
requirement('RFC 7644 4 #5', async (endpoint) => {
  for (const path of ['/Schemas', '/ResourceTypes']) {
    const answer = await endpoint.send('GET', `${path}?filter=${encodeURIComponent('name eq "User"')}`);
    expect(answer).toMatchObject({ status: 403, body: { status: '403' } });
  }
});

// Before comparing or evaluating the uniqueness of a "userName" or "password" attribute, service providers
// MUST use the preparation, enforcement, and comparison of internationalized strings (PRECIS) preparation and
// comparison rules described in Sections 3 and 4, respectively, of [RFC7613], which is based on the PRECIS
// framework specification [RFC7564].
requirement('RFC 7644 5 #1', async (endpoint) => {
  const { id } = await endpoint.createUser({ userName: 'Ｊｕｌｉé@example.com' });
  const same = 'JULIE\u0301@example.com';
  const filter = encodeURIComponent(`userName eq "${same}"`);
  const { body } = await endpoint.send('GET', `/Users?filter=${filter}`);
  expect(body.Resources.map((user: { id: string }) => user.id)).toEqual([id]);
  const again = await endpoint.send('POST', '/Users', { schemas: [userSchema], userName: same });
  expect(again).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
});

// Since the possession of a bearer token or cookie MAY authorize the holder to potentially read, modify, or
// delete resources, bearer tokens and cookies MUST contain sufficient entropy to prevent a random guessing
// attack; for example, see Section 5.2 of [RFC6750] and Section 5.1.4.2.2 of [RFC6819].
requirement('RFC 7644 7.4 #1', async (endpoint) => {
  const [, , secret = ''] = endpoint.token.split('_');
  expect(secret).toHaveLength(43);
  const other = await endpoint.otherTenant();
  expect(other.token).not.toContain(secret);
});

// Bearer tokens MUST have a limited lifetime that can be determined directly or indirectly (e.g., by checking
// with a validation service) by the service provider.
requirement('RFC 7644 7.4 #3', async (endpoint) => {
  const { tenantId } = await endpoint.host.createTenant({ name: 'lifetime' });
  const path = `/manage/tenants/${tenantId}/keys`;
  const { body } = await endpoint.host.manage('GET', path);
  const days = (Date.parse(body.keys[0].expires) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(1);
  expect(days).toBeLessThanOrEqual(730);
  const endless = await endpoint.host.manage('POST', path, { validDays: 100_000 });
  expect(endless.status).toBe(400);
});

// Applications intending to use the SCIM protocol SHOULD use the "application/scim+json" media type.
requirement('RFC 7644 8.1 #1', async (endpoint) => {
  const { headers } = await endpoint.send('GET', '/Users');
  expect(headers.get('content-type')).toBe('application/scim+json');
});

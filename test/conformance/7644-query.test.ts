import { expect } from 'vitest';
import {
  type ConformanceEndpoint,
  enterpriseSchema,
  requirement,
  specimenSchema,
  userSchema,
} from './support.ts';

const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const listUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

const query = (endpoint: ConformanceEndpoint, filter: string, path = '/Users', more = '') =>
  endpoint.send('GET', `${path}?filter=${encodeURIComponent(filter)}${more}`);

/** The userNames that a filter finds. */
async function found(endpoint: ConformanceEndpoint, filter: string): Promise<readonly string[]> {
  const { status, body } = await query(endpoint, filter);
  expect(status).toBe(200);
  return body.Resources.map(({ userName }: { userName: string }) => userName);
}

async function refused(endpoint: ConformanceEndpoint, filter: string, path = '/Users'): Promise<void> {
  const answer = await query(endpoint, filter, path);
  expect(answer).toMatchObject({ status: 400, body: { status: '400', scimType: 'invalidFilter' } });
  expect(answer.body.detail).toMatch(/\w/);
}

async function three(endpoint: ConformanceEndpoint): Promise<void> {
  await endpoint.createUser({ userName: 'ann', title: 'Guide', active: true, nickName: 'b' });
  await endpoint.createUser({ userName: 'Bob', title: 'guide', active: false, nickName: 'a' });
  await endpoint.createUser({ userName: 'cid', active: true });
}

// SCIM service providers MAY support additional query parameters not specified here and SHOULD ignore any
// query parameters they do not recognize instead of rejecting the query for versioning compatibility reasons.
requirement('RFC 7644 3.4.2 #1', async (endpoint) => {
  await three(endpoint);
  const { status, body } = await endpoint.send('GET', '/Users?flavour=vanilla&sortby');
  expect(status).toBe(200);
  expect(body.totalResults).toBe(3);
});

// Responses MUST be identified using the following URI: "urn:ietf:params:scim:api:messages:2.0:ListResponse".
requirement('RFC 7644 3.4.2 #2', async (endpoint) => {
  await three(endpoint);
  const { body } = await endpoint.send('GET', '/Users');
  expect(body.schemas).toEqual([listUrn]);
  expect(body.totalResults).toBe(3);
  expect(body.Resources).toHaveLength(3);
});

// startIndex: REQUIRED when partial results are returned due to pagination.
requirement('RFC 7644 3.4.2 #5', async (endpoint) => {
  await three(endpoint);
  const { body } = await endpoint.send('GET', '/Users?startIndex=2&count=1');
  expect(body).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 });
});

// A query that does not return any matches SHALL return success (HTTP status code 200) with "totalResults"
// set to a value of 0.
requirement('RFC 7644 3.4.2 #7', async (endpoint) => {
  const answer = await query(endpoint, 'userName eq "nobody"');
  expect(answer).toMatchObject({ status: 200, body: { totalResults: 0 } });
});

// A query against a server root indicates that all resources within the server SHALL be included, subject to
// filtering.
requirement('RFC 7644 3.4.2.1 #1', async (endpoint) => {
  const user = await endpoint.createUser();
  const group = await endpoint.createGroup();
  const specimen = await endpoint.createSpecimen();
  const search = { schemas: [searchUrn] };
  const { body } = await endpoint.send('POST', '/.search', search);
  const ids = body.Resources.map(({ id }: { id: string }) => id);
  expect(ids.sort()).toEqual([user.id, group.id, specimen.id].sort());
  const narrowed = { ...search, filter: 'meta.resourceType eq "Group"' };
  const groups = await endpoint.send('POST', '/.search', narrowed);
  expect(groups.body.Resources.map(({ id }: { id: string }) => id)).toEqual([group.id]);
});

// If a SCIM service provider determines that too many results would be returned (e.g., because a client
// queried a resource type endpoint or the server base URI), the server SHALL reject the request by returning
// an HTTP response with HTTP status code 400 (Bad Request) and JSON attribute "scimType" set to "tooMany"
// (see Table 9).
requirement('RFC 7644 3.4.2.1 #2', async (endpoint) => {
  const users = Array.from({ length: 1001 }, (_, index) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `b${index}`,
    data: { schemas: [userSchema], userName: `many-${index}`, locale: 'en' },
  }));
  for (const Operations of [users.slice(0, 600), users.slice(600)]) {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    expect((await endpoint.send('POST', '/Bulk', { schemas, Operations })).status).toBe(200);
  }
  const answer = await endpoint.send('GET', '/Users?sortBy=locale');
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'tooMany' } });
});

// For filtered attributes that are not part of a particular resource type, the service provider SHALL treat
// the attribute as if there is no attribute value.
requirement('RFC 7644 3.4.2.1 #4', async (endpoint) => {
  await endpoint.createUser({ userName: 'ann' });
  const group = await endpoint.createGroup({ displayName: 'Ann' });
  const search = { schemas: [searchUrn], filter: 'userName eq "nobody" or displayName eq "ann"' };
  const { body } = await endpoint.send('POST', '/.search', search);
  expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual([group.id]);
});

// When specified, only those resources matching the filter expression SHALL be returned.
requirement('RFC 7644 3.4.2.2 #1', async (endpoint) => {
  await three(endpoint);
  expect(await found(endpoint, 'active eq true')).toEqual(['ann', 'cid']);
  expect(await found(endpoint, 'title pr and active eq false')).toEqual(['Bob']);
});

// The filter parameter MUST contain at least one valid expression (see Table 3).
requirement('RFC 7644 3.4.2.2 #2', async (endpoint) => {
  for (const filter of ['', ' ', 'userName', 'eq "x"', 'userName eq', 'userName "x"', '()']) {
    await refused(endpoint, filter);
  }
});

// gt: Boolean and Binary attributes SHALL cause a failed response (HTTP status code 400) with "scimType" of
// "invalidFilter".
requirement('RFC 7644 3.4.2.2 #4', async (endpoint) => {
  for (const op of ['gt', 'ge', 'lt', 'le']) {
    await refused(endpoint, `active ${op} true`);
    await refused(endpoint, `x509Certificates.value ${op} "YQ=="`);
  }
});

// [ ]: Service providers MAY support complex filters where expressions MUST be applied to the same value of a
// parent attribute specified immediately before the left square bracket ("[").
requirement('RFC 7644 3.4.2.2 #8', async (endpoint) => {
  const emails = [
    { type: 'work', value: 'x@example.com' },
    { type: 'home', value: 'y@example.com' },
  ];
  await endpoint.createUser({ userName: 'ann', emails });
  expect(await found(endpoint, 'emails[type eq "work" and value sw "x"]')).toEqual(['ann']);
  expect(await found(endpoint, 'emails[type eq "work" and value sw "y"]')).toEqual([]);
  expect(await found(endpoint, 'emails.type eq "work" and emails.value sw "y"')).toEqual(['ann']);
});

// [ ]: The expression within square brackets ("[" and "]") MUST be a valid filter expression based upon
// sub-attributes of the parent attribute.
requirement('RFC 7644 3.4.2.2 #9', async (endpoint) => {
  await refused(endpoint, 'emails[userName eq "x"]');
  await refused(endpoint, 'emails[type eq]');
  await refused(endpoint, 'userName[value eq "x"]');
});

// SCIM filters MUST conform to the following ABNF [RFC5234] rules as specified below:
requirement('RFC 7644 3.4.2.2 #10', async (endpoint) => {
  await three(endpoint);
  for (const [filter, names] of [
    ['USERNAME EQ "ann"', ['ann']],
    ['userName sw "b"', ['Bob']],
    ['userName co "i" or userName ew "b"', ['Bob', 'cid']],
    ['not (title pr)', ['cid']],
    [`${userSchema}:userName ne "ann"`, ['Bob', 'cid']],
    ['userName gt "ann" and userName le "cid"', ['Bob', 'cid']],
    [`${enterpriseSchema}:department pr`, []],
    ['nickName eq null', ['cid']],
  ] as const) {
    expect(await found(endpoint, filter)).toEqual(names);
  }
  for (const filter of ['not userName pr', 'userName eq ann', 'userName eq "a" and', '1a eq "x"']) {
    await refused(endpoint, filter);
  }
});

// Filters MUST be evaluated using the following order of operations, in order of precedence:
requirement('RFC 7644 3.4.2.2 #11', async (endpoint) => {
  await three(endpoint);
  const either = 'userName eq "ann" or userName eq "cid" and active eq false';
  expect(await found(endpoint, either)).toEqual(['ann']);
  const grouped = '(userName eq "ann" or userName eq "cid") and active eq false';
  expect(await found(endpoint, grouped)).toEqual([]);
  expect(await found(endpoint, 'not (userName eq "ann") and active eq true')).toEqual(['cid']);
});

// For complex attributes, a fully qualified sub-attribute MUST be specified using standard attribute notation
// (Section 3.10).
requirement('RFC 7644 3.4.2.2 #12', async (endpoint) => {
  await endpoint.createUser({ userName: 'ann', name: { familyName: 'Lee' } });
  expect(await found(endpoint, 'name.familyName eq "lee"')).toEqual(['ann']);
  await refused(endpoint, 'name eq "Lee"');
  await refused(endpoint, 'familyName eq "Lee"');
});

// When applying a comparison (e.g., "eq") or presence filter (e.g., "pr") to a defaulted attribute, the
// service provider SHALL use the value that was returned to the client that last created or modified the
// attribute.
requirement('RFC 7644 3.4.2.2 #13', async (endpoint) => {
  const user = await endpoint.createUser({ userName: 'ann' });
  expect(await found(endpoint, `meta.created eq "${user.meta.created}"`)).toEqual(['ann']);
  expect(await found(endpoint, 'meta.resourceType pr')).toEqual(['ann']);
  expect(await found(endpoint, 'active pr')).toEqual(user.active === undefined ? [] : ['ann']);
});

// Providers MUST decline to filter results if the specified filter operation is not recognized and return an
// HTTP 400 error with a "scimType" error of "invalidFilter" and an appropriate human-readable response as per
// Section 3.12.
requirement('RFC 7644 3.4.2.2 #14', async (endpoint) => {
  await refused(endpoint, 'userName like "a*"');
  await refused(endpoint, 'userName == "ann"');
});

// When comparing attributes of type String, the case sensitivity for String type attributes SHALL be
// determined by the attribute's "caseExact" characteristic (see Section 2.2 of [RFC7643]).
requirement('RFC 7644 3.4.2.2 #15', async (endpoint) => {
  await endpoint.createUser({ userName: 'Ann', externalId: 'X-1' });
  expect(await found(endpoint, 'userName eq "aNN"')).toEqual(['Ann']);
  expect(await found(endpoint, 'externalId eq "X-1"')).toEqual(['Ann']);
  expect(await found(endpoint, 'externalId eq "x-1"')).toEqual([]);
});

/** The userNames of a sorted list. */
async function sorted(endpoint: ConformanceEndpoint, parameters: string): Promise<readonly string[]> {
  const { status, body } = await endpoint.send('GET', `/Users?${parameters}`);
  expect(status).toBe(200);
  return body.Resources.map(({ userName }: { userName: string }) => userName);
}

// sortBy: The "sortBy" parameter specifies the attribute whose value SHALL be used to order the returned
// responses.
requirement('RFC 7644 3.4.2.3 #1', async (endpoint) => {
  await three(endpoint);
  expect(await sorted(endpoint, 'sortBy=nickName')).toEqual(['Bob', 'ann', 'cid']);
  expect(await sorted(endpoint, 'sortBy=userName&sortOrder=descending')).toEqual(['cid', 'Bob', 'ann']);
});

// sortOrder: If a value for "sortBy" is provided and no "sortOrder" is specified, "sortOrder" SHALL default
// to ascending.
requirement('RFC 7644 3.4.2.3 #2', async (endpoint) => {
  await three(endpoint);
  expect(await sorted(endpoint, 'sortBy=userName')).toEqual(
    await sorted(endpoint, 'sortBy=userName&sortOrder=ascending'),
  );
});

// sortOrder: "sortOrder" MUST sort according to the attribute type; i.e., for case-insensitive attributes,
// sort the result using case-insensitive Unicode alphabetic sort order with no specific locale implied, and
// for case-exact attribute types, sort the result using case-sensitive Unicode alphabetic sort order.
requirement('RFC 7644 3.4.2.3 #3', async (endpoint) => {
  for (const [userName, externalId] of [
    ['b', 'B'],
    ['A', 'a'],
    ['C', 'A'],
  ]) {
    await endpoint.createUser({ userName, externalId });
  }
  expect(await sorted(endpoint, 'sortBy=userName')).toEqual(['A', 'b', 'C']);
  expect(await sorted(endpoint, 'sortBy=externalId')).toEqual(['C', 'b', 'A']);
});

// startIndex: A value less than 1 SHALL be interpreted as 1.
requirement('RFC 7644 3.4.2.4 #2', async (endpoint) => {
  await three(endpoint);
  const first = await endpoint.send('GET', '/Users?startIndex=1');
  for (const startIndex of [0, -7]) {
    expect((await endpoint.send('GET', `/Users?startIndex=${startIndex}`)).body).toEqual(first.body);
  }
});

// count: A negative value SHALL be interpreted as "0".
requirement('RFC 7644 3.4.2.4 #3', async (endpoint) => {
  await three(endpoint);
  const { body } = await endpoint.send('GET', '/Users?count=-5');
  expect(body).toMatchObject({ totalResults: 3, itemsPerPage: 0, Resources: [] });
});

// count: When specified, the service provider MUST NOT return more results than specified, although it MAY
// return fewer results.
requirement('RFC 7644 3.4.2.4 #4', async (endpoint) => {
  await three(endpoint);
  for (const count of [0, 1, 2, 3, 9]) {
    const { body } = await endpoint.send('GET', `/Users?count=${count}`);
    expect(body.Resources).toHaveLength(Math.min(3, count));
  }
});

// The following attributes control which attributes SHALL be returned with a returned resource.
requirement('RFC 7644 3.4.2.5 #1', async (endpoint) => {
  const { id } = await endpoint.createUser({ userName: 'ann', title: 'Guide', name: { givenName: 'A' } });
  const some = await endpoint.send('GET', `/Users/${id}?attributes=title`);
  expect(Object.keys(some.body).sort()).toEqual(['id', 'schemas', 'title']);
  const others = await endpoint.send('GET', `/Users/${id}?excludedAttributes=title`);
  expect(others.body).not.toHaveProperty('title');
  expect(others.body).toHaveProperty('name');
});

// attributes: Attribute names MUST be in standard attribute notation (Section 3.10) form.
requirement('RFC 7644 3.4.2.5 #3', async (endpoint) => {
  const department = { [enterpriseSchema]: { department: 'D', costCenter: 'C' } };
  const schemas = [userSchema, enterpriseSchema];
  const { id } = await endpoint.createUser({
    schemas,
    name: { givenName: 'A', familyName: 'B' },
    ...department,
  });
  const path = `attributes=name.givenName,${enterpriseSchema}:department`;
  const { body } = await endpoint.send('GET', `/Users/${id}?${path}`);
  expect(body.name).toEqual({ givenName: 'A' });
  expect(body[enterpriseSchema]).toEqual({ department: 'D' });
});

// excludedAttributes: This parameter SHALL have no effect on attributes whose schema "returned" setting is
// "always" (see Sections 2.2 and 7 of [RFC7643]).
requirement('RFC 7644 3.4.2.5 #4', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const { body } = await endpoint.send('GET', `/Users/${id}?excludedAttributes=id,schemas,userName`);
  expect(body).toMatchObject({ id, schemas: [userSchema] });
  expect(body).not.toHaveProperty('userName');
});

const search = (endpoint: ConformanceEndpoint, path: string, more: object) =>
  endpoint.send('POST', `${path}/.search`, { schemas: [searchUrn], ...more });

// The inclusion of "/.search" on the end of a valid SCIM endpoint SHALL be used to indicate that the HTTP
// POST verb is intended to be a query operation.
requirement('RFC 7644 3.4.3 #1', async (endpoint) => {
  await three(endpoint);
  const answer = await search(endpoint, '/Users', { filter: 'userName eq "ann"' });
  expect(answer).toMatchObject({ status: 200, body: { schemas: [listUrn], totalResults: 1 } });
  expect((await endpoint.send('GET', '/Users')).body.totalResults).toBe(3);
});

// Query requests MUST be identified using the following URI:
// "urn:ietf:params:scim:api:messages:2.0:SearchRequest".
requirement('RFC 7644 3.4.3 #2', async (endpoint) => {
  const answer = await endpoint.send('POST', '/Users/.search', { schemas: [userSchema] });
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
});

// attributes: Attribute names MUST be in standard attribute notation (Section 3.10) form.
requirement('RFC 7644 3.4.3 #3', async (endpoint) => {
  await endpoint.createUser({ name: { givenName: 'A', familyName: 'B' } });
  const some = await search(endpoint, '/Users', { attributes: ['name.givenName'] });
  expect(some.body.Resources[0].name).toEqual({ givenName: 'A' });
  const others = await search(endpoint, '/Users', { excludedAttributes: ['name.givenName'] });
  expect(others.body.Resources[0].name).toEqual({ familyName: 'B' });
});

// excludedAttributes: This parameter SHALL have no effect on attributes whose schema "returned" setting is
// "always" (see Sections 2.2 and 7 of [RFC7643]).
requirement('RFC 7644 3.4.3 #4', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const { body } = await search(endpoint, '/Users', { excludedAttributes: ['id', 'userName'] });
  expect(body.Resources[0].id).toBe(id);
});

// filter: The filter string MUST be a valid filter (Section 3.4.2.2) expression.
requirement('RFC 7644 3.4.3 #6', async (endpoint) => {
  const answer = await search(endpoint, '/Users', { filter: 'userName eq' });
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } });
});

// sortBy: A string indicating the attribute whose value SHALL be used to order the returned responses.
requirement('RFC 7644 3.4.3 #7', async (endpoint) => {
  for (const label of ['b', 'c', 'a']) await endpoint.createSpecimen({ label });
  const { body } = await search(endpoint, '/Specimens', {
    sortBy: `${specimenSchema}:label`,
    sortOrder: 'descending',
  });
  expect(body.Resources.map(({ label }: { label: string }) => label)).toEqual(['c', 'b', 'a']);
});

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

requirement('RFC 7644 3.4.2 #1', async (endpoint) => {
  await three(endpoint);
  const { status, body } = await endpoint.send('GET', '/Users?flavour=vanilla&sortby');
  expect(status).toBe(200);
  expect(body.totalResults).toBe(3);
});

requirement('RFC 7644 3.4.2 #2', async (endpoint) => {
  await three(endpoint);
  const { body } = await endpoint.send('GET', '/Users');
  expect(body.schemas).toEqual([listUrn]);
  expect(body.totalResults).toBe(3);
  expect(body.Resources).toHaveLength(3);
});

requirement('RFC 7644 3.4.2 #5', async (endpoint) => {
  await three(endpoint);
  const { body } = await endpoint.send('GET', '/Users?startIndex=2&count=1');
  expect(body).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 });
});

requirement('RFC 7644 3.4.2 #7', async (endpoint) => {
  const answer = await query(endpoint, 'userName eq "nobody"');
  expect(answer).toMatchObject({ status: 200, body: { totalResults: 0 } });
});

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

requirement('RFC 7644 3.4.2.1 #4', async (endpoint) => {
  await endpoint.createUser({ userName: 'ann' });
  const group = await endpoint.createGroup({ displayName: 'Ann' });
  const search = { schemas: [searchUrn], filter: 'userName eq "nobody" or displayName eq "ann"' };
  const { body } = await endpoint.send('POST', '/.search', search);
  expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual([group.id]);
});

requirement('RFC 7644 3.4.2.2 #1', async (endpoint) => {
  await three(endpoint);
  expect(await found(endpoint, 'active eq true')).toEqual(['ann', 'cid']);
  expect(await found(endpoint, 'title pr and active eq false')).toEqual(['Bob']);
});

requirement('RFC 7644 3.4.2.2 #2', async (endpoint) => {
  for (const filter of ['', ' ', 'userName', 'eq "x"', 'userName eq', 'userName "x"', '()']) {
    await refused(endpoint, filter);
  }
});

requirement('RFC 7644 3.4.2.2 #4', async (endpoint) => {
  for (const op of ['gt', 'ge', 'lt', 'le']) {
    await refused(endpoint, `active ${op} true`);
    await refused(endpoint, `x509Certificates.value ${op} "YQ=="`);
  }
});

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

requirement('RFC 7644 3.4.2.2 #9', async (endpoint) => {
  await refused(endpoint, 'emails[userName eq "x"]');
  await refused(endpoint, 'emails[type eq]');
  await refused(endpoint, 'userName[value eq "x"]');
});

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

requirement('RFC 7644 3.4.2.2 #11', async (endpoint) => {
  await three(endpoint);
  const either = 'userName eq "ann" or userName eq "cid" and active eq false';
  expect(await found(endpoint, either)).toEqual(['ann']);
  const grouped = '(userName eq "ann" or userName eq "cid") and active eq false';
  expect(await found(endpoint, grouped)).toEqual([]);
  expect(await found(endpoint, 'not (userName eq "ann") and active eq true')).toEqual(['cid']);
});

requirement('RFC 7644 3.4.2.2 #12', async (endpoint) => {
  await endpoint.createUser({ userName: 'ann', name: { familyName: 'Lee' } });
  expect(await found(endpoint, 'name.familyName eq "lee"')).toEqual(['ann']);
  await refused(endpoint, 'name eq "Lee"');
  await refused(endpoint, 'familyName eq "Lee"');
});

requirement('RFC 7644 3.4.2.2 #13', async (endpoint) => {
  const user = await endpoint.createUser({ userName: 'ann' });
  expect(await found(endpoint, `meta.created eq "${user.meta.created}"`)).toEqual(['ann']);
  expect(await found(endpoint, 'meta.resourceType pr')).toEqual(['ann']);
  expect(await found(endpoint, 'active pr')).toEqual(user.active === undefined ? [] : ['ann']);
});

requirement('RFC 7644 3.4.2.2 #14', async (endpoint) => {
  await refused(endpoint, 'userName like "a*"');
  await refused(endpoint, 'userName == "ann"');
});

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

requirement('RFC 7644 3.4.2.3 #1', async (endpoint) => {
  await three(endpoint);
  expect(await sorted(endpoint, 'sortBy=nickName')).toEqual(['Bob', 'ann', 'cid']);
  expect(await sorted(endpoint, 'sortBy=userName&sortOrder=descending')).toEqual(['cid', 'Bob', 'ann']);
});

requirement('RFC 7644 3.4.2.3 #2', async (endpoint) => {
  await three(endpoint);
  expect(await sorted(endpoint, 'sortBy=userName')).toEqual(
    await sorted(endpoint, 'sortBy=userName&sortOrder=ascending'),
  );
});

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

requirement('RFC 7644 3.4.2.4 #2', async (endpoint) => {
  await three(endpoint);
  const first = await endpoint.send('GET', '/Users?startIndex=1');
  for (const startIndex of [0, -7]) {
    expect((await endpoint.send('GET', `/Users?startIndex=${startIndex}`)).body).toEqual(first.body);
  }
});

requirement('RFC 7644 3.4.2.4 #3', async (endpoint) => {
  await three(endpoint);
  const { body } = await endpoint.send('GET', '/Users?count=-5');
  expect(body).toMatchObject({ totalResults: 3, itemsPerPage: 0, Resources: [] });
});

requirement('RFC 7644 3.4.2.4 #4', async (endpoint) => {
  await three(endpoint);
  for (const count of [0, 1, 2, 3, 9]) {
    const { body } = await endpoint.send('GET', `/Users?count=${count}`);
    expect(body.Resources).toHaveLength(Math.min(3, count));
  }
});

requirement('RFC 7644 3.4.2.5 #1', async (endpoint) => {
  const { id } = await endpoint.createUser({ userName: 'ann', title: 'Guide', name: { givenName: 'A' } });
  const some = await endpoint.send('GET', `/Users/${id}?attributes=title`);
  expect(Object.keys(some.body).sort()).toEqual(['id', 'schemas', 'title']);
  const others = await endpoint.send('GET', `/Users/${id}?excludedAttributes=title`);
  expect(others.body).not.toHaveProperty('title');
  expect(others.body).toHaveProperty('name');
});

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

requirement('RFC 7644 3.4.2.5 #4', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const { body } = await endpoint.send('GET', `/Users/${id}?excludedAttributes=id,schemas,userName`);
  expect(body).toMatchObject({ id, schemas: [userSchema] });
  expect(body).not.toHaveProperty('userName');
});

const search = (endpoint: ConformanceEndpoint, path: string, more: object) =>
  endpoint.send('POST', `${path}/.search`, { schemas: [searchUrn], ...more });

requirement('RFC 7644 3.4.3 #1', async (endpoint) => {
  await three(endpoint);
  const answer = await search(endpoint, '/Users', { filter: 'userName eq "ann"' });
  expect(answer).toMatchObject({ status: 200, body: { schemas: [listUrn], totalResults: 1 } });
  expect((await endpoint.send('GET', '/Users')).body.totalResults).toBe(3);
});

requirement('RFC 7644 3.4.3 #2', async (endpoint) => {
  const answer = await endpoint.send('POST', '/Users/.search', { schemas: [userSchema] });
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
});

requirement('RFC 7644 3.4.3 #3', async (endpoint) => {
  await endpoint.createUser({ name: { givenName: 'A', familyName: 'B' } });
  const some = await search(endpoint, '/Users', { attributes: ['name.givenName'] });
  expect(some.body.Resources[0].name).toEqual({ givenName: 'A' });
  const others = await search(endpoint, '/Users', { excludedAttributes: ['name.givenName'] });
  expect(others.body.Resources[0].name).toEqual({ familyName: 'B' });
});

requirement('RFC 7644 3.4.3 #4', async (endpoint) => {
  const { id } = await endpoint.createUser();
  const { body } = await search(endpoint, '/Users', { excludedAttributes: ['id', 'userName'] });
  expect(body.Resources[0].id).toBe(id);
});

requirement('RFC 7644 3.4.3 #6', async (endpoint) => {
  const answer = await search(endpoint, '/Users', { filter: 'userName eq' });
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } });
});

requirement('RFC 7644 3.4.3 #7', async (endpoint) => {
  for (const label of ['b', 'c', 'a']) await endpoint.createSpecimen({ label });
  const { body } = await search(endpoint, '/Specimens', {
    sortBy: `${specimenSchema}:label`,
    sortOrder: 'descending',
  });
  expect(body.Resources.map(({ label }: { label: string }) => label)).toEqual(['c', 'b', 'a']);
});

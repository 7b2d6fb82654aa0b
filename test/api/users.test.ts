import { beforeAll, describe, expect, test } from 'vitest';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, clientOf, enterpriseUrn, errorUrn, userBody, userUrn } from './client.ts';

let endpoint: SharedEndpoint;
let client: Client;
let tenantUrl: string;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  const tenant = await endpoint.createTenant({ name: 'Users', profile: 'rfc' });
  tenantUrl = tenant.tenantUrl;
  client = clientOf(tenant);
});

const unknownId = '00000000-0000-7000-8000-000000000000';

function scimError(status: number, scimType?: string) {
  return {
    status,
    body: {
      schemas: [errorUrn],
      status: String(status),
      ...(scimType !== undefined && { scimType }),
      detail: expect.stringMatching(/\w.*[^.]$/),
    },
  };
}

describe('POST /Users', () => {
  test('answers 201 with Location, ETag and the resource as it is retrieved', async () => {
    const created = await client.post(
      '/Users',
      userBody('ada', {
        externalId: 'E-1',
        name: { givenName: 'Ada', familyName: 'Lovelace' },
        emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
        [enterpriseUrn]: { department: 'Engines' },
      }),
    );
    expect(created.status).toBe(201);
    const { id, meta, ...rest } = created.body;
    expect(rest).toEqual({
      schemas: [userUrn, enterpriseUrn],
      userName: 'ada',
      externalId: 'E-1',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
      [enterpriseUrn]: { department: 'Engines' },
    });
    const location = `${tenantUrl}/Users/${id}`;
    const version = created.headers.get('etag');
    expect(meta).toMatchObject({ resourceType: 'User', location, version });
    expect(meta.created).toBe(meta.lastModified);
    expect(created.headers.get('location')).toBe(location);
    expect(created.headers.get('content-type')).toBe('application/scim+json');

    const retrieved = await client.get(`/Users/${id}`);
    expect(retrieved.body).toEqual(created.body);
    expect(retrieved.headers.get('etag')).toBe(version);
  });

  test('answers 409 uniqueness to a userName that differs in case only, and keeps the first', async () => {
    const first = await client.user('Straße.One');
    const second = await client.post('/Users', userBody('STRAßE.ONE'));
    expect(second).toMatchObject(scimError(409, 'uniqueness'));
    expect(second.body.detail).toContain('userName');
    expect(await client.find('/Users', 'userName eq "straße.one"')).toEqual([first]);
  });

  test('ignores readOnly attributes and never returns a password', async () => {
    const groups = [{ value: unknownId }];
    const created = await client.user('readonly', { id: 'mine', groups, password: 'Sesame-1' });
    expect(created.id).not.toBe('mine');
    for (const name of ['groups', 'password']) expect(created).not.toHaveProperty(name);
  });

  test.each([
    ['no userName', { schemas: [userUrn] }, 'invalidValue'],
    ['an empty userName', userBody(''), 'invalidValue'],
    ['no schemas', { userName: 'x' }, 'invalidSyntax'],
    ['a wrong type', userBody('x', { active: 'yes' }), 'invalidValue'],
    ['two primary addresses', userBody('x', { emails: primaries('a', 'b') }), 'invalidValue'],
  ])('answers 400 to %s', async (_, body, scimType) => {
    expect(await client.post('/Users', body)).toMatchObject(scimError(400, scimType));
  });
});

function primaries(...values: readonly string[]): object[] {
  return values.map((value) => ({ value, primary: true }));
}

describe('GET /Users/{id}', () => {
  test('answers 304 without a body to If-None-Match of the version, and 200 to that of another', async () => {
    const { id, meta } = await client.user('conditional');
    const same = await client.get(`/Users/${id}`, { 'if-none-match': meta.version });
    expect(same).toMatchObject({ status: 304, body: undefined });
    expect(same.headers.get('etag')).toBe(meta.version);
    expect(await client.get(`/Users/${id}`, { 'if-none-match': 'W/"99"' })).toMatchObject({ status: 200 });
  });

  test.each([unknownId, 'x', 'unique:user:userName:x', '..%2fGroups', '%', 'x'.repeat(65)])(
    'answers 404 to the id %s',
    async (id) => {
      expect(await client.get(`/Users/${id}`)).toMatchObject(scimError(404));
    },
  );

  test('answers HEAD with the headers of GET and no body', async () => {
    const { id, meta } = await client.user('headed');
    const answer = await client.head(`/Users/${id}`);
    expect(answer).toMatchObject({ status: 200, body: undefined });
    expect(answer.headers.get('etag')).toBe(meta.version);
    expect(answer.headers.get('content-type')).toBe('application/scim+json');
    expect(await client.head(`/Users/${unknownId}`)).toMatchObject({ status: 404, body: undefined });
  });
});

describe('PUT /Users/{id}', () => {
  test('replaces what is sent, clears what is not, keeps id and created', async () => {
    const before = await client.user('put', { displayName: 'Before', title: 'Dr', active: true });
    const answer = await client.put(`/Users/${before.id}`, userBody('put', { displayName: 'After' }));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: before.id, userName: 'put', displayName: 'After' });
    expect(answer.body).not.toHaveProperty('title');
    expect(answer.body.meta.created).toBe(before.meta.created);
    expect(answer.body.meta.version).not.toBe(before.meta.version);
    expect(answer.headers.get('etag')).toBe(answer.body.meta.version);
    expect(answer.headers.get('location')).toBe(before.meta.location);
    expect((await client.get(`/Users/${before.id}`)).body).toEqual(answer.body);
  });

  test('keeps version and lastModified when nothing changes', async () => {
    const before = await client.user('put.same', { displayName: 'Same' });
    const answer = await client.put(`/Users/${before.id}`, before);
    expect(answer.body).toEqual(before);
  });

  test('frees the old userName and takes the new one', async () => {
    const { id } = await client.user('put.old');
    await client.user('put.taken');
    expect(await client.put(`/Users/${id}`, userBody('put.taken'))).toMatchObject(
      scimError(409, 'uniqueness'),
    );
    expect(await client.find('/Users', 'userName eq "put.old"')).toHaveLength(1);
    expect(await client.put(`/Users/${id}`, userBody('put.new'))).toMatchObject({ status: 200 });
    expect(await client.find('/Users', 'userName eq "put.old"')).toEqual([]);
    expect((await client.user('put.old')).id).not.toBe(id);
  });

  test('creates nothing at an id that does not exist', async () => {
    expect(await client.put(`/Users/${unknownId}`, userBody('nobody'))).toMatchObject(scimError(404));
    expect(await client.find('/Users', 'userName eq "nobody"')).toEqual([]);
  });
});

describe('PATCH /Users/{id}', () => {
  test('applies all operations in order and answers with the user, its Location and ETag', async () => {
    const before = await client.user('patch');
    const answer = await client.patch(`/Users/${before.id}`, [
      { op: 'add', path: 'name.givenName', value: 'Grace' },
      { op: 'add', path: 'emails', value: [{ value: 'g@example.com', type: 'work' }] },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'grace@example.com' },
      { op: 'add', path: `${enterpriseUrn}:department`, value: 'Navy' },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      schemas: [userUrn, enterpriseUrn],
      name: { givenName: 'Grace' },
      emails: [{ value: 'grace@example.com', type: 'work' }],
      [enterpriseUrn]: { department: 'Navy' },
    });
    expect(answer.headers.get('location')).toBe(before.meta.location);
    expect(answer.headers.get('etag')).toBe(answer.body.meta.version);
    expect((await client.get(`/Users/${before.id}`)).body).toEqual(answer.body);
  });

  test('applies nothing when one operation fails, and names that operation', async () => {
    const before = await client.user('patch.atomic');
    const answer = await client.patch(`/Users/${before.id}`, [
      { op: 'add', path: 'displayName', value: 'Half' },
      { op: 'replace', path: 'emails[value eq "nobody@example.com"].display', value: 'x' },
    ]);
    expect(answer).toMatchObject(scimError(400, 'noTarget'));
    expect(answer.body.detail).toContain('Operation 2');
    expect((await client.get(`/Users/${before.id}`)).body).toEqual(before);
  });

  test('keeps version and lastModified when nothing changes', async () => {
    const before = await client.user('patch.same', { active: true });
    const answer = await client.patch(`/Users/${before.id}`, [
      { op: 'replace', path: 'active', value: true },
    ]);
    expect(answer.body).toEqual(before);
  });

  test('moves lastModified and the version with a change', async () => {
    const before = await client.user('patch.moves', { active: true });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { body } = await client.patch(`/Users/${before.id}`, [{ op: 'remove', path: 'active' }]);
    expect(Date.parse(body.meta.lastModified)).toBeGreaterThan(Date.parse(before.meta.lastModified));
    expect(body.meta.created).toBe(before.meta.created);
    expect(body.meta.version).not.toBe(before.meta.version);
  });

  test.each([
    ['an unknown attribute', { op: 'add', path: 'shoeSize', value: 1 }, 'invalidPath'],
    ['a required attribute removed', { op: 'remove', path: 'userName' }, 'mutability'],
    ['the id', { op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    ['groups, which are readOnly', { op: 'add', path: 'groups', value: [{ value: 'x' }] }, 'mutability'],
    ['an unknown op', { op: 'move', path: 'title', value: 'x' }, 'invalidSyntax'],
    ['a remove without path', { op: 'remove' }, 'noTarget'],
    ['a wrong type', { op: 'replace', path: 'active', value: 'perhaps' }, 'invalidValue'],
  ])('answers 400 to %s', async (name, operation, scimType) => {
    const { id, meta } = await client.user(`patch ${name}`);
    expect(await client.patch(`/Users/${id}`, [operation])).toMatchObject(scimError(400, scimType));
    expect((await client.get(`/Users/${id}`)).headers.get('etag')).toBe(meta.version);
  });

  test('answers 409 to a userName that is taken', async () => {
    await client.user('patch.taken');
    const { id } = await client.user('patch.taker');
    const operation = { op: 'replace', path: 'userName', value: 'Patch.Taken' };
    expect(await client.patch(`/Users/${id}`, [operation])).toMatchObject(scimError(409, 'uniqueness'));
  });

  test('changes the case of its own userName', async () => {
    const { id } = await client.user('patch.case');
    const operation = { op: 'replace', path: 'userName', value: 'Patch.Case' };
    expect(await client.patch(`/Users/${id}`, [operation])).toMatchObject({
      status: 200,
      body: { userName: 'Patch.Case' },
    });
    expect(await client.find('/Users', 'userName eq "PATCH.case"')).toMatchObject([{ id }]);
  });
});

describe('DELETE /Users/{id}', () => {
  test('answers 204 without a body, then 404 to every verb', async () => {
    const { id } = await client.user('delete');
    expect(await client.delete(`/Users/${id}`)).toMatchObject({ status: 204, body: undefined });
    expect(await client.get(`/Users/${id}`)).toMatchObject(scimError(404));
    expect(await client.delete(`/Users/${id}`)).toMatchObject(scimError(404));
    expect(await client.put(`/Users/${id}`, userBody('delete'))).toMatchObject(scimError(404));
    const operation = { op: 'add', path: 'title', value: 'x' };
    expect(await client.patch(`/Users/${id}`, [operation])).toMatchObject(scimError(404));
    expect(await client.find('/Users', `id eq "${id}"`)).toEqual([]);
  });

  test('frees the userName', async () => {
    const { id } = await client.user('delete.again');
    await client.delete(`/Users/${id}`);
    expect((await client.user('Delete.Again')).id).not.toBe(id);
  });

  test('removes the user from its groups and gives these a new version', async () => {
    const gone = await client.user('delete.member');
    const stays = await client.user('delete.stays');
    const group = await client.group('delete.group', [gone.id, stays.id]);
    await client.delete(`/Users/${gone.id}`);
    const after = await client.get(`/Groups/${group.id}`);
    expect(after.body.members).toMatchObject([{ value: stays.id }]);
    expect(after.headers.get('etag')).not.toBe(group.meta.version);
  });
});

describe('If-Match', () => {
  const change = [{ op: 'add', path: 'title', value: 'Dr' }];
  test.each([
    ['PUT', (path: string, headers: object) => client.put(path, userBody('if.put'), { ...headers })],
    ['PATCH', (path: string, headers: object) => client.patch(path, change, { ...headers })],
    ['DELETE', (path: string, headers: object) => client.delete(path, { ...headers })],
  ])('of another version lets %s answer 412 and change nothing', async (verb, send) => {
    const before = await client.user(`if.${verb}`);
    const path = `/Users/${before.id}`;
    expect(await send(path, { 'if-match': 'W/"99"' })).toMatchObject(scimError(412));
    expect((await client.get(path)).body).toEqual(before);
    expect((await send(path, { 'if-match': before.meta.version })).status).toBeLessThan(300);
  });

  test.each(['PUT', 'PATCH', 'DELETE'])('%s of what must not be as it is answers 412', async (verb) => {
    const { id, meta } = await client.user(`unless.${verb}`);
    const send = (tag: string) => {
      const headers = { 'if-none-match': tag };
      if (verb === 'PUT')
        return client.put(`/Users/${id}`, userBody(`unless.${verb}`, { title: 'Dr' }), headers);
      return verb === 'PATCH'
        ? client.patch(`/Users/${id}`, change, headers)
        : client.delete(`/Users/${id}`, headers);
    };
    for (const tag of ['*', meta.version]) expect(await send(tag)).toMatchObject(scimError(412));
    expect((await send('W/"99"')).status).toBeLessThan(300);
  });

  test('* lets a request pass', async () => {
    const { id } = await client.user('if.any');
    expect(await client.delete(`/Users/${id}`, { 'if-match': '*' })).toMatchObject({ status: 204 });
  });
});

describe('attributes and excludedAttributes', () => {
  const emails = [{ value: 'p@example.com', type: 'work' }];

  test.each([
    ['attributes=userName', ['schemas', 'id', 'userName']],
    ['attributes=USERNAME,emails.value', ['schemas', 'id', 'userName', 'emails']],
    ['attributes=unknown', ['schemas', 'id']],
    ['excludedAttributes=emails,meta,id', ['schemas', 'id', 'userName', 'displayName']],
  ])('%s shapes the answer of every verb', async (selection, names) => {
    const body = userBody(`project ${selection}`, { displayName: 'P', emails });
    const created = await client.post(`/Users?${selection}`, body);
    expect(created.status).toBe(201);
    const path = `/Users/${created.body.id}?${selection}`;
    const filter = encodeURIComponent(`id eq "${created.body.id}"`);
    const listed = await client.get(`/Users?filter=${filter}&${selection}`);
    const answers = [
      created.body,
      (await client.get(path)).body,
      (await client.put(path, body)).body,
      (await client.patch(path, [{ op: 'replace', path: 'displayName', value: 'P' }])).body,
      listed.body.Resources[0],
    ];
    for (const answer of answers) expect(Object.keys(answer).sort()).toEqual([...names].sort());
    expect(created.headers.get('location')).toBe(`${tenantUrl}/Users/${created.body.id}`);
    expect(created.headers.get('etag')).toBeTruthy();
  });

  test('exclude each other', async () => {
    expect(await client.get('/Users?attributes=userName&excludedAttributes=meta')).toMatchObject(
      scimError(400, 'invalidValue'),
    );
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import {
  type Client,
  type Created,
  clientOf,
  errorUrn,
  groupBody,
  groupUrn,
  inParallel,
  range,
} from './client.ts';

let endpoint: SharedEndpoint;
let client: Client;
let entra: Client;
let tenantUrl: string;
let users: readonly string[];
const [usersMax, manyMembers] = [260, 250];

beforeAll(async () => {
  endpoint = await shareEndpoint();
  const tenant = await endpoint.createTenant({ name: 'Groups', profile: 'okta' });
  tenantUrl = tenant.tenantUrl;
  client = clientOf(tenant);
  entra = clientOf(await endpoint.createTenant({ name: 'Entra', profile: 'entra' }));
  users = await inParallel(range(usersMax), 16, async (number) => (await client.user(`u${number}`)).id);
});

const unknownId = '00000000-0000-7000-8000-000000000000';
const user = (index: number): string => users[index] ?? unknownId;

const membersOf = async (id: string): Promise<readonly string[]> =>
  ((await client.get(`/Groups/${id}`)).body.members ?? []).map(({ value }: Created) => value).sort();
const groupsOf = async (id: string): Promise<readonly string[]> =>
  ((await client.get(`/Users/${id}`)).body.groups ?? []).map(({ value }: Created) => value).sort();
const add = (...ids: readonly string[]) => ({
  op: 'add',
  path: 'members',
  value: ids.map((value) => ({ value })),
});
const remove = (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` });

function scimError(status: number, scimType?: string) {
  return {
    status,
    body: { schemas: [errorUrn], status: String(status), ...(scimType !== undefined && { scimType }) },
  };
}

describe('POST /Groups', () => {
  test('answers 201 with Location, ETag and the members with type and $ref', async () => {
    const created = await client.post('/Groups', {
      ...groupBody('post', [user(0), user(1)]),
      externalId: 'G-1',
    });
    expect(created.status).toBe(201);
    const { id, meta, members, ...rest } = created.body;
    expect(rest).toEqual({ schemas: [groupUrn], externalId: 'G-1', displayName: 'post' });
    expect(members).toHaveLength(2);
    expect(members).toContainEqual({ value: user(0), $ref: `${tenantUrl}/Users/${user(0)}`, type: 'User' });
    expect(created.headers.get('location')).toBe(`${tenantUrl}/Groups/${id}`);
    expect(created.headers.get('etag')).toBe(meta.version);
    expect((await client.get(`/Groups/${id}`)).body).toEqual(created.body);
  });

  test('holds a member that is named twice once', async () => {
    const { id } = await client.group('post.twice', [user(0), user(0)]);
    expect(await membersOf(id)).toEqual([user(0)]);
  });

  test('answers 400 to a member that does not exist, and creates nothing', async () => {
    const answer = await client.post('/Groups', groupBody('post.unknown', [user(0), unknownId]));
    expect(answer).toMatchObject(scimError(400, 'invalidValue'));
    expect(answer.body.detail).toContain(unknownId);
    expect(await client.find('/Groups', 'displayName eq "post.unknown"')).toEqual([]);
    expect(await groupsOf(user(0))).not.toContain(undefined);
  });

  test('answers 409 to a displayName that differs in case only', async () => {
    await client.group('Post.Unique');
    expect(await client.post('/Groups', groupBody('post.UNIQUE'))).toMatchObject(
      scimError(409, 'uniqueness'),
    );
  });

  test('allows groups of one name when the policy of the tenant does', async () => {
    const lax = clientOf(await endpoint.createTenant({ name: 'Lax', policy: { groups: { unique: [] } } }));
    const [one, two] = [await lax.group('same'), await lax.group('same')];
    const found = await lax.find('/Groups', 'displayName eq "SAME"');
    expect(found.map(({ id }) => id)).toEqual([one.id, two.id]);
  });

  test('takes more members than fit into one batch', async () => {
    const { id } = await client.group('post.large', users.slice(0, manyMembers));
    expect(await membersOf(id)).toEqual(users.slice(0, manyMembers).toSorted());
  });
});

describe('PUT /Groups/{id}', () => {
  test('replaces the members that it names', async () => {
    const before = await client.group('put', [user(0), user(1)]);
    const answer = await client.put(`/Groups/${before.id}`, groupBody('put', [user(1), user(2)]));
    expect(answer.status).toBe(200);
    expect(answer.body.members.map(({ value }: Created) => value).sort()).toEqual([user(1), user(2)].sort());
    expect(answer.headers.get('etag')).not.toBe(before.meta.version);
  });

  test('without members empties the group, and so does []', async () => {
    const { id } = await client.group('put.silent', [user(0)]);
    const silent = { schemas: [groupUrn], displayName: 'put.renamed' };
    expect((await client.put(`/Groups/${id}`, silent)).body).toMatchObject({ displayName: 'put.renamed' });
    expect(await membersOf(id)).toEqual([]);
    await client.put(`/Groups/${id}`, groupBody('put.renamed', [user(0)]));
    expect((await client.put(`/Groups/${id}`, groupBody('put.renamed'))).body).not.toHaveProperty('members');
    expect(await membersOf(id)).toEqual([]);
    expect(await groupsOf(user(0))).not.toContain(id);
  });

  test('keeps version and lastModified when nothing changes', async () => {
    const before = await client.group('put.same', [user(0), user(1)]);
    expect((await client.put(`/Groups/${before.id}`, before)).body).toEqual(before);
  });

  test('replaces more members than fit into one batch', async () => {
    const { id } = await client.group('put.large', users.slice(0, 130));
    await client.put(`/Groups/${id}`, groupBody('put.large', users.slice(100, usersMax)));
    expect(await membersOf(id)).toEqual(users.slice(100, usersMax).toSorted());
  });
});

describe('PATCH /Groups/{id}', () => {
  test('answers 200 with the group, and 204 to Entra', async () => {
    const group = await client.group('patch.answer');
    const answer = await client.patch(`/Groups/${group.id}`, [add(user(0))]);
    expect(answer).toMatchObject({ status: 200, body: { members: [{ value: user(0) }] } });
    expect(answer.headers.get('etag')).toBe(answer.body.meta.version);

    const person = await entra.user('entra');
    const quiet = await entra.group('entra');
    const silence = await entra.patch(`/Groups/${quiet.id}`, [add(person.id)]);
    expect(silence).toMatchObject({ status: 204, body: undefined });
    expect((await entra.get(`/Groups/${quiet.id}`)).body.members).toMatchObject([{ value: person.id }]);
  });

  test('shows a new member in the group and the group in the member, and neither once it is removed', async () => {
    const { id } = await client.group('patch.both');
    await client.patch(`/Groups/${id}`, [add(user(3))]);
    expect(await membersOf(id)).toEqual([user(3)]);
    const { groups } = (await client.get(`/Users/${user(3)}`)).body;
    expect(groups).toContainEqual({ value: id, $ref: `${tenantUrl}/Groups/${id}`, type: 'direct' });
    await client.patch(`/Groups/${id}`, [remove(user(3))]);
    expect(await membersOf(id)).toEqual([]);
    expect(await groupsOf(user(3))).not.toContain(id);
  });

  test('changes version and lastModified with the members only', async () => {
    const { id, meta } = await client.group('patch.version', [user(0)]);
    const idle = await client.patch(`/Groups/${id}`, [add(user(0)), remove(user(1))]);
    expect(idle.body.meta).toEqual(meta);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const added = await client.patch(`/Groups/${id}`, [add(user(1))]);
    expect(added.body.meta.version).not.toBe(meta.version);
    expect(added.body.meta.lastModified > meta.lastModified).toBe(true);
    const { body, headers } = await client.get(`/Groups/${id}`);
    expect(body.meta).toEqual(added.body.meta);
    expect(headers.get('etag')).toBe(added.headers.get('etag'));
  });

  test('applies attribute and members together or not at all', async () => {
    const before = await client.group('patch.together', [user(0)]);
    const path = `/Groups/${before.id}`;
    const rename = { op: 'replace', path: 'displayName', value: 'patch.renamed' };
    expect(await client.patch(path, [rename, add(user(1), unknownId)])).toMatchObject(
      scimError(400, 'invalidValue'),
    );
    expect((await client.get(path)).body).toEqual(before);
    const after = await client.patch(path, [rename, add(user(1)), remove(user(0))]);
    expect(after.body).toMatchObject({ displayName: 'patch.renamed', members: [{ value: user(1) }] });
  });

  test.each([
    ['remove without value', [{ op: 'remove', path: 'members' }], []],
    ['remove of all that a filter selects', [{ op: 'remove', path: 'members[type eq "User"]' }], []],
    ['replace', [{ op: 'replace', path: 'members', value: [{ value: 2 }] }], [2]],
    ['replace without path', [{ op: 'replace', value: { members: [{ value: 2 }] } }], [2]],
    [
      'add then remove',
      [
        { op: 'add', path: 'members', value: [{ value: 2 }] },
        { op: 'remove', path: 2 },
      ],
      [0, 1],
    ],
  ])('%s leaves the members that RFC 7644 3.5.2 says', async (name, operations, left) => {
    const { id } = await client.group(`patch ${name}`, [user(0), user(1)]);
    const text = JSON.stringify(operations)
      .replaceAll('"path":2', `"path":"members[value eq \\"${user(2)}\\"]"`)
      .replaceAll('"value":2', `"value":"${user(2)}"`);
    expect(await client.patch(`/Groups/${id}`, JSON.parse(text))).toMatchObject({ status: 200 });
    expect(await membersOf(id)).toEqual(left.map(user).toSorted());
  });

  test(`of ${manyMembers} members is whole for whoever reads it meanwhile`, async () => {
    const { id } = await client.group('patch.large', [user(255)]);
    const change = client.patch(`/Groups/${id}`, [remove(user(255)), add(...users.slice(0, manyMembers))]);
    const seen = new Set<number>();
    let isDone = false;
    const reader = async () => {
      while (!isDone) seen.add((await membersOf(id)).length);
    };
    const readers = [reader(), reader(), reader()];
    expect(await change).toMatchObject({ status: 204 });
    isDone = true;
    await Promise.all(readers);
    expect(await membersOf(id)).toEqual(users.slice(0, manyMembers).toSorted());
    expect([...seen].filter((size) => size !== 1 && size !== manyMembers)).toEqual([]);
  });

  test(`of ${manyMembers} members with one that does not exist changes nothing`, async () => {
    const before = await client.group('patch.none', [user(255)]);
    const answer = await client.patch(`/Groups/${before.id}`, [
      add(...users.slice(0, manyMembers), unknownId),
    ]);
    expect(answer).toMatchObject(scimError(400, 'invalidValue'));
    expect((await client.get(`/Groups/${before.id}`)).body).toEqual(before);
  });

  test('with If-Match of another version answers 412', async () => {
    const before = await client.group('patch.match');
    const headers = { 'if-match': 'W/"99"' };
    expect(await client.patch(`/Groups/${before.id}`, [add(user(0))], headers)).toMatchObject(scimError(412));
    expect((await client.get(`/Groups/${before.id}`)).body).toEqual(before);
  });
});

describe('groups in groups', () => {
  test('are members of type Group', async () => {
    const inner = await client.group('nested.inner', [user(0)]);
    const outer = await client.group('nested.outer', [inner.id, user(1)]);
    expect(outer.members).toContainEqual({ value: inner.id, $ref: inner.meta.location, type: 'Group' });
    expect((await client.find('/Groups', `members.value eq "${inner.id}"`)).map(({ id }) => id)).toEqual([
      outer.id,
    ]);
  });

  test('are refused when a group would hold itself', async () => {
    const { id } = await client.group('nested.self');
    expect(await client.patch(`/Groups/${id}`, [add(id)])).toMatchObject(scimError(400, 'invalidValue'));
  });

  test('leave the group around them when they are deleted', async () => {
    const inner = await client.group('nested.deleted');
    const outer = await client.group('nested.around', [inner.id]);
    await client.delete(`/Groups/${inner.id}`);
    expect(await membersOf(outer.id)).toEqual([]);
  });
});

describe('DELETE /Groups/{id}', () => {
  test('answers 204, removes it from the groups of its members and frees its name', async () => {
    const { id } = await client.group('delete', [user(4), user(5)]);
    expect(await client.delete(`/Groups/${id}`)).toMatchObject({ status: 204, body: undefined });
    expect(await client.get(`/Groups/${id}`)).toMatchObject(scimError(404));
    expect(await groupsOf(user(4))).not.toContain(id);
    expect((await client.group('Delete')).id).not.toBe(id);
  });

  test('ends more memberships than fit into one batch', async () => {
    const { id } = await client.group('delete.large', users.slice(0, manyMembers));
    await client.delete(`/Groups/${id}`);
    expect(await client.find('/Users', `groups.value eq "${id}"`)).toEqual([]);
  });
});

describe('attributes and excludedAttributes', () => {
  test('leave members out of the answers', async () => {
    const { id } = await client.group('project', [user(0)]);
    for (const selection of ['excludedAttributes=members', 'attributes=displayName']) {
      const path = `/Groups/${id}?${selection}`;
      expect((await client.get(path)).body).not.toHaveProperty('members');
      expect((await client.patch(path, [add(user(1))])).body).not.toHaveProperty('members');
      const filter = encodeURIComponent('displayName eq "project"');
      const listed = await client.get(`/Groups?filter=${filter}&${selection}`);
      expect(listed.body.Resources[0]).not.toHaveProperty('members');
    }
    expect((await client.get(`/Groups/${id}?attributes=members.value`)).body.members).toHaveLength(2);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, type Created, clientOf, errorUrn, groupUrn, inParallel, range } from './client.ts';

const memberUrn = 'urn:ietf:params:scim:schemas:core:2.0:GroupMember';
const extensionUrn = 'urn:ietf:params:scim:schemas:extension:groupMembers:2.0:Group';
const unknownId = '00000000-0000-7000-8000-000000000000';

let endpoint: SharedEndpoint;
let client: Client;
let plain: Client;
let tenantUrl: string;
let users: readonly string[];

beforeAll(async () => {
  endpoint = await shareEndpoint();
  const tenant = await endpoint.createTenant({
    name: 'Members',
    profile: 'rfc',
    policy: { endpoint: { packs: ['group-members'] } },
  });
  tenantUrl = tenant.tenantUrl;
  client = clientOf(tenant);
  plain = clientOf(await endpoint.createTenant({ name: 'Plain', profile: 'rfc' }));
  users = await inParallel(range(30), 1, async (number) => (await client.user(`u${number}`)).id);
});

const user = (index: number): string => users[index] ?? unknownId;
const body = (group: string, member: string) => ({
  schemas: [memberUrn],
  group: { value: group },
  member: { value: member },
});
const join = (group: string, member: string) => client.post('/GroupMembers', body(group, member));
const list = (filter: string, more = '') =>
  client.get(`/GroupMembers?filter=${encodeURIComponent(filter)}${more}`);
const membersIn = (answer: { body: { Resources: readonly Created[] } }) =>
  answer.body.Resources.map(({ member }) => member.value);

function scimError(status: number, scimType?: string) {
  return {
    status,
    body: { schemas: [errorUrn], status: String(status), ...(scimType !== undefined && { scimType }) },
  };
}

describe('POST /GroupMembers', () => {
  test('answers 201 with Location, ETag and the membership, which the group and the member show', async () => {
    const group = await client.group('post');
    const { id: newcomer } = await client.user('post');
    const created = await join(group.id, newcomer);
    expect(created.status).toBe(201);
    const { id, meta, ...rest } = created.body;
    expect(rest).toEqual({
      schemas: [memberUrn],
      group: { value: group.id, $ref: `${tenantUrl}/Groups/${group.id}` },
      member: { value: newcomer, $ref: `${tenantUrl}/Users/${newcomer}`, type: 'User' },
    });
    expect(meta).toEqual({
      resourceType: 'GroupMember',
      location: `${tenantUrl}/GroupMembers/${id}`,
      version: created.headers.get('etag'),
    });
    expect(created.headers.get('location')).toBe(meta.location);
    expect((await client.get(`/GroupMembers/${id}`)).body).toEqual(created.body);

    const after = (await client.get(`/Groups/${group.id}`)).body;
    expect(after.members).toMatchObject([{ value: newcomer, type: 'User' }]);
    expect(after.meta.version).not.toBe(group.meta.version);
    const member = (await client.get(`/Users/${newcomer}`)).body;
    expect(member.groups).toMatchObject([{ value: group.id }]);
  });

  test('answers 409 to a member that is one already, however it became one, and changes nothing', async () => {
    const { id } = await client.group('post.twice', [user(1)]);
    const before = (await client.get(`/Groups/${id}`)).body;
    expect(await join(id, user(1))).toMatchObject(scimError(409, 'uniqueness'));
    expect((await client.get(`/Groups/${id}`)).body).toEqual(before);
  });

  test('makes one membership of eight that race', async () => {
    const { id } = await client.group('post.race');
    const answers = await Promise.all(range(8).map(() => join(id, user(2))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    const { body } = await client.get(`/Groups/${id}`);
    expect(body[extensionUrn].membersMetadata.memberCount).toBe(1);
  });

  test.each([
    ['an unknown group', () => body(unknownId, user(0)), 'group.value'],
    ['a user as group', () => body(user(1), user(0)), 'group.value'],
    ['no group', () => ({ schemas: [memberUrn], member: { value: user(0) } }), 'group'],
    ['no group.value', () => ({ ...body('', user(0)), group: {} }), 'group'],
  ])('answers 400 invalidValue to %s', async (_what, send, attribute) => {
    const answer = await client.post('/GroupMembers', send());
    expect(answer).toMatchObject(scimError(400, 'invalidValue'));
    expect(answer.body.detail).toContain(attribute);
  });

  test('answers 400 invalidValue to an unknown member and to the group itself', async () => {
    const { id } = await client.group('post.unknown');
    for (const member of [unknownId, id, 'no such: id']) {
      const answer = await join(id, member);
      expect(answer).toMatchObject(scimError(400, 'invalidValue'));
      expect(answer.body.detail).toContain(`member.value "${member}"`);
    }
    expect((await list(`group.value eq "${id}"`)).body.totalResults).toBe(0);
  });

  test('ignores what is readOnly and finds the type itself', async () => {
    const outer = await client.group('post.outer');
    const inner = await client.group('post.inner');
    const { group, member, ...rest } = body(outer.id, inner.id);
    const said = { $ref: 'https://example.com/x', type: 'User', display: 'X' };
    const created = await client.post('/GroupMembers', { ...rest, group, member: { ...member, ...said } });
    expect(created.body.member).toEqual({ value: inner.id, $ref: inner.meta.location, type: 'Group' });
  });
});

describe('GET /GroupMembers/{id}', () => {
  test('answers 304 to its ETag and 404 to what is no membership', async () => {
    const { id } = await client.group('get', [user(0)]);
    const [found] = (await list(`group.value eq "${id}"`)).body.Resources;
    const path = `/GroupMembers/${found.id}`;
    expect(await client.get(path, { 'if-none-match': found.meta.version })).toMatchObject({ status: 304 });
    for (const unknown of ['x', `${id}.${user(1)}`, `${unknownId}.${user(0)}`, `${found.id}.x`])
      expect(await client.get(`/GroupMembers/${unknown}`)).toMatchObject(scimError(404));
  });

  test('looks names up only when asked for', async () => {
    const { id } = await client.group('get.names', [user(0)]);
    const [found] = (await list(`group.value eq "${id}"`)).body.Resources;
    const silent = await client.get(`/GroupMembers/${found.id}`);
    const asked = await client.get(`/GroupMembers/${found.id}?attributes=group.display,member.display`);
    expect(asked.body).toEqual({
      schemas: [memberUrn],
      id: found.id,
      group: { display: 'get.names' },
      member: { display: 'u0' },
    });
    expect(silent.headers.get('x-muster-cost')).toMatch(/^operations=2; examined=2;/);
    expect(asked.headers.get('x-muster-cost')).toMatch(/^operations=4; examined=4;/);
  });
});

describe('GET /GroupMembers', () => {
  test('finds the members of a group, the groups of a member, and the membership of both', async () => {
    const [three, four] = [(await client.user('list.three')).id, (await client.user('list.four')).id];
    const one = await client.group('list.one', [three, four]);
    const two = await client.group('list.two', [three, one.id]);
    expect(membersIn(await list(`group.value eq "${one.id}"`))).toEqual([three, four]);
    const groups = (await list(`member.value eq "${three}"`)).body.Resources;
    expect(groups.map(({ group }: Created) => group.value)).toEqual([one.id, two.id]);
    expect((await list(`member.value eq "${one.id}"`)).body.Resources).toMatchObject([
      { group: { value: two.id }, member: { value: one.id, type: 'Group' } },
    ]);
    const both = await list(`member.value eq "${four}" and group.value eq "${one.id}"`);
    expect(both.body).toMatchObject({ totalResults: 1, itemsPerPage: 1 });
    const [{ id }] = both.body.Resources;
    expect((await list(`id eq "${id}"`)).body).toEqual(both.body);
    expect((await list(`id eq "${id}"`, '&count=0')).body).toMatchObject({ totalResults: 1, Resources: [] });
  });

  test.each([
    ['a group that does not exist', () => `group.value eq "${unknownId}"`],
    ['a member that is none', () => `member.value eq "${unknownId}"`],
    ['two groups at once', () => `group.value eq "${unknownId}" and group.value eq "${user(0)}"`],
    ['an id that is none', () => 'id eq "x"'],
  ])('finds nothing for %s', async (_what, filter) => {
    expect(await list(filter())).toMatchObject({ status: 200, body: { totalResults: 0, Resources: [] } });
  });

  test.each([
    'member.type eq "User"',
    'group.value ne "x"',
    'group.value eq "x" or member.value eq "y"',
    'not (group.value eq "x")',
    'group.value pr',
    'group.value eq null',
    'group.colour eq "x"',
  ])('answers 400 invalidFilter to %s', async (filter) => {
    expect(await list(filter)).toMatchObject(scimError(400, 'invalidFilter'));
  });

  test.each([7, 10, 25, 30])(
    'in pages of %i visits each member once, and a page costs a page',
    async (count) => {
      const { id } = await client.group(`pages of ${count}`, users);
      const seen: string[] = [];
      for (let startIndex = 1; startIndex <= users.length; startIndex += count) {
        const page = await list(`group.value eq "${id}"`, `&startIndex=${startIndex}&count=${count}`);
        const { totalResults, itemsPerPage } = page.body;
        expect({ totalResults, start: page.body.startIndex }).toEqual({
          totalResults: 30,
          start: startIndex,
        });
        expect(page.headers.get('x-muster-cost')).toMatch(/^operations=2; /);
        const examined = Number(/examined=(\d+)/.exec(page.headers.get('x-muster-cost') ?? '')?.[1]);
        expect(examined).toBeLessThanOrEqual(itemsPerPage + 2);
        seen.push(...membersIn(page));
      }
      expect(seen).toEqual(users.toSorted());
    },
  );

  test('D11: yields no member from startIndex 4,294,967,297 on', async () => {
    const { id } = await client.group('beyond', users);
    const { body } = await list(`group.value eq "${id}"`, '&startIndex=4294967297');
    expect(body).toMatchObject({ totalResults: users.length, itemsPerPage: 0 });
  });

  test('by cursor and by POST to /.search visits each member once', async () => {
    const { id } = await client.group('list.cursor', users);
    const filter = `group.value eq "${id}"`;
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await list(filter, `&count=7&cursor=${encodeURIComponent(cursor)}`);
      expect(page.body.totalResults).toBe(users.length);
      seen.push(...membersIn(page));
      cursor = page.body.nextCursor ?? '';
    } while (cursor !== '');
    expect(seen).toEqual(users);
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];
    const found = await client.post('/GroupMembers/.search', { schemas, filter, count: 1_000 });
    expect(membersIn(found)).toEqual(users);
  });

  test('without a filter lists all memberships of the tenant, in pages', async () => {
    const access = await endpoint.createTenant({
      name: 'All',
      policy: { endpoint: { packs: ['group-members'] } },
    });
    const own = clientOf(access);
    const people = await inParallel(range(5), 5, async (number) => (await own.user(`a${number}`)).id);
    const groups = [await own.group('a', people), await own.group('b', people.slice(0, 2))];
    const pages = await inParallel([1, 4, 7], 1, (startIndex) =>
      own.get(`/GroupMembers?count=3&startIndex=${startIndex}`),
    );
    const all = pages.flatMap(({ body }) => body.Resources.map(({ id }: Created) => id));
    expect(pages.map(({ body }) => body.totalResults)).toEqual([7, 7, 7]);
    expect(new Set(all).size).toBe(7);
    expect(all.filter((id: string) => id.startsWith(groups[1]?.id ?? ''))).toHaveLength(2);
  });

  test('of a group shows all of a large change or none', async () => {
    const { id } = await client.group('list.whole', [user(0)]);
    const many = await inParallel(range(120), 8, async (number) => (await client.user(`m${number}`)).id);
    const change = client.patch(`/Groups/${id}`, [
      { op: 'add', path: 'members', value: many.map((value) => ({ value })) },
    ]);
    const seen = new Set<number>();
    let isDone = false;
    const watch = async () => {
      while (!isDone) seen.add((await list(`group.value eq "${id}"`, '&count=1000')).body.Resources.length);
    };
    const watching = watch();
    expect((await change).status).toBe(204);
    isDone = true;
    await watching;
    expect([...seen].filter((size) => size !== 1 && size !== 121)).toEqual([]);
  });
});

describe('DELETE /GroupMembers/{id}', () => {
  test('answers 204 and ends the membership, once', async () => {
    const group = await client.group('delete', [user(5), user(6)]);
    const [first] = (await list(`group.value eq "${group.id}"`)).body.Resources;
    expect((await client.delete(`/GroupMembers/${first.id}`, { 'if-none-match': '*' })).status).toBe(412);
    expect(await client.delete(`/GroupMembers/${first.id}`, { 'if-match': 'W/"99"' })).toMatchObject(
      scimError(412),
    );
    expect(await client.delete(`/GroupMembers/${first.id}`)).toMatchObject({ status: 204, body: undefined });
    expect(await client.get(`/GroupMembers/${first.id}`)).toMatchObject(scimError(404));
    expect(await client.delete(`/GroupMembers/${first.id}`)).toMatchObject(scimError(404));
    const after = (await client.get(`/Groups/${group.id}`)).body;
    expect(after.members).toMatchObject([{ value: user(6) }]);
    expect(after.meta.version).not.toBe(group.meta.version);
    expect(after[extensionUrn].membersMetadata.memberCount).toBe(1);
    expect((await join(group.id, user(5))).body.id).toBe(first.id);
  });
});

describe('what /GroupMembers does not have', () => {
  test.each([
    ['PUT', '/GroupMembers/x', 'DELETE, GET, HEAD'],
    ['PATCH', '/GroupMembers/x', 'DELETE, GET, HEAD'],
    ['DELETE', '/GroupMembers', 'GET, HEAD, POST'],
  ])('answers 405 to %s %s with what there is', async (method, path, allowed) => {
    const answer = await client.send(method, path, {});
    expect(answer).toMatchObject(scimError(405));
    expect(answer.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allowed);
  });

  test('answers 404 to a tenant without the pack', async () => {
    const { id } = await plain.group('plain');
    expect(await plain.get('/GroupMembers')).toMatchObject(scimError(404));
    expect(await plain.post('/GroupMembers', body(id, id))).toMatchObject(scimError(404));
    expect(await plain.get(`/GroupMembers/${id}.${id}`)).toMatchObject(scimError(404));
    expect(await plain.delete(`/GroupMembers/${id}.${id}`)).toMatchObject(scimError(404));
    expect(await plain.get('/ResourceTypes/GroupMember')).toMatchObject(scimError(404));
    expect(await plain.get(`/Schemas/${memberUrn}`)).toMatchObject(scimError(404));
  });
});

describe('discovery', () => {
  test('lists the type, its schema and the extension of groups', async () => {
    expect((await client.get('/ResourceTypes/GroupMember')).body).toMatchObject({
      endpoint: '/GroupMembers',
      schema: memberUrn,
    });
    expect((await client.get('/ResourceTypes/Group')).body.schemaExtensions).toEqual([
      { schema: extensionUrn, required: false },
    ]);
    const schema = (await client.get(`/Schemas/${memberUrn}`)).body;
    expect(schema.attributes).toMatchObject([
      { name: 'group', required: true, mutability: 'immutable' },
      { name: 'member', required: true, mutability: 'immutable' },
    ]);
    expect((await client.get(`/Schemas/${extensionUrn}`)).body.attributes).toMatchObject([
      { name: 'membersMetadata', mutability: 'readOnly' },
    ]);
  });
});

describe('the extension of groups', () => {
  test('tells the number of members and where they are, in every answer', async () => {
    const group = await client.group('extension', [user(7), user(8)]);
    const metadata = {
      policy: 'hybrid',
      ref: `${tenantUrl}/GroupMembers?filter=group.value%20eq%20%22${group.id}%22`,
      memberCount: 2,
      allowedMemberTypes: ['User', 'Group'],
    };
    expect(group).toMatchObject({
      schemas: [groupUrn, extensionUrn],
      [extensionUrn]: { membersMetadata: metadata },
    });
    const short = await client.get(`/Groups/${group.id}?excludedAttributes=members`);
    expect(short.body[extensionUrn].membersMetadata).toEqual(metadata);
    expect(short.headers.get('x-muster-cost')).toMatch(/^operations=1; examined=1;/);
    const found = await client.get(metadata.ref.slice(tenantUrl.length));
    expect(membersIn(found)).toEqual([user(7), user(8)]);
    const removal = { op: 'remove', path: `members[value eq "${user(7)}"]` };
    const modified = await client.patch(`/Groups/${group.id}`, [removal]);
    expect(modified.body[extensionUrn].membersMetadata.memberCount).toBe(1);
  });

  test('is readOnly: a group sent back as it came keeps its version, and PATCH is refused', async () => {
    const group = await client.group('extension.readonly', [user(7)]);
    const replaced = await client.put(`/Groups/${group.id}`, group);
    expect(replaced.body).toEqual(group);
    const path = `${extensionUrn}:membersMetadata.memberCount`;
    expect(await client.patch(`/Groups/${group.id}`, [{ op: 'replace', path, value: 9 }])).toMatchObject(
      scimError(400, 'mutability'),
    );
  });

  test('cannot be filtered by', async () => {
    for (const filter of ['memberCount gt 1', 'policy eq "hybrid"']) {
      const query = encodeURIComponent(`${extensionUrn}:membersMetadata.${filter}`);
      expect(await client.get(`/Groups?filter=${query}`)).toMatchObject(scimError(400, 'invalidFilter'));
    }
  });

  test('is not there for a tenant without the pack', async () => {
    expect(await plain.group('plain.group')).not.toHaveProperty(extensionUrn);
  });
});

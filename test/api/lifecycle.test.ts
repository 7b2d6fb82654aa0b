import { beforeAll, describe, expect, test } from 'vitest';
import { scim, type TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';

const coreUser = 'urn:ietf:params:scim:schemas:core:2.0:User';
const coreGroup = 'urn:ietf:params:scim:schemas:core:2.0:Group';

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

const tenantOf = (profile: string) => endpoint.createTenant({ name: profile, profile });
const createUser = (tenant: TenantAccess, userName: string, more: object = {}) =>
  scim(tenant, 'POST', '/Users', { schemas: [coreUser], userName, ...more });
const createGroup = (tenant: TenantAccess, displayName: string, members: readonly string[] = []) =>
  scim(tenant, 'POST', '/Groups', {
    schemas: [coreGroup],
    displayName,
    members: members.map((value) => ({ value })),
  });
const patch = (tenant: TenantAccess, path: string, ...Operations: readonly object[]) =>
  scim(tenant, 'PATCH', path, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations });
const deactivate = { op: 'replace', value: { active: false } };
const membersOf = async (tenant: TenantAccess, id: string) => {
  const { body } = await scim(tenant, 'GET', `/Groups/${id}`);
  return (body.members ?? []).map(({ value }: { value: string }) => value);
};

describe.each(['okta', 'onelogin', 'jumpcloud', 'google', 'generic'])(
  'a user who returns to a tenant of %s',
  (profile) => {
    test('by POST is the inactive one again, with its id, its groups and what was sent', async () => {
      const tenant = await tenantOf(profile);
      const first = await createUser(tenant, 'babs@example.com', { title: 'Guide', active: true });
      const group = await createGroup(tenant, 'Guides', [first.body.id]);
      await patch(tenant, `/Users/${first.body.id}`, deactivate);

      const again = await createUser(tenant, 'BABS@example.com', { nickName: 'Babs', active: true });

      expect(again).toMatchObject({
        status: 201,
        body: { id: first.body.id, nickName: 'Babs', active: true },
      });
      expect(again.body).not.toHaveProperty('title');
      expect(await membersOf(tenant, group.body.id)).toEqual([first.body.id]);
      const list = await scim(tenant, 'GET', '/Users');
      expect(list.body.totalResults).toBe(1);
    });

    test('conflicts while the user of that name is active', async () => {
      const tenant = await tenantOf(profile);
      await createUser(tenant, 'jim@example.com', { active: true });
      expect(await createUser(tenant, 'jim@example.com')).toMatchObject({ status: 409 });
    });
  },
);

describe.each(['entra', 'authentik', 'interop', 'rfc'])('a tenant of %s', (profile) => {
  test('answers 409 when an inactive user is created again', async () => {
    const tenant = await tenantOf(profile);
    const { body } = await createUser(tenant, 'babs@example.com', { active: false });
    const again = await createUser(tenant, 'babs@example.com', { active: true });
    expect(again).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    expect((await scim(tenant, 'GET', `/Users/${body.id}`)).body.active).toBe(false);
  });
});

describe.each(['onelogin', 'jumpcloud', 'authentik', 'generic'])(
  'a member named too early in a tenant of %s',
  (profile) => {
    test('joins when the user arrives under that externalId', async () => {
      const tenant = await tenantOf(profile);
      const group = await createGroup(tenant, 'Early', ['ext-1']);
      expect(group.status).toBe(201);
      expect(await membersOf(tenant, group.body.id)).toEqual([]);

      const user = await createUser(tenant, 'early@example.com', { externalId: 'ext-1' });

      expect(await membersOf(tenant, group.body.id)).toEqual([user.body.id]);
      const changed = await scim(tenant, 'GET', `/Groups/${group.body.id}`);
      expect(changed.headers.get('etag')).not.toBe(group.headers.get('etag'));
    });

    test('joins when the user arrives under that userName', async () => {
      const tenant = await tenantOf(profile);
      const group = await createGroup(tenant, 'By name', ['jane@example.com', 'joe@example.com']);
      expect(group.status).toBe(201);
      await patch(tenant, `/Groups/${group.body.id}`, {
        op: 'remove',
        path: 'members[value eq "joe@example.com"]',
      });
      const jane = await createUser(tenant, 'jane@example.com');
      await createUser(tenant, 'joe@example.com');
      expect(await membersOf(tenant, group.body.id)).toEqual([jane.body.id]);
    });

    test('waits among as many as a body holds, and none after they are replaced', async () => {
      const tenant = await tenantOf(profile);
      const names = Array.from({ length: 250 }, (_, n) => `many${n}`);
      const { status, body } = await createGroup(tenant, 'Many', names);
      expect(status).toBe(201);
      const last = await createUser(tenant, 'many249@example.com', { externalId: 'many249' });
      expect(await membersOf(tenant, body.id)).toEqual([last.body.id]);

      const replace = { op: 'replace', path: 'members', value: [{ value: 'many0' }, { value: 'other' }] };
      expect((await patch(tenant, `/Groups/${body.id}`, replace)).status).toBeLessThan(300);
      const path = `/manage/tenants/${tenant.tenantId}/pending-members`;
      const waiting = (await endpoint.manage('GET', path)).body.members;
      expect(waiting.map(({ value }: { value: string }) => value).toSorted()).toEqual(['many0', 'other']);
      await scim(tenant, 'DELETE', `/Groups/${body.id}`);
      expect((await endpoint.manage('GET', path)).body).toEqual({ members: [] });
    });

    test('is refused where it is the group itself', async () => {
      const tenant = await tenantOf(profile);
      const { body } = await createGroup(tenant, 'Of itself');
      const add = { op: 'add', path: 'members', value: [{ value: body.id }] };
      expect(await patch(tenant, `/Groups/${body.id}`, add)).toMatchObject({
        ...{ status: 400, body: { detail: expect.stringContaining('the group itself') } },
      });
    });

    test('is reported until it arrives', async () => {
      const tenant = await tenantOf(profile);
      const group = await createGroup(tenant, 'Reported');
      await patch(tenant, `/Groups/${group.body.id}`, {
        op: 'add',
        path: 'members',
        value: [{ value: 'later' }],
      });
      const path = `/manage/tenants/${tenant.tenantId}/pending-members`;
      const waiting = { group: group.body.id, value: 'later' };
      expect(await endpoint.manage('GET', path)).toMatchObject({ status: 200, body: { members: [waiting] } });

      await createUser(tenant, 'later@example.com', { externalId: 'later' });

      expect((await endpoint.manage('GET', path)).body).toEqual({ members: [] });
    });

    test('does not join after it was removed, or the members were replaced', async () => {
      const tenant = await tenantOf(profile);
      const present = await createUser(tenant, 'present@example.com');
      const removed = await createGroup(tenant, 'Removed', ['ghost']);
      const replaced = await createGroup(tenant, 'Replaced', ['ghost']);
      await patch(tenant, `/Groups/${removed.body.id}`, { op: 'remove', path: 'members[value eq "ghost"]' });
      await patch(tenant, `/Groups/${replaced.body.id}`, {
        op: 'replace',
        path: 'members',
        value: [{ value: present.body.id }],
      });

      await createUser(tenant, 'ghost@example.com', { externalId: 'ghost' });

      expect(await membersOf(tenant, removed.body.id)).toEqual([]);
      expect(await membersOf(tenant, replaced.body.id)).toEqual([present.body.id]);
    });

    test('named twice waits once and joins beside those who exist', async () => {
      const tenant = await tenantOf(profile);
      const present = await createUser(tenant, 'here@example.com');
      const group = await createGroup(tenant, 'Twice');
      const add = { op: 'add', path: 'members', value: [{ value: 'soon' }, { value: present.body.id }] };
      for (const _ of [1, 2]) expect((await patch(tenant, `/Groups/${group.body.id}`, add)).status).toBe(200);
      const soon = await createUser(tenant, 'soon@example.com', { externalId: 'soon' });
      expect((await membersOf(tenant, group.body.id)).sort()).toEqual([present.body.id, soon.body.id].sort());
    });
  },
);

describe.each(['entra', 'okta', 'google', 'interop', 'rfc'])(
  'an unknown member in a tenant of %s',
  (profile) => {
    test('is refused by name and changes nothing', async () => {
      const tenant = await tenantOf(profile);
      const group = await createGroup(tenant, 'Known');
      const answer = await patch(tenant, `/Groups/${group.body.id}`, {
        op: 'add',
        path: 'members',
        value: [{ value: 'nobody' }],
      });
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
      expect(answer.body.detail).toContain('nobody');
      expect(await membersOf(tenant, group.body.id)).toEqual([]);
    });
  },
);

describe('a creation that is repeated after a timeout', () => {
  test('conflicts, and the user is found by the filter that clients send then', async () => {
    const tenant = await tenantOf('entra');
    const first = await createUser(tenant, 'once@example.com', { externalId: 'e-1' });
    expect(await createUser(tenant, 'once@example.com', { externalId: 'e-1' })).toMatchObject({
      status: 409,
    });
    const filter = encodeURIComponent('userName eq "once@example.com"');
    const found = await scim(tenant, 'GET', `/Users?filter=${filter}`);
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: first.body.id }] });
  });
});

describe('the profile interop', () => {
  const refused = async (operations: readonly object[]) => {
    const tenant = await tenantOf('interop');
    const emails = [
      { type: 'work', value: 'a@example.com' },
      { type: 'work', value: 'b@example.com' },
    ];
    const { body } = await createUser(tenant, 'interop@example.com', { emails, name: { givenName: 'S' } });
    const answer = await patch(tenant, `/Users/${body.id}`, ...operations);
    return { answer, after: (await scim(tenant, 'GET', `/Users/${body.id}`)).body, before: body };
  };

  test.each([
    ['an operation without path', [{ op: 'replace', value: { title: 'T' } }], 'invalidSyntax'],
    [
      'a path that occurs twice',
      [
        { op: 'replace', path: 'title', value: 'T' },
        { op: 'remove', path: 'Title' },
      ],
      'invalidSyntax',
    ],
    [
      'a filter without a sub-attribute',
      [{ op: 'remove', path: 'emails[value eq "a@example.com"]' }],
      'invalidPath',
    ],
    [
      'a filter that selects several values',
      [{ op: 'replace', path: 'emails[type eq "work"].display', value: 'D' }],
      'invalidFilter',
    ],
  ])('refuses %s', async (_what, operations, scimType) => {
    const { answer, after, before } = await refused(operations);
    expect(answer).toMatchObject({ status: 400, body: { scimType } });
    expect(after).toEqual(before);
  });

  test('lets a replaced complex attribute keep nothing', async () => {
    const { after } = await refused([{ op: 'replace', path: 'name', value: { familyName: 'F' } }]);
    expect(after.name).toEqual({ familyName: 'F' });
  });

  test.each([
    ['an attribute that no schema has', { schemas: [coreUser], userName: 'u', shoeSize: 7 }],
    ['a schema that the type has not', { schemas: [coreUser, 'urn:x:y'], userName: 'u' }],
  ])('refuses %s', async (_what, body) => {
    const answer = await scim(await tenantOf('interop'), 'POST', '/Users', body);
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
  });

  test('is announced by the ServiceProviderConfig of this profile alone', async () => {
    const path = '/ServiceProviderConfig';
    expect((await scim(await tenantOf('interop'), 'GET', path)).body.interopProfileConformant).toBe(true);
    for (const profile of ['okta', 'generic', 'rfc']) {
      const tenant = await tenantOf(profile);
      for (const one of [path, '/Schemas']) {
        const { body } = await scim(tenant, 'GET', one);
        expect(JSON.stringify(body)).not.toContain('interopProfileConformant');
      }
    }
  });
});

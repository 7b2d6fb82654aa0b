import { beforeAll, describe, expect, test } from 'vitest';
import type { ClientProfile } from '../../lib/scim/quirks/quirk.ts';
import { scim, type TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';

const coreUser = 'urn:ietf:params:scim:schemas:core:2.0:User';
const coreGroup = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

type Profile = ClientProfile;
type Body = Readonly<Record<string, unknown>>;
const profiles: readonly Profile[] = ['rfc', 'interop', 'generic'];
const tenantOf = (profile: string) => endpoint.createTenant({ name: profile, profile });
const patch = (tenant: TenantAccess, path: string, ...Operations: readonly unknown[]) =>
  scim(tenant, 'PATCH', path, { schemas: [patchOp], Operations });
const userBody = (more: Body = {}) => ({ schemas: [coreUser], userName: 'ann@example.com', ...more });

async function newUser(tenant: TenantAccess) {
  return (await scim(tenant, 'POST', '/Users', userBody({ active: true, title: 'T' }))).body;
}

/** Creates a group that has the user as its member. */
async function newGroup(tenant: TenantAccess, user: { readonly id: string }) {
  const body = { schemas: [coreGroup], displayName: 'Guides', members: [{ value: user.id }] };
  return (await scim(tenant, 'POST', '/Groups', body)).body;
}

/** A tenant with a user and a group that has this user as its member. */
async function populated(profile: Profile) {
  const tenant = await tenantOf(profile);
  const user = await newUser(tenant);
  const group = await newGroup(tenant, user);
  return { tenant, userPath: `/Users/${user.id}`, groupPath: `/Groups/${group.id}` };
}

/** Sends a request to a user or a group of a new tenant and compares what is there before and after. */
async function answerTo(profile: Profile, method: string, send: { user?: unknown; group?: unknown }) {
  const tenant = await tenantOf(profile);
  const user = await newUser(tenant);
  const before = send.group === undefined ? user : await newGroup(tenant, user);
  const path = `/${send.group === undefined ? 'Users' : 'Groups'}/${before.id}`;
  const answer = await scim(tenant, method, path, send.user ?? send.group);
  const after = (await scim(tenant, 'GET', path)).body;
  return { answer, before, after };
}

const operations = (...Operations: readonly unknown[]) => ({ schemas: [patchOp], Operations });

describe('A5 and A6: an unknown name or schema', () => {
  const bodies: readonly (readonly [string, Body])[] = [
    ['an attribute', { shoeSize: 7 }],
    ['an attribute that is null', { shoeSize: null }],
    ['an attribute of an unknown URN', { 'urn:x:y:2.0:User:shoeSize': 7 }],
    ['a sub-attribute', { name: { givenName: 'A', middle: 'B' } }],
    ['a sub-attribute of an element', { emails: [{ value: 'a@example.com', verified: true }] }],
    ['an attribute of an extension', { [enterprise]: { department: 'D', shoeSize: 7 } }],
    ['an extension without its URN in schemas', { 'urn:x:y:2.0:User': { a: 1 } }],
    ['an extension with its URN', { schemas: [coreUser, 'urn:x:y:2.0:User'], 'urn:x:y:2.0:User': { a: 1 } }],
    ['a schema without data', { schemas: [coreUser, 'urn:x:y:2.0:User'] }],
    ['the schema of another type', { schemas: [coreUser, coreGroup] }],
    ['a text that is no path', { 'shoe size!': 7 }],
    ['an empty name', { '': 7 }],
  ];
  const cases = profiles.flatMap((profile) => bodies.map(([what, body]) => [profile, what, body] as const));

  test.each(cases)('in a POST and a PUT has one answer under %s: %s', async (profile, _what, body) => {
    const refused = { status: 400, body: { scimType: 'invalidSyntax' } };
    const tenant = await tenantOf(profile);
    const posted = await scim(tenant, 'POST', '/Users', userBody(body));
    expect(posted).toMatchObject(profile === 'interop' ? refused : { status: 201 });
    const put = await answerTo(profile, 'PUT', { user: userBody(body) });
    expect(put.answer).toMatchObject(profile === 'interop' ? refused : { status: 200 });
    if (profile === 'interop') expect(put.after).toEqual(put.before);
    else expect(JSON.stringify(put.after)).not.toMatch(/shoe|middle|verified|urn:x/);
  });

  const values = bodies.filter(([, body]) => !('schemas' in body));
  test.each(values)('in a value without path is ignored as in a POST: %s', async (_what, body) => {
    for (const profile of ['rfc', 'generic', 'entra'] as const) {
      const { answer, after } = await answerTo(profile, 'PATCH', {
        user: operations({ op: 'replace', value: { active: false, ...body } }),
      });
      expect(answer.status).toBe(profile === 'entra' ? 204 : 200);
      expect(after).toMatchObject({ active: false, title: 'T' });
      expect(JSON.stringify(after)).not.toMatch(/shoe|middle|verified|urn:x/);
    }
    const user = operations({ op: 'replace', value: body });
    const { answer, before, after } = await answerTo('interop', 'PATCH', { user });
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
    expect(after).toEqual(before);
  });

  test.each([
    ['a complex attribute', { op: 'add', path: 'name', value: { familyName: 'F', middle: 'M' } }],
    ['a list', { op: 'add', path: 'emails', value: [{ value: 'a@example.com', middle: 1 }] }],
    ['an extension', { op: 'add', path: enterprise, value: { department: 'D', middle: 1 } }],
  ])('in the value of a path, %s, is ignored or refused', async (_what, operation) => {
    for (const profile of profiles) {
      const { answer, before, after } = await answerTo(profile, 'PATCH', { user: operations(operation) });
      if (profile === 'interop') {
        expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
        expect(after).toEqual(before);
        continue;
      }
      expect(answer.status).toBe(200);
      expect(after).not.toEqual(before);
      expect(JSON.stringify(after)).not.toContain('middle');
    }
  });

  test('of a member is ignored or refused', async () => {
    const value = [{ value: 'ID', shoeSize: 7 }];
    for (const profile of profiles) {
      const { tenant, groupPath } = await populated(profile);
      const [{ id }] = (await scim(tenant, 'GET', '/Users')).body.Resources;
      const operation = { op: 'replace', path: 'members', value: [{ ...value[0], value: id }] };
      const { status } = await patch(tenant, groupPath, operation);
      expect(status).toBe(profile === 'interop' ? 400 : 200);
    }
  });

  test.each([
    'shoeSize',
    'name.middle',
    'emails[type eq "work"].verified',
    `${enterprise}:shoeSize`,
    'urn:x:y',
  ])('as a path is refused in every profile: %s', async (path) => {
    for (const profile of [...profiles, 'entra'] as const) {
      const user = operations({ op: 'add', path, value: 'x' });
      const { answer, before, after } = await answerTo(profile, 'PATCH', { user });
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidPath' } });
      expect(after).toEqual(before);
    }
  });

  test('is noted in the record of the request', async () => {
    const tenant = await tenantOf('generic');
    await scim(tenant, 'POST', '/Users', userBody({ schemas: [coreUser, 'urn:x:y'], shoeSize: 7 }));
    const { body } = await endpoint.manage('GET', `/manage/tenants/${tenant.tenantId}/audit`);
    expect(JSON.stringify(body)).toContain('unknown-schema');
    expect(JSON.stringify(body)).toContain('unknown-attribute');
  });
});

describe('A20: a PATCH without operations', () => {
  test.each([
    ['rfc', 400],
    ['interop', 400],
    ['generic', 200],
    ['entra', 204],
    ['okta', 200],
    ['onelogin', 200],
    ['jumpcloud', 200],
    ['authentik', 200],
    ['google', 200],
  ] as const)('has under %s the answer %i', async (profile, status) => {
    for (const target of ['user', 'group']) {
      const { answer, before, after } = await answerTo(profile, 'PATCH', {
        [target]: operations(),
      });
      expect(answer.status).toBe(status);
      if (status === 400) expect(answer.body).toMatchObject({ scimType: 'invalidSyntax' });
      expect(after).toEqual(before);
    }
  });

  test.each(profiles)('is refused under %s where the list is missing or null', async (profile) => {
    for (const user of [
      { schemas: [patchOp] },
      { schemas: [patchOp], Operations: null },
      { schemas: [patchOp], Operations: {} },
    ])
      expect((await answerTo(profile, 'PATCH', { user })).answer.status).toBe(400);
  });

  test('in a bulk request has the same answer', async () => {
    for (const [profile, status] of [
      ['rfc', '400'],
      ['generic', '200'],
    ] as const) {
      const { tenant, userPath } = await populated(profile);
      const { body } = await scim(tenant, 'POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [{ method: 'PATCH', path: userPath, data: operations() }],
      });
      expect(body.Operations).toMatchObject([{ status }]);
    }
  });
});

describe('A14: active', () => {
  test.each([
    ['left out', {}],
    ['null', { active: null }],
    ['an empty list', { active: [] }],
  ])('%s in a PUT leaves a user as it was, in every profile', async (_what, more) => {
    for (const profile of [...profiles, 'entra'] as const) {
      for (const active of [true, false]) {
        const { tenant, userPath } = await populated(profile);
        await patch(tenant, userPath, { op: 'replace', path: 'active', value: active });
        const { status } = await scim(tenant, 'PUT', userPath, userBody(more));
        expect(status).toBe('active' in more && more.active !== null ? 400 : 200);
        expect((await scim(tenant, 'GET', userPath)).body.active).toBe(active);
      }
    }
  });

  const removals = [
    { op: 'remove', path: 'active' },
    { op: 'Remove', path: `${coreUser}:Active` },
    { op: 'replace', path: 'active', value: null },
    { op: 'add', path: 'active', value: null },
    { op: 'replace', value: { active: null } },
  ];

  test.each(removals)('removed by $op leaves the account as it was: %j', async (operation) => {
    const tenant = await endpoint.createTenant({
      name: 'With accounts',
      profile: 'rfc',
      policy: { accounts: { enabled: true } },
    });
    const stateOf = async () => {
      const { body } = await endpoint.manage('GET', `/manage/tenants/${tenant.tenantId}/accounts`);
      return body.accounts[0].state;
    };
    const { id } = (await scim(tenant, 'POST', '/Users', userBody())).body;
    for (const active of [true, false]) {
      const state = active ? 'active' : 'disabled';
      await scim(tenant, 'PUT', `/Users/${id}`, userBody({ active }));
      expect(await stateOf()).toBe(state);
      await scim(tenant, 'PUT', `/Users/${id}`, userBody({ title: 'New' }));
      expect(await stateOf()).toBe(state);
      const { body } = await patch(tenant, `/Users/${id}`, operation);
      expect(body).not.toHaveProperty('active');
      expect(await stateOf()).toBe(state);
      await patch(tenant, `/Users/${id}`, { op: 'replace', path: 'title', value: 'Newer' });
      expect(await stateOf()).toBe(state);
    }
    await patch(tenant, `/Users/${id}`, { op: 'add', path: 'active', value: true });
    expect(await stateOf()).toBe('active');
  });

  test('left out in the POST of a user who returns brings the account back', async () => {
    const policy = { accounts: { enabled: true } };
    const tenant = await endpoint.createTenant({ name: 'With accounts', profile: 'okta', policy });
    await scim(tenant, 'POST', '/Users', userBody({ active: false }));
    expect(await scim(tenant, 'POST', '/Users', userBody())).toMatchObject({ status: 201 });
    const { body } = await endpoint.manage('GET', `/manage/tenants/${tenant.tenantId}/accounts`);
    expect(body.accounts).toMatchObject([{ state: 'active' }]);
  });
});

describe('A16: PUT of a group without members', () => {
  test.each([...profiles, 'entra', 'okta', 'onelogin', 'jumpcloud', 'authentik', 'google'] as const)(
    'empties it under %s, as [] and null do',
    async (profile) => {
      for (const more of [{}, { members: [] }, { members: null }]) {
        const group = { schemas: [coreGroup], displayName: 'Guides', ...more };
        const { answer, before, after } = await answerTo(profile, 'PUT', { group });
        expect(answer.status).toBe(200);
        expect(before.members).toHaveLength(1);
        expect(after.members ?? []).toEqual([]);
      }
    },
  );

  test('also forgets the members that wait', async () => {
    const tenant = await tenantOf('generic');
    const body = { schemas: [coreGroup], displayName: 'Early' };
    const { id } = (await scim(tenant, 'POST', '/Groups', { ...body, members: [{ value: 'later' }] })).body;
    await scim(tenant, 'PUT', `/Groups/${id}`, body);
    const waiting = await endpoint.manage('GET', `/manage/tenants/${tenant.tenantId}/pending-members`);
    expect(waiting.body).toEqual({ members: [] });
  });
});

describe('A25: the profile of a tenant', () => {
  const profileOf = async (body: object) => {
    const { status, body: tenant } = await endpoint.manage('POST', '/manage/tenants', {
      name: 'New',
      ...body,
    });
    return status === 201 ? tenant.policy.endpoint.profile : status;
  };

  test.each([
    ['generic without preset and profile', {}, 'generic'],
    ['generic with an empty policy', { policy: { endpoint: { profile: null } } }, 'generic'],
    ['entra with the preset signl4', { preset: 'signl4' }, 'entra'],
    ['entra with the preset v6', { preset: 'v6' }, 'entra'],
    ['entra with the preset sofa', { preset: 'sofa' }, 'entra'],
    ['entra with the preset sguard', { preset: 'sguard' }, 'entra'],
    ['entra with the preset signinghub', { preset: 'signinghub' }, 'entra'],
    [
      'the one that is sent with a preset',
      { preset: 'v6', policy: { endpoint: { profile: 'okta' } } },
      'okta',
    ],
    ['interop where strict is sent', { policy: { endpoint: { profile: 'strict' } } }, 'interop'],
    ['rfc where rfc is sent', { policy: { endpoint: { profile: 'rfc' } } }, 'rfc'],
    ['refused if nobody knows it', { policy: { endpoint: { profile: 'Strict' } } }, 400],
  ])('is %s', async (_what, body, profile) => {
    expect(await profileOf(body)).toBe(profile);
  });

  test('of npm start is generic', async () => {
    const { body } = await endpoint.manage('GET', '/manage/tenants');
    expect(body.tenants[0]).toMatchObject({ name: 'Default', policy: { endpoint: { profile: 'generic' } } });
  });

  test('can be edited to strict, which is interop', async () => {
    const { tenantId } = await tenantOf('okta');
    const edit = { policy: { endpoint: { profile: 'strict' } } };
    const { body } = await endpoint.manage('PATCH', `/manage/tenants/${tenantId}`, edit);
    expect(body.policy.endpoint.profile).toBe('interop');
  });
});

describe('A25: the profile rfc', () => {
  test.each([
    ['an operation without path', [{ op: 'replace', value: { title: 'New' } }], { title: 'New' }],
    [
      'a path twice',
      [
        { op: 'replace', path: 'title', value: 'a' },
        { op: 'replace', path: 'title', value: 'b' },
      ],
      { title: 'b' },
    ],
    [
      'a filter without a sub-attribute',
      [
        { op: 'add', path: 'emails', value: [{ value: 'a@example.com' }] },
        { op: 'remove', path: 'emails[value eq "a@example.com"]' },
      ],
      { title: 'T' },
    ],
  ])('takes %s, as RFC 7644 3.5.2 does', async (_what, given, expected) => {
    const { answer, after } = await answerTo('rfc', 'PATCH', { user: operations(...given) });
    expect(answer.status).toBe(200);
    expect(after).toMatchObject(expected);
  });

  test.each([
    ['a boolean in a string', { active: 'True' }],
    ['a number for a text', { externalId: 12 }],
    ['a single value for a list', { emails: { value: 'a@example.com' } }],
    ['a list for a single value', { title: ['T'] }],
    ['a bare string for a complex value', { emails: ['a@example.com'] }],
  ])('and interop refuse %s', async (_what, more) => {
    for (const profile of ['rfc', 'interop'] as const) {
      const answer = await scim(await tenantOf(profile), 'POST', '/Users', userBody(more));
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    }
  });

  test.each([
    ['rfc', 400],
    ['interop', 400],
    ['generic', 201],
  ] as const)('%s answers %i to a member that names nothing yet', async (profile, status) => {
    const group = { schemas: [coreGroup], displayName: 'G', members: [{ value: 'nobody' }] };
    expect((await scim(await tenantOf(profile), 'POST', '/Groups', group)).status).toBe(status);
  });
});

describe('A15 and A23: authentik', () => {
  const renamed = (id: string) => ({
    Operations: [
      { op: 'replace', value: { schemas: [coreGroup], id, displayName: 'New', externalId: 'e-1' } },
    ],
  });

  test.each([
    ['authentik', 200],
    ['generic', 200],
    ['rfc', 400],
    ['interop', 400],
    ['okta', 400],
  ] as const)('of %s gets %i for a PATCH without schemas', async (profile, status) => {
    const { tenant, groupPath } = await populated(profile);
    const id = groupPath.replace('/Groups/', '');
    expect((await scim(tenant, 'PATCH', groupPath, renamed(id))).status).toBe(status);
    const { body } = await scim(tenant, 'GET', groupPath);
    expect(body.displayName).toBe(status === 200 ? 'New' : 'Guides');
    expect(body.members).toHaveLength(1);
  });

  test.each([
    ['null', null],
    ['an empty list', []],
    ['another URN', ['urn:x:y']],
    ['a text', patchOp],
  ])('is refused a PATCH with %s as schemas', async (_what, schemas) => {
    const { tenant, groupPath } = await populated('authentik');
    expect((await scim(tenant, 'PATCH', groupPath, { ...renamed('x'), schemas })).status).toBe(400);
  });

  test.each([
    ['authentik', []],
    ['generic', []],
    ['rfc', undefined],
    ['entra', undefined],
  ] as const)('A23: of %s sees as members of an empty group: %j', async (profile, expected) => {
    const tenant = await tenantOf(profile);
    const { body } = await scim(tenant, 'POST', '/Groups', { schemas: [coreGroup], displayName: 'Empty' });
    const seen = [
      body,
      (await scim(tenant, 'GET', `/Groups/${body.id}`)).body,
      (await scim(tenant, 'GET', '/Groups')).body.Resources[0],
      (await scim(tenant, 'GET', `/Groups/${body.id}?attributes=members`)).body,
    ];
    expect(seen.map(({ members }) => members)).toEqual(seen.map(() => expected));
    for (const query of ['excludedAttributes=members', 'attributes=displayName']) {
      const { body: narrow } = await scim(tenant, 'GET', `/Groups/${body.id}?${query}`);
      expect(narrow).not.toHaveProperty('members');
    }
    const user = (await scim(tenant, 'POST', '/Users', userBody())).body;
    expect(user).not.toHaveProperty('members');
    expect(user).not.toHaveProperty('groups');
  });
});

describe('A22: a value of a wrong type', () => {
  const wrong: readonly (readonly [string, Body])[] = [
    ['a text for emails', { emails: 'x' }],
    ['a text in emails', { emails: ['x'] }],
    ['a text for phoneNumbers', { phoneNumbers: 'x' }],
    ['an object for phoneNumbers', { phoneNumbers: { value: 'x' } }],
    ['a text for addresses', { addresses: 'x' }],
    ['a text for name', { name: 'x' }],
    ['a list for title', { title: ['x'] }],
    ['a list for userName', { userName: ['x'] }],
    ['a number for userName', { userName: 12345 }],
    ['a number for displayName', { displayName: 7 }],
    ['a number for an address', { emails: [{ value: 7 }] }],
    ['a boolean for title', { title: true }],
    ['a number for active', { active: 1 }],
    ['another text for active', { active: 'yes' }],
  ];
  test.each(wrong)('that no client is known to send is refused everywhere: %s', async (_what, more) => {
    for (const profile of ['rfc', 'interop', 'generic', 'entra', 'okta', 'onelogin'] as const) {
      const answer = await scim(await tenantOf(profile), 'POST', '/Users', userBody(more));
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    }
  });

  test.each<readonly [string, Body, Body]>([
    ['a text for active', { active: 'False' }, { active: false }],
    [
      'a text for primary',
      { roles: [{ value: 'r', primary: 'True' }] },
      { roles: [{ value: 'r', primary: true }] },
    ],
    ['a list for active', { active: [false] }, { active: false }],
    ['an object for emails', { emails: { value: 'a@b.c' } }, { emails: [{ value: 'a@b.c' }] }],
    ['a number for externalId', { externalId: 7 }, { externalId: '7' }],
    ['a number for a postal code', { addresses: [{ postalCode: 7 }] }, { addresses: [{ postalCode: '7' }] }],
    ['a text for a role', { roles: ['r'] }, { roles: [{ value: 'r' }] }],
  ])('that several clients send is read by generic: %s', async (_what, more, expected) => {
    const answer = await scim(await tenantOf('generic'), 'POST', '/Users', userBody(more));
    expect(answer).toMatchObject({ status: 201, body: expected });
    for (const profile of ['rfc', 'interop'] as const) {
      expect((await scim(await tenantOf(profile), 'POST', '/Users', userBody(more))).status).toBe(400);
    }
  });
});

describe('A24: a list for the value of an operation without path', () => {
  test.each([
    ['entra', [{ title: 'New' }], 204],
    ['okta', [{ title: 'New' }], 200],
    ['onelogin', [{ title: 'New' }], 200],
    ['generic', [{ title: 'New' }], 200],
    ['generic', [{ active: [false], title: 'New' }], 200],
    ['generic', [], 400],
    ['generic', [{ title: 'New' }, { title: 'Newer' }], 400],
    ['generic', ['title'], 400],
    ['generic', [[{ title: 'New' }]], 400],
    ['generic', [null], 400],
    ['rfc', [{ title: 'New' }], 400],
    ['interop', [{ title: 'New' }], 400],
  ] as const)('under %s, %j is answered %i', async (profile, value, status) => {
    const { answer, after } = await answerTo(profile, 'PATCH', {
      user: operations({ op: 'replace', value }),
    });
    expect(answer.status).toBe(status);
    expect(after.title).toBe(status < 300 ? 'New' : 'T');
  });
});

describe('A2 and A3: an unquoted value in a filter', () => {
  const find = async (tenant: TenantAccess, filter: string) => {
    const { status, body } = await scim(tenant, 'GET', `/Users?filter=${encodeURIComponent(filter)}`);
    return status === 200 ? body.totalResults : `${status} ${body.scimType}`;
  };

  test.each(["'x'", '‘x’', '“x”', '„x“', '«x»', '`x`', "'x", 'x’', "'ann@example.com'"])(
    'A2: %s in other quotation marks is refused, also inside brackets',
    async (text) => {
      for (const profile of ['entra', 'authentik', 'generic', 'rfc'] as const) {
        const tenant = await tenantOf(profile);
        expect(await find(tenant, `userName eq ${text}`)).toBe('400 invalidFilter');
        expect(await find(tenant, `emails[value eq ${text}]`)).toBe('400 invalidFilter');
      }
    },
  );

  test.each([
    '12e5',
    '1.0',
    '1E2',
    '-0',
    '0.10',
    '12345678901234567890',
    '1e999',
    '100',
    'true',
    'False',
    "o'neil",
  ])('A3: %s is the text as written', async (text) => {
    const tenant = await tenantOf('entra');
    const other = { userName: 'other', externalId: String(Number(text)) };
    await scim(tenant, 'POST', '/Users', userBody({ externalId: text }));
    if (other.externalId !== text) await scim(tenant, 'POST', '/Users', userBody(other));
    const { body } = await scim(tenant, 'GET', `/Users?filter=externalId%20eq%20${encodeURIComponent(text)}`);
    expect(body.Resources.map((user: { externalId: string }) => user.externalId)).toEqual([text]);
  });
});

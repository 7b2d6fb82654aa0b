import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { clientProfiles } from '../../lib/scim/quirks/quirk.ts';
import { scim, type TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';

const coreUser = 'urn:ietf:params:scim:schemas:core:2.0:User';
const coreGroup = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

type Body = Readonly<Record<string, unknown>>;

/** The profiles that differ most in what they understand. */
const different = ['rfc', 'interop', 'generic', 'entra', 'okta'] as const;

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

const full = {
  schemas: [coreUser, enterprise],
  userName: 'ann@example.com',
  name: { givenName: 'Ann', familyName: 'Lee' },
  emails: [
    { value: 'ann@example.com', type: 'work' },
    { value: 'a@example.org', type: 'home' },
  ],
  phoneNumbers: [{ value: '+491', type: 'work' }],
  ims: [{ value: 'ann' }],
  photos: [{ value: 'https://example.com/a.png' }],
  addresses: [{ country: 'DE', type: 'work' }],
  entitlements: [{ value: 'e' }],
  roles: [{ value: 'r' }],
  x509Certificates: [{ value: 'AAAA' }],
  [enterprise]: { department: 'D', manager: { value: 'm1' } },
};
const lists = Object.entries(full).flatMap(([name, value]) =>
  Array.isArray(value) && name !== 'schemas' ? [name] : [],
);

/** A tenant with a user who has all attributes, and a group that has this user as its member. */
async function populated(profile: string) {
  const tenant = await endpoint.createTenant({ name: profile, profile });
  const user = await scim(tenant, 'POST', '/Users', full);
  const members = [{ value: user.body.id }];
  const body = { schemas: [coreGroup], displayName: 'Guides', members };
  const group = await scim(tenant, 'POST', '/Groups', body);
  return { tenant, user: `/Users/${user.body.id}`, group: `/Groups/${group.body.id}`, members };
}

/** Nulls and objects in which no known sub-attribute has a value. */
const nothing = fc.oneof(
  fc.constantFrom<unknown>({}, null, { value: null }, { VALUE: null }, { value: null, type: null }),
  fc.dictionary(fc.constantFrom('unknown', 'shoeSize', 'vaule', '$', '__proto__'), fc.jsonValue()),
);

const operation = (op: string, value: unknown, path?: string) => ({
  schemas: [patchOp],
  Operations: [path === undefined ? { op, value } : { op, path, value }],
});

/** All requests that assert a value of an attribute. */
function requestsWith(path: string, base: Body, [name, value]: readonly [string, unknown]) {
  const inUrn = name === 'manager';
  const whole = inUrn ? { [enterprise]: { manager: value } } : { [name]: value };
  const target = inUrn ? `${enterprise}:manager` : name;
  const created = { ...base, ...whole, userName: 'new', displayName: 'new' };
  return [
    ['POST', `/${path.split('/')[1]}`, created],
    ['PUT', path, { ...base, ...whole }],
    ...['add', 'replace', 'Replace'].flatMap((op) => [
      ['PATCH', path, operation(op, value, target)] as const,
      ['PATCH', path, operation(op, whole)] as const,
    ]),
  ] as const;
}

/** The user and the group. No refused request changes them. */
async function contentsOf({ tenant, user, group }: Awaited<ReturnType<typeof populated>>) {
  return [(await scim(tenant, 'GET', user)).body, (await scim(tenant, 'GET', group)).body];
}

async function expectRefused(tenant: TenantAccess, [method, to, body]: readonly [string, string, unknown]) {
  const answer = await scim(tenant, method, to, body);
  expect({ method, body, status: answer.status }).toEqual({ method, body, status: 400 });
  expect(answer.body.scimType).toMatch(/^invalid(?:Value|Syntax|Path)$/);
  return answer.body as { detail: string; scimType: string };
}

describe('A1: a value that cannot be understood empties nothing', () => {
  test.each(clientProfiles)('an element of any list, under %s', async (profile) => {
    const site = await populated(profile);
    const { tenant, user, group, members } = site;
    const before = await contentsOf(site);
    const element = fc.tuple(fc.constantFrom(...lists, 'members'), nothing, fc.boolean(), fc.nat(7));
    await fc.assert(
      fc.asyncProperty(element, async ([name, empty, isAfterAnother, n]) => {
        const isGroup = name === 'members';
        const held = isGroup ? members : ((full as Body)[name] as readonly unknown[]);
        const value = isAfterAnother ? [held[0], empty] : [empty];
        const base = isGroup ? { schemas: [coreGroup], displayName: 'Guides' } : full;
        const path = isGroup ? group : user;
        const request = requestsWith(path, base, [name, value])[n % 8];
        if (request) await expectRefused(tenant, request);
      }),
      { numRuns: 24 },
    );
    expect(await contentsOf(site)).toEqual(before);
  });

  test.each(different)('a complex attribute, under %s', async (profile) => {
    const site = await populated(profile);
    const { tenant, user } = site;
    const before = await contentsOf(site);
    const given = [
      {},
      { unknown: 1 },
      { givenName: null },
      { value: null },
      { displayName: 'readOnly in a manager' },
      [null],
      [{}],
    ];
    for (const name of ['name', 'manager']) {
      for (const value of given) {
        for (const request of requestsWith(user, full, [name, value])) {
          await expectRefused(tenant, request);
        }
      }
    }
    expect(await contentsOf(site)).toEqual(before);
  });

  test.each(['rfc', 'generic', 'entra'])('the error names the element, under %s', async (profile) => {
    const site = await populated(profile);
    const { tenant, user, group } = site;
    const before = await contentsOf(site);
    const named: readonly (readonly [string, string, string, unknown])[] = [
      ['members[0]', group, 'PUT', { schemas: [coreGroup], displayName: 'x', members: [{ display: 'x' }] }],
      ['members[1]', group, 'PATCH', operation('replace', [{ value: 'x' }, { display: 'x' }], 'members')],
      ['emails[1]', user, 'PUT', { ...full, emails: [full.emails[0], { mail: 'x' }] }],
      ['emails[0]', user, 'PATCH', operation('replace', { emails: [{ mail: 'x' }] })],
      ['phoneNumbers[0]', user, 'POST', { ...full, userName: 'new', phoneNumbers: [null] }],
      ['name', user, 'PATCH', operation('replace', { firstName: 'x' }, 'name')],
      ['manager', user, 'PATCH', operation('add', { id: 'x' }, `${enterprise}:manager`)],
      ['emails[…]', user, 'PATCH', operation('replace', { mail: 'x' }, 'emails[type eq "work"]')],
    ];
    for (const [element, path, method, body] of named) {
      const to = method === 'POST' ? '/Users' : path;
      const { detail, scimType } = await expectRefused(tenant, [method, to, body]);
      expect(scimType).toBe('invalidValue');
      expect(detail).toContain(element);
    }
    expect(await contentsOf(site)).toEqual(before);
  });

  test.each(clientProfiles)(
    'only [] and null for the whole attribute empty it, under %s',
    async (profile) => {
      for (const value of [[], null]) {
        const { tenant, user, group } = await populated(profile);
        const emptied = await scim(tenant, 'PUT', user, { ...full, emails: value });
        expect(emptied).toMatchObject({ status: 200 });
        expect(emptied.body.emails).toBeUndefined();
        expect(emptied.body.ims).toEqual(full.ims);
        const emptying = operation('replace', value, 'ims');
        expect((await scim(tenant, 'PATCH', user, emptying)).status).toBeLessThan(300);
        expect((await scim(tenant, 'GET', user)).body.ims).toBeUndefined();
        const answer = await scim(tenant, 'PATCH', group, operation('replace', value, 'members'));
        expect(answer.status).toBeLessThan(300);
        expect((await scim(tenant, 'GET', group)).body.members ?? []).toEqual([]);
      }
    },
  );
});

describe('A17: a removal', () => {
  test.each(clientProfiles)('with null removes all, under %s', async (profile) => {
    const { tenant, user, group } = await populated(profile);
    for (const path of [...lists, 'name', `${enterprise}:manager`, `${enterprise}:department`]) {
      const body = operation('remove', null, path);
      expect((await scim(tenant, 'PATCH', user, body)).status, path).toBeLessThan(300);
    }
    const { body } = await scim(tenant, 'GET', user);
    expect(Object.keys(body).sort()).toEqual(['groups', 'id', 'meta', 'schemas', 'userName']);
    const answer = await scim(tenant, 'PATCH', group, operation('Remove', null, 'members'));
    expect(answer.status).toBeLessThan(300);
    expect((await scim(tenant, 'GET', group)).body.members ?? []).toEqual([]);
  });

  test.each(different)('with values that name nothing is refused, under %s', async (profile) => {
    const site = await populated(profile);
    const { tenant, user, group } = site;
    const before = await contentsOf(site);
    const values = [[], [{}], [null], [{ unknown: 1 }], [{ value: null }], {}, [[]], [{ value: {} }]];
    for (const value of values) {
      for (const name of lists) {
        await expectRefused(tenant, ['PATCH', user, operation('remove', value, name)]);
      }
      await expectRefused(tenant, ['PATCH', group, operation('remove', value, 'members')]);
    }
    for (const value of [[{ value: '' }], { value: '', type: 'User' }, [{ value: 'x'.repeat(201) }]]) {
      await expectRefused(tenant, ['PATCH', group, operation('remove', value, 'members')]);
    }
    expect(await contentsOf(site)).toEqual(before);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { clientProfiles } from '../../lib/scim/quirks/quirk.ts';
import { profileTraits } from '../../lib/scim/quirks/traits.ts';
import { scim } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';

const coreUser = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const name = { givenName: 'Ann', familyName: 'Lee' };
const manager = { value: 'm1' };
const emails = [
  { value: 'a@example.com', type: 'work' },
  { value: 'b@example.com', type: 'home' },
];

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

async function userIn(profile: string) {
  const tenant = await endpoint.createTenant({ name: profile, profile });
  const schemas = [coreUser, enterprise];
  const user = { schemas, userName: 'ann', title: 'T', name, emails, [enterprise]: { manager } };
  const { body } = await scim(tenant, 'POST', '/Users', user);
  return { tenant, path: `/Users/${body.id}` };
}

const cases = [
  [`${enterprise}:manager[value eq "m1"]`, { name }],
  [`${enterprise}:manager[value eq "m1" or value eq "x"]`, { name }],
  [`${enterprise}:manager[not (value eq "x")]`, { name }],
  [`${enterprise}:manager[value pr]`, { name }],
  [`${enterprise}:manager[value eq "m1"].value`, { name }],
  [`${enterprise}:manager[value eq "x"]`, { name, manager }],
  [`${enterprise}:manager[value eq "M1"]`, { name, manager }],
  [`${enterprise}:manager[value eq "x"].value`, { name, manager }],
  ['name[familyName eq "lee"]', { manager }],
  ['name[familyName eq "Lee"].givenName', { name: { familyName: 'Lee' }, manager }],
  ['name[familyName eq "Other"]', { name, manager }],
] as const;

describe('A10: a remove that filters an attribute with one value', () => {
  test.each(clientProfiles.filter((profile) => !profileTraits[profile].interop))(
    'under %s',
    async (profile) => {
      for (const [path, left] of cases) {
        const user = await userIn(profile);
        const Operations = [{ op: 'remove', path }];
        const answer = await scim(user.tenant, 'PATCH', user.path, { schemas: [patchOp], Operations });
        const { body } = await scim(user.tenant, 'GET', user.path);
        const rest = { name: body.name, manager: body[enterprise]?.manager };
        const status = profile === 'entra' ? 204 : 200;
        expect([path, answer.status, JSON.parse(JSON.stringify(rest))]).toEqual([path, status, left]);
      }
    },
  );

  test.each(clientProfiles)('is refused where it means nothing, under %s', async (profile) => {
    const { tenant, path } = await userIn(profile);
    for (const [op, at] of [
      ['replace', 'name[familyName eq "Lee"]'],
      ['add', `${enterprise}:manager[value eq "m1"]`],
      ['remove', 'title[value eq "T"]'],
      ['remove', 'name[shoe eq "x"]'],
      ['remove', `${enterprise}[manager eq "x"]`],
    ]) {
      const Operations = [{ op, path: at, value: { givenName: 'x' } }];
      const answer = await scim(tenant, 'PATCH', path, { schemas: [patchOp], Operations });
      expect([at, answer.status]).toEqual([at, 400]);
    }
    expect((await scim(tenant, 'GET', path)).body).toMatchObject({ name, [enterprise]: { manager } });
  });
});

const always = ['id', 'schemas', 'userName'];
const values = emails.map(({ value }) => ({ value }));
const selections: readonly (readonly [string, object])[] = [
  ['emails[type eq "work"].value', { emails: values }],
  ['emails[type eq "work"]', { emails }],
  ['EMAILS[type eq "work"].Value', { emails: values }],
  ['emails[type eq "a,b"].value,title', { emails: values, title: 'T' }],
  ['title,emails[value eq "a]b"].value', { emails: values, title: 'T' }],
  ['emails[type eq "work" and (value pr)].value', { emails: values }],
  [`${coreUser}:emails[type eq "work"].value`, { emails: values }],
  [`${enterprise}:manager[value eq "m1"].value`, { [enterprise]: { manager } }],
  ['emails[].value', { emails: values }],
  ['emails[type eq "work"', { emails }],
  ['title,shoe[size eq 7]', { title: 'T' }],
];

describe('A11 and A26: a filter in attributes', () => {
  test.each(clientProfiles)('counts as left out, under %s', async (profile) => {
    const { tenant, path } = await userIn(profile);
    for (const [attributes, expected] of selections) {
      const query = `attributes=${encodeURIComponent(attributes)}`;
      const { status, body } = await scim(tenant, 'GET', `${path}?${query}`);
      const rest = Object.fromEntries(Object.entries(body).filter(([key]) => !always.includes(key)));
      expect([attributes, status, rest]).toEqual([attributes, 200, expected]);
      const list = await scim(tenant, 'GET', `/Users?${query}`);
      expect(list.body.Resources[0]).toEqual(body);
    }
  });

  test.each(clientProfiles)('and * names all attributes, under %s', async (profile) => {
    const { tenant, path } = await userIn(profile);
    const whole = (await scim(tenant, 'GET', path)).body;
    for (const attributes of ['*', 'title,*', ' * ', 'id,*,emails.value']) {
      const { body } = await scim(tenant, 'GET', `${path}?attributes=${encodeURIComponent(attributes)}`);
      expect(body).toEqual(whole);
    }
    const { status, body } = await scim(tenant, 'GET', `${path}?excludedAttributes=*`);
    expect([status, Object.keys(body).sort()]).toEqual([200, expect.arrayContaining(['id', 'schemas'])]);
    expect(body.emails).toBeUndefined();
    const without = await scim(
      tenant,
      'GET',
      `${path}?excludedAttributes=emails%5Btype%20eq%20%22x%22%5D.value`,
    );
    expect(without.body.emails).toEqual(emails.map(({ type }) => ({ type })));
  });
});

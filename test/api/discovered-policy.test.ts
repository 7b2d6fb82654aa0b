import { beforeAll, describe, expect, test } from 'vitest';
import { clientProfiles } from '../../lib/scim/quirks/quirk.ts';
import { presetNames } from '../../lib/tenants/presets.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, clientOf, enterpriseUrn, groupUrn, userUrn } from './client.ts';

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

const tenantWith = async (policy: object): Promise<Client> =>
  clientOf(await endpoint.createTenant({ name: 'Discovered', policy: { endpoint: {}, ...policy } }));

/** The paths of a schema whose characteristic has a value, such as `emails.value`. */
async function pathsWith(client: Client, urn: string, [name, wanted]: readonly [string, unknown]) {
  const { body } = await client.get(`/Schemas/${urn}`);
  const found: string[] = [];
  for (const { name: attribute, subAttributes = [], ...rest } of body.attributes) {
    if (rest[name] === wanted) found.push(attribute);
    for (const sub of subAttributes) if (sub[name] === wanted) found.push(`${attribute}.${sub.name}`);
  }
  return found.sort();
}

const unique = ['uniqueness', 'server'] as const;

describe('A18: /Schemas', () => {
  test('lists externalId in the schema of each resource type, once, and in no extension', async () => {
    const client = await tenantWith({
      endpoint: { packs: ['devices', 'okta-entitlements', 'group-members'] },
    });
    const types = (await client.get('/ResourceTypes')).body.Resources;
    const schemas = (await client.get('/Schemas')).body.Resources;
    // Nobody writes memberships, so they have no externalId.
    const written = types.filter((type: { name: string }) => type.name !== 'GroupMember');
    const core = written.map((type: { schema: string }) => type.schema);
    expect(core.length).toBeGreaterThan(3);
    for (const { id, attributes } of schemas) {
      const listed = attributes.filter((one: { name: string }) => one.name === 'externalId');
      if (core.includes(id)) {
        expect({ id, listed }).toMatchObject({
          listed: [{ type: 'string', caseExact: true, mutability: 'readWrite', returned: 'default' }],
        });
      } else expect({ id, listed }).toEqual({ id, listed: [] });
      expect((await client.get(`/Schemas/${id}`)).body.attributes).toEqual(attributes);
    }
  });

  test('lists what Entra ID maps by default', async () => {
    const client = await tenantWith({});
    const names = async (urn: string) =>
      (await client.get(`/Schemas/${urn}`)).body.attributes.map((one: { name: string }) => one.name);
    expect(await names(userUrn)).toEqual(
      expect.arrayContaining([
        'externalId',
        'userName',
        'active',
        'displayName',
        'title',
        'preferredLanguage',
      ]),
    );
    expect(await names(userUrn)).toEqual(
      expect.arrayContaining(['name', 'emails', 'phoneNumbers', 'addresses']),
    );
    expect(await names(groupUrn)).toEqual(['displayName', 'members', 'externalId']);
    expect(await names(enterpriseUrn)).toEqual(
      expect.arrayContaining(['employeeNumber', 'department', 'manager']),
    );
  });
});

describe('A27: what RFC 7643 8.7.1 lists', () => {
  const listed = async (client: Client) => {
    const { body } = await client.get(`/Schemas/${userUrn}`);
    const attributes: { name: string; subAttributes?: { name: string }[] }[] = body.attributes;
    const subs = (name: string) =>
      attributes.find((one) => one.name === name)?.subAttributes?.map((one) => one.name);
    return {
      password: attributes.some(({ name }) => name === 'password'),
      emailDisplay: subs('emails')?.includes('display'),
      others: [subs('phoneNumbers')?.includes('display'), subs('roles')?.includes('display')],
    };
  };

  test.each(clientProfiles)(
    'is listed for %s, unless its schema test is known to refuse it',
    async (profile) => {
      const all = profile !== 'entra';
      expect(await listed(await tenantWith({ endpoint: { profile } }))).toEqual({
        password: all && profile !== 'ipsie',
        emailDisplay: all,
        others: [true, true],
      });
    },
  );

  test('is accepted, kept and returned all the same', async () => {
    const client = await tenantWith({ endpoint: { profile: 'entra' } });
    const emails = [{ value: 'a@example.com', type: 'work', display: 'A' }];
    const user = await client.user('kept', { emails, password: 'Correct-horse-9-battery' });
    expect(user.emails).toEqual(emails);
    expect(user).not.toHaveProperty('password');
    expect(await client.find('/Users', 'emails.display eq "A"')).toMatchObject([{ id: user.id }]);
  });

  test('is listed where the policy requires it', async () => {
    const users = { required: ['password'] };
    const found = await listed(await tenantWith({ endpoint: { profile: 'entra' }, users }));
    expect(found).toMatchObject({ password: true });
  });
});

describe('A21: discovery', () => {
  test.each([
    [{}, ['userName'], ['displayName'], []],
    [{ groups: { unique: [] } }, ['userName'], [], []],
    [{ groups: { unique: ['externalId'] } }, ['userName'], ['externalId'], []],
    [{ groups: { unique: ['displayName', 'externalId'] } }, ['userName'], ['displayName', 'externalId'], []],
    [
      { users: { unique: ['emails[type eq "work"].value'] } },
      ['emails.value', 'userName'],
      ['displayName'],
      [],
    ],
    [{ users: { unique: ['emails.value'] } }, ['emails.value', 'userName'], ['displayName'], []],
    [{ users: { unique: ['name.formatted'] } }, ['name.formatted', 'userName'], ['displayName'], []],
    [{ users: { unique: ['USERNAME', 'nickname'] } }, ['nickName', 'userName'], ['displayName'], []],
    [{ users: { unique: ['externalId'] } }, ['externalId', 'userName'], ['displayName'], []],
    [{ users: { unique: ['active'] } }, ['userName'], ['displayName'], []],
    [
      { users: { unique: [`${enterpriseUrn}:employeeNumber`] } },
      ['userName'],
      ['displayName'],
      ['employeeNumber'],
    ],
    [
      { users: { required: ['title', 'externalId'], unique: ['title'] } },
      ['title', 'userName'],
      ['displayName'],
      [],
    ],
  ])('names what is unique under %j', async (policy, users, groups, enterprise) => {
    const client = await tenantWith(policy);
    const found = [userUrn, groupUrn, enterpriseUrn].map((urn) => pathsWith(client, urn, unique));
    expect(await Promise.all(found)).toEqual([users, groups, enterprise]);
  });

  test('tells the truth about 409', async () => {
    for (const policy of [{}, { groups: { unique: [] } }, { users: { unique: ['nickName'] } }]) {
      const client = await tenantWith(policy);
      const groups = await pathsWith(client, groupUrn, unique);
      await client.group('Same');
      const second = await client.post('/Groups', { schemas: [groupUrn], displayName: 'Same' });
      expect(second.status).toBe(groups.includes('displayName') ? 409 : 201);
      const users = await pathsWith(client, userUrn, unique);
      await client.user('first', { nickName: 'Nick' });
      const other = await client.post('/Users', { schemas: [userUrn], userName: 'second', nickName: 'Nick' });
      expect(other.status).toBe(users.includes('nickName') ? 409 : 201);
    }
  });

  test('follows an edit of the policy at once', async () => {
    const tenant = await endpoint.createTenant({ name: 'Edited policy' });
    const client = clientOf(tenant);
    const policy = {
      users: { required: ['title', 'externalId'], unique: ['title'] },
      groups: { unique: [] },
    };
    const edited = await endpoint.manage('PATCH', `/manage/tenants/${tenant.tenantId}`, { policy });
    expect(edited.status).toBe(200);
    expect(await pathsWith(client, userUrn, unique)).toEqual(['title', 'userName']);
    expect(await pathsWith(client, userUrn, ['required', true])).toEqual(['externalId', 'title', 'userName']);
    expect(await pathsWith(client, groupUrn, unique)).toEqual([]);
  });

  test.each(presetNames.filter((name) => name !== 'v6'))('agrees with the preset %s', async (preset) => {
    const { body } = await endpoint.manage('POST', '/manage/tenants', { name: preset, preset });
    const { key } = (await endpoint.manage('POST', `/manage/tenants/${body.id}/keys`, {})).body;
    const client = clientOf({ tenantUrl: body.tenantUrl, token: key });
    const paths = await pathsWith(client, userUrn, unique);
    // With signinghub the e-mail is the key.
    expect(paths).toEqual(preset === 'signinghub' ? ['emails.value'] : ['userName']);
    if (body.policy.endpoint.groups) {
      expect(await pathsWith(client, groupUrn, unique)).toEqual(body.policy.groups.unique);
    }
  });
});

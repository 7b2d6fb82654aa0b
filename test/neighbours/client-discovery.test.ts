import { describe, expect, test } from 'vitest';
import { bulkBody, enterpriseUrn, groupUrn, patchBody, userUrn } from '../api/client.ts';
import { expectDone, expectRefused, fresh, openParties, type Party, told } from './client-parties.ts';
import { profiles } from './profiles.ts';

const parties = openParties();

interface Attribute {
  readonly name: string;
  readonly uniqueness: string;
  readonly required: boolean;
  readonly caseExact?: boolean;
  readonly subAttributes?: readonly Attribute[];
}

/** An attribute as discovery declares it, by its path within a schema. */
async function declared(party: Party, schema: string, path: string): Promise<Attribute | undefined> {
  const { body } = await party.get(`/Schemas/${schema}`);
  let among: readonly Attribute[] = body.attributes;
  let found: Attribute | undefined;
  for (const name of path.split('.')) {
    found = among.find((attribute) => attribute.name === name);
    among = found?.subAttributes ?? [];
  }
  return found;
}

describe('A18: /Schemas lists what every resource has', () => {
  const external = {
    ...{ name: 'externalId', type: 'string', multiValued: false, required: false, caseExact: true },
    ...{ mutability: 'readWrite', returned: 'default', uniqueness: 'none' },
  };

  test('externalId of users and groups with its characteristics, in the list and alone', async () => {
    await parties.each(profiles, async (party) => {
      const { body } = await party.get('/Schemas');
      for (const id of [userUrn, groupUrn]) {
        const [listed] = body.Resources.filter((schema: { id: string }) => schema.id === id);
        const single = await party.get(`/Schemas/${id}`);
        expect(single.body, told(party, single)).toEqual(listed);
        const found = listed.attributes.filter(({ name }: Attribute) => /^externalid$/i.test(name));
        expect(found, party.profile).toEqual([expect.objectContaining(external)]);
        expect(found[0].description).toMatch(/\w+ \w+/);
      }
    });
  });

  test('externalId is not an attribute of an extension, and no name is listed twice', async () => {
    await parties.each(profiles, async (party) => {
      const { body } = await party.get('/Schemas');
      for (const { id, attributes } of body.Resources) {
        const names = attributes.map(({ name }: Attribute) => name.toLowerCase());
        expect(new Set(names).size, `${party.profile} ${id}`).toBe(names.length);
        if (id === enterpriseUrn) expect(names).not.toContain('externalid');
      }
    });
  });

  test('externalId where there are no groups, and in the types of packs', async () => {
    const alone = await parties.withPolicy({ endpoint: { groups: false } });
    expect(await declared(alone, userUrn, 'externalId')).toMatchObject(external);
    expect((await alone.get(`/Schemas/${groupUrn}`)).status).toBe(404);
    const packs = await parties.withPolicy({
      endpoint: { packs: ['devices', 'okta-entitlements', 'group-description'] },
    });
    const { Resources: types } = (await packs.get('/ResourceTypes')).body;
    expect(types.length).toBeGreaterThan(4);
    for (const { schema } of types)
      expect(await declared(packs, schema, 'externalId'), schema).toMatchObject(external);
  });

  test('the case of externalId counts as discovery says', async () => {
    await parties.each(profiles, async (party) => {
      const upper = fresh('EXT');
      for (const externalId of [upper, upper.toLowerCase()]) await party.user(fresh('u'), { externalId });
      expect(await party.find('/Users', `externalId eq "${upper}"`), party.profile).toHaveLength(1);
    });
  });
});

describe('A21: discovery says what the policy of the tenant requires and keeps unique', () => {
  const workEmail = 'emails[type eq "work"].value';
  const employee = `${enterpriseUrn}:employeeNumber`;
  const resource = (path: string, value: string | undefined): object => {
    if (value === undefined) return {};
    if (path === workEmail) return { emails: [{ type: 'work', value }] };
    if (path === employee) return { [enterpriseUrn]: { employeeNumber: value } };
    if (path === 'name.familyName') return { name: { familyName: value } };
    return { [path]: value };
  };
  const placeOf = (path: string): [schema: string, path: string] =>
    path === employee ? [enterpriseUrn, 'employeeNumber'] : [userUrn, path.replace(/\[.*\]/, '')];

  test.each(['externalId', 'nickName', 'displayName', workEmail, employee])(
    'users.unique: %s',
    async (path) => {
      const [unique, free] = [
        await parties.withPolicy({ users: { unique: [path] } }),
        await parties.of('generic'),
      ];
      const value = path === workEmail ? `${fresh('a')}@example.com` : fresh('v');
      for (const party of [unique, free]) {
        const place = await declared(party, ...placeOf(path));
        expect(place?.uniqueness).toBe(party === unique ? 'server' : 'none');
        const one = await party.user(fresh('u'), resource(path, value));
        const body = { schemas: [userUrn, enterpriseUrn], userName: fresh('u'), ...resource(path, value) };
        expect((await party.post('/Users', body)).status).toBe(party === unique ? 409 : 201);
        const other = value.toUpperCase();
        if (path !== workEmail && other !== value) {
          const again = await party.post('/Users', {
            ...body,
            userName: fresh('u'),
            ...resource(path, other),
          });
          expect(again.status, path).toBe(party === unique && !place?.caseExact ? 409 : 201);
        }
        expectDone(party, await party.put(`/Users/${one.id}`, { ...body, userName: one.userName }));
      }
    },
  );

  test('a unique value is refused in a PUT, a PATCH and a bulk request, and free after a deletion', async () => {
    const party = await parties.withPolicy({ users: { unique: ['externalId'] } });
    const holder = await party.user(fresh('u'), { externalId: 'taken' });
    const { id, userName } = await party.user(fresh('u'));
    const path = `/Users/${id}`;
    const data = { schemas: [userUrn], userName, externalId: 'taken' };
    const change = { op: 'add', path: 'externalId', value: 'taken' };
    const bulk = async (method: string, body: object) => {
      const answer = await party.post('/Bulk', bulkBody([{ method, path, data: body }]));
      const [{ status, response }] = answer.body.Operations;
      return { ...answer, status: Number(status), body: response };
    };
    await expectRefused(party, path, [
      [() => party.put(path, data), 409],
      [() => party.patch(path, [change]), 409],
      [() => party.patch(path, [{ op: 'replace', value: { externalId: 'taken' } }]), 409],
      [() => bulk('PUT', data), 409],
      [() => bulk('PATCH', patchBody([change])), 409],
    ]);
    await party.delete(`/Users/${holder.id}`);
    expectDone(party, await party.put(path, data));
  });

  test.each<[unique: readonly string[], server: readonly string[]]>([
    [['displayName'], ['displayName']],
    [['externalId'], ['externalId']],
    [
      ['displayName', 'externalId'],
      ['displayName', 'externalId'],
    ],
    [[], []],
  ])('groups.unique: %j', async (unique, server) => {
    const party = await parties.withPolicy({ groups: { unique } });
    for (const path of ['displayName', 'externalId']) {
      expect((await declared(party, groupUrn, path))?.uniqueness, path).toBe(
        server.includes(path) ? 'server' : 'none',
      );
      const create = (name: string, externalId: string) =>
        party.post('/Groups', { schemas: [groupUrn], displayName: name, externalId });
      const value = fresh('v');
      const pair = (): [string, string] =>
        path === 'displayName' ? [value, fresh('e')] : [fresh('g'), value];
      expect((await create(...pair())).status).toBe(201);
      expect((await create(...pair())).status, path).toBe(server.includes(path) ? 409 : 201);
    }
  });

  test('users.uniqueUserName', async () => {
    const party = await parties.withPolicy({ users: { uniqueUserName: false, unique: [workEmail] } });
    expect((await declared(party, userUrn, 'userName'))?.uniqueness).toBe('none');
    for (const email of ['a@example.com', 'b@example.com'])
      await party.user('same', { emails: [{ type: 'work', value: email }] });
    const body = {
      schemas: [userUrn],
      userName: 'third',
      emails: [{ type: 'work', value: 'A@EXAMPLE.COM' }],
    };
    expect((await party.post('/Users', body)).status).toBe(409);
  });

  test.each(['externalId', 'nickName', 'name.familyName', employee, workEmail, 'title'])(
    'users.required: %s',
    async (path) => {
      const party = await parties.withPolicy({ users: { required: [path] } });
      const [schema, place] = placeOf(path);
      const [top = ''] = place.split('.');
      expect((await declared(party, schema, top))?.required, top).toBe(true);
      expect((await declared(await parties.of('generic'), schema, top))?.required).toBe(false);
      const value = path === workEmail ? 'a@example.com' : 'v';
      const body = { schemas: [userUrn, enterpriseUrn], userName: fresh('u') };
      expect((await party.post('/Users', body)).status).toBe(400);
      const { id } = await party.user(body.userName, resource(path, value));
      const url = `/Users/${id}`;
      await expectRefused(party, url, [
        [() => party.put(url, body)],
        [() => party.patch(url, [{ op: 'remove', path }])],
        [() => party.patch(url, [{ op: 'replace', path, value: null }])],
        [() => party.patch(url, [{ op: 'replace', path, value: '' }])],
      ]);
    },
  );

  test('an edit of the policy shows in discovery at once', async () => {
    const party = await parties.withPolicy({});
    const edit = (policy: object) =>
      parties.endpoint().manage('PATCH', `/manage/tenants/${party.tenantId}`, { policy });
    const seen = async () => [
      (await declared(party, userUrn, 'externalId'))?.uniqueness,
      (await declared(party, userUrn, 'title'))?.required,
      (await declared(party, groupUrn, 'displayName'))?.uniqueness,
    ];
    expect(await seen()).toEqual(['none', false, 'server']);
    await edit({ users: { unique: ['externalId'], required: ['title'] }, groups: { unique: [] } });
    expect(await seen()).toEqual(['server', true, 'none']);
    await edit({ users: null, groups: null });
    expect(await seen()).toEqual(['none', false, 'server']);
  });
});

describe('A27: only the discovery of entra leaves out password and emails.display', () => {
  test('and no profile loses or shows them otherwise than before', async () => {
    await parties.each(profiles, async (party) => {
      const hides = party.profile === 'entra';
      expect((await declared(party, userUrn, 'password')) === undefined, party.profile).toBe(hides);
      expect((await declared(party, userUrn, 'emails.display')) === undefined, party.profile).toBe(hides);
      for (const kept of [
        'phoneNumbers.display',
        'emails.value',
        'emails.primary',
        'roles.display',
        'displayName',
      ])
        expect(await declared(party, userUrn, kept), kept).toBeDefined();
      const email = { value: `${fresh('a')}@example.com`, display: fresh('shown'), type: 'work' };
      const { id, ...user } = await party.user(fresh('u'), { password: 'correct horse 1', emails: [email] });
      expect(user.emails, party.profile).toEqual([email]);
      const path = `/Users/${id}`;
      const replace = (attribute: string, value: string) => ({ op: 'replace', path: attribute, value });
      expectDone(party, await party.patch(path, [replace('emails[type eq "work"].display', 'new')]));
      expectDone(party, await party.patch(path, [replace('password', 'correct horse 2')]));
      const shown = [
        ...['', '?attributes=password', '?attributes=password,emails.display'].map((query) =>
          party.get(path + query),
        ),
        party.get(`/Users?attributes=password&filter=${encodeURIComponent('emails.display eq "new"')}`),
        party.put(path, { ...user, password: 'correct horse 3', emails: [{ ...email, display: 'new' }] }),
      ];
      for (const answer of await Promise.all(shown)) {
        expectDone(party, answer);
        expect(JSON.stringify(answer.body), party.profile).not.toMatch(/password|correct horse/);
      }
      expect(await party.find('/Users', 'emails.display eq "new"'), party.profile).toHaveLength(1);
      const secret = await party.get(`/Users?filter=${encodeURIComponent('password eq "correct horse 3"')}`);
      expect([400, 403], told(party, secret)).toContain(secret.status);
    });
  });
});

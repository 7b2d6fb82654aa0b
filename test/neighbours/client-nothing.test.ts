import { describe, expect, test } from 'vitest';
import { bulkBody, enterpriseUrn, groupBody, patchBody, userBody } from '../api/client.ts';
import {
  expectDone,
  expectRefused,
  fresh,
  membersIn,
  openParties,
  type Party,
  peopleOf,
  type Refusal,
  told,
} from './client-parties.ts';
import { profiles } from './profiles.ts';

const parties = openParties();

const values = {
  nickName: 'Ann',
  externalId: 'e1',
  name: { givenName: 'Ann', familyName: 'Berg' },
  emails: [
    { value: 'a@example.com', type: 'work' },
    { value: 'b@example.com', type: 'home' },
  ],
  phoneNumbers: [{ value: '+491701234567', type: 'mobile' }],
  addresses: [{ type: 'work', locality: 'Berlin' }],
  roles: [{ value: 'admin' }],
  [enterpriseUrn]: { department: 'Sales', manager: { value: 'm1' } },
};

const filled = async (party: Party) => party.group(fresh('g'), await peopleOf(party));

describe('A16: a PUT of a group without members empties it in every profile', () => {
  test.each<[string, (name: string) => object]>([
    ['with null', (name) => ({ ...groupBody(name), members: null })],
    ['with [] in capital letters', (name) => ({ ...groupBody(name), members: undefined, MEMBERS: [] })],
    ['with a new name', () => ({ ...groupBody(fresh('new')), members: undefined })],
    ['with an externalId', (name) => ({ ...groupBody(name), members: undefined, externalId: fresh('e') })],
    [
      'with meta and id',
      (name) => ({ ...groupBody(name), members: undefined, meta: { version: '1' }, id: '1' }),
    ],
  ])('%s', async (_, body) => {
    await parties.each(profiles, async (party) => {
      const group = await filled(party);
      for (const _ of ['once', 'twice']) {
        const answer = await party.put(`/Groups/${group.id}`, body(group.displayName));
        expectDone(party, answer);
        expect(membersIn(answer), party.profile).toEqual([]);
      }
    });
  });

  test('in a bulk request', async () => {
    await parties.each(profiles, async (party) => {
      const { id, displayName } = await filled(party);
      const data = { ...groupBody(displayName), members: undefined };
      const answer = await party.post('/Bulk', bulkBody([{ method: 'PUT', path: `/Groups/${id}`, data }]));
      expect(answer.body.Operations[0].status, told(party, answer)).toBe('200');
      expect(membersIn(await party.get(`/Groups/${id}`)), party.profile).toEqual([]);
    });
  });

  test('also of groups, and the user no longer has the group', async () => {
    await parties.each(profiles, async (party) => {
      const user = await party.user(fresh('u'));
      const inner = await party.group(fresh('g'), [user.id]);
      const { id, displayName } = await party.group(fresh('g'), [inner.id, user.id]);
      await party.put(`/Groups/${id}`, { ...groupBody(displayName), members: undefined });
      const { body } = await party.get(`/Users/${user.id}`);
      expect(body.groups.map(({ value }: { value: string }) => value)).toEqual([inner.id]);
    });
  });

  test('but not if the PUT is refused', async () => {
    await parties.each(profiles, async (party) => {
      const { id, displayName } = await filled(party);
      const other = await party.group(fresh('g'));
      const path = `/Groups/${id}`;
      const put =
        (change: object, headers = {}) =>
        () =>
          party.put(path, { ...groupBody(displayName), members: undefined, ...change }, headers);
      await expectRefused(party, path, [
        [put({}, { 'if-match': 'W/"0"' }), 412],
        [put({ displayName: other.displayName }), 409],
        [put({ displayName: undefined })],
        [put({ displayName: '' })],
        [put({ externalId: ['a', 'b'] })],
        [put({ members: [{}] })],
        [put({ members: { value: {} } })],
      ]);
    });
  });

  test('and a member that waits does not come', async () => {
    await parties.each(['onelogin', 'jumpcloud', 'authentik', 'generic'], async (party) => {
      const userName = fresh('later');
      const { id, displayName } = await party.group(fresh('g'), [userName]);
      await party.put(`/Groups/${id}`, { ...groupBody(displayName), members: undefined });
      await party.user(userName);
      expect(membersIn(await party.get(`/Groups/${id}`)), party.profile).toEqual([]);
    });
  });

  test('as every list of a user that a PUT leaves out', async () => {
    await parties.each(profiles, async (party) => {
      const user = await party.user(fresh('u'), values);
      const { body } = await party.put(`/Users/${user.id}`, userBody(user.userName, { nickName: 'Ann' }));
      expect(body, party.profile).toMatchObject({ nickName: 'Ann' });
      for (const name of ['emails', 'phoneNumbers', 'addresses', 'roles', 'name', enterpriseUrn])
        expect(body, party.profile).not.toHaveProperty([name]);
    });
  });
});

describe('A17: a remove with null removes all values', () => {
  const department = `${enterpriseUrn}:department`;
  test.each<[path: string, name: string, left?: unknown]>([
    ['nickName', 'nickName'],
    ['externalId', 'externalId'],
    ['phoneNumbers', 'phoneNumbers'],
    ['addresses', 'addresses'],
    ['roles', 'roles'],
    ['name', 'name'],
    ['name.givenName', 'name', { familyName: 'Berg' }],
    ['EMAILS', 'emails'],
    ['addresses[type eq "work"].locality', 'addresses', [{ type: 'work' }]],
    [department, enterpriseUrn, { manager: expect.objectContaining({ value: 'm1' }) }],
    [`${enterpriseUrn}:manager`, enterpriseUrn, { department: 'Sales' }],
    ['urn:ietf:params:scim:schemas:core:2.0:User:emails', 'emails'],
  ])('%s', async (path, name, left) => {
    await parties.each(profiles, async (party) => {
      const user = await party.user(fresh('u'), values);
      const answer = await party.patch(`/Users/${user.id}`, [{ op: 'remove', path, value: null }]);
      expectDone(party, answer);
      const { body } = await party.get(`/Users/${user.id}`);
      expect(body[name], told(party, answer)).toEqual(left);
    });
  });

  test('that a filter selects, which the profile interop does not allow without a sub-attribute', async () => {
    await parties.each(profiles, async (party) => {
      const { id } = await party.user(fresh('u'), values);
      const remove = (path: string) => party.patch(`/Users/${id}`, [{ op: 'remove', path, value: null }]);
      const paths = ['emails[type eq "work"]', 'phoneNumbers[value pr]', 'roles[not (value eq "x")]'];
      if (party.profile === 'interop') {
        const refusals = paths.map((path): Refusal => [() => remove(path), 'invalidPath']);
        return void (await expectRefused(party, `/Users/${id}`, refusals));
      }
      for (const path of paths) expectDone(party, await remove(path));
      const { body } = await party.get(`/Users/${id}`);
      expect([body.emails, body.phoneNumbers, body.roles]).toEqual([
        [values.emails[1]],
        undefined,
        undefined,
      ]);
    });
  });

  test.each<[string, object]>([
    ['in capital letters', { op: 'remove', path: 'MEMBERS', value: null }],
    [
      'with its URN',
      { op: 'remove', path: 'urn:ietf:params:scim:schemas:core:2.0:Group:members', value: null },
    ],
    ['as a replace with null', { op: 'replace', path: 'members', value: null }],
    ['as a replace with []', { op: 'replace', path: 'members', value: [] }],
  ])('members %s', async (_, operation) => {
    await parties.each(profiles, async (party) => {
      const { id } = await filled(party);
      expectDone(party, await party.patch(`/Groups/${id}`, [operation]));
      expect(membersIn(await party.get(`/Groups/${id}`)), party.profile).toEqual([]);
    });
  });

  test('members in a bulk request', async () => {
    await parties.each(profiles, async (party) => {
      const path = `/Groups/${(await filled(party)).id}`;
      const data = patchBody([{ op: 'remove', path: 'members', value: null }]);
      const { body } = await party.post('/Bulk', bulkBody([{ method: 'PATCH', path, data }]));
      expect(body.Operations[0].status).toMatch(/^20/);
      expect(membersIn(await party.get(path)), party.profile).toEqual([]);
    });
  });

  test('but members that name nothing are refused', async () => {
    await parties.each(profiles, async (party) => {
      const path = `/Groups/${(await filled(party)).id}`;
      const [one] = await peopleOf(party);
      const nothing = [
        [],
        [null],
        {},
        [{}],
        [{ display: 'x' }],
        [{ value: null }],
        [{ value: one }, {}],
        [[]],
      ];
      const refusals = nothing.map((value): Refusal => {
        return [() => party.patch(path, [{ op: 'remove', path: 'members', value }]), 'invalidValue'];
      });
      await expectRefused(party, path, refusals);
    });
  });

  test('but values of a user that name nothing are refused, and what is required or only read stays', async () => {
    await parties.each(profiles, async (party) => {
      const path = `/Users/${(await party.user(fresh('u'), values)).id}`;
      const remove = (attribute: string, value: unknown, error: string): Refusal => {
        return [() => party.patch(path, [{ op: 'remove', path: attribute, value }]), error];
      };
      await expectRefused(party, path, [
        remove('emails', [], 'invalidValue'),
        remove('emails', [{}], 'invalidValue'),
        remove('emails', [{ value: null }], 'invalidValue'),
        remove('phoneNumbers', [null], 'invalidValue'),
        remove('roles', {}, 'invalidValue'),
        remove(
          'addresses',
          [{ nothing: 'x' }],
          party.profile === 'interop' ? 'invalidSyntax' : 'invalidValue',
        ),
        remove('userName', null, 'mutability'),
        remove('id', null, 'mutability'),
        remove('meta', null, 'mutability'),
        remove('groups', null, 'mutability'),
      ]);
    });
  });
});

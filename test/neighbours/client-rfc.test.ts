import { describe, expect, test } from 'vitest';
import { bulkBody, type Created, enterpriseUrn, groupUrn, patchBody, userUrn } from '../api/client.ts';
import type { Answer } from '../support/endpoint.ts';
import {
  bare,
  expectDone,
  expectRefused,
  fresh,
  openParties,
  type Party,
  peopleOf,
  type Refusal,
  told,
} from './client-parties.ts';
import { profiles } from './profiles.ts';

const parties = openParties();

const work = { value: 'a@example.com', type: 'work' };
const home = { value: 'b@example.com', type: 'home' };
const values = { nickName: 'Ann', name: { givenName: 'Ann', familyName: 'Berg' }, emails: [work, home] };
const user = (party: Party) => party.user(fresh('u'), values);

describe('A25: the profile rfc has all of RFC 7644, which interop restricts', () => {
  test.each<[string, object | readonly object[], object, interop: string | undefined]>([
    [
      'add without path',
      { op: 'add', value: { title: 'T' } },
      { title: 'T', nickName: 'Ann' },
      'invalidSyntax',
    ],
    ['replace without path', { op: 'replace', value: { nickName: 'B' } }, { nickName: 'B' }, 'invalidSyntax'],
    [
      'an extension without path',
      { op: 'add', value: { [enterpriseUrn]: { department: 'D' } } },
      { [enterpriseUrn]: { department: 'D' } },
      'invalidSyntax',
    ],
    [
      'one path twice',
      [
        { op: 'remove', path: 'emails' },
        { op: 'add', path: 'emails', value: [home] },
      ],
      { emails: [home] },
      'invalidSyntax',
    ],
    [
      'a filter without sub-attribute',
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'c@example.com', type: 'other' } },
      { emails: [{ value: 'c@example.com', type: 'other' }, home] },
      'invalidPath',
    ],
    [
      'removal of a filtered value',
      { op: 'remove', path: 'emails[type eq "work"]' },
      { emails: [home] },
      'invalidPath',
    ],
    [
      'a filter of several values',
      { op: 'replace', path: 'emails[value pr].display', value: 'D' },
      {
        emails: [
          { ...work, display: 'D' },
          { ...home, display: 'D' },
        ],
      },
      'invalidFilter',
    ],
    ['a path with its URN', { op: 'add', path: `${userUrn}:title`, value: 'T' }, { title: 'T' }, undefined],
    [
      'a sub-attribute',
      { op: 'replace', path: 'name.givenName', value: 'B' },
      { name: { givenName: 'B' } },
      undefined,
    ],
    [
      'a filter with and, not and co',
      {
        op: 'replace',
        path: 'emails[type eq "work" and not (value co "zzz")].value',
        value: 'd@example.com',
      },
      { emails: [{ ...work, value: 'd@example.com' }, home] },
      undefined,
    ],
    [
      'names in capital letters',
      { op: 'replace', path: 'NICKNAME', value: 'B' },
      { nickName: 'B' },
      undefined,
    ],
  ])('%s', async (_, operation, left, interop) => {
    await parties.each(bare, async (party) => {
      const path = `/Users/${(await user(party)).id}`;
      const operations = Array.isArray(operation) ? operation : [operation];
      const send = () => party.patch(path, operations);
      if (party.profile === 'interop' && interop)
        return void (await expectRefused(party, path, [[send, interop]]));
      const answer = await send();
      expectDone(party, answer);
      expect(answer.body).toMatchObject(left);
      expect(await parties.quirksOf(answer)).toEqual([]);
    });
  });

  const odd = (path: string): readonly object[] => [
    { op: 'replace', path: 'active', value: 'False' },
    { op: 'replace', path: 'active', value: [false] },
    { op: 'replace', path: 'nickName', value: 12 },
    { op: 'replace', path: 'nickName', value: { value: 'B' } },
    { op: 'replace', path: 'emails', value: 'x@example.com' },
    { op: 'replace', path: 'emails', value: ['x@example.com'] },
    { op: 'replace', path: 'emails[primary eq "True"].value', value: 'x@example.com' },
    { op: 'replace', path: 'emails[type eq work].value', value: 'x@example.com' },
    { op: 'replace', path: 'phoneNumbers[type eq "mobile"].value', value: '+49' },
    { op: 'add', path: 'email', value: [home] },
    { op: 'add', path: 'phoneNumber[type eq "work"].value', value: '+49' },
    { op: 'add', path: 'manager', value: [{ value: path }] },
    { op: 'add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department', value: 'D' },
    { op: 'replace', path: `${enterpriseUrn}:manager`, value: 'm1' },
    { op: 'add', path: 'roles', value: ['admin'] },
    { op: 'add', path: '', value: { nickName: 'B' } },
    { op: 'add', path: '/nickName', value: 'B' },
    { op: 'add', value: [{ nickName: 'B' }] },
    { op: 'add', value: '{"nickName":"B"}' },
  ];

  test('and neither undoes what clients send against the RFC', async () => {
    await parties.each(bare, async (party) => {
      const path = `/Users/${(await user(party)).id}`;
      const refusals = odd(path).map((operation): Refusal => [() => party.patch(path, [operation])]);
      const data = patchBody([{ op: 'replace', path: 'active', value: 'False' }]);
      const bulk = async (): Promise<Answer> => {
        const answer = await party.post('/Bulk', bulkBody([{ method: 'PATCH', path, data }]));
        const [{ status, response }] = answer.body.Operations;
        return { ...answer, status: Number(status), body: response };
      };
      await expectRefused(party, path, [...refusals, [bulk]]);
    });
  });

  test.each<[string, object]>([
    ['a boolean as text', { active: 'True' }],
    ['a number for a text', { externalId: 12 }],
    ['an object for a list', { emails: { value: 'x@example.com' } }],
    ['a text for a list', { emails: 'x@example.com' }],
    ['texts in a list', { roles: ['admin'] }],
    ['a text for a complex attribute', { name: 'Ann' }],
    ['an older schema alone', { schemas: ['urn:scim:schemas:core:1.0'] }],
    ['no schemas', { schemas: undefined }],
    ['schemas as a text', { schemas: userUrn }],
    ['an empty userName', { userName: '' }],
    ['a manager as text', { [enterpriseUrn]: { manager: 'm1' } }],
  ])('and neither creates a user with %s', async (_, wrong) => {
    await parties.each(bare, async (party) => {
      const userName = fresh('u');
      const body = { schemas: [userUrn, enterpriseUrn], userName, ...wrong };
      const answer = await party.post('/Users', body);
      expect(answer.status, told(party, answer)).toBe(400);
      expect(await party.find('/Users', `userName eq "${userName}"`)).toEqual([]);
    });
  });

  test('and neither reads filters other than the RFC writes them', async () => {
    await parties.each(bare, async (party) => {
      const { userName }: Created = await user(party);
      for (const filter of [
        `userName eq ${userName}`,
        `userName eq '${userName}'`,
        `userName eq “${userName}”`,
        `active eq "True"`,
        `userName == "${userName}"`,
        `userName eq "${userName}" AND`,
        `(userName eq "${userName}"`,
      ]) {
        const answer = await party.get(`/Users?filter=${encodeURIComponent(filter)}`);
        expect([answer.status, answer.body.scimType], `${filter} ${told(party, answer)}`).toEqual([
          400,
          'invalidFilter',
        ]);
      }
      expect(await party.find('/Users', `USERNAME EQ "${userName}" AND not (active eq false)`)).toHaveLength(
        1,
      );
    });
  });

  test('only interop says so in ServiceProviderConfig and in its schema', async () => {
    await parties.each(profiles, async (party) => {
      const conformant = party.profile === 'interop' ? true : undefined;
      for (const path of ['/ServiceProviderConfig', '/serviceProviderConfig'.replace('s', 'S')]) {
        const { body } = await party.get(path);
        expect(body.interopProfileConformant, party.profile).toBe(conformant);
        for (const feature of ['patch', 'bulk', 'filter', 'sort', 'etag', 'changePassword', 'pagination'])
          expect(body, party.profile).toHaveProperty(feature);
      }
      const { body } = await party.get('/Schemas');
      expect(JSON.stringify(body).includes('interopProfileConformant'), party.profile).toBe(
        conformant === true,
      );
    });
  });

  test('strict is read as interop in this version, by creation and by edit', async () => {
    const { manage } = parties.endpoint();
    const tenant = (policy: object) => manage('POST', '/manage/tenants', { name: fresh('Strict '), policy });
    const { body: made } = await tenant({ endpoint: { profile: 'strict' } });
    expect(made.policy.endpoint.profile).toBe('interop');
    const edit = (profile: unknown) =>
      manage('PATCH', `/manage/tenants/${made.id}`, { policy: { endpoint: { profile } } });
    for (const [word, profile] of [
      ['rfc', 'rfc'],
      ['strict', 'interop'],
      [null, 'generic'],
    ]) {
      const { status, body } = await edit(word);
      expect([status, body.policy.endpoint.profile]).toEqual([200, profile]);
    }
    for (const word of ['Strict', 'RFC', 'azure', '', 7, ['rfc'], 'ipsi']) {
      const { status, body } = await edit(word);
      expect([status, body.detail], String(word)).toEqual([400, expect.stringContaining('profile')]);
      expect((await tenant({ endpoint: { profile: word } })).status).toBe(400);
    }
    const { body } = await manage('GET', `/manage/tenants/${made.id}`);
    expect(body.policy.endpoint.profile).toBe('generic');
  });

  test('a group of interop and rfc takes members only as the RFC writes them', async () => {
    await parties.each(bare, async (party) => {
      const [one = ''] = await peopleOf(party);
      const { id, displayName } = await party.group(fresh('g'));
      const path = `/Groups/${id}`;
      const put = (members: unknown): Refusal => [
        () => party.put(path, { schemas: [groupUrn], displayName, members }),
      ];
      const add = (value: unknown): Refusal => [
        () => party.patch(path, [{ op: 'add', path: 'members', value }]),
      ];
      await expectRefused(party, path, [
        ...[one, [one], { value: one }, [{ value: 7 }], [{ value: 'nobody' }]].map(put),
        ...[one, [one], [{ value: 'nobody' }], [{ value: id }], [{ display: 'x' }]].map(add),
      ]);
    });
  });
});

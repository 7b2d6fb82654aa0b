import { describe, expect, test } from 'vitest';
import { bulkBody, enterpriseUrn, userBody, userUrn } from '../api/client.ts';
import { expectDone, fresh, membersIn, openParties, type Party, peopleOf, told } from './client-parties.ts';
import { profiles } from './profiles.ts';

const parties = openParties();

const values = {
  nickName: 'Ann',
  title: 'T',
  emails: [
    { value: 'a@example.com', type: 'work' },
    { value: 'b@example.com', type: 'home' },
  ],
  phoneNumbers: [{ value: '+491701234567', type: 'mobile' }],
  [enterpriseUrn]: { department: 'Sales', manager: { value: 'm1' } },
};

/** The names of the attributes of an answer, without those that it always has. */
function namesIn(body: object): readonly string[] {
  return Object.keys(body)
    .filter((name) => !['schemas', 'id'].includes(name))
    .toSorted();
}

const named: readonly (readonly [attributes: string, only: readonly string[]])[] = [
  ['emails[type eq "work"]', ['emails']],
  ['emails[type eq "work"].value', ['emails']],
  ['EMAILS[TYPE EQ "work"].VALUE', ['emails']],
  ['emails[type eq "a,b"].value', ['emails']],
  ['emails[value co "]"].value,title', ['emails', 'title']],
  ['emails[value co "\\"]"].value,title', ['emails', 'title']],
  ['title, emails[type eq "work" and value pr].value , nickName', ['emails', 'nickName', 'title']],
  ['emails[type eq "work"].value,emails[type eq "home"].value', ['emails']],
  [`${userUrn}:emails[type eq "work"].value`, ['emails']],
  ['emails.value', ['emails']],
  ['phoneNumbers[type eq "mobile"].value,title', ['phoneNumbers', 'title']],
  [`${enterpriseUrn}:manager[value eq "m1"].value`, [enterpriseUrn]],
];

const projected = (party: Party, id: string, parameter: string, list: string) =>
  party.get(`/Users/${id}?${parameter}=${encodeURIComponent(list)}`);

describe('A26: attributes with a filter in brackets name the attribute', () => {
  test.each(named)('attributes=%s', async (list, only) => {
    await parties.each(profiles, async (party) => {
      const { id } = await party.user(fresh('u'), values);
      const answer = await projected(party, id, 'attributes', list);
      expectDone(party, answer);
      expect(namesIn(answer.body), told(party, answer)).toEqual(only);
      if (list === 'emails[type eq "work"].value')
        expect(answer.body.emails).toEqual(values.emails.map(({ value }) => ({ value })));
    });
  });

  test.each<[excluded: string, gone: string]>([
    ['emails[type eq "work"]', 'emails'],
    ['title,emails[type eq "a,b"]', 'emails'],
    [`${userUrn}:emails[type eq "work"]`, 'emails'],
    ['phoneNumbers[value pr],title', 'phoneNumbers'],
  ])('excludedAttributes=%s', async (list, gone) => {
    await parties.each(profiles, async (party) => {
      const { id } = await party.user(fresh('u'), values);
      const answer = await projected(party, id, 'excludedAttributes', list);
      expectDone(party, answer);
      expect(namesIn(answer.body), told(party, answer)).not.toContain(gone);
      expect(namesIn(answer.body), told(party, answer)).toContain('nickName');
    });
  });

  test('in every request that has a projection', async () => {
    await parties.each(profiles, async (party) => {
      const user = await party.user(fresh('u'), values);
      const list = 'emails[type eq "work"].value';
      const query = `attributes=${encodeURIComponent(list)}`;
      const path = `/Users/${user.id}?${query}`;
      const filter = `userName eq "${user.userName}"`;
      const operation = { op: 'replace', path: 'title', value: 'New' };
      const answers = [
        await party.put(path, userBody(user.userName, values)),
        await party.patch(path, [operation]),
        await party.post(`/Users?${query}`, userBody(fresh('u'), values)),
      ];
      const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter };
      const lists = [
        await party.get(`/Users?filter=${encodeURIComponent(filter)}&${query}`),
        await party.post('/Users/.search', { ...search, attributes: [list] }),
        await party.post('/.search', {
          ...search,
          attributes: ['title', list],
          excludedAttributes: undefined,
        }),
      ];
      for (const answer of answers) {
        expectDone(party, answer);
        expect(namesIn(answer.body), told(party, answer)).toEqual(['emails']);
      }
      for (const answer of lists) {
        expectDone(party, answer);
        expect(answer.body.Resources, told(party, answer)).toHaveLength(1);
        expect(namesIn(answer.body.Resources[0])).toContain('emails');
        expect(namesIn(answer.body.Resources[0])).not.toContain('phoneNumbers');
      }
      const bulk = bulkBody([{ method: 'GET', path }]);
      expect((await party.post('/Bulk', bulk)).status).toBeLessThan(500);
    });
  });

  test('also members of a group', async () => {
    await parties.each(profiles, async (party) => {
      const ids = await peopleOf(party);
      const { id } = await party.group(fresh('g'), ids);
      const group = (query: string) => party.get(`/Groups/${id}?${query}`);
      const some = await group(`attributes=${encodeURIComponent(`members[value eq "${ids[0]}"].value`)}`);
      expect(membersIn(some), told(party, some)).toEqual(ids);
      expect(namesIn(some.body)).toEqual(['members']);
      const none = await group(`excludedAttributes=${encodeURIComponent(`members[value eq "${ids[0]}"]`)}`);
      expect(namesIn(none.body), told(party, none)).not.toContain('members');
    });
  });

  test('and * names all, but never a password', async () => {
    await parties.each(profiles, async (party) => {
      const user = await party.user(fresh('u'), { ...values, password: 'correct horse 1' });
      const whole = (await party.get(`/Users/${user.id}`)).body;
      for (const list of ['*', '*,title', 'title,*', ' * ']) {
        const answer = await projected(party, user.id, 'attributes', list);
        expect(answer.body, told(party, answer)).toEqual(whole);
      }
      const none = await projected(party, user.id, 'excludedAttributes', '*');
      expectDone(party, none);
      expect(namesIn(none.body), told(party, none)).not.toContain('title');
    });
  });

  test('and broken brackets are no failure', async () => {
    const broken = [
      'emails[',
      'emails]',
      'emails[]',
      'emails[type',
      '[type eq "work"]',
      'emails[type eq "work].value',
    ];
    await parties.each(profiles, async (party) => {
      const { id } = await party.user(fresh('u'), values);
      for (const list of [
        ...broken,
        'emails[type eq "work"]value',
        'emails[[x]].value',
        '].[',
        ',',
        'password[value pr]',
      ]) {
        for (const parameter of ['attributes', 'excludedAttributes']) {
          const answer = await projected(party, id, parameter, list);
          expect([200, 400], `${list} ${told(party, answer)}`).toContain(answer.status);
          expect(JSON.stringify(answer.body)).not.toContain('horse');
        }
      }
    });
  });
});

describe('A23: authentik, also with the profile generic, sees an empty list of members', () => {
  test('in every answer with members, and no other profile does otherwise than before', async () => {
    await parties.each(profiles, async (party) => {
      const empty = ['authentik', 'generic'].includes(party.profile) ? [] : undefined;
      const seen = (answer: { readonly body: Readonly<Record<string, unknown>> }, about: string) =>
        expect(answer.body.members, `${party.profile} ${about}`).toEqual(empty);
      const one = await party.user(fresh('u'));
      const group = await party.group(fresh('g'));
      const path = `/Groups/${group.id}`;
      const members = (op: string) => [{ op, path: 'members', value: [{ value: one.id }] }];
      seen({ body: group }, 'POST');
      seen(await party.get(path), 'GET');
      seen(await party.get(`${path}?attributes=members`), 'attributes=members');
      seen(await party.get(`${path}?attributes=displayName,members`), 'attributes=displayName,members');
      seen(await party.put(path, { ...group, members: [] }), 'PUT');
      await party.patch(path, members('add'));
      expect(membersIn(await party.get(path))).toEqual([one.id]);
      await party.patch(path, members('remove'));
      seen(await party.get(path), 'GET after the last member left');
      const all = await party.patch(`${path}?attributes=members`, [{ op: 'remove', path: 'members' }]);
      if (all.status === 200) seen(all, 'PATCH');
      await party.patch(path, members('add'));
      await party.delete(`/Users/${one.id}`);
      seen(await party.get(path), 'GET after the last member was deleted');
      const filter = `displayName eq "${group.displayName}"`;
      const [found] = await party.find('/Groups', filter);
      seen({ body: found ?? {} }, 'filter');
      const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter };
      for (const root of ['/Groups/.search', '/.search'])
        seen({ body: (await party.post(root, search)).body.Resources[0] }, root);
    });
  });

  test('and none where members are not asked for, nor in users', async () => {
    const party = await parties.of('authentik');
    const { id } = await party.group(fresh('g'));
    const user = await party.user(fresh('u'));
    for (const path of [
      `/Groups/${id}?excludedAttributes=members`,
      `/Groups/${id}?attributes=displayName`,
      `/Groups/${id}?excludedAttributes=displayName,MEMBERS`,
      `/Users/${user.id}`,
      `/Users/${user.id}?attributes=groups,members`,
    ]) {
      expect((await party.get(path)).body, path).not.toHaveProperty('members');
    }
    const waiting = await party.group(fresh('g'), ['nobody yet']);
    expect((await party.get(`/Groups/${waiting.id}`)).body.members).toEqual([]);
  });
});

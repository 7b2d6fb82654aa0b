import { describe, expect, test } from 'vitest';
import { bulkBody, enterpriseUrn, groupUrn, patchBody, userUrn } from '../api/client.ts';
import {
  bare,
  expectDone,
  expectRefused,
  fresh,
  membersIn,
  openParties,
  type Party,
  peopleOf,
  type Refusal,
  told,
  tolerant,
} from './client-parties.ts';
import { profiles } from './profiles.ts';

const parties = openParties();

const isBare = ({ profile }: Party) => bare.some((one) => one === profile);
const patch = (party: Party, path: string, Operations: unknown, more: object = {}) =>
  party.send('PATCH', path, { ...patchBody([]), Operations, ...more });

describe('A15: authentik sends a PATCH of a group without schemas', () => {
  const whole = (id: string, name: string) => ({
    schemas: [groupUrn],
    id,
    displayName: name,
    externalId: name,
  });
  /** A PATCH as authentik sends it, with a value for a group of this id. */
  const send = (party: Party, id: string, value: object) =>
    party.send('PATCH', `/Groups/${id}`, { Operations: [{ op: 'replace', value }] });

  test.each<[string, (id: string) => object, object]>([
    ['schemas last', (id) => ({ displayName: `a${id}`, id, schemas: [groupUrn] }), {}],
    ['no externalId', (id) => ({ schemas: [groupUrn], id, displayName: `b${id}` }), {}],
    ['externalId null', (id) => ({ ...whole(id, `c${id}`), externalId: null }), {}],
    ['no id', (id) => ({ ...whole(id, `d${id}`), id: undefined }), {}],
    ['members null', (id) => ({ ...whole(id, `e${id}`), members: null }), { members: [] }],
    ['members empty', (id) => ({ ...whole(id, `f${id}`), members: [] }), { members: [] }],
    ['meta', (id) => ({ ...whole(id, `g${id}`), meta: { resourceType: 'Group' } }), {}],
  ])('with %s', async (_, value, left) => {
    const party = await parties.of('authentik');
    const { id } = await party.group(fresh('g'), await peopleOf(party));
    const sent: { displayName?: string } = value(id);
    for (const _ of ['once', 'twice']) {
      const answer = await send(party, id, sent);
      expectDone(party, answer);
      expect(await parties.quirksOf(answer)).not.toEqual([]);
    }
    const { body } = await party.get(`/Groups/${id}`);
    expect(body).toMatchObject({ id, displayName: sent.displayName, members: [{}, {}], ...left });
  });

  test('in a bulk request, and for members', async () => {
    const party = await parties.of('authentik');
    const [one = ''] = await peopleOf(party);
    const { id } = await party.group(fresh('g'));
    const path = `/Groups/${id}`;
    const member = (op: string) => ({ Operations: [{ op, path: 'members', value: [{ value: one }] }] });
    expectDone(party, await party.send('PATCH', path, member('add')));
    expect(membersIn(await party.get(path))).toEqual([one]);
    expectDone(party, await party.send('PATCH', path, member('remove')));
    const data = { Operations: [{ op: 'replace', value: whole(id, fresh('bulk')) }] };
    const { body } = await party.post('/Bulk', bulkBody([{ method: 'PATCH', path, data }]));
    expect(body.Operations[0].status, JSON.stringify(body)).toMatch(/^20/);
    expect((await party.get(path)).body).toMatchObject({
      displayName: expect.stringMatching(/^bulk/),
      members: [],
    });
  });

  test('and gets a refusal that changes nothing for the name of another group', async () => {
    const party = await parties.of('authentik');
    const other = await party.group(fresh('g'));
    const { id, displayName } = await party.group(fresh('g'), await peopleOf(party));
    await expectRefused(party, `/Groups/${id}`, [
      [() => send(party, id, whole(id, other.displayName)), 409],
      [() => send(party, id, whole(id, other.displayName.toUpperCase())), 409],
      [() => send(party, id, { ...whole(id, ''), externalId: 'x' })],
      [() => send(party, id, { ...whole(id, displayName), members: [{ display: 'x' }] })],
      [() => party.send('PATCH', `/Groups/${id}`, { Operations: [{ op: 'rename', value: {} }] })],
    ]);
  });

  test('while rfc and interop refuse it, and no profile does half of it', async () => {
    await parties.each(profiles, async (party) => {
      const { id, displayName } = await party.group(fresh('g'));
      const answer = await send(party, id, whole(id, fresh('new')));
      const { body } = await party.get(`/Groups/${id}`);
      if (answer.status === 400) {
        expect(body, party.profile).toMatchObject({ displayName });
        expect(body).not.toHaveProperty('externalId');
      } else expect(body, party.profile).toMatchObject({ displayName: expect.stringMatching(/^new/) });
      if (isBare(party)) expect(answer.status, told(party, answer)).toBe(400);
    });
  });
});

describe('A20: a PATCH without operations', () => {
  const emptyIn = async (party: Party, send: (path: string) => Promise<{ status: number }>) => {
    for (const path of [
      `/Users/${(await party.user(fresh('u'))).id}`,
      `/Groups/${(await party.group(fresh('g'), await peopleOf(party))).id}`,
    ]) {
      const before = await party.get(path);
      const { status } = await send(path);
      const after = await party.get(path);
      expect(after.body, party.profile).toEqual(before.body);
      expect(after.headers.get('etag'), party.profile).toBe(before.headers.get('etag'));
      expect(isBare(party) ? [400] : [200, 204], `${party.profile} ${path}`).toContain(status);
    }
  };

  test('is accepted by tolerant profiles only, for users and groups', async () => {
    await parties.each(profiles, (party) => emptyIn(party, (path) => patch(party, path, [])));
  });

  test('also with an unknown name beside it, in capital letters', async () => {
    await parties.each([...bare, 'generic', 'entra'], (party) =>
      emptyIn(party, (path) =>
        party.send('PATCH', path, { ...patchBody([]), Operations: undefined, OPERATIONS: [] }),
      ),
    );
  });

  test('also with If-Match, and attributes', async () => {
    await parties.each([...bare, 'generic', 'okta'], (party) =>
      emptyIn(party, (path) =>
        party.send('PATCH', `${path}?attributes=userName`, patchBody([]), { 'if-match': '*' }),
      ),
    );
  });

  test('also in a bulk request', async () => {
    await parties.each(profiles, (party) =>
      emptyIn(party, async (path) => {
        const { body } = await party.post(
          '/Bulk',
          bulkBody([{ method: 'PATCH', path, data: patchBody([]) }]),
        );
        return { status: Number(body.Operations[0].status) };
      }),
    );
  });

  test('needs a resource, its version, and a list', async () => {
    await parties.each(profiles, async (party) => {
      const path = `/Users/${(await party.user(fresh('u'))).id}`;
      const odd = [
        null,
        {},
        '',
        'x',
        0,
        undefined,
        [[]],
        [null],
        ['add'],
        [{}],
        [{ op: 'add' }],
        [{ op: 'replace' }],
      ];
      await expectRefused(party, path, [
        [() => patch(party, '/Users/nobody', []), isBare(party) ? 400 : 404],
        [() => party.patch(path, [], { 'if-match': 'W/"0"' }), isBare(party) ? 400 : 412],
        ...odd.map((operations): Refusal => [() => patch(party, path, operations)]),
        [() => party.send('PATCH', path, { ...patchBody([]), schemas: [userUrn] })],
      ]);
    });
  });
});

describe('A24: the value of an operation without path in an array', () => {
  const user = async (party: Party) =>
    party.user(fresh('u'), { nickName: 'Ann', name: { familyName: 'Berg' } });

  test.each<[string, object, object]>([
    ['a replace', { op: 'replace', value: [{ active: false }] }, { active: false }],
    ['an add', { op: 'add', value: [{ title: 'Boss' }] }, { title: 'Boss', nickName: 'Ann' }],
    [
      'a complex value',
      { op: 'replace', value: [{ name: { givenName: 'Ann' } }] },
      { name: { givenName: 'Ann' } },
    ],
    [
      'a list',
      { op: 'add', value: [{ emails: [{ value: 'a@example.com' }] }] },
      { emails: [{ value: 'a@example.com' }] },
    ],
    [
      'an extension',
      { op: 'add', value: [{ [enterpriseUrn]: { department: 'D' } }] },
      { [enterpriseUrn]: { department: 'D' } },
    ],
    [
      'several attributes',
      { op: 'replace', value: [{ active: false, title: 'T' }] },
      { active: false, title: 'T' },
    ],
    ['an unknown name', { op: 'replace', value: [{ active: false, lastLogin: 'x' }] }, { active: false }],
  ])('is understood in %s, but not by rfc and interop', async (_, operation, left) => {
    await parties.each(['generic', ...bare], async (party) => {
      const path = `/Users/${(await user(party)).id}`;
      if (party.profile !== 'generic')
        return void (await expectRefused(party, path, [[() => party.patch(path, [operation])]]));
      expectDone(party, await party.patch(path, [operation]));
      expect((await party.get(path)).body).toMatchObject(left);
    });
  });

  test('is understood for groups and in a bulk request', async () => {
    const party = await parties.of('generic');
    const [one = ''] = await peopleOf(party);
    const path = `/Groups/${(await party.group(fresh('g'))).id}`;
    const data = patchBody([
      { op: 'replace', value: [{ members: [{ value: one }], displayName: fresh('new') }] },
    ]);
    const { body } = await party.post('/Bulk', bulkBody([{ method: 'PATCH', path, data }]));
    expect(body.Operations[0].status, JSON.stringify(body)).toMatch(/^20/);
    const answer = await party.get(path);
    expect(answer.body.displayName).toMatch(/^new/);
    expect(membersIn(answer)).toEqual([one]);
  });

  test('is done in whole where a scalar in an array is, and else refused', async () => {
    await parties.each(tolerant, async (party) => {
      const path = `/Users/${(await user(party)).id}`;
      const { status } = await party.patch(path, [{ op: 'replace', value: [{ active: false, title: 'T' }] }]);
      const scalar = { op: 'replace', path: 'active', value: [false] };
      const other = await party.patch(`/Users/${(await user(party)).id}`, [scalar]);
      expect(status, party.profile).toBe(other.status);
      const { active, title } = (await party.get(path)).body;
      expect([status, active, title], party.profile).toEqual(
        status === 400 ? [400, undefined, undefined] : [party.profile === 'entra' ? 204 : 200, false, 'T'],
      );
    });
  });

  test('must be one object', async () => {
    const values = [
      [],
      [null],
      [[]],
      [[{ active: false }]],
      ['x'],
      [1],
      [true],
      [{ active: false }, { title: 'T' }],
    ];
    await parties.each(profiles, async (party) => {
      const path = `/Users/${(await user(party)).id}`;
      const refusals = values.map((value): Refusal => [() => party.patch(path, [{ op: 'replace', value }])]);
      const remove: Refusal = [() => party.patch(path, [{ op: 'remove', value: [{ active: false }] }])];
      await expectRefused(party, path, [...refusals, remove]);
    });
  });
});

import { describe, expect, test } from 'vitest';
import { bulkBody, enterpriseUrn, groupUrn, patchBody, userUrn } from '../api/client.ts';
import type { Answer } from '../support/endpoint.ts';
import { annEmail, annOf, inAll, inBulk, stageOfFile, type Tenant, told, toldOf } from './protocol-stage.ts';

const stage = stageOfFile({ audit: { level: 'debug' } });
const badge = 'urn:example:params:scim:schemas:extension:badge:2.0:User';

/** The notes that a request has left in the audit trail, of those about unknown names. */
async function notesOf({ tenantId }: Tenant, { headers }: Answer): Promise<readonly string[]> {
  const { body } = await stage.endpoint.manage('GET', `/manage/tenants/${tenantId}/audit`);
  const id = headers.get('x-request-id') ?? headers.get('request-id');
  const records = body.records.filter(({ requestId }: { requestId?: string }) => requestId === id);
  const fired = records.flatMap(({ fired: names = [] }: { fired?: readonly string[] }) => names);
  return fired.filter((name: string) => name.startsWith('unknown-'));
}

/** "ignored", "ignored and noted", or the answer, with the rest of the request carried out or not. */
async function outcome(tenant: Tenant, path: string, request: () => Promise<Answer>): Promise<string> {
  let answer: Answer | undefined;
  const status = await toldOf(tenant, path, async () => {
    answer = await request();
    return answer;
  });
  const notes = await notesOf(tenant, answer as Answer);
  return `${status}${notes.length > 0 ? ' and noted' : ''}`.replace('204', '200');
}
const tolerated = (answer: string) => inAll(answer, { interop: '400 invalidSyntax' });

let turn = 0;
/** A title that differs from the one before, so that a request which is carried out shows. */
const title = () => `Title ${++turn}`;

const bodies: readonly (readonly [string, object])[] = [
  ['an extension, listed', { schemas: [userUrn, badge], [badge]: { number: 7 } }],
  ['an extension, not listed', { [badge]: { number: 7 } }],
  ['an extension, listed without data', { schemas: [userUrn, badge] }],
  ['an extension, listed in other letters', { schemas: [userUrn, badge.toUpperCase()], [badge]: { a: 1 } }],
  ['an extension with a text', { schemas: [userUrn, badge], [badge]: 'x' }],
  ['an extension with a list', { [badge]: [{ number: 7 }] }],
  ['an empty extension', { [badge]: {} }],
  ['the extension of another resource', { schemas: [userUrn, groupUrn] }],
  ['an attribute', { lastLogin: '2026-01-01T00:00:00Z' }],
  ['an attribute with an object', { preferences: { theme: { dark: true } } }],
  ['a part of the name', { name: { familyName: 'Archer', pronunciation: 'x' } }],
  ['a part of an e-mail', { emails: [{ value: annEmail, type: 'work', verified: true }] }],
  ['a part of the enterprise extension', { [enterpriseUrn]: { department: 'D', floor: 3 } }],
  ['a part of a manager', { [enterpriseUrn]: { manager: { value: 'm', mail: 'm@example.com' } } }],
];

describe('A5: has one answer in a body:', () => {
  test.each(bodies)('%s', async (_, attributes) => {
    const answers = await stage.inEach((tenant) => {
      const { path, whole } = annOf(tenant);
      return outcome(tenant, path, () => tenant.put(path, { ...whole, title: title(), ...attributes }));
    });
    expect(answers).toEqual(tolerated('200 but changed it and noted'));
  });

  test.each(bodies.slice(0, 8))('%s, in a bulk request that creates', async (_, attributes) => {
    const answers = await stage.inEach(async (tenant) => {
      const userName = `u-${crypto.randomUUID()}`;
      const data = { schemas: [userUrn], userName, ...attributes };
      const answer = told(await inBulk(tenant, { method: 'POST', path: '/Users', data }));
      return `${answer}, ${(await tenant.find('/Users', `userName eq "${userName}"`)).length}`;
    });
    expect(answers).toEqual(inAll('201, 1', { interop: '400 invalidSyntax, 0' }));
  });

  test.each([
    ['an extension of a group, listed', { schemas: [groupUrn, badge], [badge]: { number: 7 } }],
    ['an extension of a group, not listed', { [badge]: { number: 7 } }],
    ['the extension of users', { schemas: [groupUrn, enterpriseUrn] }],
    ['an attribute of a group', { description: 'All' }],
    ['an attribute of users in a group', { userName: 'team' }],
  ])('%s', async (_, attributes) => {
    const answers = await stage.inEach((tenant) => {
      const path = `/Groups/${tenant.team.id}`;
      const whole = { schemas: [groupUrn], displayName: title(), members: [{ value: tenant.ann.id }] };
      return outcome(tenant, path, () => tenant.put(path, { ...whole, ...attributes }));
    });
    expect(answers).toEqual(tolerated('200 but changed it and noted'));
  });

  test('data of a known extension that is not listed is taken', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const department = title();
      const { path, whole } = annOf(tenant);
      const answer = told(await tenant.put(path, { ...whole, [enterpriseUrn]: { department } }));
      const { body } = await tenant.get(path);
      return [answer, body[enterpriseUrn]?.department === department, body.schemas.includes(enterpriseUrn)];
    });
    expect(answers).toEqual(inAll(['200', true, true]));
  });

  test('an unknown schema beside that of a PATCH', async () => {
    const answers = await stage.inEach((tenant) => {
      const { path } = annOf(tenant);
      const patch = patchBody([{ op: 'replace', path: 'title', value: title() }]) as { schemas: string[] };
      return outcome(tenant, path, () =>
        tenant.send('PATCH', path, { ...patch, schemas: [...patch.schemas, badge] }),
      );
    });
    for (const [profile, answer] of Object.entries(answers)) {
      expect([profile, answer.replace(' and noted', '')]).toEqual(
        answer.startsWith('400') ? ['interop', '400 invalidSyntax'] : [profile, '200 but changed it'],
      );
    }
  });
});

const changes: readonly (readonly [string, () => object])[] = [
  ['a value', () => ({ value: { title: title(), lastLogin: 'x' } })],
  ['a value that begins with it', () => ({ value: { lastLogin: 'x', title: title() } })],
  ['a value to add', () => ({ op: 'add', value: { title: title(), lastLogin: { at: 'x' } } })],
  ['a value with a dotted name', () => ({ value: { title: title(), 'name.nick': 'x' } })],
  ['a value with a dotted name of nothing', () => ({ value: { title: title(), 'foo.bar': 'x' } })],
  ['a value with a path by a URN', () => ({ value: { title: title(), [`${enterpriseUrn}:floor`]: 3 } })],
  ['a value with an unknown URN', () => ({ value: { title: title(), [`${badge}:number`]: 3 } })],
  ['a value with an extension', () => ({ value: { title: title(), [badge]: { number: 7 } } })],
  ['a value with a part of a name', () => ({ value: { name: { givenName: title(), nick: 'x' } } })],
  ['a value with schemas', () => ({ value: { schemas: [userUrn, badge], title: title() } })],
];

describe('A6: is ignored and noted, and the rest is done:', () => {
  test.each(changes)('%s', async (_, operation) => {
    const answers = await stage.inEach((tenant) => {
      const { path } = annOf(tenant);
      return outcome(tenant, path, () => tenant.patch(path, [{ op: 'replace', ...operation() }]));
    });
    expect(answers).toEqual(tolerated('200 but changed it and noted'));
  });

  test.each([
    ['the name', () => ({ path: 'name', value: { givenName: title(), nick: 'x' } })],
    ['the extension', () => ({ path: enterpriseUrn, value: { department: title(), floor: 3 } })],
    ['the manager', () => ({ path: `${enterpriseUrn}:manager`, value: { value: title(), mail: 'x' } })],
    ['e-mails', () => ({ path: 'emails', value: [{ value: `${title()}@a.example`, verified: true }] })],
    [
      'one e-mail',
      () => ({ path: 'emails[type eq "work"]', value: { type: 'work', value: title(), verified: true } }),
    ],
  ])('at the path of %s', async (_, operation) => {
    const answers = await stage.inEach(async (tenant) => {
      const emails = [{ value: 'a@example.com', type: 'work' }];
      const path = `/Users/${(await tenant.user(`p-${crypto.randomUUID()}`, { emails })).id}`;
      return outcome(tenant, path, () => tenant.patch(path, [{ op: 'replace', ...operation() }]));
    });
    expect(answers).toEqual(tolerated('200 but changed it and noted'));
  });

  test('a value in Bulk that ends an access', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const path = `/Users/${(await tenant.user(`p-${crypto.randomUUID()}`, { active: true })).id}`;
      const data = patchBody([{ op: 'replace', value: { lastLogin: 'x', active: false, badge: {} } }]);
      const answer = await tenant.post('/Bulk', bulkBody([{ method: 'PATCH', path, data }]));
      return [answer.body.Operations[0].status, (await tenant.get(path)).body.active].join(' ');
    });
    expect(answers).toEqual(inAll('200 false', { interop: '400 true' }));
  });

  test('a member with a part that nobody knows', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const { id } = await tenant.group(`G ${crypto.randomUUID()}`);
      const add = { op: 'add', path: 'members', value: [{ value: tenant.ann.id, mail: annEmail }] };
      const answer = told(await tenant.patch(`/Groups/${id}`, [add])).replace('204', '200');
      return [answer, (await tenant.get(`/Groups/${id}`)).body.members?.length ?? 0].join(' ');
    });
    expect(answers).toEqual(inAll('200 1', { interop: '400 invalidSyntax 0' }));
  });
});

describe('A6: a path that names nothing is invalidPath and ends the request:', () => {
  test.each([
    { op: 'replace', path: 'lastLogin', value: 'x' },
    { op: 'add', path: 'lastLogin', value: null },
    { op: 'remove', path: 'lastLogin' },
    { op: 'replace', path: 'name.nick', value: 'x' },
    { op: 'replace', path: 'emails[type eq "work"].verified', value: true },
    { op: 'replace', path: `${badge}:number`, value: 7 },
    { op: 'replace', path: badge, value: { number: 7 } },
    { op: 'add', path: `${enterpriseUrn}:floor`, value: 3 },
    { op: 'replace', path: `${enterpriseUrn}:manager.mail`, value: 'x' },
    { op: 'remove', path: 'badges[type eq "x"]' },
    { op: 'replace', path: 'members', value: [] },
  ])('$op of $path', async (operation) => {
    const answers = await stage.inEach((tenant) => {
      const { path } = annOf(tenant);
      const first = { op: 'replace', path: 'title', value: title() };
      return toldOf(tenant, path, () => tenant.patch(path, [first, operation]));
    });
    expect(answers).toEqual(inAll('400 invalidPath'));
  });
});

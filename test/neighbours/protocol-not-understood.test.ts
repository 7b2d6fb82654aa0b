import { describe, expect, test } from 'vitest';
import { enterpriseUrn, groupBody, userBody } from '../api/client.ts';
import {
  annOf,
  type Door,
  doorNames,
  doors,
  inAll,
  inBulk,
  stageOfFile,
  type Tenant,
  teamOf,
  told,
  toldOf,
} from './protocol-stage.ts';

const stage = stageOfFile();
const refused = inAll('400 invalidValue', { interop: '400' });

/** interop refuses what is unknown in an element before it looks at what is missing. */
const plain = (answers: Readonly<Record<string, string>>) => ({
  ...answers,
  interop: answers.interop?.replace(/ (invalidValue|invalidSyntax)$/, ''),
});

const ofUser: readonly (readonly [string, object])[] = [
  ['an e-mail with a misspelt value', { emails: [{ valeu: 'a@example.com' }] }],
  ['an e-mail with the value null', { emails: [{ value: null, type: null }] }],
  ['an empty element after a good one', { emails: [{ value: 'a@example.com' }, {}] }],
  ['a list with null', { phoneNumbers: [null] }],
  ['a list in a list', { phoneNumbers: [['+49 2']] }],
  ['an address with unknown parts', { addresses: [{ town: 'Ulm', zip: '89073' }] }],
  ['a photo by its url', { photos: [{ url: 'https://example.com/a.png' }] }],
  ['an entitlement by its name', { entitlements: [{ name: 'gold' }] }],
  ['a role by its id', { roles: [{ id: 'admin' }] }],
  ['a name with unknown parts', { name: { first: 'Ann', last: 'Archer' } }],
  ['a name of nulls', { name: { givenName: null, familyName: null } }],
  ['an empty name', { name: {} }],
  ['a manager by an unknown name', { [enterpriseUrn]: { manager: { managerId: 'm' } } }],
  ['a manager with only what the server writes', { [enterpriseUrn]: { manager: { displayName: 'Bo' } } }],
];

const ofGroup: readonly (readonly [string, object])[] = [
  ['a member by its id', { members: [{ id: 'ann' }] }],
  ['a member with only a type', { members: [{ type: 'User' }] }],
  ['a member with the value null', { members: [{ value: null, $ref: null }] }],
  ['a member with an empty value', { members: [{ value: '' }] }],
  ['a list with an empty member', { members: [{}] }],
  ['a list with null', { members: [null] }],
  ['a list with an empty list', { members: [[]] }],
  ['an empty object', { members: {} }],
  ['a number', { members: 7 }],
  ['false', { members: false }],
  ['an empty text', { members: '' }],
];

/** Each row by one of the ways, so that all of them have their turn. */
const byDoors = (rows: readonly (readonly [string, object])[]) =>
  rows.map(
    ([title, attributes], index) => [title, doorNames[index % doorNames.length] as Door, attributes] as const,
  );

test.each(byDoors(ofUser))('A1: %s empties nothing of a user by %s', async (_, door, attributes) => {
  const answers = await stage.inEach((tenant) => {
    const target = annOf(tenant);
    return toldOf(tenant, target.path, () => doors[door](tenant, target, attributes));
  });
  expect(plain(answers)).toEqual(refused);
});

test.each(byDoors(ofGroup))('A1: as members %s empties no group by %s', async (_, door, attributes) => {
  const answers = await stage.inEach((tenant) => {
    const target = teamOf(tenant);
    return toldOf(tenant, target.path, () => doors[door](tenant, target, attributes));
  });
  expect(plain(answers)).toEqual(refused);
});

const notCreated: readonly (readonly [string, string, object])[] = [
  ['a user', '/Users', userBody('bo@example.com', { emails: [{ mail: 'bo@example.com' }] })],
  ['a user with a name of nothing', '/Users', userBody('bo@example.com', { name: { last: 'Bo' } })],
  ['a group', '/Groups', { ...groupBody('Others'), members: [{ display: 'Ann' }] }],
];

test.each(notCreated)('A1: %s with an element that says nothing is not created', async (_, path, body) => {
  const answers = await stage.inEach(async (tenant) => {
    const before = (await tenant.get(path)).body.totalResults;
    const answer = told(await tenant.post(path, body));
    return (await tenant.get(path)).body.totalResults === before ? answer : `${answer} but created it`;
  });
  expect(plain(answers)).toEqual(refused);
});

const removals: readonly (readonly [string, unknown])[] = [
  ['a display', [{ display: 'Ann' }]],
  ['an object with an unknown name', { user: 'ann' }],
  ['null in a list', [null]],
  ['an empty object', {}],
  ['a list of nothing', []],
];

test.each(removals)('A1: a remove of members with %s removes nobody', async (_, value) => {
  const answers = await stage.inEach((tenant) => {
    const { path } = teamOf(tenant);
    return toldOf(tenant, path, () => tenant.patch(path, [{ op: 'remove', path: 'members', value }]));
  });
  expect(plain(answers)).toEqual(refused);
});

test('A1: the sentence names the element and not only the attribute', async () => {
  const details = await stage.inEach(async (tenant) => {
    const { path, whole } = annOf(tenant);
    const { body } = await tenant.put(path, { ...whole, emails: [{ value: 'a@b.example' }, { mail: 'b' }] });
    return String(body.detail).includes('emails[1]');
  });
  expect(details).toEqual(inAll(true));
});

/** A new group of two, so that a change of it can be seen. */
async function groupOf(tenant: Tenant) {
  const bo = await tenant.user(`bo-${crypto.randomUUID()}@example.com`);
  const group = await tenant.group(`Team ${bo.id}`, [tenant.ann.id, bo.id]);
  return { path: `/Groups/${group.id}`, bo, group };
}
const membersOf = async (tenant: Tenant, path: string) =>
  ((await tenant.get(path)).body.members ?? []).map(({ value }: { value: string }) => value);

const emptying: readonly (readonly [string, object])[] = [
  ['an empty list', { members: [] }],
  ['null', { members: null }],
  ['an empty list in other letters', { MEMBERS: [] }],
];

describe.each(emptying)('A1: %s still empties a group', (_, attributes) => {
  test.each(['PUT', 'PATCH with paths', 'a PUT in Bulk'] as const)('by %s', async (door) => {
    const left = await stage.inEach(async (tenant) => {
      const { path, group } = await groupOf(tenant);
      const { members: _, id: __, meta: ___, ...whole } = group;
      told(await doors[door](tenant, { path, whole }, attributes));
      return membersOf(tenant, path);
    });
    expect(left).toEqual(inAll([]));
  });
});

test('A1: a member that is named in other letters stays', async () => {
  const left = await stage.inEach(async (tenant) => {
    const { path, group, bo } = await groupOf(tenant);
    const { members: _, ...whole } = group;
    const answer = told(await tenant.put(path, { ...whole, MEMBERS: [{ VALUE: bo.id, Display: 'Bo' }] }));
    return [answer, (await membersOf(tenant, path))[0] === bo.id];
  });
  expect(left).toEqual(inAll(['200', true]));
});

test('A1: an operation that says nothing ends the whole PATCH and only itself in Bulk', async () => {
  const answers = await stage.inEach(async (tenant) => {
    const { path, whole } = annOf(tenant);
    const nothing = { op: 'replace', path: 'emails', value: [{ mail: 'x' }] };
    const patched = await toldOf(tenant, path, () =>
      tenant.patch(path, [{ op: 'replace', path: 'title', value: 'Chief' }, nothing]),
    );
    const bulk = await toldOf(tenant, path, () =>
      inBulk(tenant, { method: 'PUT', path, data: { ...whole, emails: [{ mail: 'x' }] } }),
    );
    return `${patched}, ${bulk}`.replaceAll(/invalidSyntax/g, 'invalidValue');
  });
  expect(answers).toEqual(inAll('400 invalidValue, 400 invalidValue'));
});

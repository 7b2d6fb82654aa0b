import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { enterpriseUrn, userBody } from '../api/client.ts';
import type { Profile } from './profiles.ts';
import {
  annOf,
  type Door,
  doorNames,
  doors,
  inAll,
  stageOfFile,
  type Tenant,
  targetOf,
  teamOf,
  told,
  toldOf,
} from './protocol-stage.ts';

const stage = stageOfFile();

/** No client is known to send any of these. */
const unheardOf: readonly (readonly [string, object])[] = [
  ['addresses as a text', { addresses: 'Main Street 1' }],
  ['ims as a text', { ims: 'ann' }],
  ['photos as a text', { photos: 'https://example.com/a.png' }],
  ['x509Certificates as a text', { x509Certificates: 'MIIB' }],
  ['e-mails as texts in a list', { emails: ['ann@example.com'] }],
  ['e-mails as a number', { emails: 5 }],
  ['phoneNumbers as numbers in a list', { phoneNumbers: [491] }],
  ['a name as a text', { name: 'Ann Archer' }],
  ['a name in a list', { name: ['Ann', 'Archer'] }],
  ['displayName as an object', { displayName: { value: 'Ann' } }],
  ['displayName as true', { displayName: true }],
  ['nickName as a number', { nickName: 5 }],
  ['userName as an object', { userName: { value: 'ann@example.com' } }],
  ['userName as false', { userName: false }],
  ['active as a number', { active: 0 }],
  ['active as another word', { active: 'no' }],
  ['active as an empty text', { active: '' }],
  ['active as an object', { active: { value: false } }],
  ['a given name as a list', { name: { givenName: ['Ann', 'Maria'] } }],
  ['the enterprise extension as a text', { [enterpriseUrn]: 'Sales' }],
  ['the enterprise extension as a list', { [enterpriseUrn]: [{ department: 'Sales' }] }],
  ['department as an object', { [enterpriseUrn]: { department: { name: 'Sales' } } }],
  ['department as true', { [enterpriseUrn]: { department: true } }],
];

const byDoor = unheardOf.map(
  ([title, attributes], index) => [title, doorNames[index % doorNames.length] as Door, attributes] as const,
);

test.each(byDoor)('A22: %s is refused by %s', async (_, door, attributes) => {
  const answers = await stage.inEach((tenant) => {
    const target = annOf(tenant);
    return toldOf(tenant, target.path, () => doors[door](tenant, target, attributes));
  });
  expect(answers).toEqual(inAll('400 invalidValue', pathless(door)));
});

/** `interop` refuses each operation without a path. */
const pathless = (door: Door): Partial<Record<Profile, string>> =>
  door === 'PATCH without a path' ? { interop: '400 invalidSyntax' } : {};

const some = unheardOf.filter((_, index) => index % 3 === 0);

test.each(some)('A22: nobody is created with %s', async (_, attributes) => {
  const answers = await stage.inEach(async (tenant) => {
    const userName = `bo-${crypto.randomUUID()}@example.com`;
    const answer = told(await tenant.post('/Users', userBody(userName, attributes)));
    const made = await tenant.find('/Users', `userName eq "${userName}"`);
    return `${answer}, ${made.length} created`;
  });
  expect(answers).toEqual(inAll('400 invalidValue, 0 created'));
});

describe('A22: of a group', () => {
  test.each([
    ['displayName as a number', { displayName: 2024 }],
    ['displayName as a list', { displayName: ['Team', 'Other'] }],
    ['members as numbers', { members: [1, 2] }],
    ['members as an object of ids', { members: { ann: true } }],
    ['a member whose value is an object', { members: [{ value: { id: 'ann' } }] }],
  ])('%s is refused', async (_, attributes) => {
    const answers = await stage.inEach(async (tenant) => {
      const target = teamOf(tenant);
      const replaced = await toldOf(tenant, target.path, () => doors.PUT(tenant, target, attributes));
      const patched = await toldOf(tenant, target.path, () =>
        doors['PATCH with paths'](tenant, target, attributes),
      );
      return `${replaced}, ${patched}`.replaceAll('invalidSyntax', 'invalidValue');
    });
    expect(answers).toEqual(inAll('400 invalidValue, 400 invalidValue'));
  });
});

const annId = ({ ann }: Tenant) => ann.id;

/** Some client sends each of these: the attributes as sent, and as they read. */
const heardOf: readonly (readonly [string, object, object])[] = [
  ['active as "False"', { active: 'False' }, { active: false }],
  ['active as "true"', { active: 'true' }, { active: true }],
  ['active in a list', { active: [false] }, { active: false }],
  [
    'one e-mail as an object',
    { emails: { value: 'a@b.example', type: 'work' } },
    { emails: [{ value: 'a@b.example', type: 'work' }] },
  ],
  [
    'primary as "True"',
    { roles: [{ value: 'r', primary: 'True' }] },
    { roles: [{ value: 'r', primary: true }] },
  ],
  ['externalId as a number', { externalId: 4711 }, { externalId: '4711' }],
  [
    'a postal code as a number',
    { addresses: [{ type: 'work', postalCode: 89073 }] },
    { addresses: [{ type: 'work', postalCode: '89073' }] },
  ],
  [
    'employeeNumber as a number',
    { [enterpriseUrn]: { employeeNumber: 17 } },
    { [enterpriseUrn]: { employeeNumber: '17' } },
  ],
  ['a role as a text', { roles: ['admin'] }, { roles: [{ value: 'admin' }] }],
];
const literal: readonly Profile[] = ['rfc', 'interop'];

/** RFC 7644 3.5.2.1: the value of an operation may be a JSON object with the sub-attributes of the path. */
const isValueOfOne = (door: Door, attributes: object) =>
  door === 'PATCH with paths' && 'emails' in attributes;

describe.each(heardOf)('A22: %s', (_, attributes, read) => {
  test.each(['PUT', 'PATCH with paths'] as const)('is refused or loses nothing by %s', async (door) => {
    const answers = await stage.inEach(async (tenant) => {
      const made = await tenant.user(`cy-${crypto.randomUUID()}@example.com`, { active: true, title: 'x' });
      const target = targetOf(made, '/Users');
      const answer = await toldOf(tenant, target.path, () => doors[door](tenant, target, attributes));
      if (answer === '400 invalidValue') return 'right';
      if (literal.includes(tenant.profile) && !isValueOfOne(door, attributes)) return answer;
      const { body } = await tenant.get(target.path);
      const held = Object.fromEntries(Object.keys(read).map((name) => [name, body[name]]));
      return isDeepStrictEqual(held, read) ? 'right' : held;
    });
    expect(answers).toEqual(inAll('right'));
  });
});

test.each([
  ['a text in a list', (tenant: Tenant) => [annId(tenant)]],
  ['a text', annId],
  ['one object', (tenant: Tenant) => ({ value: annId(tenant) })],
])('A22: a member as %s is refused or becomes the member', async (title, members) => {
  const answers = await stage.inEach(async (tenant) => {
    const { id } = await tenant.group(`Group ${crypto.randomUUID()}`);
    const path = `/Groups/${id}`;
    const replace = { op: 'replace', path: 'members', value: members(tenant) };
    const answer = await toldOf(tenant, path, () => tenant.patch(path, [replace]));
    if (answer === '400 invalidValue') return 'right';
    const held = (await tenant.get(path)).body.members?.[0]?.value;
    const isAllowed = !literal.includes(tenant.profile) || title === 'one object';
    return held === annId(tenant) && isAllowed ? 'right' : answer;
  });
  expect(answers).toEqual(inAll('right'));
});

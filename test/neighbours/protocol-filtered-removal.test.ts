import { describe, expect, test } from 'vitest';
import { bulkBody, enterpriseUrn, patchBody } from '../api/client.ts';
import type { Answer } from '../support/endpoint.ts';
import type { Profile } from './profiles.ts';
import { inAll, stageOfFile, type Tenant, told } from './protocol-stage.ts';

const stage = stageOfFile();

const manager = `${enterpriseUrn}:manager`;

/** A new user whose manager is m1. */
async function employee(tenant: Tenant): Promise<string> {
  const name = { givenName: 'Bo', familyName: 'Berg' };
  const { id } = await tenant.user(`e-${crypto.randomUUID()}`, {
    title: 'Engineer',
    name,
    [enterpriseUrn]: { department: 'Sales', manager: { value: 'm1' } },
  });
  return `/Users/${id}`;
}

/** The status of a PATCH, with 200 for 204, because some profiles answer it without a body. */
const done = (answer: Answer) => told(answer).replace('204', '200');

/** Status, manager and department after a PATCH. */
async function patched(tenant: Tenant, operations: readonly object[]): Promise<string> {
  const path = await employee(tenant);
  const answer = done(await tenant.patch(path, operations));
  const { body } = await tenant.get(path);
  const enterprise = body[enterpriseUrn] ?? {};
  return [answer, enterprise.manager?.value ?? 'none', enterprise.department].join(' ');
}

/** The draft that `interop` follows has a sub-attribute after every filter. */
const inOthers = (answer: string, interop = '400 invalidPath m1 Sales') => inAll(answer, { interop });

const matching = [
  `${manager}[value eq "m1"]`,
  `${manager}[value EQ "m1"]`,
  `${manager}[VALUE eq "m1"]`,
  `${enterpriseUrn}:MANAGER[value eq "m1"]`,
  `${enterpriseUrn.toUpperCase()}:manager[value eq "m1"]`,
  `${manager}[value sw "m"]`,
  `${manager}[value pr]`,
  `${manager}[value ne "m2"]`,
  `${manager}[not (value eq "m2")]`,
  `${manager}[value eq "m2" or value eq "m1"]`,
  `${manager}[value eq "m1" and value pr]`,
];

test.each(matching)('A10: %s removes the manager', async (path) => {
  const answers = await stage.inEach((tenant) => patched(tenant, [{ op: 'remove', path }]));
  expect(answers).toEqual(inOthers('200 none Sales'));
});

const other = [
  `${manager}[value eq "m2"]`,
  `${manager}[value eq "M1x"]`,
  `${manager}[value eq "m1" and value eq "m2"]`,
  `${manager}[not (value pr)]`,
  `${manager}[displayName eq "Bo"]`,
];

test.each(other)('A10: %s leaves the manager', async (path) => {
  const answers = await stage.inEach(async (tenant) => {
    const answer = await patched(tenant, [{ op: 'remove', path }]);
    return answer.replace('400 noTarget', '200');
  });
  expect(answers).toEqual(inOthers('200 m1 Sales'));
});

test.each([
  ['spelt as Entra ID does', { op: 'Remove', path: 'manager[value eq "m1"]' }],
  ['with a value of null', { op: 'remove', path: 'manager[value eq "m1"]', value: null }],
  ['in other letters', { op: 'REMOVE', path: 'Manager[Value eq "m1"]' }],
])('A10: without the URN, %s, it removes the manager of a client that sends this', async (_, operation) => {
  const answers = await stage.inEach((tenant) => patched(tenant, [operation]));
  expect([answers.entra, answers.generic]).toEqual(['200 none Sales', '200 none Sales']);
  for (const answer of Object.values(answers)) expect(answer).toMatch(/^(200 none|400 \w+ m1) Sales$/);
});

describe('A10', () => {
  test('a repeated removal does no harm', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const path = await employee(tenant);
      const remove = { op: 'remove', path: `${manager}[value eq "m1"]` };
      const twice = [await tenant.patch(path, [remove]), await tenant.patch(path, [remove])];
      const { body } = await tenant.get(path);
      const [first, second] = twice.map(done);
      return [first, second?.replace('400 noTarget', '200'), body[enterpriseUrn].department].join(' ');
    });
    expect(answers).toEqual(inOthers('200 200 Sales', '400 invalidPath 400 invalidPath Sales'));
  });

  test('one manager goes and another comes in a single PATCH', async () => {
    const operations = [
      { op: 'remove', path: `${manager}[value eq "m1"]` },
      { op: 'add', path: manager, value: { value: 'm2' } },
    ];
    const answers = await stage.inEach((tenant) => patched(tenant, operations));
    expect(answers).toEqual(inOthers('200 m2 Sales'));
  });

  test('a new manager stays when the old one is removed late', async () => {
    const operations = [
      { op: 'replace', path: `${manager}.value`, value: 'm2' },
      { op: 'remove', path: `${manager}[value eq "m1"]` },
    ];
    const answers = await stage.inEach(async (tenant) => {
      const answer = await patched(tenant, operations);
      return answer.replace(/^400 noTarget m1/, '200 m2');
    });
    expect(answers).toEqual(inOthers('200 m2 Sales'));
  });

  test('in Bulk the manager goes too', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const path = await employee(tenant);
      const data = patchBody([{ op: 'remove', path: `${manager}[value eq "m1"]` }]);
      const { body } = await tenant.post('/Bulk', bulkBody([{ method: 'PATCH', path, data }]));
      const left = (await tenant.get(path)).body[enterpriseUrn].manager;
      return [body.Operations[0].status.replace('204', '200'), left?.value].join(' ');
    });
    expect(answers).toEqual(inOthers('200 ', '400 m1'));
  });

  test('a user without a manager stays as it is', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const { id } = await tenant.user(`e-${crypto.randomUUID()}`);
      const remove = { op: 'remove', path: `${manager}[value eq "m1"]` };
      return done(await tenant.patch(`/Users/${id}`, [remove])).replace('400 noTarget', '200');
    });
    expect(answers).toEqual(inOthers('200', '400 invalidPath'));
  });

  test.each([
    ['name[familyName eq "Berg"]', '200 none'],
    ['name[familyName eq "Other"]', '200 Bo'],
    ['name[givenName sw "B" and familyName pr]', '200 none'],
  ])('the name by %s', async (path, expected) => {
    const answers = await stage.inEach(async (tenant) => {
      const user = await employee(tenant);
      const answer = done(await tenant.patch(user, [{ op: 'remove', path }])).replace('400 noTarget', '200');
      return [answer, (await tenant.get(user)).body.name?.givenName ?? 'none'].join(' ');
    });
    expect(answers).toEqual(inOthers(expected, '400 invalidPath Bo'));
  });

  test.each([
    'title[value eq "Engineer"]',
    'active[value eq true]',
    `${manager}[value eq "m1"`,
    `${manager}[]`,
    `${manager}[mail eq "m1"]`,
    `${enterpriseUrn}[department eq "Sales"]`,
    `${manager}.value[value eq "m1"]`,
  ])('%s is refused and changes nothing', async (path) => {
    const answers = await stage.inEach(async (tenant) => {
      const user = await employee(tenant);
      const before = (await tenant.get(user)).body;
      const answer = told(await tenant.patch(user, [{ op: 'remove', path }]));
      const isSame = JSON.stringify((await tenant.get(user)).body) === JSON.stringify(before);
      return [answer.replace(/invalid(Path|Filter)/, 'invalid'), isSame].join(' ');
    });
    expect(answers).toEqual(inAll('400 invalid true'));
  });

  test('a removal of a part of the manager by a filter leaves nothing half', async () => {
    const tenants: readonly Profile[] = ['rfc', 'generic', 'entra'];
    for (const profile of tenants) {
      const answer = await patched(stage.tenant(profile), [
        { op: 'remove', path: `${manager}[value eq "m1"].value` },
      ]);
      expect(answer).toMatch(/^(200 none|400 invalid(Path|Filter) m1) Sales$/);
    }
  });
});

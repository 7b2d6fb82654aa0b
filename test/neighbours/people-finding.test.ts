import { beforeAll, describe, expect, test } from 'vitest';
import { bulkBody, groupBody, patchBody, userBody } from '../api/client.ts';
import { type Customer, openPeopleSite, type Policy } from './people-site.ts';

const site = openPeopleSite();
const work = (value: string) => ({ emails: [{ type: 'work', value }] });

describe('C1: a person is found by what people know', () => {
  let customer: Customer;
  const ids: Record<string, string> = {};
  const find = async (text: unknown) => customer.manage('POST', '/users/find', { text });

  beforeAll(async () => {
    customer = await site.customer({ users: { uniqueUserName: false } });
    const people: Readonly<Record<string, readonly [userName: string, attributes: object]>> = {
      ann: ['Ann.Berg', { ...work('ann@example.com'), externalId: 'EXT-1' }],
      home: [
        'home',
        { emails: [{ type: 'home', value: 'home@example.com' }, { value: 'bare@example.com' }] },
      ],
      first: ['one', work('shared@example.com')],
      second: ['two', work('SHARED@example.com')],
      twin: ['Ann.Berg', {}],
      odd: ['o"dd\\ üñ(i)', { externalId: 'a eq "b" or id pr' }],
      off: ['off', { active: false }],
      phone: ['phone', { phoneNumbers: [{ value: '+4917012345' }], displayName: 'Phone Person' }],
      crossed: ['EXT-1x', { externalId: 'one' }],
    };
    for (const [name, [userName, attributes]] of Object.entries(people))
      ids[name] = (await customer.user(userName, attributes)).id;
    await customer.group('Sales');
    await customer.delete(`/Users/${(await customer.user('gone', work('gone@example.com'))).id}`);
    await (await site.customer()).user('elsewhere', work('elsewhere@example.com'));
  });

  test.each<[text: string, found: readonly string[]]>([
    ['Ann.Berg', ['ann', 'twin']],
    ['ann.berg', ['ann', 'twin']],
    ['ANN@EXAMPLE.COM', ['ann']],
    ['EXT-1', ['ann']],
    ['ext-1', []],
    ['home@example.com', ['home']],
    ['bare@example.com', ['home']],
    ['shared@example.com', ['first', 'second']],
    ['o"dd\\ üñ(i)', ['odd']],
    ['O"DD\\ ÜÑ(I)', ['odd']],
    ['a eq "b" or id pr', ['odd']],
    ['off', ['off']],
    ['one', ['first', 'crossed']],
    ['gone', []],
    ['gone@example.com', []],
    ['elsewhere@example.com', []],
    ['Sales', []],
    ['Ann', []],
    ['ann@', []],
    ['*', []],
    ['Phone Person', []],
    ['" or userName pr or userName eq "', []],
  ])('%s', async (text, found) => {
    const { status, body } = await find(text);
    expect(status, JSON.stringify(body)).toBe(200);
    const expected = found.map((name) => ids[name]).toSorted();
    expect(body.users.map(({ id }: { id: string }) => id).toSorted()).toEqual(expected);
  });

  test('by the id, with what the client sent', async () => {
    const { body } = await find(ids.ann);
    expect(body.users).toEqual([
      expect.objectContaining({ id: ids.ann, userName: 'Ann.Berg', externalId: 'EXT-1' }),
    ]);
    expect((await find(ids.ann?.toUpperCase())).body.users).toEqual([]);
  });

  test.each(['', 7, null, undefined, ['a'], 'x'.repeat(1_001)])('but not by %j', async (text) => {
    const { status, body } = await find(text);
    expect([status, body.detail]).toEqual([400, expect.stringContaining('text')]);
  });

  test('on the command line, also where nobody or several are found', async () => {
    const find = (text: string) => site.run(`users find ${customer.tenantId} "${text}"`);
    const one = await find('ANN@example.com');
    expect([one.code, one.stdout]).toEqual([0, expect.stringContaining(ids.ann ?? '')]);
    const both = await find('shared@example.com');
    expect(both.stdout).toContain(ids.first);
    expect(both.stdout).toContain(ids.second);
    const none = await find('nobody@example.com');
    expect(none.stdout + none.stderr).toMatch(/no .*user|nobody/i);
    const json = await site.run(`users find ${customer.tenantId} off --json`);
    expect(JSON.parse(json.stdout)).toMatchObject({ users: [{ id: ids.off }] });
  });
});

describe('C1: a refusal names in the audit trail who has the value', () => {
  const holders = async (customer: Customer, holder: string) => {
    const records = await customer.records('outcome=refused');
    return records.map((record) => [record.operation, record.holder === holder]);
  };

  test('of users, in every verb, and the client does not learn it', async () => {
    const customer = await site.customer();
    const holder = await customer.user('Holder');
    const { id } = await customer.user('other');
    const path = `/Users/${id}`;
    const rename = [{ op: 'replace', path: 'userName', value: 'HOLDER' }];
    const bulk = (method: string, to: string, data: object) =>
      customer.post('/Bulk', bulkBody([{ method, path: to, bulkId: 'b', data }]));
    const answers = [
      await customer.post('/Users', userBody('holder')),
      await customer.put(path, userBody('hOLDER')),
      await customer.patch(path, rename),
      await customer.patch(path, [{ op: 'replace', value: { userName: 'Holder' } }]),
      await bulk('POST', '/Users', userBody('Holder')),
      await bulk('PATCH', path, patchBody(rename)),
    ];
    for (const { status, body } of answers) {
      expect([409, 200]).toContain(status);
      expect(JSON.stringify(body)).not.toContain(holder.id);
    }
    const operations = ['modify', 'create', 'modify', 'modify', 'replace', 'create'];
    expect(await holders(customer, holder.id)).toEqual(operations.map((operation) => [operation, true]));
  });

  test.each<[string, Policy, object]>([
    ['an e-mail address', { users: { unique: ['emails[type eq "work"].value'] } }, work('a@example.com')],
    ['an externalId', { users: { unique: ['externalId'] } }, { externalId: 'e1' }],
    ['a nickName', { users: { unique: ['nickName'] } }, { nickName: 'Ann' }],
  ])('that must be unique: %s', async (_, policy, attributes) => {
    const customer = await site.customer(policy);
    const holder = await customer.user('holder', attributes);
    expect((await customer.post('/Users', userBody('other', attributes))).status).toBe(409);
    expect(await holders(customer, holder.id)).toEqual([['create', true]]);
  });

  test('of groups, by name and by externalId', async () => {
    const customer = await site.customer({ groups: { unique: ['displayName', 'externalId'] } });
    const holder = await customer.group('Sales');
    await customer.patch(`/Groups/${holder.id}`, [{ op: 'add', path: 'externalId', value: 'e1' }]);
    const { id } = await customer.group('Other');
    const refused = [
      await customer.post('/Groups', groupBody('SALES')),
      await customer.patch(`/Groups/${id}`, [{ op: 'replace', value: { displayName: 'Sales' } }]),
      await customer.put(`/Groups/${id}`, { ...groupBody('Other'), externalId: 'e1' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([409, 409, 409]);
    expect(await holders(customer, holder.id)).toEqual([
      ['replace', true],
      ['modify', true],
      ['create', true],
    ]);
  });

  test('also one who is inactive, and nobody in refusals of another kind', async () => {
    const customer = await site.customer({ endpoint: { profile: 'entra' } });
    const holder = await customer.user('holder', { active: false });
    await customer.post('/Users', userBody('holder'));
    await customer.post('/Users', userBody(''));
    const [other, conflict] = await customer.records('outcome=refused');
    expect(conflict).toMatchObject({ holder: holder.id, status: 409, scimType: 'uniqueness' });
    expect(other).not.toHaveProperty('holder');
    const shown = await site.run(`users show ${customer.tenantId} ${conflict.holder}`);
    expect(shown.stdout).toContain('holder');
    const trail = await site.run(`audit ${customer.tenantId} --outcome refused`);
    expect(trail.stdout).toContain(holder.id);
  });
});

describe('C9: the creation and deletion of a tenant leave records', () => {
  const records = async (query = '') => (await manage('GET', `/manage/audit?${query}`)).body.records;
  const manage = (method: string, path: string, body?: unknown) => site.endpoint().manage(method, path, body);
  const create = async (body: object) => (await manage('POST', '/manage/tenants', body)).body;
  const remove = (id: string, identifier: string) =>
    manage('DELETE', `/manage/tenants/${id}?confirm=${identifier}`);

  test.each<[string, object]>([
    ['with a name only', { name: 'Plain' }],
    ['with a preset', { name: 'With preset', preset: 'sofa' }],
    ['with its first key', { name: 'With key', key: {} }],
    ['with an identifier', { name: 'Same name', identifier: 'its_own' }],
    ['with a name that another has', { name: 'Same name' }],
  ])('%s', async (_, body) => {
    const { id, identifier } = await create(body);
    expect((await remove(id, identifier)).status).toBe(204);
    expect(await records(`resource=${id}`)).toEqual([
      expect.objectContaining({
        operation: 'delete',
        resource: id,
        credential: 'management',
        outcome: 'done',
      }),
      expect.objectContaining({
        operation: 'create',
        resource: id,
        credential: 'management',
        outcome: 'done',
      }),
    ]);
  });

  test('but neither what is refused nor what is done twice', async () => {
    const { id, identifier } = await create({ name: 'Once', identifier: 'once' });
    const before = (await records()).length;
    for (const body of [
      { name: '' },
      { name: 'x', identifier: 'ONCE' },
      { name: 'x', preset: 'nothing' },
      {},
    ])
      expect((await manage('POST', '/manage/tenants', body)).status).toBeGreaterThanOrEqual(400);
    for (const path of [`/${id}`, `/${id}?confirm=wrong`, '/nobody?confirm=nobody'])
      expect((await manage('DELETE', `/manage/tenants${path}`)).status).toBeGreaterThanOrEqual(400);
    expect(await records()).toHaveLength(before);
    await remove(id, identifier);
    expect((await remove(id, identifier)).status).toBe(404);
    expect(await records(`resource=${id}`)).toHaveLength(2);
  });

  test('with time and filters, page by page, and on the command line', async () => {
    const from = new Date().toISOString();
    const { id, identifier } = await create({ name: 'Told' });
    await remove(id, identifier);
    expect(
      (await records(`from=${from}&operation=create`)).map(({ resource }: { resource: string }) => resource),
    ).toEqual([id]);
    expect(await records(`to=${from}&resource=${id}`)).toEqual([]);
    const first = (await manage('GET', `/manage/audit?limit=1&from=${from}`)).body;
    expect(first.records[0]).toMatchObject({ operation: 'delete' });
    const second = (await manage('GET', `/manage/audit?limit=1&from=${from}&after=${first.next}`)).body;
    expect(second.records[0]).toMatchObject({
      operation: 'create',
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const { code, stdout } = await site.run('audit --since 1h');
    expect([code, stdout]).toEqual([0, expect.stringContaining(id)]);
    for (const query of ['operation=creat', 'from=yesterday', 'limit=0', 'limit=1001', 'nothing=1'])
      expect((await manage('GET', `/manage/audit?${query}`)).status, query).toBe(400);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { bulkBody, enterpriseUrn, groupBody, userBody } from '../api/client.ts';
import type { Answer } from '../support/endpoint.ts';
import { type Customer, openPeopleSite } from './people-site.ts';

const site = openPeopleSite();
const most = 8_000;
const ofLength = (length: number, letter = 'x') => letter.repeat(length);
const email = (length: number) => `${ofLength(length - 12)}@example.com`;

describe('C4: a text has at most 8,000 characters', () => {
  const refused = ({ status, body }: Answer, attribute: string) => {
    expect([status, body.scimType], JSON.stringify(body).slice(0, 300)).toEqual([400, 'invalidValue']);
    expect(body.detail).toContain(attribute);
    expect(body.detail).toMatch(/8,?000/);
    expect(body.detail.length).toBeLessThan(300);
  };

  test.each<[attribute: string, of: (length: number) => object]>([
    ['userName', (length) => ({ userName: ofLength(length) })],
    ['externalId', (length) => ({ externalId: ofLength(length) })],
    ['displayName', (length) => ({ displayName: ofLength(length, 'ü') })],
    ['name.givenName', (length) => ({ name: { givenName: ofLength(length) } })],
    ['emails', (length) => ({ emails: [{ value: email(length) }] })],
    ['emails', (length) => ({ emails: [{ value: 'a@example.com', display: ofLength(length) }] })],
    ['phoneNumbers', (length) => ({ phoneNumbers: [{ value: '1', type: ofLength(length) }] })],
    ['addresses', (length) => ({ addresses: [{ streetAddress: ofLength(length) }] })],
    ['roles', (length) => ({ roles: [{ value: 'a' }, { value: ofLength(length) }] })],
    ['preferredLanguage', (length) => ({ preferredLanguage: ofLength(length, 'e') })],
    ['department', (length) => ({ [enterpriseUrn]: { department: ofLength(length) } })],
    ['timezone', (length) => ({ timezone: ofLength(length) })],
  ])('%s', async (attribute, of) => {
    const customer = await site.customer();
    const body = (length: number) => ({ ...userBody('ann'), schemas: undefined, ...of(length) });
    const user = (length: number) => ({
      ...body(length),
      schemas: (userBody('') as { schemas: unknown }).schemas,
    });
    refused(await customer.post('/Users', user(most + 1)), attribute);
    const made = await customer.post('/Users', user(most));
    expect(made.status, JSON.stringify(made.body).slice(0, 300)).toBe(201);
    const path = `/Users/${made.body.id}`;
    refused(await customer.put(path, user(most + 1)), attribute);
    refused(await customer.patch(path, [{ op: 'replace', value: of(most + 1) }]), attribute);
    refused(await customer.patch(path, [{ op: 'add', value: of(100_000) }]), attribute);
    const data = user(most + 1);
    const { body: bulk } = await customer.post('/Bulk', bulkBody([{ method: 'PUT', path, data }]));
    refused(
      { ...made, status: Number(bulk.Operations[0].status), body: bulk.Operations[0].response },
      attribute,
    );
    expect((await customer.get(path)).body.meta.version).toBe(made.body.meta.version);
  });

  test('of groups, of packs, of the members of a group and of a path', async () => {
    const customer = await site.customer({ endpoint: { packs: ['okta-entitlements', 'group-description'] } });
    const long = ofLength(most + 1);
    const groupSchema = 'urn:ietf:params:scim:schemas:extension:muster:2.0:Group';
    const role = { schemas: ['urn:okta:scim:schemas:core:1.0:Role'], displayName: long };
    const { id } = await customer.group('Sales');
    const patch = (path: string, value: unknown) =>
      customer.patch(`/Groups/${id}`, [{ op: 'add', path, value }]);
    refused(await customer.post('/Groups', groupBody(long)), 'displayName');
    refused(await patch('displayName', long), 'displayName');
    refused(await patch(`${groupSchema}:description`, long), 'description');
    refused(await customer.post('/Roles', role), 'displayName');
    for (const answer of [await patch('members', [{ value: long }]), await patch(long, 'x')]) {
      expect(answer.status).toBe(400);
      expect(answer.body.detail.length).toBeLessThan(10_000);
    }
  });

  test('an answer does not repeat a long value', async () => {
    const customer = await site.customer();
    const long = ofLength(60_000, 'Z');
    const answers = [
      await customer.post('/Users', userBody('a', { roles: [{ primary: long }] })),
      await customer.post('/Users', userBody('a', { active: long })),
      await customer.post('/Users', userBody('a', { [long]: 'x' })),
      await customer.post('/Users', { schemas: [long], userName: 'a' }),
      await customer.get(`/Users?attributes=${long.slice(0, 6_000)}`),
      await customer.get(`/Users/${long.slice(0, 2_000)}`),
      await customer.send('PATCH', '/Users/x', long),
    ];
    for (const { status, body } of answers) {
      expect(status).toBeLessThan(500);
      expect(JSON.stringify(body).length).toBeLessThan(5_000);
    }
  });

  test('and operators have bounds too', async () => {
    const customer = await site.customer({ accounts: { enabled: true } });
    const long = ofLength(most + 1);
    const { manage } = site.endpoint();
    for (const { status, body } of [
      await manage('POST', '/manage/tenants', { name: long }),
      await customer.manage('PATCH', '', { name: long }),
      await customer.manage('PATCH', '', { description: long }),
      await customer.manage('PATCH', '', { policy: { notifications: { product: long } } }),
      await customer.manage('POST', '/keys', { label: long }),
      await customer.manage('POST', '/accounts', { attributes: { displayName: long } }),
      await customer.manage('POST', '/teams', { name: long }),
    ]) {
      expect([status, body.detail]).toEqual([
        400,
        expect.stringMatching(/at most [\d,]+ characters|characters/),
      ]);
      expect(body.detail.length).toBeLessThan(300);
    }
  });
});

describe('C4: tables fit the terminal', () => {
  let customer: Customer;
  const long = 'A very long name with many words '.repeat(25);

  beforeAll(async () => {
    customer = await site.customer({ accounts: { enabled: true } });
    await customer.user(`${ofLength(900)}@example.com`, {
      displayName: long,
      ...{ emails: [{ type: 'work', value: email(900) }] },
    });
    await customer.user('wide', {
      displayName: '漢字'.repeat(300),
      emails: [{ type: 'work', value: 'wide@example.com' }],
    });
    await customer.user('emoji', {
      displayName: '😀'.repeat(400),
      emails: [{ type: 'work', value: 'e@example.com' }],
    });
    await customer.group(long, [(await customer.user('marks', { displayName: 'e\u0301'.repeat(400) })).id]);
    await customer.post('/Users', userBody('wide'));
    await customer.patch('/Users/nobody', [{ op: 'replace', path: ofLength(900), value: 'x' }]);
    await customer.manage('POST', '/keys', { label: long.slice(0, 100) });
    await customer.manage('POST', '/teams', { name: long.slice(0, 200) });
  });

  /** The lines that a command prints where the standard output is a terminal of so many columns. */
  async function linesAt(columns: number, line: string): Promise<readonly string[]> {
    const { isTTY, columns: own } = process.stdout;
    Object.assign(process.stdout, { isTTY: true, columns });
    try {
      const { stdout, stderr } = await site.run(line);
      expect(stdout, stderr).not.toBe('');
      return stdout.split('\n');
    } finally {
      Object.assign(process.stdout, { isTTY, columns: own });
    }
  }

  /** Columns that a text takes at most: two for each wide character and emoji. */
  function widthOf(line: string): number {
    return [...line.replace(/\p{M}/gu, '')].reduce(
      (width, letter) => width + (/[\p{Script=Han}\p{Extended_Pictographic}]/u.test(letter) ? 2 : 1),
      0,
    );
  }

  test.each([
    'tenants list',
    'accounts list T',
    'teams list T',
    'keys list T',
    'audit T',
    'runs T',
    'users find T emoji',
    'mails list T',
    'policy show signl4',
    'audit',
  ])('%s', async (command) => {
    for (const columns of [60, 80, 132]) {
      const lines = await linesAt(columns, command.replace(/\bT\b/, customer.tenantId));
      for (const line of lines) expect(widthOf(line), `${columns}: ${line}`).toBeLessThanOrEqual(columns);
    }
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { linesOf } from '../support/log-lines.ts';
import { muster } from '../tools/muster/muster.ts';
import { bulkBody, type Created, clientOf, groupBody, userUrn } from './client.ts';

let endpoint: Endpoint;
let tenantId: string;
let anna: Created;
beforeAll(async () => {
  endpoint = await startEndpoint({ env: { MUSTER_LOG: 'debug' } });
  const [tenant, other] = [
    await endpoint.createTenant({ name: 'Contoso', profile: 'entra' }),
    await endpoint.createTenant({ name: 'Fabrikam', profile: 'entra' }),
  ];
  ({ tenantId } = tenant);
  const emails = [
    { type: 'work', value: 'Anna.Arnold@example.com', primary: true },
    { type: 'home', value: 'anna@home.example' },
  ];
  anna = await clientOf(tenant).user('anna', { externalId: 'Ext-"1"\\', emails });
  await clientOf(tenant).user('bert', { emails: [{ type: 'work', value: 'bert@example.com' }] });
  await clientOf(other).user('carla', { externalId: 'Ext-2' });
  return () => endpoint.stop();
});

const find = (body: unknown) => endpoint.manage('POST', `/manage/tenants/${tenantId}/users/find`, body);
const idsOf = async (text: string) => (await find({ text })).body.users.map(({ id }: Created) => id);
const run = (...args: readonly string[]) =>
  muster(args, { env: { MUSTER_URL: endpoint.baseUrl, MUSTER_FUNCTION_KEY: endpoint.functionKey } });

describe('C1: a refusal because of a value that another has', () => {
  test('names the other by id in the audit trail, and not in the answer', async () => {
    const tenant = await endpoint.createTenant({ name: 'Taken', profile: 'entra' });
    const client = clientOf(tenant);
    const [dora, emil] = [await client.user('dora@a.example'), await client.user('emil@a.example')];
    const group = await client.group('Guides');
    const taken = { schemas: [userUrn], userName: 'DORA@a.example' };
    const answers = [
      await client.post('/Users', taken),
      await client.put(`/Users/${emil.id}`, taken),
      await client.patch(`/Users/${emil.id}`, [{ op: 'replace', path: 'userName', value: 'dora@A.example' }]),
      await client.post('/Bulk', bulkBody([{ method: 'POST', path: '/Users', bulkId: 'b', data: taken }])),
      await client.post('/Groups', groupBody('guides')),
    ];
    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409, 200, 409]);
    const told = JSON.stringify(answers.map(({ body }) => body));
    expect(told).not.toMatch(new RegExp(`${dora.id}|${group.id}|holder`));
    const path = `/manage/tenants/${tenant.tenantId}/audit?outcome=refused`;
    const holders = (await endpoint.manage('GET', path)).body.records.map(({ holder }: Created) => holder);
    expect(holders.toSorted()).toEqual([dora.id, dora.id, dora.id, dora.id, group.id].toSorted());
  });
});

describe('C1: an operator finds a user', () => {
  test.each(['anna', 'ANNA', ' anna ', 'anna.arnold@EXAMPLE.com', 'anna@home.example', 'Ext-"1"\\'])(
    'by %j',
    async (text) => {
      expect(await idsOf(text)).toEqual([anna.id]);
    },
  );

  test('by id, once, as the client provided it', async () => {
    const { body } = await find({ text: anna.id });
    expect(body.users).toMatchObject([{ id: anna.id, userName: 'anna', created: expect.any(String) }]);
    expect(body.users).toHaveLength(1);
  });

  test.each([
    'ann',
    'ext-"1"\\',
    'carla',
    'Ext-2',
    '"',
    '\\',
    'a" or userName pr or userName eq "',
    '*',
    '\u0000',
    'ä',
  ])('not by %j', async (text) => {
    expect(await idsOf(text)).toEqual([]);
  });

  test.each([
    {},
    { text: '' },
    { text: ' ' },
    { text: 7 },
    { text: 'x'.repeat(1_001) },
    { text: 'a', more: 1 },
    [],
  ])('not with %j', async (body) => {
    expect((await find(body)).status).toBe(400);
  });

  test('with the command line, whose exit code says if there is one', async () => {
    const { code, stdout } = await run('users', 'find', 'Contoso', 'Anna.Arnold@example.com');
    expect(code).toBe(0);
    expect(stdout).toContain(anna.id);
    const missing = await run('users', 'find', 'Contoso', 'nobody@example.com');
    expect([missing.code, missing.stdout]).toEqual([3, '']);
    expect(missing.stderr).toContain('audit Contoso --outcome refused');
    expect(missing.stderr).not.toContain('nobody@');
  });

  test('without leaving a trace of the text in the log', async () => {
    await find({ text: 'trace.secret@example.com' });
    expect(linesOf(endpoint.output()).some((line) => line.function === 'manage-users-find')).toBe(true);
    expect(endpoint.output()).not.toMatch(/trace\.secret|Arnold/i);
  });
});

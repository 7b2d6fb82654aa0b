import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Field, type LineKind, logLines } from '../../lib/base/log-lines.ts';
import { levelOf } from '../../lib/http/request-line.ts';
import { type Endpoint, scim, startEndpoint } from '../support/endpoint.ts';
import { linesOf } from '../support/log-lines.ts';
import { clientOf, userBody } from './client.ts';

type Tenant = Awaited<ReturnType<Endpoint['createTenant']>>;

let endpoint: Endpoint;
let tenant: Tenant;

beforeAll(async () => {
  endpoint = await startEndpoint({ env: { MUSTER_LOG: 'debug' } });
  tenant = await endpoint.createTenant({ name: 'Log', profile: 'entra' });
});
afterAll(() => endpoint?.stop());

const keyIdOf = ({ token }: Tenant) => token.split('_')[1];

/** The line of this event with these fields, as soon as it is there. */
async function line(event: string, fields: object = {}) {
  const find = () =>
    linesOf(endpoint.output()).find((one) =>
      Object.entries({ event, ...fields }).every(([name, value]) => one[name] === value),
    );
  await expect.poll(find, { timeout: 10_000 }).toBeDefined();
  return find() ?? {};
}

/** The line of the request that was answered so. */
const lineOf = async (answer: Promise<{ headers: Headers }>) =>
  line('request', { requestId: (await answer).headers.get('request-id') });

/** Sends the head and half of a body, then closes the connection. */
async function breakOff(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const authorization = `Bearer ${tenant.token}`;
  const more = { expect: '100-continue', 'content-type': 'application/scim+json', ...headers };
  const outgoing = request(url, { method: 'POST', headers: { authorization, ...more } });
  outgoing.on('error', () => undefined);
  outgoing.flushHeaders();
  await once(outgoing, 'continue');
  outgoing.write('{"half":');
  // The function gets the request soon after its head has arrived.
  await setTimeout(100);
  outgoing.destroy();
}

describe('the line of a request', () => {
  test('tells who asked what, what came of it, and what it cost', async () => {
    const user = userBody('log@example.com');
    expect(await lineOf(scim(tenant, 'POST', '/Users', user))).toEqual({
      level: 'information',
      event: 'request',
      function: 'users-create',
      method: 'POST',
      status: 201,
      milliseconds: expect.any(Number),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      tenant: tenant.tenantId,
      credential: keyIdOf(tenant),
      quirks: {},
      operations: 1,
      examined: 0,
      requestUnits: expect.any(Number),
    });
  });

  test('names the error, without its detail', async () => {
    const refused = await lineOf(scim(tenant, 'GET', '/Users?filter=log@example.com'));
    expect(refused).toMatchObject({ level: 'information', status: 400, error: 'invalidFilter' });
    expect(JSON.stringify(refused)).not.toContain('log@');
  });

  test('of an operator tells whose tenant it is about, and nothing of a path that names none', async () => {
    const about = (path: string) => lineOf(endpoint.manage('GET', `/manage${path}`));
    expect(await about(`/tenants/${tenant.tenantId}`)).toMatchObject({ tenant: tenant.tenantId });
    expect(await about(`/tenants/${tenant.tenantId}/keys`)).toMatchObject({ tenant: tenant.tenantId });
    for (const path of ['/tenants', '/tenants/somebody@example.com', '/tenants/nobody/keys']) {
      expect(await about(path)).not.toHaveProperty('tenant');
    }
  });

  test('counts the deviations of the client', async () => {
    const { id } = await clientOf(tenant).user('quirk@example.com');
    const Operations = [{ op: 'Replace', path: 'active', value: 'False' }];
    const patch = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations };
    const { quirks } = await lineOf(scim(tenant, 'PATCH', `/Users/${id}`, patch));
    expect(quirks).toEqual({ 'string-boolean': 1 });
  });

  test('F9: is no error for what Muster does not support', async () => {
    expect(await lineOf(scim(tenant, 'GET', '/Me'))).toMatchObject({ level: 'information', status: 501 });
  });

  test.each([
    ['/Users', 'users-create', 'content-length'],
    ['/Users', 'users-create', 'transfer-encoding'],
    ['/Bulk', 'bulk', 'content-length'],
    ['/.search', 'root-search', 'content-length'],
  ])('D8: is no error where the client breaks off the body of a POST to %s (%s, %s)', async (...row) => {
    const [path, name, framing] = row;
    const broken = () =>
      linesOf(endpoint.output()).filter((one) => one.function === name && one.status !== 201);
    const before = broken().length;
    await breakOff(tenant.tenantUrl + path, { [framing]: framing === 'content-length' ? '100' : 'chunked' });
    await expect.poll(broken, { timeout: 10_000 }).toHaveLength(before + 1);
    expect(broken().at(-1)).toMatchObject({ level: 'information', status: 400, error: 'invalidSyntax' });
    expect(broken().at(-1)).not.toHaveProperty('cause');
  });

  test('D8: of a token is no error where the client breaks off the body', async () => {
    const headers = { 'content-length': '100', 'content-type': 'application/x-www-form-urlencoded' };
    await breakOff(`${endpoint.baseUrl}/oauth/token`, headers);
    expect(await line('request', { function: 'token' })).toMatchObject({ level: 'information', status: 400 });
  });

  test('is an error too where an operation of a bulk request failed inside', () => {
    const line = {
      event: 'request',
      function: 'bulk',
      method: 'POST',
      status: 200,
      milliseconds: 1,
    } as const;
    const more = { requestId: '1', quirks: {}, operations: 0, examined: 0, requestUnits: 0 };
    expect(levelOf({ ...line, ...more })).toBe('information');
    expect(levelOf({ ...line, ...more, error: 'internal', cause: new Error('x') })).toBe('error');
    for (const status of [500, 502, 503]) expect(levelOf({ ...line, ...more, status })).toBe('error');
  });
});

test('a refusal is a warning with its reason, and with the tenant where the key is known', async () => {
  const { id, key } = (await endpoint.manage('POST', `/manage/tenants/${tenant.tenantId}/keys`, {})).body;
  await endpoint.manage('DELETE', `/manage/tenants/${tenant.tenantId}/keys/${id}`);
  const answer = await scim({ ...tenant, token: key }, 'GET', '/Users');
  expect(await line('refused', { requestId: answer.headers.get('request-id') })).toEqual({
    level: 'warning',
    event: 'refused',
    reason: 'revoked',
    requestId: expect.any(String),
    tenant: tenant.tenantId,
    credential: id,
  });
});

test('each run of the timer leaves one line, of what it has done', async () => {
  const runs = () => linesOf(endpoint.output()).filter(({ event }) => event === 'maintenance');
  const before = runs().length;
  await clientOf(tenant).user('timer@example.com');
  expect((await endpoint.manage('POST', '/admin/functions/maintenance', { input: '' })).status).toBe(202);
  await expect.poll(runs, { timeout: 10_000 }).toHaveLength(before + 1);
  expect(runs().at(-1)).toEqual({
    level: 'information',
    event: 'maintenance',
    milliseconds: expect.any(Number),
    done: expect.objectContaining({ record: expect.any(Number) }),
    failures: 0,
    operations: expect.any(Number),
    examined: expect.any(Number),
    requestUnits: expect.any(Number),
  });
  expect(runs().at(-1)?.done.record).toBeGreaterThanOrEqual(1);
});

describe('all that is logged', () => {
  const isOf: Readonly<Record<Field['type'], (value: unknown) => boolean>> = {
    text: (value) => typeof value === 'string',
    number: (value) => typeof value === 'number',
    counts: (value) => Object.values(value as object).every((count) => typeof count === 'number'),
    failure: (value) => typeof value === 'object',
  };

  test('is declared, field by field', () => {
    const faults = linesOf(endpoint.output()).flatMap(({ level, event, ...values }) => {
      const kinds: Readonly<Record<string, LineKind>> = logLines;
      const fields = kinds[event]?.fields ?? {};
      const missing = Object.keys(fields).filter((name) => !fields[name]?.optional && !(name in values));
      const wrong = Object.entries(values)
        .filter(([name, value]) => !fields[name] || !isOf[fields[name].type](value))
        .map(([name]) => name);
      return [...missing, ...wrong].map((name) => `${event}.${name}`);
    });
    expect(faults).toEqual([]);
  });
});

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRequestIds } from '../../lib/http/pipeline.ts';
import { type Endpoint, scim, startEndpoint, type TenantAccess } from '../support/endpoint.ts';
import { linesOf } from '../support/log-lines.ts';
import { type Created, clientOf, userBody } from './client.ts';

const uuid = '0e984725-c51c-4bf4-9960-e1c80e27aba0';
const trace = '0af7651916cd43dd8448eb211c80319c';
const traceParent = `00-${trace}-b7ad6b7169203331-01`;

let endpoint: Endpoint;
let tenant: TenantAccess;
let leaver: Created;

beforeAll(async () => {
  endpoint = await startEndpoint({ env: { MUSTER_LOG: 'debug' } });
  tenant = await endpoint.createTenant({ name: 'Ids' });
  await clientOf(tenant).user('taken');
  leaver = await clientOf(tenant).user('leaver');
});
afterAll(() => endpoint?.stop());

/** The line of the log that names this request of ours. */
async function lineOf(requestId: string | null) {
  const find = () =>
    linesOf(endpoint.output()).find((line) => line.event === 'request' && line.requestId === requestId);
  await expect.poll(find).toBeDefined();
  return find() ?? {};
}

/** The line that a request with these headers leaves. */
async function lineWith(headers: Readonly<Record<string, string>>) {
  const answer = await scim(tenant, 'GET', '/Users?count=0', undefined, headers);
  return lineOf(answer.headers.get('request-id'));
}

describe('every answer has the id of the request, which its line in the log has too:', () => {
  test.each<[number, string, string, object?]>([
    [200, 'GET', '/Users'],
    [200, 'HEAD', '/Users'],
    [200, 'GET', '/Schemas'],
    [201, 'POST', '/Users', userBody('ids@example.com')],
    [400, 'POST', '/Users', {}],
    [400, 'GET', '/Users?filter=x'],
    [404, 'GET', '/Users/x'],
    [404, 'GET', '/Nothing'],
    [405, 'PUT', '/Users', {}],
    [409, 'POST', '/Users', userBody('taken')],
    [204, 'DELETE', '/Users/{id}'],
  ])('%i to %s %s', async (status, method, path, body) => {
    const answer = await scim(tenant, method, path.replace('{id}', leaver.id), body);
    const line = await lineOf(answer.headers.get('request-id'));
    expect([answer.status, line.status, line.method]).toEqual([status, status, method]);
  });

  test('401, 404 outside of all endpoints, and the management API', async () => {
    const answers = [
      await fetch(`${tenant.tenantUrl}/Users`),
      await fetch(`${endpoint.baseUrl}/nowhere`),
      await endpoint.manage('GET', '/manage/tenants'),
      await endpoint.manage('POST', '/manage/tenants', {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 404, 200, 400]);
    for (const { status, headers } of answers) {
      expect((await lineOf(headers.get('request-id'))).status).toBe(status);
    }
  });

  test('and the line that tells why a key was refused', async () => {
    const answer = await scim({ ...tenant, token: 'wrong' }, 'GET', '/Users');
    const requestId = answer.headers.get('request-id');
    await lineOf(requestId);
    expect(linesOf(endpoint.output())).toContainEqual({
      level: 'warning',
      event: 'refused',
      reason: 'malformed',
      requestId,
    });
  });
});

describe("the client's id of a request", () => {
  test.each(['client-request-id', 'x-ms-client-request-id', 'x-ms-correlation-id', 'X-Request-ID'])(
    'is taken from %s, in lower case',
    async (header) => {
      expect(await lineWith({ [header]: uuid.toUpperCase() })).toMatchObject({ clientRequestId: uuid });
    },
  );

  test('may be written without hyphens', async () => {
    const bare = uuid.replaceAll('-', '');
    expect(await lineWith({ 'x-request-id': bare })).toMatchObject({ clientRequestId: bare });
  });

  test('is the first that is a UUID', async () => {
    const headers = { 'client-request-id': 'none', 'x-ms-correlation-id': uuid, 'x-request-id': trace };
    expect(await lineWith(headers)).toMatchObject({ clientRequestId: uuid });
  });

  test.each([
    '',
    'ada@example.com',
    'ada.lovelace',
    `${uuid}0`,
    `${uuid}, ${uuid}`,
    `{${uuid}}`,
    `${uuid}","level":"error","event":"forged`,
    `${uuid}%0A{"level":"error","event":"forged"}`,
    '0e984725-c51c-4bf4-9960e1c80e27aba0',
    'f'.repeat(64),
  ])('is left out where it is anything but a UUID: %j', async (value) => {
    expect(await lineWith({ 'client-request-id': value })).not.toHaveProperty('clientRequestId');
  });
});

describe('the trace id (W3C Trace Context 3.2)', () => {
  test('is taken from traceparent', async () => {
    expect(await lineWith({ traceparent: traceParent })).toMatchObject({ traceId: trace });
  });

  test('is taken from a later version of traceparent', async () => {
    expect(await lineWith({ traceparent: `cc${traceParent.slice(2)}-what-comes` })).toMatchObject({
      traceId: trace,
    });
  });

  test.each([
    trace,
    traceParent.toUpperCase(),
    `ff${traceParent.slice(2)}`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace}-b7ad6b7169203331`,
    `00-${trace}"-b7ad6b7169203331-01`,
    `${traceParent}x`,
  ])('is left out where it is malformed: %s', async (value) => {
    expect(await lineWith({ traceparent: value })).not.toHaveProperty('traceId');
  });

  test("is the host's, which continues the client's, where the host has one", () => {
    const header = (name: string) => (name === 'traceparent' ? traceParent : undefined);
    const own = 'f'.repeat(32);
    const traceContext = { traceParent: `00-${own}-b7ad6b7169203331-00` };
    expect(readRequestIds(header, { invocationId: '1', traceContext })).toEqual({
      requestId: '1',
      traceId: own,
    });
    expect(readRequestIds(header, { invocationId: '1', traceContext: { traceParent: '' } }).traceId).toBe(
      trace,
    );
  });
});

describe('nobody writes a line of the log of his own', () => {
  const forged = '{"level":"error","event":"forged"}';

  async function expectNothingForged() {
    await lineWith({});
    expect(endpoint.output()).not.toContain('forged');
  }

  test('by the bytes of a header', async () => {
    const { hostname, port, pathname } = new URL(tenant.tenantUrl);
    for (const value of [
      `a\r\n ${forged}`,
      `a\n${forged}`,
      `a\r${forged}`,
      `\x0b${forged}`,
      `a\x00${forged}`,
    ]) {
      const head = `GET ${pathname}/Users HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n`;
      const socket = connect(Number(port), hostname);
      socket.end(`${head}client-request-id: ${value}\r\ntraceparent: ${value}\r\n\r\n`);
      socket.resume();
      await new Promise((resolve) => socket.once('close', resolve).once('error', resolve));
    }
    await expectNothingForged();
  });

  test('by path, query, key or body', async () => {
    const text = `\n${forged}\n`;
    const encoded = encodeURIComponent(text);
    const before = linesOf(endpoint.output()).length;
    await scim(tenant, 'GET', `/Users/${encoded}?filter=${encoded}`);
    await scim(tenant, 'GET', `/${encoded}`);
    await scim({ ...tenant, token: encoded }, 'GET', '/Users');
    await scim(tenant, 'POST', '/Users', text);
    await scim(tenant, 'POST', '/Users', userBody(text, { [text]: text }));
    await endpoint.manage('POST', '/manage/tenants', { name: text, [text]: text });
    await endpoint.manage('DELETE', `/manage/tenants/${encoded}/keys/${encoded}`);
    await expectNothingForged();
    expect(linesOf(endpoint.output()).length).toBeGreaterThan(before + 7);
  });
});

import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { connect } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { queryObjects } from 'node:v8';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import { type FunctionApp, loadFunctionApp } from '../../../tools/host/function-app.ts';
import { invoke } from '../../../tools/host/invocation.ts';
import { createRouter } from '../../../tools/host/routing.ts';
import { serveApp } from './fixture-host.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const path = '/scim/v2/Users';
const { createServer } = http;
let app: FunctionApp;

beforeAll(async () => {
  Object.assign(process.env, {
    MUSTER_DATA: ':memory:',
    PUBLIC_BASE_URL: 'https://muster.test',
    MUSTER_LOG: 'warning',
  });
  app = await loadFunctionApp({ root, main: 'functions/*.ts', log: () => {} });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterAll(async () => {
  vi.useRealTimers();
  await app.runAppHooks('appTerminate');
});

/** Sends the half of a request that comes as an invocation; the headers are those that the host read. */
function sendInvocation(invocationId: string = randomUUID(), headers: object = {}): Promise<unknown> {
  const match = createRouter(app)('GET', path);
  if (!match) throw new Error(`No function answers ${path}`);
  const triggerMetadata = { Headers: { json: JSON.stringify(headers) } };
  return invoke(app, match.target, { invocationId, data: { http: {} }, triggerMetadata });
}

/** Sends the other half, to the library's server; yields the status and the body of the answer. */
function sendHttp(invocationId: string, headers: Readonly<Record<string, string>> = {}) {
  const fromHost = {
    'x-ms-invocation-id': invocationId,
    'x-forwarded-host': 'muster.test',
    'x-forwarded-proto': 'http',
    ...headers,
  };
  const url = new URL(path, app.httpUri);
  return new Promise<{ status: number | undefined; headers: http.IncomingHttpHeaders; body: unknown }>(
    (resolve, reject) => {
      const sent = http.request(url, { headers: fromHost }, (response) => {
        json(response).then(
          (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
          reject,
        );
      });
      sent.once('error', reject).end();
    },
  );
}

/** Sends invocations without the other half and lets the time pass; yields the messages of their failures. */
async function loseInvocations(count: number): Promise<readonly string[]> {
  const lost = Array.from({ length: count }, () => sendInvocation().then(String, String));
  await vi.advanceTimersByTimeAsync(limits.arrivalMillisecondsMax);
  return Promise.all(lost);
}

const refused = { status: 400, body: { status: '400', scimType: 'invalidSyntax' } };
const unauthenticated = { status: 401, body: expect.objectContaining({ status: '401' }) };

describe('F1: a request', () => {
  test('whose HTTP half never comes fails when its time is over, and not before', async () => {
    let failure: unknown;
    const lost = sendInvocation().catch((error: unknown) => {
      failure = error;
    });
    await vi.advanceTimersByTimeAsync(limits.arrivalMillisecondsMax - 1);
    expect(failure).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await lost;
    expect(String(failure)).toBe('Error: The HTTP half of the request did not arrive');
    expect(limits.arrivalMillisecondsMax).toBeLessThanOrEqual(12_000);
  });

  test('that was lost leaves nothing behind', async () => {
    const invocation = await app.model.getInvocationModel({
      ...{ invocationId: '', state: undefined, log: () => {} },
      metadata: { name: '', bindings: { trigger: { type: 'httpTrigger', direction: 'in' } } },
      request: { invocationId: '', inputData: [], triggerMetadata: {} },
    });
    const kept = () => [invocation.constructor, http.ServerResponse].map((kind) => queryObjects(kind));
    await loseInvocations(5);
    const before = kept();
    expect(await loseInvocations(50)).toEqual(Array(50).fill(expect.stringContaining('did not arrive')));
    expect(kept()).toEqual(before);
  });

  test('that arrives is answered while others are lost', async () => {
    const lost = sendInvocation().catch(String);
    const id = randomUUID();
    const [answer] = await Promise.all([sendHttp(id), sendInvocation(id)]);
    expect(answer).toMatchObject(unauthenticated);
    await vi.advanceTimersByTimeAsync(limits.arrivalMillisecondsMax);
    expect(await lost).toContain('did not arrive');
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['an expectation that HTTP does not know', { expect: 'x' }],
    ['a value in UTF-8', { 'user-agent': Buffer.from('Müller/1.0').toString('latin1') }],
    ['32 KB of headers', { 'x-one': 'a'.repeat(16_384), 'x-two': 'b'.repeat(16_384) }],
  ])('with %s is answered as usual', async (_, headers) => {
    const id = randomUUID();
    const [answer] = await Promise.all([sendHttp(id, headers), sendInvocation(id, headers)]);
    expect(answer).toMatchObject(unauthenticated);
  });

  test('whose HTTP half comes too late is answered and leaves nothing behind', async () => {
    const responses = () => queryObjects(http.ServerResponse);
    const before = responses();
    const id = randomUUID();
    const lost = sendInvocation(id).catch(String);
    await vi.advanceTimersByTimeAsync(limits.arrivalMillisecondsMax);
    expect(await lost).toContain('did not arrive');
    const late = sendHttp(id);
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    await vi.advanceTimersByTimeAsync(limits.arrivalMillisecondsMax);
    expect(await late).toMatchObject({ status: 503, body: { status: '503' } });
    await vi.waitFor(() => expect(responses()).toBe(before));
  });

  test('whose headers the library cannot read is 400 in SCIM, and no failure', async () => {
    const id = randomUUID();
    const [answer] = await Promise.all([sendHttp(id), sendInvocation(id, { 'x-name': 'Ж' })]);
    expect(answer).toMatchObject(refused);
  });

  test('with a character that HTTP does not allow is 400 in SCIM', async () => {
    const socket = connect(Number(new URL(String(app.httpUri)).port), '127.0.0.1');
    socket.end('GET / HTTP/1.1\r\nhost: x\r\nx-bell: \u0007\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject(refused.body);
  });
});

test.each(['error', 'a, b', '', 'newListener', '1'])(
  'F3, D7: an invocation id "%s" is refused with 400',
  async (id) => {
    expect(await sendHttp(id)).toMatchObject(refused);
  },
);

test('D7: a request of no invocation is refused when its time is over, and leaves nothing behind', async () => {
  const responses = () => queryObjects(http.ServerResponse);
  const before = responses();
  const unknown = Array.from({ length: 20 }, () => sendHttp(randomUUID()));
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(20));
  await vi.advanceTimersByTimeAsync(limits.arrivalMillisecondsMax);
  const answers = await Promise.all(unknown);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  await vi.waitFor(() => expect(responses()).toBe(before));
});

test('D7: two requests with one id are one request', async () => {
  const id = randomUUID();
  const first = sendHttp(id);
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
  expect(await sendHttp(id)).toMatchObject({ status: 503 });
  await sendInvocation(id);
  expect(await first).toMatchObject(unauthenticated);
});

test('F1: the library keeps idle connections longer than the host does', async () => {
  const id = randomUUID();
  const [{ headers }] = await Promise.all([sendHttp(id, { connection: 'keep-alive' }), sendInvocation(id)]);
  expect(headers['keep-alive']).toBe('timeout=65');
});

test('D7: the server of the library listens on the loopback address only', () => {
  expect(new URL(String(app.httpUri)).hostname).toBe('127.0.0.1');
});

test('D10: a Host that no URL can hold is 400, and nothing of the request gets into an error', async () => {
  const id = randomUUID();
  const [answer, outcome] = await Promise.all([
    sendHttp(id, { 'x-forwarded-host': 'muster.test:99999' }),
    sendInvocation(id).then(() => 'no error', String),
  ]);
  expect(answer).toMatchObject(refused);
  expect(outcome).toBe('no error');
});

test('D10: a request of 2,000 headers is answered as usual', async () => {
  const id = randomUUID();
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`x-${index}`, 'v']));
  const [answer] = await Promise.all([sendHttp(id, many), sendInvocation(id)]);
  expect(answer).toMatchObject(unauthenticated);
});

describe('the start', () => {
  test('leaves http.createServer as it was', () => {
    expect(http.createServer).toBe(createServer);
  });

  test('fails when the library does not create its server as expected, and names the file to adapt', async () => {
    const fixture = fileURLToPath(new URL('fixture-app/unstreamed', import.meta.url));
    await expect(serveApp(fixture)).rejects.toThrow(/adapt that file/);
  });
});

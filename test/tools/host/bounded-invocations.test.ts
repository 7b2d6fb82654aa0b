import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { json } from 'node:stream/consumers';
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
  };
  const url = new URL(path, app.httpUri);
  return new Promise<{ status: number | undefined; body: unknown }>((resolve, reject) => {
    const sent = http.request(url, { headers: { ...headers, ...fromHost } }, (response) => {
      json(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    sent.once('error', reject).end();
  });
}

/** Sends invocations without the other half and lets the time pass; yields the messages of their failures. */
async function loseInvocations(count: number): Promise<readonly string[]> {
  const lost = Array.from({ length: count }, () => sendInvocation().then(String, String));
  await vi.advanceTimersByTimeAsync(limits.arrivalMillisecondsMax);
  return Promise.all(lost);
}

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
    expect(answer).toEqual(unauthenticated);
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
    expect(answer).toEqual(unauthenticated);
  });

  test('whose headers the library cannot read is 400 in SCIM', async () => {
    const id = randomUUID();
    const [answer, failure] = await Promise.all([
      sendHttp(id),
      sendInvocation(id, { 'x-name': 'Ж' }).catch(String),
    ]);
    expect(answer).toMatchObject({ status: 400, body: { status: '400', scimType: 'invalidSyntax' } });
    expect(failure).toMatch(/TypeError/);
  });
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

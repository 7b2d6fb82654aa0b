import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { queryObjects } from 'node:v8';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import { type Host, startHost } from '../../../tools/host/host.ts';
import { hostileHeaders, rawGet, sendRaw } from '../../../tools/host/hostile-requests.ts';
import { serveFixture } from './fixture-host.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const path = '/scim/v2/Users';
const requestsPerKind = 5;
const clients = 20;
const requestsPerClient = 10;
const logged: string[] = [];
let host: Host;

beforeAll(async () => {
  const env = () => ({
    MUSTER_DATA: ':memory:',
    PUBLIC_BASE_URL: 'https://muster.test',
    MUSTER_LOG: 'warning',
  });
  const log = (_: string, __: string, message: string) => void logged.push(message);
  host = await startHost({ root, main: 'functions/*.ts', port: 0, asRealHost: true, env, log });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterAll(async () => {
  vi.useRealTimers();
  await host.stop();
});

/** Sends requests of every kind; those that are lost are answered once their time is over. */
async function sendHostile(): Promise<Map<string, readonly number[]>> {
  const sent = hostileHeaders.map(async ([kind, headers]) => {
    const answers = Array.from({ length: requestsPerKind }, () =>
      sendRaw(host.baseUrl, rawGet(path, ...headers())),
    );
    return [kind, (await Promise.all(answers)).map(({ status }) => status)] as const;
  });
  const lostKinds = hostileHeaders.length - 2;
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThanOrEqual(lostKinds * requestsPerKind));
  await expectOthersAnswered();
  await vi.advanceTimersByTimeAsync(limits.arrivalMillisecondsMax);
  await vi.advanceTimersByTimeAsync(limits.arrivalMillisecondsMax);
  return new Map(await Promise.all(sent));
}

async function expectOthersAnswered(): Promise<void> {
  const client = async () => {
    for (let count = 0; count < requestsPerClient; count += 1) {
      expect((await sendRaw(host.baseUrl, rawGet(path))).status).toBe(401);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

test('F1, F3: requests that get lost between host and library end, disturb nobody and leave nothing', async () => {
  await sendHostile();
  const kept = () => [http.ServerResponse, http.IncomingMessage].map((kind) => queryObjects(kind));
  const before = kept();
  const answers = await sendHostile();
  const all = (status: number) => Array(requestsPerKind).fill(status);
  expect(Object.fromEntries(answers)).toEqual({
    'a header in UTF-8': all(500),
    'a cookie in UTF-8': all(500),
    'a control character': all(400),
    DEL: all(400),
    'an unknown expectation': all(401),
    '24 KB of headers': all(401),
    'an invocation id that is an event': all(400),
    'the id of another invocation': all(500),
  });
  await vi.waitFor(() => expect(kept()).toEqual(before));
  expect(logged.join('\n')).not.toMatch(/Müller|Жанна|gives up: (?!Error: The HTTP half of the request)/);
});

test('F1: without the bound, the client of a lost request waits', async () => {
  const { baseUrl, end, output } = await serveFixture('streamed', { AS_REAL_HOST: 'true' });
  let isAnswered = false;
  const lost = sendRaw(baseUrl, rawGet('/echo', 'user-agent: M\xc3\xbcller')).then(({ status }) => {
    isAnswered = true;
    return status;
  });
  expect((await sendRaw(baseUrl, rawGet('/slow/200'))).status).toBe(200);
  expect(isAnswered).toBe(false);
  await end('SIGKILL');
  expect(await lost).toBeNaN();
  expect(output()).toBe('');
});
